"""Single precision beside double: the same worlds and draws in both, outcome by outcome."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.timing import Found, Table
from simulation.experiments.outcomes import outcome_groups, outcome_values, outcomes_of
from simulation.runs import run_in_world
from simulation.scenario.reading import load
from simulation.world.build import build

__all__ = ["measure"]


def measure(is_quick: bool = False) -> Found:
    """Return for each outcome what single precision changes, beside what another seed changes."""
    firms, seeds = (200, range(1, 4)) if is_quick else (2_000, range(1, 31))
    scenario = load("tierwise:baseline", [f"population.firms={firms}", "budget.strength=fixed"])
    series = {np.float32: [], np.float64: []}
    for seed in seeds:
        world = build(scenario, seed)
        for real, found in series.items():
            found.append(run_in_world(world, scenario, seed, real=real).series)
    groups = outcome_groups([scenario])
    rows, values = [], {}
    for outcome in outcomes_of(scenario):
        single, double = (
            outcome_values(pd.concat(found), outcome, 0, scenario.budget.discount, groups[outcome.name]).set_index(
                "seed"
            )["value"]
            for found in series.values()
        )
        apart = (single - double).dropna()
        if apart.empty:
            continue
        error = apart.std(ddof=1) / np.sqrt(len(apart))
        spread = double.std(ddof=1)
        part = apart.abs().max() / spread if spread > 0.0 else 0.0
        values[outcome.name] = {"difference": float(apart.mean()), "error": float(error), "spread": float(spread)}
        cells = (double.mean(), apart.mean(), error, spread)
        rows.append([outcome.label, outcome.unit, *(f"{cell:.3g}" for cell in cells), f"{part:.2g}"])
    table = Table(
        f"Single less double precision, baseline of {firms:,} firms, {len(seeds)} seeds",
        ["Outcome", "Unit", "Double", "Difference", "Its error", "Spread of seeds", "Largest difference / spread"],
        rows,
        "The same worlds and draws. Spread: standard deviation of the outcome over seeds.",
    )
    return Found(values, [table])
