"""What a sweep says of one outcome: its points, its scenarios and its replications, ready to be analysed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.errors import InputError
from simulation.state import Float, Index

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Factor", "Sample"]


@dataclass(frozen=True)
class Factor:
    """Something that a sweep varies.

    Attributes
    ----------
    name : str
        Name in tables: the dotted path that it sets, or the name given to several paths that move together.
    label, unit : str
        Words for people, and the unit.
    low, high : float
        Ends of the range; of levels, 0 and their number less one.
    levels : tuple or None
        The values that it takes, where these are listed and not drawn from a range.
    group : str
        Group that it belongs to in a sensitivity analysis; its own name where it stands alone.
    is_logarithmic, is_whole : bool
        Whether it is drawn evenly in the logarithm, and whether it is rounded to whole numbers.
    """

    name: str
    label: str = ""
    unit: str = ""
    low: float = 0.0
    high: float = 1.0
    levels: tuple[Any, ...] | None = None
    group: str = ""
    is_logarithmic: bool = False
    is_whole: bool = False

    @property
    def is_number(self) -> bool:
        """Whether its values can be ordered: drawn from a range, or all levels are numbers."""
        return self.levels is None or all(
            isinstance(level, int | float) and not isinstance(level, bool) for level in self.levels
        )

    def value(self, position: float) -> Any:  # noqa: ANN401 - a number, a switch or a word
        """Return the value at a position from 0 to 1: evenly through a range or its logarithm, or one of the levels."""
        if self.levels is not None:
            return self.levels[min(len(self.levels) - 1, int(position * len(self.levels)))]
        if self.is_whole:
            return int(min(self.high, self.low + math.floor(position * (self.high - self.low + 1.0))))
        if self.is_logarithmic:
            return float(self.low * (self.high / self.low) ** position)
        return float(self.low + position * (self.high - self.low))

    def position(self, value: Any) -> float:  # noqa: ANN401
        """Return the position of a value, the middle of its part for levels and whole numbers; NaN where it has none.

        A value outside the range has a position below 0 or above 1.
        """
        if self.levels is not None:
            return (self.levels.index(value) + 0.5) / len(self.levels) if value in self.levels else math.nan
        if isinstance(value, bool) or not isinstance(value, int | float) or self.high <= self.low:
            return math.nan
        if self.is_whole:
            return (value - self.low + 0.5) / (self.high - self.low + 1.0)
        if self.is_logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low) if value > 0.0 else math.nan
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Sample:
    """One outcome at all points of a sweep.

    Attributes
    ----------
    outcome, label, unit : str
    is_lower_better : bool or None
    design : str
        Kind of design ("grid", "latin_hypercube", "sobol", ...).
    factors : tuple of Factor, F of them
    points : frame (P rows, a column per factor)
        Values of the factors as they were simulated: numbers, switches or words.
    drawn : (P, F) the same as positions from 0 to 1, as the design placed them
    blocks : (P,) block of each point; points of a block were run on the same seeds
    scenarios : tuple of str, S of them
        The first is the baseline.
    values : (S, P, R) the outcome by scenario, point and replication; NaN where a run failed or was not made
    has_common_seeds : bool
        Whether all points were run on the same seeds, and not only those of a block.
    """

    outcome: str
    label: str
    unit: str
    is_lower_better: bool | None
    design: str
    factors: tuple[Factor, ...]
    points: pd.DataFrame
    drawn: Float
    blocks: Index
    scenarios: tuple[str, ...]
    values: Float
    has_common_seeds: bool = False

    @property
    def luck(self) -> Index:
        """(P,) equal numbers for points that were run on the same seeds."""
        return np.zeros_like(self.blocks) if self.has_common_seeds else self.blocks

    @property
    def missing(self) -> float:
        """Share of runs that failed or were not made."""
        return float(np.mean(~np.isfinite(self.values)))

    def of(self, scenario: str | None = None) -> Float:
        """Return (P, R) values of a scenario, by default the baseline; `InputError` where it was not run."""
        return np.asarray(self.values[self._place(scenario)])

    def difference(self, scenario: str) -> Float:
        """Return (P, R) values of a scenario minus the baseline's on the same seeds; NaN where either is missing."""
        return self.of(scenario) - self.of()

    def _place(self, scenario: str | None) -> int:
        if scenario is None:
            return 0
        if scenario not in self.scenarios:
            message = f"the sweep holds no scenario '{scenario}', but {_listed(self.scenarios)}"
            raise InputError(message)
        return self.scenarios.index(scenario)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
