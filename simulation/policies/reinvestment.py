"""Reinvestment: work is redesigned so that the time AI saves goes into work and learning, not into rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from simulation.policies.lever import CourseMonths, Lever, Row, Target, blank
from simulation.schema import Money, Share

if TYPE_CHECKING:
    from simulation.state import Firms, Groups

__all__ = ["Reinvestment"]


class Reinvestment(Lever):
    """Advice on work redesign: raises rho, the part of the time saved that is not spent on rest, up to 1."""

    lever: Literal["reinvestment"] = "reinvestment"
    who: Target = Target(size=("sme",), sector=("manufacturing",))
    gain: Annotated[
        float,
        Share(
            "rise of the part of the time saved that is not spent on rest",
            symbol="d_rho",
            low=0.05,
            high=0.3,
            source="assumed",
        ),
    ] = 0.2
    price: Annotated[
        float,
        Money(
            "price of advice per firm",
            symbol="price",
            unit="million won a month",
            low=0.5,
            high=5.0,
            source="assumed; G034",
        ),
    ] = 2.0
    award_months: CourseMonths = 24

    def row(self, firms: Firms, groups: Groups) -> Row:
        """Return monthly payments for the advice."""
        import numpy as np

        n = firms.key.size
        return blank(n, self.award_months, takes_adopters=True)._replace(
            monthly=np.full(n, self.price), reinvestment=np.full(n, self.gain)
        )
