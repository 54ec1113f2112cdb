"""Training: firms learn to absorb AI; capacity is bought, not adoption."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from simulation.policies.lever import Lever, Row, Target
from simulation.schema import Count, Money, Rate

if TYPE_CHECKING:
    from simulation.state import Firms, Groups

__all__ = ["Training"]

Dose = Annotated[float, Rate("capacity taught per month of a course", low=0.005, high=0.04, maximum=1.0)]
Price = Annotated[
    float,
    Money(
        "price of 0.01 of capacity",
        low=0.5,
        high=5.0,
        source="assumed; G003 (20 million won per small firm) and G034 (consulting)",
    ),
]
CourseMonths = Annotated[int, Count("months of a course", unit="months", low=3, high=24)]


class Training(Lever):
    """Courses: each month adds ``dose`` to what the firm learns; 0.01 of capacity costs ``price``."""

    lever: Literal["training"] = "training"
    who: Target = Target(size=("sme",), sector=("manufacturing",))
    dose: Dose = 0.015
    price: Price = 2.0
    course_months: CourseMonths = 12

    def row(self, firms: Firms, groups: Groups) -> Row:
        """Return monthly payments and nothing on adoption."""
        import numpy as np

        n = firms.key.size
        nothing = np.zeros(n)
        monthly = np.full(n, self.price * self.dose / 0.01)
        return Row(self.course_months, True, nothing, monthly, nothing, nothing, np.full(n, self.dose))
