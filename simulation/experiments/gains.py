"""Who gains: what each scenario changes for firms of a size, a sector or a region, on common draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.experiments.comparison import Comparison
from simulation.experiments.outcomes import Outcome, outcome_values
from simulation.experiments.statistics import mean_interval, paired_difference
from simulation.measures.measure import labels, pool_label, region_pool_label
from simulation.scenario.scenario import Scenario
from simulation.world.build import groups_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GAINED", "gains", "groups_of_gains"]

GAINED = (
    Outcome("adopters", "Adopter share", "% of firms", "adopter_share", "", "last", 100.0, False),
    Outcome("users", "User share", "% of workers", "user_share", "", "last", 100.0, False),
    Outcome("defects", "Delivered defects", "ppm", "defect_ppm", "", "last year", 1.0, True),
    Outcome("late_days", "Late days per 100 deliveries", "days", "late_days", "", "last year", 100.0, True),
)
"""What is compared by group: states in the last month, flows as means of the last twelve."""


def groups_of_gains(scenario: Scenario) -> dict[tuple[str, str], str]:
    """Return by (kind, key) the label of each group in the series of a scenario; kinds are size, sector and region.

    Keys are the same in all scenarios, whatever their classes are called: "large" and "sme", the sectors, "capital" and
    "elsewhere". A kind with one group alone is left out: it says nothing that all firms do not.
    """
    groups = groups_of(scenario)
    sizes = {name: pool_label(groups, name == "sme") for name in ("large", "sme")}
    regions = {name: region_pool_label(groups, name == "capital") for name in ("capital", "elsewhere")}
    present = labels(groups, "every")
    found: dict[tuple[str, str], str] = {}
    for kind, named in (
        ("size", sizes),
        ("sector", {name: name for name in groups.sectors}),
        ("region", regions),
    ):
        mine = {(kind, key): label for key, label in named.items() if label in present}
        found |= mine if len(mine) > 1 else {}
    return found


def gains(comparison: Comparison, confidence: float = 0.95) -> pd.DataFrame:
    """Return a row per outcome, group and scenario: the mean paired difference from the baseline with its interval.

    Columns: outcome, label, unit, is_lower_better, kind, group, scenario, mean_baseline, difference, low, high, n.
    Of groups that a scenario does not have, differences are NaN. Empty where there is one scenario alone.
    """
    import pandas as pd

    named = {scenario.name: groups_of_gains(scenario) for scenario in comparison.scenarios}
    series = comparison.experiment.series(sorted({outcome.measure for outcome in GAINED}))
    rows: list[dict[str, Any]] = []
    for outcome in GAINED:
        for kind, key in named[comparison.baseline.name]:
            table = _values(series, outcome, {name: own.get((kind, key), "") for name, own in named.items()})
            old = table[comparison.baseline.name].to_numpy()
            for scenario in comparison.scenarios[1:]:
                new = table[scenario.name].to_numpy() if scenario.name in table else np.full(old.size, np.nan)
                paired = paired_difference(new, old, confidence)
                rows.append(
                    {
                        "outcome": outcome.name,
                        "label": outcome.label,
                        "unit": outcome.unit,
                        "is_lower_better": outcome.is_lower_better,
                        "kind": kind,
                        "group": key,
                        "scenario": scenario.name,
                        "mean_baseline": mean_interval(old)[0],
                        "difference": paired.difference,
                        "low": paired.low,
                        "high": paired.high,
                        "n": paired.n,
                    }
                )
    return pd.DataFrame(rows)


def _values(series: pd.DataFrame, outcome: Outcome, groups: Mapping[str, str]) -> pd.DataFrame:
    """Return (seeds, scenarios) an outcome of one group, whatever it is called in each scenario."""
    chosen = replace(outcome, group=next(iter(groups.values())))
    values = outcome_values(series, chosen, 0, 0.0, dict(groups))
    return values.pivot(index="seed", columns="scenario", values="value")
