"""Claims a and b: what support, grants and courses change at equal money, and on which assumption it hangs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from simulation.engines.strength import policy_start, solve_strength
from simulation.experiments.outcomes import outcomes_of
from simulation.experiments.settings import NO_INFLUENCE, Setting, differences, is_delivery
from simulation.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OUTCOMES", "SETTINGS", "effects", "solved"]

SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "as assumed": {},
    "chi 0": {"defects.mismatch": 0.0},
    "chi 1": {"defects.mismatch": 1.0},
    "lean 0": {"lateness.lean": 0.0},
    "lean 0.6": {"lateness.lean": 0.6},
    "r 0.3": {"lateness.pass_through": 0.3},
    "r 1": {"lateness.pass_through": 1.0},
    "w_C 0": {"influence.customers": 0.0},
    "w_S 0": {"influence.suppliers": 0.0},
    "w_P 0": {"influence.peers": 0.0},
    "influence 0": NO_INFLUENCE,
    "influence doubled": {
        "influence.customers": 1.6,
        "influence.suppliers": 0.8,
        "influence.peers": 1.0,
        "use.partners": 1.0,
    },
    "null of a": {**NO_INFLUENCE, "review": {"base": 0.0, "sensitivity": 0.0}},
    "null of b": {"capacity.exponent": 0.0, "adoption.hazard.capacity": 0.0, "use.capacity": 0.0},
}
"""Assumptions varied one at a time, and the nulls."""

OUTCOMES = (
    "additional_adopters",
    "sme_manufacturing_adopters",
    "sme_defect_ppm",
    "large_defect_ppm",
    "sme_on_time",
    "sme_late_days",
    "large_late_days",
    "user_gap",
)


def solved(
    scenarios: Sequence[Scenario],
    settings: Mapping[str, Mapping[str, Any]] = SETTINGS,
    *,
    on_done: Callable[[int], None] | None = None,
) -> list[Setting]:
    """Return the scenarios under every setting, each spending the envelope.

    Strengths are solved once for all settings that leave adoption and spending as they are.
    """
    usual: tuple[Scenario, ...] = tuple(solve_strength(scenario)[0] for scenario in scenarios)
    found = []
    for number, (name, changes) in enumerate(settings.items(), 1):
        if is_delivery(changes):
            chosen = tuple(scenario.with_(dict(changes)) for scenario in usual)
        else:
            chosen = tuple(solve_strength(scenario.with_(dict(changes)))[0] for scenario in scenarios)
        found.append(Setting(name, chosen))
        if on_done:
            on_done(number)
    return found


def effects(
    settings: Sequence[Setting],
    seeds: Sequence[int],
    *,
    workers: int = 1,
    on_done: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Return a frame (setting, seed, scenario, outcome, unit, value, baseline, difference), paired on common draws."""
    import pandas as pd

    outcomes = [o for o in outcomes_of(settings[0].scenarios[0]) if o.name in OUTCOMES]
    start = min(policy_start(s.policy) for setting in settings for s in setting.scenarios if s.policy)

    def one(seed: int) -> list[pd.DataFrame]:
        return [differences(setting, seed, outcomes, start) for setting in settings]

    frames: list[pd.DataFrame] = []
    with ThreadPoolExecutor(workers) as pool:
        for number, rows in enumerate(pool.map(one, seeds), 1):
            frames += rows
            if on_done:
                on_done(number)
    return pd.concat(frames, ignore_index=True)
