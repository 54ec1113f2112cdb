"""What a student may move in a lesson: entries of its file with range, label, unit and source from the register."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulation.errors import InputError, Problem
from simulation.experiments.sample import Factor
from simulation.experiments.sweeps.declaration import FactorEntry
from simulation.experiments.sweeps.factors import FactorError, resolve_factor
from simulation.scenario.declarations import Leaf, Path, find, leaves, shape_of
from simulation.scenario.merging import did_you_mean
from simulation.scenario.scenario import Scenario
from simulation.schema import Quantity
from simulation.teach.declaration import ControlEntry, LessonFile, Text
from simulation.teach.refusals import RefusedError

__all__ = ["Control", "resolve_controls"]


@dataclass(frozen=True)
class Control:
    """Something that the student may move.

    Attributes
    ----------
    path : str
        Dotted path in the scenarios.
    factor : Factor
        Label, unit, and its range or levels.
    quantity : Quantity or None
        What the register says of it: symbol, status and source; None for a switch or a word.
    start : mapping of str to value
        The value with which each scenario that it moves begins.
    label : Text
        The lesson's own words for it, empty where the register's label stands.
    """

    path: str
    factor: Factor
    quantity: Quantity | None
    start: Mapping[str, Any]
    label: Text

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios that it moves."""
        return tuple(self.start)

    @property
    def ends(self) -> tuple[Any, ...]:
        """The levels, or both ends of the range."""
        factor = self.factor
        if factor.levels is not None:
            return factor.levels
        return tuple(int(end) if factor.is_whole else end for end in (factor.low, factor.high))

    def holds(self, value: Any) -> bool:  # noqa: ANN401 - whatever a browser sends
        """Say whether a value is one of the levels, or a number of the range."""
        factor = self.factor
        if factor.levels is not None:
            return any(type(value) is type(level) and value == level for level in factor.levels)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and factor.low <= value <= factor.high and (not factor.is_whole or isinstance(value, int))

    def check(self, value: Any) -> None:  # noqa: ANN401
        """Refuse a value that the lesson does not allow, with a `RefusedError`."""
        if self.holds(value):
            return
        shown = f"{value:.12g}" if isinstance(value, float) else repr(value)[:60]
        if self.factor.levels is not None:
            raise RefusedError("value.level", self.path, value=shown, ends=", ".join(_ends(self)))
        low, high = _ends(self)
        raise RefusedError(
            "value.whole" if self.factor.is_whole else "value.number", self.path, value=shown, low=low, high=high
        )


def resolve_controls(
    declared: LessonFile, scenarios: Mapping[str, Scenario], place: Callable[[Path], str]
) -> tuple[dict[str, Control], list[Problem]]:
    """Return the controls of a lesson by dotted path, and what is wrong with them.

    A range must lie within what the schema allows, and hold the value with which each scenario begins.
    """
    found: dict[str, Control] = {}
    problems: list[Problem] = []
    for path, entry in declared.controls.items():
        try:
            found[path] = _resolved(path, entry, scenarios)
        except FactorError as error:
            where = ("controls", path, *([error.key] if error.key else []))
            problems.append(Problem(str(error), place(where), ".".join(where)))
    return found, problems


def _resolved(path: str, entry: ControlEntry, scenarios: Mapping[str, Scenario]) -> Control:
    for name in entry.scenarios:
        if name not in scenarios:
            hint = did_you_mean(name, scenarios) or f"; they are {', '.join(scenarios)}"
            raise FactorError(f"{name!r} is not one of the scenarios of this lesson{hint}", "scenarios")
    chosen = {name: scenarios[name] for name in entry.scenarios or scenarios}
    factor = resolve_factor(
        path, FactorEntry(low=entry.low, high=entry.high, values=entry.values), list(chosen.values())
    ).factor
    steps = tuple(path.split("."))
    start = {name: value for name, one in chosen.items() for at, value in leaves(one.resolved()) if at == steps}
    levers = {lever: kept.lever for one in chosen.values() for lever, kept in one.policy.items()}
    leaf = find(shape_of(Scenario), steps, levers)
    control = Control(path, factor, leaf.quantity if isinstance(leaf, Leaf) else None, start, entry.label)
    _refuse_ends(control, chosen)
    for name, value in start.items():
        if not control.holds(value):
            key = "values" if entry.values is not None else ""
            raise FactorError(f"{name!r} begins with {value!r}, which is not allowed here: {_allowed(control)}", key)
    return control


def _ends(control: Control) -> list[str]:
    return [f"{end:g}" if isinstance(end, float) else str(end) for end in control.ends]


def _allowed(control: Control) -> str:
    if control.factor.levels is not None:
        return f"it may be one of {', '.join(_ends(control))}"
    kind = "whole number" if control.factor.is_whole else "number"
    return f"it may be a {kind} from {' to '.join(_ends(control))}"


def _refuse_ends(control: Control, scenarios: Mapping[str, Scenario]) -> None:
    """Try every level, or both ends, in every scenario that is moved."""
    for number, end in enumerate(control.ends):
        for name in control.scenarios:
            try:
                scenarios[name].with_({control.path: end})
            except InputError as error:
                key = "values" if control.factor.levels is not None else ("low", "high")[number]
                raise FactorError(error.problems[0].message, key) from error
