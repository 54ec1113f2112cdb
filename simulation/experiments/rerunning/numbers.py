"""How far numbers that were stored and numbers that came out now lie apart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulation.state import Float

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Gap", "outcome_gaps", "series_gaps"]

PLACES = ("measure", "group", "origin", "depth", "month")
"""Columns that tell the numbers of one run's series apart."""


@dataclass(frozen=True)
class Gap:
    """A measure or an outcome of one run that is not as it was stored.

    Attributes
    ----------
    name : str
    different, values : int
        Numbers that differ, and all that were compared.
    absolute, relative : float
        Largest difference, and largest difference over the larger of the two numbers; infinite where a number stands
        beside none (NaN), or only one side has it.
    where : str
        Group and month of the largest difference.
    """

    name: str
    different: int
    values: int
    absolute: float
    relative: float
    where: str = ""


def outcome_gaps(then: Mapping[str, float], now: Mapping[str, float]) -> list[Gap]:
    """Return the outcomes that differ."""
    found = []
    for name in then.keys() | now.keys():
        one, other = (np.array([values.get(name, math.nan)], np.float64) for values in (then, now))
        absolute, relative = _distances(one, other)
        if absolute[0] > 0.0:
            found.append(Gap(name, 1, 1, float(absolute[0]), float(relative[0])))
    return sorted(found, key=lambda gap: gap.name)


def series_gaps(then: pd.DataFrame, now: pd.DataFrame) -> list[Gap]:
    """Return the measures that differ between two series of one run, in any order of their lines."""
    return sorted(_series_gaps(then, now), key=lambda gap: gap.name)


def _series_gaps(then: pd.DataFrame, now: pd.DataFrame) -> Iterator[Gap]:
    one, other = (_plain(series) for series in (then, now))
    if one[list(PLACES)].equals(other[list(PLACES)]):
        both = one.assign(value_now=other["value"], is_alone=False)
    else:
        both = one.merge(other, on=list(PLACES), how="outer", suffixes=("", "_now"), indicator=True)
        both["is_alone"] = both["_merge"] != "both"
    absolute, relative = _distances(both["value"].to_numpy(np.float64), both["value_now"].to_numpy(np.float64))
    absolute[both["is_alone"]] = relative[both["is_alone"]] = math.inf
    both = both.assign(absolute=absolute, relative=relative)
    is_different = absolute > 0.0
    for name in both.loc[is_different, "measure"].unique():
        part = both[both["measure"] == name]
        largest = part.loc[part["absolute"].idxmax()]
        yield Gap(
            str(name),
            int((part["absolute"] > 0.0).sum()),
            len(part),
            float(largest["absolute"]),
            float(part["relative"].max()),
            f"{largest['group']}, month {largest['month']}",
        )


def _plain(series: pd.DataFrame) -> pd.DataFrame:
    """Return what tells numbers apart as plain columns, with words for what is missing, and the numbers."""
    chosen = series[[*PLACES, "value"]].reset_index(drop=True)
    texts = {name: chosen[name].astype(object).where(chosen[name].notna(), "").astype(str) for name in PLACES[:4]}
    return chosen.assign(**texts)


def _distances(one: Float, other: Float) -> tuple[Float, Float]:
    """Return absolute and relative distances, 0 where both are equal or both are NaN, infinite where one alone is."""
    is_same = (one == other) | (np.isnan(one) & np.isnan(other))
    with np.errstate(invalid="ignore", divide="ignore"):
        absolute = np.abs(one - other)
        relative = absolute / np.maximum(np.abs(one), np.abs(other))
    found = []
    for distance in (absolute, relative):
        distance[~np.isfinite(distance)] = math.inf
        distance[is_same] = 0.0
        found.append(distance)
    return found[0], found[1]
