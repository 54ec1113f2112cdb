"""Regional hub: a centre in one region that teaches its members and shows them their peers' examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from simulation.policies.lever import CourseMonths, Lever, Row, Target, blank
from simulation.policies.training import Dose
from simulation.schema import NO_DATA, Count, LogOdds, Money

if TYPE_CHECKING:
    from simulation.state import Firms, Groups

__all__ = ["RegionalHub"]


class RegionalHub(Lever):
    """A hub of fixed annual cost with so many places; each place brings training and a peer bonus on adoption.

    Strength scales the hub: a hub of half the cost has half the places. The cost is paid by the place taken, which
    comes to the fixed cost because there are more firms than places.
    """

    lever: Literal["regional_hub"] = "regional_hub"
    who: Target = Target(size=("sme",), sector=("manufacturing",), region=("elsewhere",))
    annual_cost: Annotated[
        float,
        Money(
            "cost of a hub", symbol="C_h", unit="million won a year", low=1000.0, high=20_000.0, source="assumed; G008"
        ),
    ] = 5000.0
    places: Annotated[
        int,
        Count(
            "firms that a hub serves at a time",
            symbol="N_h",
            unit="firms",
            low=50,
            high=1000,
            source=NO_DATA,
        ),
    ] = 250
    dose: Dose = 0.008
    bonus: Annotated[
        float, LogOdds("peer bonus on the adoption index of members", symbol="w_H", low=0.0, high=1.0, source="assumed")
    ] = 0.3
    award_months: CourseMonths = 12

    def row(self, firms: Firms, groups: Groups) -> Row:
        """Return monthly payments for a place, training and the bonus."""
        import numpy as np

        n = firms.key.size
        return blank(n, self.award_months, takes_adopters=True)._replace(
            monthly=np.full(n, self.annual_cost / 12.0 / self.places),
            training=np.full(n, self.dose),
            pressure=np.full(n, self.bonus),
        )
