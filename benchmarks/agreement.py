"""Whether the month in NumPy is the engine's month: a comparison of speed means nothing otherwise."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from benchmarks.numpy_month import NumpyMonths
from benchmarks.timing import Table
from benchmarks.worlds import SEED, baseline, world_of
from simulation.engines.engine import CompiledEngine
from simulation.state import COLUMNS

__all__ = ["agrees", "as_table"]

LIMIT = 4.0
"""Standard errors; of six means of the same model one goes beyond it in a few hundred comparisons."""


def _means(tallies: Any, month: int) -> list[float]:
    """Return adopter share, user share, mean defects, late days a delivery and switching of a month."""
    total = tallies[month].sum(axis=0)
    column = {name: total[place] for place, name in enumerate(COLUMNS)}
    return [
        column["adopters"] / column["firms"],
        column["users"] / column["workers"],
        column["defects"] / column["firms"],
        column["late_days"] / column["deliveries"],
        column["switched"] / column["slots"],
        column["value_added"] / column["firms"],
    ]


def agrees(firms: int = 2_000, seeds: int = 8, month: int = 60) -> dict[str, tuple[float, float, float]]:
    """Compare NumPy's months with the engine's in one world: name -> (engine, NumPy, difference in standard errors).

    Both begin in the same state; seeds of the two are independent of one another.
    """
    scenario, world = baseline(firms), world_of(firms)
    found: list[list[list[float]]] = [[], []]
    for seed in range(SEED, SEED + seeds):
        engine = CompiledEngine(world, scenario, seed)
        other = NumpyMonths(engine, 1000 + seed)
        engine.advance(month + 1 - engine.month)
        other.advance(month + 1 - other.month)
        found[0].append(_means(engine.tallies.groups, month))
        found[1].append(_means(other.tallies, month))
    names = ("adopter share", "user share", "defect share", "late days", "switched a month", "value added")
    one, two = np.array(found[0]), np.array(found[1])
    error = np.sqrt((one.var(axis=0, ddof=1) + two.var(axis=0, ddof=1)) / seeds)
    return {
        name: (one[:, k].mean(), two[:, k].mean(), (two[:, k].mean() - one[:, k].mean()) / max(error[k], math.ulp(0.0)))
        for k, name in enumerate(names)
    }


def as_table(compared: dict[str, tuple[float, float, float]], firms: int, seeds: int) -> Table:
    """Return the comparison as a table."""
    rows = [[name, f"{one:.4g}", f"{two:.4g}", f"{apart:+.1f}"] for name, (one, two, apart) in compared.items()]
    verdict = "agree" if all(abs(apart) < LIMIT for _, _, apart in compared.values()) else "DO NOT AGREE"
    note = f"Means over {seeds} seeds of {firms:,} firms: they {verdict} within {LIMIT:g} standard errors."
    return Table(
        "NumPy's months beside the engine's", ["Mean of month 60", "Engine", "NumPy", "Apart, errors"], rows, note
    )
