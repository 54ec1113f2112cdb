"""Kinds of quantity: every number of a scenario is declared once, with unit, range, label, status and source.

A declaration is an annotation, ``Annotated[float, Share("user share", symbol="u", status="assumed", ...)]``. The
reader of scenarios takes the hard limits from it, the parameter register its text, sweeps their ranges (``low`` to
``high``), and the teaching page its sliders.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from annotated_types import BaseMetadata, Ge, GroupedMetadata, Gt, Le
from pydantic import AllowInfNan, BaseModel, ConfigDict

__all__ = [
    "NO_DATA",
    "Chance",
    "Count",
    "Days",
    "Factor",
    "LogOdds",
    "Money",
    "Months",
    "Quantity",
    "Rate",
    "Section",
    "Share",
    "Status",
]

Status = Literal["measured", "calibrated", "assumed", "design"]

NO_DATA = "assumed; no data found"
"""Source of a number for which nothing was found."""


@dataclass(frozen=True)
class Quantity(GroupedMetadata):
    """A declared number.

    Attributes
    ----------
    label : str
        What it is, in words.
    symbol : str
        Its symbol in the equations.
    status : {"measured", "calibrated", "assumed", "design"}
        Where the default comes from; ``design`` marks choices of the modeller such as sizes and months.
    source : str
        The evidence row, or why the default was assumed.
    low, high : float or None
        The range over which results should be tried; None where no range is meaningful.
    unit : str
        Unit of the value.
    minimum, maximum : float or None
        Hard limits; a value outside is refused.
    """

    label: str
    symbol: str = ""
    status: Status = "assumed"
    source: str = ""
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None

    default_unit: ClassVar[str] = ""
    default_minimum: ClassVar[float | None] = None
    default_maximum: ClassVar[float | None] = None
    is_minimum_open: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for name in ("unit", "minimum", "maximum"):
            if getattr(self, name) is None:
                object.__setattr__(self, name, getattr(self, f"default_{name}"))

    def __iter__(self) -> Iterator[BaseMetadata]:
        yield AllowInfNan(False)  # type: ignore[misc]
        if self.minimum is not None:
            yield Gt(self.minimum) if self.is_minimum_open else Ge(self.minimum)
        if self.maximum is not None:
            yield Le(self.maximum)


class Share(Quantity):
    """A part of a whole, 0 to 1."""

    default_minimum = 0.0
    default_maximum = 1.0


class Chance(Share):
    """A probability, 0 to 1."""


class Rate(Quantity):
    """A rate or hazard per month, at least 0."""

    default_unit = "per month"
    default_minimum = 0.0


class LogOdds(Quantity):
    """A term of a linear predictor, any sign."""

    default_unit = "log-odds"


class Factor(Quantity):
    """A multiplier without unit, at least 0."""

    default_minimum = 0.0


class Months(Quantity):
    """A number of months, at least 0."""

    default_unit = "months"
    default_minimum = 0


class Days(Quantity):
    """A number of days, at least 0."""

    default_unit = "days"
    default_minimum = 0.0


class Money(Quantity):
    """An amount of money, at least 0."""

    default_unit = "million won"
    default_minimum = 0.0


class Count(Quantity):
    """A number of things, at least 1."""

    default_minimum = 1


class Section(BaseModel):
    """A part of a scenario: unknown keys, wrong kinds, NaN and infinity are refused, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
