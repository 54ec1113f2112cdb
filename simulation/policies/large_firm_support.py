"""Large-firm support: the trickle-down comparator, the same public money given to large firms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from simulation.policies.lever import CourseMonths, GrantMonths, InstallShare, Lever, Row, Target, blank, grant
from simulation.policies.training import Dose, Price
from simulation.schema import NO_DATA, Factor, Money

if TYPE_CHECKING:
    from simulation.state import Firms, Groups

__all__ = ["LargeFirmSupport"]


class LargeFirmSupport(Lever):
    """A grant on adoption and a course for large firms, whose courses cost more because they are larger.

    The grant lapses after ``grant_months`` unused, like that of a subsidy; the course goes on.
    """

    lever: Literal["large_firm_support"] = "large_firm_support"
    who: Target = Target(size=("large",))
    share: InstallShare = 0.3
    cap: Annotated[
        float,
        Money(
            "largest grant per firm",
            symbol="cap",
            low=200.0,
            high=2000.0,
            source="assumed; G005: up to 400 million won for an upgrade",
        ),
    ] = 400.0
    dose: Dose = 0.015
    price: Price = 2.0
    price_factor: Annotated[
        float,
        Factor(
            "price of a course in a large firm over that in a small one",
            symbol="x_p",
            low=1.0,
            high=50.0,
            source=NO_DATA,
        ),
    ] = 5.0
    course_months: CourseMonths = 12
    grant_months: GrantMonths = 6

    def row(self, firms: Firms, groups: Groups) -> Row:
        """Return grants on adoption and monthly payments for the course."""
        import numpy as np

        n = firms.key.size
        amount, sigma = grant(firms, self.share, self.cap)
        monthly = np.full(n, self.price * self.price_factor * self.dose / 0.01)
        return blank(n, self.course_months, takes_adopters=True)._replace(
            grant=amount,
            monthly=monthly,
            adoption_subsidy=sigma,
            training=np.full(n, self.dose),
            grant_months=self.grant_months,
        )
