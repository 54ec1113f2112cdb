"""Scenarios under one setting of the assumptions, and what policies change there on common draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.experiments.outcomes import Outcome, outcome_groups, outcome_values
from simulation.experiments.parallel import Batch
from simulation.measures import all_measures, labels
from simulation.records import Run
from simulation.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NO_INFLUENCE", "Setting", "differences", "is_delivery"]

NO_INFLUENCE: Mapping[str, float] = {
    "influence.customers": 0.0,
    "influence.suppliers": 0.0,
    "influence.peers": 0.0,
    "use.partners": 0.0,
}
"""Nobody is moved by partners or peers, neither to adopt nor to use."""


def is_delivery(changes: Iterable[str]) -> bool:
    """Say whether changed parameters concern how defects and lateness travel alone, and neither use nor adoption."""
    return all(path.startswith(("defects.", "lateness.")) for path in changes)


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
    runs = Batch(setting.scenarios, has_origins=False).runs(seed)
    groups = outcome_groups(setting.scenarios)
    parts = []
    for outcome in outcomes:
        chosen = groups[outcome.name]
        series = pd.concat([_line(run, outcome, chosen[run.scenario.name]) for run in runs], ignore_index=True)
        table = outcome_values(series, outcome, start, base.budget.discount, chosen)
        usual = float(table.loc[table["scenario"] == base.name, "value"].iloc[0])
        table = table[table["scenario"] != base.name].assign(
            setting=setting.name, outcome=outcome.name, unit=outcome.unit, baseline=usual
        )
        parts.append(table)
    rows = pd.concat(parts, ignore_index=True)
    rows["difference"] = rows["value"] - rows["baseline"]
    return rows


def _line(run: Run, outcome: Outcome, group: str) -> pd.DataFrame:
    """Return the line of a run's series that an outcome is taken from; all lines would take as long as the run."""
    import pandas as pd

    values = all_measures()[outcome.measure].of(run.record, labels(run.record.groups, "every")[group])
    frame = pd.DataFrame({"month": range(len(values)), "value": values})
    frame["scenario"], frame["seed"] = run.scenario.name, run.seed
    frame["group"], frame["measure"] = group, outcome.measure
    return frame
