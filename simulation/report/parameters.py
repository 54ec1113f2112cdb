"""The numbers that a comparison hangs on: those that are assumed, and those that scenarios change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulation.figures.style import scenario_label
from simulation.report.view import LETTERS
from simulation.scenario.declarations import leaves
from simulation.scenario.register import Entry, register
from simulation.scenario.scenario import NAMES, Scenario

__all__ = ["assumed_parameters", "changed_parameters"]


def assumed_parameters(scenario: Scenario) -> list[dict[str, str]]:
    """Return every assumed number of the register with the value that the scenario gives it."""
    values = {".".join(path): value for path, value in leaves(scenario.resolved())}
    return [
        _parameter(entry, values.get(entry.path, entry.default)) for entry in register() if entry.status == "assumed"
    ]


def _parameter(entry: Entry, value: Any) -> dict[str, str]:  # noqa: ANN401 - any number
    tried = f"{_plain(entry.low)} to {_plain(entry.high)}" if entry.low is not None and entry.high is not None else ""
    return {
        "path": entry.path,
        "label": entry.label,
        "symbol": entry.symbol,
        "value": _plain(value),
        "unit": entry.unit,
        "range": tried,
        "source": entry.source,
    }


def _plain(value: Any) -> str:  # noqa: ANN401 - any plain value
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    return f"{value:,.6g}".replace("-", "−") if isinstance(value, int | float) else str(value)


def changed_parameters(scenarios: Sequence[Scenario]) -> list[tuple[str, str, str, str]]:
    """Return (scenario, path, baseline's value, its value) of whatever differs from the baseline outside the policy."""
    first = _settings(scenarios[0])
    changed = []
    for scenario in scenarios[1:]:
        mine = _settings(scenario)
        changed += [
            (scenario_label(scenario, LETTERS), path, _plain(first.get(path)), _plain(mine.get(path)))
            for path in dict.fromkeys([*first, *mine])
            if first.get(path) != mine.get(path)
        ]
    return changed


def _settings(scenario: Scenario) -> dict[str, Any]:
    skipped = {*NAMES, "policy"}
    return {
        ".".join(path): value
        for path, value in leaves(scenario.resolved())
        if path[0] not in skipped and path != ("budget", "strength")
    }
