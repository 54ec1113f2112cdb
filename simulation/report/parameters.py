"""The numbers that a comparison hangs on: those that are assumed, and those that scenarios change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from simulation.figures.style import scenario_label
from simulation.policies import lever_kinds
from simulation.report.view import LETTERS
from simulation.scenario.declarations import leaves
from simulation.scenario.register import Entry, register
from simulation.scenario.scenario import NAMES, Scenario
from simulation.texts import say, word

__all__ = ["Part", "assumed_parameters", "changed_parameters", "counts", "parts_of_the_model", "used_entries"]

_EXAMPLES = 2


class Part(NamedTuple):
    """A part of the model: how many of its numbers are assumed, of how many, and the first of these."""

    name: str
    assumed: int
    total: int
    examples: str


def used_entries(scenarios: Sequence[Scenario]) -> list[Entry]:
    """Return the declared numbers that these scenarios use: of levers those of the kinds that they have."""
    kinds = _kinds(scenarios)
    return [entry for entry in register() if _lever(entry) is None or _lever(entry) in kinds]


def _lever(entry: Entry) -> str | None:
    return entry.path.split(".")[1] if entry.path.startswith("policy.") else None


def _kinds(scenarios: Sequence[Scenario]) -> set[str]:
    levers = [lever for scenario in scenarios for lever in scenario.policy.values()]
    return {name for name, kind in lever_kinds().items() if any(type(lever) is kind for lever in levers)}


def counts(scenarios: Sequence[Scenario]) -> dict[str, int]:
    """Return how many numbers are assumed, calibrated, measured and chosen, and their total."""
    entries = used_entries(scenarios)
    found = dict.fromkeys(("assumed", "calibrated", "measured", "design"), 0)
    for entry in entries:
        found[entry.status] += 1
    return found | {"total": len(entries)}


def parts_of_the_model(scenarios: Sequence[Scenario]) -> list[Part]:
    """Return the parts of the model that hold assumed numbers, with how many."""
    entries = used_entries(scenarios)
    names = dict.fromkeys(entry.path.split(".")[0] for entry in entries)
    found = []
    for name in names:
        mine = [entry for entry in entries if entry.path.split(".")[0] == name]
        labels = list(dict.fromkeys(word(entry.label) for entry in mine if entry.status == "assumed"))
        if labels:
            assumed = sum(entry.status == "assumed" for entry in mine)
            found.append(Part(say(f"part.{name}"), assumed, len(mine), "; ".join(labels[:_EXAMPLES])))
    return found


def assumed_parameters(scenarios: Sequence[Scenario]) -> list[dict[str, str]]:
    """Return every assumed number in use with the value that the baseline, or the levers in use, give it."""
    values = {".".join(path): value for path, value in leaves(scenarios[0].resolved())}
    entries = [entry for entry in used_entries(scenarios) if entry.status == "assumed"]
    rows: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for entry in entries:
        told = _parameter(entry)
        alike = (*told, ".".join(entry.path.split(".")[:2]) if _lever(entry) is None else entry.path)
        rows.setdefault(alike, []).append((entry.path, _value(entry, values, scenarios)))
    names = ("label", "symbol", "unit", "range", "source")
    return [dict(zip(names, alike, strict=False)) | _together(found) for alike, found in rows.items()]


def _together(found: list[tuple[str, str]]) -> dict[str, str]:
    """Return path and value of numbers that share everything else: * stands for the classes."""
    paths = [path.split(".") for path, _ in found]
    path = ".".join(names[0] if len(set(names)) == 1 else "*" for names in zip(*paths, strict=False))
    values = list(dict.fromkeys(value for _, value in found))
    return {"path": path, "value": "; ".join(values)}


def _value(entry: Entry, values: Mapping[str, Any], scenarios: Sequence[Scenario]) -> str:
    """Return the value of a number; of levers those of all that are of the kind."""
    kind = _lever(entry)
    if kind is None:
        return _plain(values.get(entry.path, entry.default))
    rest = entry.path.split(".")[2:]
    found = []
    for scenario in scenarios:
        for lever in scenario.policy.values():
            if type(lever) is lever_kinds()[kind]:
                own = dict(leaves(lever.model_dump()))
                found.append(_plain(own.get(tuple(rest), entry.default)))
    return "; ".join(dict.fromkeys(found))


def _parameter(entry: Entry) -> tuple[str, ...]:
    """Return label, symbol, unit, range and source of a number, in the language that is spoken now."""
    tried = ""
    if entry.low is not None and entry.high is not None:
        tried = word("{low} to {high}", low=_plain(entry.low), high=_plain(entry.high))
    return word(entry.label), entry.symbol, word(entry.unit), tried, word(entry.source)


def _plain(value: Any) -> str:  # noqa: ANN401 - any plain value
    if isinstance(value, bool) or value is None:
        return say({True: "hangs.yes", False: "hangs.no", None: "hangs.none"}[value])
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
