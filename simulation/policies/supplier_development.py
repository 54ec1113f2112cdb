"""Supplier development: large firms that have adopted lift their key suppliers, and the state shares the cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from simulation.policies.lever import CourseMonths, LeadShare, Lever, OwnShare, Row, Target, blank
from simulation.schema import NO_DATA, Money, Rate

if TYPE_CHECKING:
    from simulation.state import Firms, Groups

__all__ = ["SupplierDevelopment"]


class SupplierDevelopment(Lever):
    """Coaching by the lead customer: adds c max(0, k_buyer - k_i) to what a key supplier learns each month.

    The lead customer is the large firm that has adopted and takes most of the supplier's sales, 30 % at least. Months
    without one cost nothing and teach nothing.
    """

    lever: Literal["supplier_development"] = "supplier_development"
    who: Target = Target(size=("sme",), sector=("manufacturing",))
    coaching: Annotated[
        float,
        Rate(
            "capacity gained per unit of the lead customer's advance",
            symbol="c",
            low=0.03,
            high=0.15,
            source=NO_DATA,
            maximum=1.0,
        ),
    ] = 0.08
    price: Annotated[
        float,
        Money(
            "price of coaching a supplier, whoever pays",
            symbol="price",
            unit="million won a month",
            low=3.5,
            high=20.0,
            source="assumed; G002: projects of 42, 120 and 240 million won",
        ),
    ] = 10.0
    award_months: CourseMonths = 12
    lead_share: LeadShare = 0.3
    own_share: OwnShare = 0.4

    def row(self, firms: Firms, groups: Groups) -> Row:
        """Return monthly payments for the coaching."""
        import numpy as np

        n = firms.key.size
        return blank(n, self.award_months, takes_adopters=True)._replace(
            monthly=np.full(n, self.price), development=np.full(n, self.coaching), needs_lead=True
        )
