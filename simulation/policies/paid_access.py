"""Paid access: AI subscriptions of the workers are paid, so that more of them use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from simulation.policies.lever import CourseMonths, Lever, Row, Target, blank
from simulation.schema import Money, Share

if TYPE_CHECKING:
    from simulation.state import Firms, Groups

__all__ = ["PaidAccess"]


class PaidAccess(Lever):
    """Subscriptions for ``share`` of the workers: sigma_U = share; each costs ``price`` a month."""

    lever: Literal["paid_access"] = "paid_access"
    who: Target = Target(size=("sme",), sector=("manufacturing",))
    share: Annotated[
        float,
        Share(
            "part of the workers who get a subscription",
            symbol="sigma_U",
            low=0.3,
            high=1.0,
            source="assumed; K023: paid subscriptions go with 8.1 points more use",
        ),
    ] = 1.0
    price: Annotated[
        float,
        Money(
            "price of a subscription", symbol="price", unit="million won a month", low=0.01, high=0.06, source="assumed"
        ),
    ] = 0.03
    award_months: CourseMonths = 12

    def row(self, firms: Firms, groups: Groups) -> Row:
        """Return monthly payments for the workers' subscriptions."""
        import numpy as np

        n = firms.key.size
        return blank(n, self.award_months, takes_adopters=True)._replace(
            monthly=self.price * self.share * firms.workers, access_subsidy=np.full(n, self.share)
        )
