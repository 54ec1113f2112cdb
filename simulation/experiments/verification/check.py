"""What an exact limit is: a formula with its source, and checks of the model beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["ROUNDING", "Check", "Limit"]

ROUNDING = "rounding: logarithms and exponentials of a few terms"
"""Why the tolerance of a formula without chance and without iteration is what it is."""


@dataclass(frozen=True)
class Check:
    """The model beside the formula for one set of parameters.

    Attributes
    ----------
    parameters : str
    model, formula : float
    tolerance : float
        Largest distance that counts as agreement.
    """

    parameters: str
    model: float
    formula: float
    tolerance: float

    @property
    def agrees(self) -> bool:
        """Whether the distance is within the tolerance; NaN never is."""
        return abs(self.model - self.formula) <= self.tolerance


@dataclass(frozen=True)
class Limit:
    """An exact limit.

    Attributes
    ----------
    id, title, formula, source : str
    tolerance : str
        Why the tolerance is what it is; of a statistical check with seeds, standard error and chance of a false alarm.
    checks : callable
        Runs the model for several sets of parameters.
    """

    id: str
    title: str
    formula: str
    source: str
    tolerance: str
    checks: Callable[[], list[Check]]
