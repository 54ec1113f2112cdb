"""Scenarios under one setting of the assumptions, and what policies change there on common draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.experiments.outcomes import Outcome, outcome_values
from simulation.runs import run_in_world
from simulation.scenario.scenario import Scenario
from simulation.world.build import build

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Setting", "differences"]


@dataclass(frozen=True)
class Setting:
    """Scenarios under one setting, with strengths solved; the first is the baseline."""

    name: str
    scenarios: tuple[Scenario, ...]


def differences(setting: Setting, seed: int, outcomes: Sequence[Outcome], start: int) -> pd.DataFrame:
    """Run all scenarios of a setting on one seed and take the baseline's outcomes off.

    Returns a frame (scenario, seed, value, setting, outcome, unit, baseline, difference). Outcomes need no origins.
    """
    import pandas as pd

    base = setting.scenarios[0]
    world = build(base, seed)
    series = [run_in_world(world, scenario, seed, has_origins=False).series for scenario in setting.scenarios]
    whole = pd.concat(series, ignore_index=True)
    parts = []
    for outcome in outcomes:
        table = outcome_values(whole, outcome, start, base.budget.discount)
        usual = float(table.loc[table["scenario"] == base.name, "value"].iloc[0])
        table = table[table["scenario"] != base.name].assign(
            setting=setting.name, outcome=outcome.name, unit=outcome.unit, baseline=usual
        )
        parts.append(table)
    rows = pd.concat(parts, ignore_index=True)
    rows["difference"] = rows["value"] - rows["baseline"]
    return rows
