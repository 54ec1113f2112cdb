"""Question d: late days over lean planning and pass-through, and whether anything tips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.engines.engine import CompiledEngine
from simulation.engines.structure import structural_late
from simulation.experiments.claims.held import SETTLING, held, still
from simulation.experiments.settings import NO_INFLUENCE
from simulation.measures import Record, all_measures, labels
from simulation.measures.measure import pool_label
from simulation.runs import run_in_world
from simulation.scenario.scenario import Scenario
from simulation.world.build import build

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LEAN", "PASS_THROUGH", "grid"]

LEAN = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
PASS_THROUGH = (0.3, 0.5, 0.7, 0.85, 1.0)

HIGH = 0.8
"""Effective use of every firm in the case in which lean planning cuts most."""


def grid(
    scenario: Scenario,
    seeds: Sequence[int],
    *,
    lean: Sequence[float] = LEAN,
    pass_through: Sequence[float] = PASS_THROUGH,
    workers: int = 1,
    on_done: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Return a frame (state, lean, pass_through, seed, measure, group, value): means of twelve months of held states.

    State "2030" has the effective use of the scenario's last month, "influence 0" that of a last month without any
    influence, "everybody" `HIGH` in every firm. Measures are late days, own late days, the share of deliveries on time,
    and realised and structural R_d.
    """
    import pandas as pd

    def one(seed: int) -> list[dict[str, Any]]:
        world = build(scenario, seed)
        ends = {"2030": scenario, "influence 0": scenario.with_(dict(NO_INFLUENCE))}
        states = {
            name: run_in_world(world, chosen, seed, has_origins=False).state.effective for name, chosen in ends.items()
        }
        states["everybody"] = np.full_like(states["2030"], HIGH)
        rows: list[dict[str, Any]] = []
        for slack, passed in product(lean, pass_through):
            quiet = still(scenario.with_({"lateness.lean": slack, "lateness.pass_through": passed}))
            for state, effective in states.items():
                place = {"state": state, "lean": slack, "pass_through": passed, "seed": seed}
                rows += [place | row for row in _measured(held(world, quiet, seed, effective), quiet)]
        return rows

    rows: list[dict[str, Any]] = []
    with ThreadPoolExecutor(workers) as pool:
        for number, found in enumerate(pool.map(one, seeds), 1):
            rows += found
            if on_done:
                on_done(number)
    return pd.DataFrame(rows)


def _measured(engine: CompiledEngine, scenario: Scenario) -> list[dict[str, Any]]:
    groups = engine.world.groups
    record = Record(groups, engine.tallies, engine.awards, scenario.use.ceiling)
    masks = labels(groups, "every")
    sizes = [pool_label(groups, is_sme) for is_sme in (False, True)]
    asked = [(name, label) for name in ("late_days", "own_late_days", "on_time_share") for label in ("all", *sizes)]
    asked.append(("reproduction_late", "all"))
    rows = [
        {
            "measure": name,
            "group": label,
            "value": float(np.mean(all_measures()[name].of(record, masks[label])[SETTLING:])),
        }
        for name, label in asked
    ]
    structural = structural_late(engine.world.firms, engine.links, engine.state, engine.parameters)
    return [*rows, {"measure": "structural_late", "group": "all", "value": float(structural)}]
