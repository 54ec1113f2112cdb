"""What a sweep varies: entries of its file with their paths, ranges and words from the parameter register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from simulation.experiments.sample import Factor
from simulation.experiments.sweeps.declaration import FactorEntry
from simulation.scenario.declarations import Leaf, Shape, find, leaves, shape_of
from simulation.scenario.merging import did_you_mean
from simulation.scenario.scenario import NAMES, Scenario

__all__ = ["FactorError", "Varied", "resolve_factor"]


class FactorError(ValueError):
    """A factor that cannot be varied, and why; ``key`` is the part of its entry that is at fault."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True)
class Varied:
    """A factor and what it sets.

    Attributes
    ----------
    factor : Factor
    paths : tuple of str
        Dotted paths that take its value.
    is_relative : bool
        Whether its number multiplies the scenario's own values.
    """

    factor: Factor
    paths: tuple[str, ...]
    is_relative: bool = False

    def changes(self, value: Any, own: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - a value of a scenario
        """Return by path what a value sets in a scenario whose values by path are ``own``.

        Values of levers are set where the scenario has the lever.
        """
        chosen = {}
        for path in self.paths:
            if path.startswith("policy.") and path not in own:
                continue
            chosen[path] = value * own[path] if self.is_relative else value
        return chosen


def resolve_factor(name: str, entry: FactorEntry, scenarios: Sequence[Scenario]) -> Varied:
    """Return what an entry of ``factors`` varies.

    Parameters
    ----------
    name : str
        Of the entry: a dotted path, unless the entry has ``paths``.
    entry : FactorEntry
    scenarios : sequence of Scenario
        Those that are swept; a path must be known to one of them at least.

    Raises
    ------
    FactorError
        An unknown path, or a range that is missing, empty or impossible.
    """
    own: dict[str, Any] = {}
    shapes: dict[str, Leaf] = {}
    for scenario in scenarios:
        levers = {lever: chosen.lever for lever, chosen in scenario.policy.items()}
        for path, value in leaves(scenario.resolved()):
            shape = find(shape_of(Scenario), path, levers)
            if isinstance(shape, Leaf) and path[0] not in NAMES:
                own.setdefault(".".join(path), value)
                shapes.setdefault(".".join(path), shape)
    paths = tuple(path for text in entry.paths or (name,) for path in _expanded(text, shapes))
    if twice := next((path for path in paths if paths.count(path) > 1), None):
        raise FactorError(f"{twice!r} stands twice among its paths", "paths")
    leaf = shapes[paths[0]]
    if entry.relative and not all(_is_number(own[path]) for path in paths):
        raise FactorError("relative multiplies numbers, and not all of its paths have one", "relative")
    return Varied(_factor(name, entry, leaf), paths, entry.relative)


def _expanded(text: str, shapes: Mapping[str, Leaf]) -> Iterator[str]:
    """Yield the paths that a text names, * standing for any name between dots."""
    steps = text.split(".")
    if "*" not in text:
        if text not in shapes:
            raise FactorError(f"no scenario of this sweep has a value {text!r}{_hint(text, shapes)}")
        yield text
        return
    found = [
        path for path in shapes if len(path.split(".")) == len(steps) and all(map(fnmatchcase, path.split("."), steps))
    ]
    if not found:
        raise FactorError(f"no value of the scenarios is called like {text!r}", "paths")
    yield from found


def _hint(text: str, shapes: Mapping[str, Leaf]) -> str:
    shape: Shape | None = find(shape_of(Scenario), tuple(text.split(".")))
    if shape is not None and not isinstance(shape, Leaf):
        inside = [path for path in shapes if path.startswith(f"{text}.")]
        if inside:
            return f"; it is a section: name a value in it, such as {inside[0]!r}"
    if text.startswith("policy."):
        return "; values of a lever can be varied where a scenario has the lever"
    last = text.rsplit(".", 1)[-1]
    homes = [path for path in shapes if path.rsplit(".", 1)[-1] == last]
    return f"; did you mean {homes[0]!r}?" if homes else did_you_mean(text, sorted(shapes))


def _factor(name: str, entry: FactorEntry, leaf: Leaf) -> Factor:
    quantity = leaf.quantity
    plain = Factor(
        name,
        label=entry.label or (quantity.label if quantity else leaf.text) or name,
        unit="" if entry.relative or quantity is None else quantity.unit or "",
        group=entry.group or name,
    )
    if entry.values is not None:
        if entry.low is not None or entry.high is not None:
            raise FactorError("give values or a range, not both", "values")
        if not entry.values or len({repr(value) for value in entry.values}) < len(entry.values):
            raise FactorError("values needs at least one value, and none of them twice", "values")
        if any(isinstance(value, (list, tuple, dict)) for value in entry.values):
            raise FactorError("a level is a number or a word, not a list or a mapping", "values")
        return replace(plain, levels=entry.values, high=len(entry.values) - 1.0)
    if quantity is None and not entry.relative:
        levels = leaf.choices or ((False, True) if leaf.kind is bool else ())
        if not levels:
            raise FactorError(f"{name!r} is no number; list what it may be under values", "values")
        return replace(plain, levels=tuple(levels), high=len(levels) - 1.0)
    low, high = _range(name, entry, leaf)
    is_whole = leaf.kind is int and not entry.relative
    if is_whole and not (low.is_integer() and high.is_integer()):
        raise FactorError(f"{name!r} is a whole number, and so must be the ends of its range", "low")
    return replace(plain, low=low, high=high, is_logarithmic=entry.scale == "log", is_whole=is_whole)


def _range(name: str, entry: FactorEntry, leaf: Leaf) -> tuple[float, float]:
    declared = leaf.quantity if not entry.relative else None
    low = entry.low if entry.low is not None else declared.low if declared else None
    high = entry.high if entry.high is not None else declared.high if declared else None
    if low is None or high is None:
        what = "a multiplier" if entry.relative else f"{name!r}"
        raise FactorError(f"no range is declared for {what}; give low and high, or values", "low")
    if not low < high:
        raise FactorError(f"the range from {low:g} to {high:g} is empty", "low" if entry.low is not None else "high")
    if entry.scale == "log" and not low > 0.0:
        raise FactorError(f"a range on a logarithmic scale begins above 0, not at {low:g}", "low")
    return float(low), float(high)


def _is_number(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, int | float) and not isinstance(value, bool)
