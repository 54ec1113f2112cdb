"""What a manifest says of the scenarios that were run: their values, where these were set, and what levers spend."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from simulation.engines.strength import Spending
from simulation.scenario.data_files import content_digest, data_files
from simulation.scenario.scenario import DEFAULT, Scenario

__all__ = ["what_was_run"]


def _origins(scenario: Scenario, spent: Spending | None) -> dict[str, str]:
    """Return by dotted path where each value that is not a default was set; of a strength, how it was solved."""
    origins = {path: place for path, place in scenario.origins().items() if place != DEFAULT}
    if spent is not None:
        seeds = len(spent.seeds)
        for name, target in spent.target.items():
            origins[f"policy.{name}.strength"] = (
                f"solved: spends {spent.spent[name]:,.0f} of {target:,.0f} million won (mean of {seeds} seeds)"
            )
        origins.pop("budget.strength", None)
    return origins


def _data(scenario: Scenario) -> dict[str, dict[str, str]]:
    """Return by dotted path the file of own data and the SHA-256 of its content."""
    values = scenario.resolved()
    found = {}
    for section, key in data_files(values):
        file = reduce(operator.getitem, section, values)[key]
        if file is not None:
            found[".".join((*section, key))] = {"file": file, "sha256": content_digest(file)}
    return found


def what_was_run(
    scenarios: Sequence[Scenario], seeds: Sequence[int], spending: Mapping[str, Spending]
) -> dict[str, Any]:
    """Return what a manifest says of solved scenarios: seeds, values, where they were set, and what levers spend."""
    return {
        "seeds": list(seeds),
        "scenarios": {
            scenario.name: {
                "digest": scenario.digest(),
                "resolved": scenario.resolved(),
                "origins": _origins(scenario, spending.get(scenario.name)),
                "data": _data(scenario),
            }
            for scenario in scenarios
        },
        "spending": {
            name: {
                "target": dict(spent.target),
                "spent": dict(spent.spent),
                "seeds": list(spent.seeds),
                "can_spend": spent.can_spend,
            }
            for name, spent in spending.items()
        },
    }
