"""Mandate: large firms that have adopted demand it of their key suppliers, and leave those that do not follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from simulation.policies.lever import BudgetShare, Lever, Row, Target, blank
from simulation.schema import NO_DATA, LogOdds, Months, Rate

if TYPE_CHECKING:
    from simulation.state import Firms, Groups

__all__ = ["Mandate"]


class Mandate(Lever):
    """Pressure w_M on covered key suppliers; nobody is forced, but who is overdue may lose the customer.

    A supplier is covered from the first month of the lever in which a large firm that has adopted takes 30 % or more
    of its sales, for as long as that lasts. After ``grace`` months without adopting, the links to large customers that
    have adopted get an extra hazard of being replaced. It costs no public money.
    """

    lever: Literal["mandate"] = "mandate"
    who: Target = Target(size=("sme",), sector=("manufacturing",))
    budget_share: BudgetShare = 0.0
    pressure: Annotated[
        float, LogOdds("pressure on a covered supplier", symbol="w_M", low=0.0, high=2.0, source="assumed")
    ] = 1.0
    grace: Annotated[int, Months("months to comply", symbol="T_g", low=6, high=36, source=NO_DATA)] = 24
    replacement: Annotated[
        float,
        Rate(
            "extra hazard of an overdue supplier's links to be replaced",
            symbol="s_M",
            low=0.0,
            high=0.1,
            source=NO_DATA,
            maximum=1.0,
        ),
    ] = 0.03

    def row(self, firms: Firms, groups: Groups) -> Row:
        """Return pressure without any payment."""
        import numpy as np

        n = firms.key.size
        # Covered until the lever ends, so that the months to comply are counted once.
        return blank(n, self.last - self.first + 1, takes_adopters=True)._replace(
            pressure=np.full(n, self.pressure),
            overdue=np.full(n, self.replacement),
            needs_lead=True,
            grace=self.grace,
        )
