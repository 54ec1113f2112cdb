"""A box: limits of some factors, and the levels that others may have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.experiments.sample import Factor, Sample
from simulation.state import Float

__all__ = ["Box", "Restriction", "Space", "space_of"]


@dataclass(frozen=True)
class Restriction:
    """What a box asks of one factor: a range, both ends included, or some levels; no low or high end is infinite."""

    factor: Factor
    low: float = -np.inf
    high: float = np.inf
    levels: tuple[object, ...] | None = None

    @property
    def asked(self) -> str:
        """What is asked, without the factor's name."""
        if self.levels is not None:
            return f"is {' or '.join(str(level) for level in self.levels)}"
        unit = f" {self.factor.unit}" if self.factor.unit else ""
        if np.isinf(self.low):
            return f"at most {self.high:.4g}{unit}"
        if np.isinf(self.high):
            return f"at least {self.low:.4g}{unit}"
        return f"from {self.low:.4g} to {self.high:.4g}{unit}"

    def __str__(self) -> str:
        return f"{self.factor.label or self.factor.name} {self.asked}"


@dataclass(frozen=True)
class Space:
    """Points as numbers.

    Attributes
    ----------
    factors : tuple of Factor, F of them
    columns : (P, F) values of numeric factors, numbers of the levels of others
    levels : tuple, for every factor its levels where they are words, else None
    """

    factors: tuple[Factor, ...]
    columns: Float
    levels: tuple[tuple[object, ...] | None, ...]

    def at(self, chosen: NDArray[np.bool_]) -> Space:
        """Return the space with some of the points."""
        return replace(self, columns=self.columns[chosen])

    def is_discrete(self, j: int) -> bool:
        """Whether a factor has values of its own, between which nothing lies."""
        return self.factors[j].is_whole or self.factors[j].levels is not None


def space_of(sample: Sample) -> Space:
    """Return the points of a sample as numbers."""
    columns: list[Float] = []
    levels: list[tuple[object, ...] | None] = []
    for factor in sample.factors:
        column = sample.points[factor.name].tolist()
        if factor.is_number and not isinstance(column[0], str):
            columns.append(np.array(column, float))
            levels.append(None)
            continue
        known = tuple(dict.fromkeys([*(factor.levels or ()), *column]))
        number = {str(level): place for place, level in enumerate(known)}
        columns.append(np.array([number[str(value)] for value in column], float))
        levels.append(known)
    return Space(tuple(sample.factors), np.column_stack(columns), tuple(levels))


@dataclass(frozen=True)
class Box:
    """Limits on F factors.

    Attributes
    ----------
    low, high : tuple of float, F of them
        Infinite where a factor is not limited on that side; not used for words.
    banned : tuple of frozenset, F of them
        Numbers of the levels that are left out.
    """

    low: tuple[float, ...]
    high: tuple[float, ...]
    banned: tuple[frozenset[int], ...]

    @classmethod
    def whole(cls, n_factors: int) -> Box:
        """Return the box without limits."""
        return cls((-np.inf,) * n_factors, (np.inf,) * n_factors, (frozenset(),) * n_factors)

    @property
    def restricted(self) -> tuple[int, ...]:
        """Factors with a limit."""
        return tuple(
            j for j, banned in enumerate(self.banned) if banned or self.low[j] > -np.inf or self.high[j] < np.inf
        )

    def contains(self, columns: Float) -> NDArray[np.bool_]:
        """Return (P,) whether points lie inside."""
        is_in = np.ones(len(columns), bool)
        for j in self.restricted:
            column = columns[:, j]
            is_in &= (column >= self.low[j]) & (column <= self.high[j])
            if self.banned[j]:
                is_in &= ~np.isin(column, list(self.banned[j]))
        return is_in

    def with_limit(self, j: int, *, low: float | None = None, high: float | None = None) -> Box:
        """Return the box with another end of a range."""
        return replace(
            self,
            low=self.low if low is None else _put(self.low, j, low),
            high=self.high if high is None else _put(self.high, j, high),
        )

    def with_banned(self, j: int, banned: frozenset[int]) -> Box:
        """Return the box with other levels left out."""
        return replace(self, banned=_put(self.banned, j, banned))

    def without(self, j: int) -> Box:
        """Return the box without any limit on a factor."""
        return self.with_limit(j, low=-np.inf, high=np.inf).with_banned(j, frozenset())

    def restrictions(self, space: Space) -> tuple[Restriction, ...]:
        """Return the limits in words and numbers of the factors."""
        return tuple(self._restriction(space, j) for j in self.restricted)

    def _restriction(self, space: Space, j: int) -> Restriction:
        levels = space.levels[j]
        if levels is None:
            return Restriction(space.factors[j], self.low[j], self.high[j])
        kept = tuple(level for number, level in enumerate(levels) if number not in self.banned[j])
        return Restriction(space.factors[j], levels=kept)


def _put(entries: Sequence[Any], j: int, entry: Any) -> tuple[Any, ...]:  # noqa: ANN401 - limits or levels
    return (*entries[:j], entry, *entries[j + 1 :])
