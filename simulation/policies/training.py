"""Training: firms learn to absorb AI; capacity is bought, not adoption."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from simulation.policies.lever import CourseMonths, Lever, Row, Target, blank
from simulation.schema import NO_DATA, Money, Rate

if TYPE_CHECKING:
    from simulation.state import Firms, Groups

__all__ = ["Training"]

Dose = Annotated[
    float,
    Rate(
        "capacity taught per month of a course",
        symbol="dose",
        low=0.005,
        high=0.04,
        source=NO_DATA,
        maximum=1.0,
    ),
]
Price = Annotated[
    float,
    Money(
        "price of 0.01 of capacity",
        symbol="price",
        low=0.5,
        high=5.0,
        source="assumed; G003 (20 million won per small firm) and G034 (consulting)",
    ),
]


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
        return blank(n, self.course_months, takes_adopters=True)._replace(
            monthly=np.full(n, self.price * self.dose / 0.01), training=np.full(n, self.dose)
        )
