"""Claim c: does the gap itself raise the risk of partners? States of equal mean and unequal spread of effective use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.experiments.claims.held import SETTLING, held, spread_of, still
from simulation.experiments.settings import NO_INFLUENCE, is_delivery
from simulation.measures import Record, all_measures, labels
from simulation.measures.measure import pool_label
from simulation.runs import run_in_world
from simulation.scenario.scenario import Scenario
from simulation.state import Groups
from simulation.world.build import build, sales_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OUTCOMES", "SETTINGS", "spread"]

SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "as assumed": {},
    "chi 0": {"defects.mismatch": 0.0},
    "chi 0.5": {"defects.mismatch": 0.5},
    "chi 1": {"defects.mismatch": 1.0},
    "lean 0": {"lateness.lean": 0.0},
    "lean 0.4": {"lateness.lean": 0.4},
    "lean 0.6": {"lateness.lean": 0.6},
    "v1 0": {"defects.inspection_effect": 0.0},
    "v1 0.2": {"defects.inspection_effect": 0.2},
    "r 0.3": {"lateness.pass_through": 0.3},
    "r 1": {"lateness.pass_through": 1.0},
    "influence 0": NO_INFLUENCE,
    "chi 1, lean 0.6, r 1": {"defects.mismatch": 1.0, "lateness.lean": 0.6, "lateness.pass_through": 1.0},
    "null of c": {"defects.mismatch": 0.0, "lateness.lean": 0.0, "defects.inspection_effect": 0.0},
}
"""Assumptions varied one at a time, all together at their worst, and the null."""

OUTCOMES = ("defect_ppm", "late_days")
"""Measures, each of all firms and of each kind of size.

Each has states of its own, whose mean leaves the firms' own part of it as it is in total: what then changes was
inherited from partners.
"""


def spread(
    scenario: Scenario,
    seeds: Sequence[int],
    settings: Mapping[str, Mapping[str, Any]] = SETTINGS,
    *,
    workers: int = 1,
    on_done: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Return a frame (setting, seed, state, measure, group, value): the last twelve months of each held state.

    The effective use "as it is" is that of the last month of the scenario, which is run once per seed, and once more
    for each setting that changes use or adoption.
    """
    import pandas as pd

    def one(seed: int) -> list[dict[str, Any]]:
        world = build(scenario, seed)
        usual = run_in_world(world, scenario, seed, has_origins=False).state.effective
        firms = world.firms
        own = {
            "defect_ppm": firms.weight * sales_of(firms, world.links) * firms.own_defects,  # partners of the start
            "late_days": firms.weight * firms.late_chance,
        }
        rows: list[dict[str, Any]] = []
        for name, changes in settings.items():
            changed = scenario.with_(dict(changes))
            is_usual = is_delivery(changes)
            final = usual if is_usual else run_in_world(world, changed, seed, has_origins=False).state.effective
            quiet = still(changed)
            for measure, weight in own.items():
                for state, effective in spread_of(world, final, weight).items():
                    engine = held(world, quiet, seed, effective)
                    record = Record(world.groups, engine.tallies, engine.awards, scenario.use.ceiling)
                    rows += [
                        {
                            "setting": name,
                            "seed": seed,
                            "state": state,
                            "measure": measure,
                            "group": group,
                            "value": value,
                        }
                        for group, value in _values(record, world.groups, measure).items()
                    ]
        return rows

    rows: list[dict[str, Any]] = []
    with ThreadPoolExecutor(workers) as pool:
        for number, found in enumerate(pool.map(one, seeds), 1):
            rows += found
            if on_done:
                on_done(number)
    return pd.DataFrame(rows)


def _values(record: Record, groups: Groups, measure: str) -> dict[str, float]:
    """Return by group the mean of a measure over the months after `SETTLING`."""
    chosen = {
        label: labels(groups, "every")[label] for label in ("all", *(pool_label(groups, s) for s in (False, True)))
    }
    of = all_measures()[measure].of
    return {label: float(np.mean(of(record, mask)[SETTLING:])) for label, mask in chosen.items()}
