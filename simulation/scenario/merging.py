"""Layers of a scenario: declared defaults, the files of an ``extends`` chain, ``--set``; the later one wins.

Mappings merge key by key, lists and single values replace. A value of null removes an inherited name (a size class,
a lever, an entry of a table); in ``policy: null`` it removes all levers; a section left empty says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from simulation.errors import Problem
from simulation.policies import lever_kinds
from simulation.scenario.classes import CLASSES, TABLES
from simulation.scenario.declarations import Leaf, Levers, Part, Path, Shape, Table, Values, find, leaves, plain
from simulation.scenario.document import Document, Place

__all__ = ["Draft", "did_you_mean", "layer"]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the known word that is nearest, or nothing."""
    by_lower = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f"; did you mean {by_lower[close[0]]!r}?" if close else ""


def layer(path: Path, value: Any, place: str) -> Document:  # noqa: ANN401 - any plain value
    """Return one value at a path as a layer that comes from ``place``."""
    values = value = plain(value)
    for step in reversed(path):
        values = {step: values}
    below = [(*path, *rest) for rest, _ in leaves(value)] if isinstance(value, dict) else []
    paths = {full[:length] for full in [path, *below] for length in range(1, len(full) + 1)}
    return Document(values, {entry: Place(place, place) for entry in paths})


@dataclass
class Draft:
    """Values of a scenario under construction, complete from the start, with the place that set each of them."""

    shape: Part
    values: Values
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def levers(self) -> dict[str, str]:
        """Return the lever of each entry of the policy."""
        policy = self.values.get("policy")
        entries = policy if isinstance(policy, dict) else {}
        return {
            name: entry["lever"]
            for name, entry in entries.items()
            if isinstance(entry, dict) and isinstance(entry.get("lever"), str)
        }

    def place(self, path: Path, of_key: bool = False) -> str:
        """Return where a path, or the nearest part of the scenario around it, was set."""
        for length in range(len(path), 0, -1):
            if found := self.places.get(path[:length]):
                return found.key if of_key or length < len(path) else found.value
        return ""

    def apply(self, document: Document) -> None:
        """Lay a document over the draft."""
        self._drop_classes(document.values)
        self._merge(self.shape, self.values, document.values, (), document.places)

    def _merge(self, shape: Shape, base: Values, over: Values, path: Path, places: Mapping[Path, Place]) -> None:
        for name, value in over.items():
            here = (*path, name)
            entry = find(shape, (name,), self.levers()) if not isinstance(shape, Leaf) else None
            if isinstance(shape, Levers):
                entry = self._begin_lever(shape, base, name, value)
            if value is None and self._removes(shape, entry, base, here, places):
                continue
            if isinstance(value, dict) and not isinstance(entry, Leaf | None):
                self._note(here, places)
                if not isinstance(base.get(name), dict):
                    base[name] = {}
                self._merge(entry, base[name], value, here, places)
            elif isinstance(entry, Part | Table | Levers) and value is not None:
                kind = "list" if isinstance(value, list) else "single value"
                message = f"a {kind} stands where keys with values belong"
                self.problems.append(Problem(message, places[here].value, ".".join(here)))
            else:
                self._forget(here)
                base[name] = value
                self.places |= {full: place for full, place in places.items() if full[: len(here)] == here}

    def _begin_lever(self, shape: Levers, base: Values, name: str, value: Any) -> Shape | None:  # noqa: ANN401
        """Start a lever that is new here, or becomes another one, from its declared defaults."""
        if not isinstance(value, dict):
            return Table(Leaf(object))
        before = self.levers().get(name)
        kind = value.get("lever", before or name)
        if not isinstance(kind, str) or kind not in shape.kinds:
            return None
        if before != kind:
            self._forget(("policy", name))
            base[name] = plain(lever_kinds()[kind].model_validate({}))
        return shape.kinds[kind]

    def _removes(
        self, shape: Shape, entry: Shape | None, base: Values, here: Path, places: Mapping[Path, Place]
    ) -> bool:
        """Carry out what null means here; say whether that was all."""
        if isinstance(shape, Table | Levers):
            if here[-1] in base:
                self._forget(here)
                del base[here[-1]]
            else:
                message = f"null removes an inherited entry, and there is no {here[-1]!r}{did_you_mean(here[-1], base)}"
                self.problems.append(Problem(message, places[here].key, ".".join(here)))
            return True
        if isinstance(entry, Levers):
            self._forget(here)
            base[here[-1]] = {}
            return True
        return isinstance(entry, Part) and not entry.is_optional

    def _drop_classes(self, over: Values) -> None:
        """Remove with a class its inherited entries in tables."""
        population = over.get("population")
        for kind in CLASSES:
            declared = population.get(kind) if isinstance(population, dict) else None
            for name, value in declared.items() if isinstance(declared, dict) else ():
                if value is None:
                    for path, levels in TABLES.items():
                        self._drop(path, levels, kind, name)

    def _drop(self, path: Path, levels: tuple[str, ...], kind: str, name: str) -> None:
        table: Any = self.values
        for step in path:
            table = table.get(step) if isinstance(table, dict) else None
        if not levels or not isinstance(table, dict):
            return
        if levels[0] == kind and name in table:
            self._forget((*path, name))
            del table[name]
        for entry in table:
            self._drop((*path, entry), levels[1:], kind, name)

    def _note(self, here: Path, places: Mapping[Path, Place]) -> None:
        if here in places:
            self.places[here] = places[here]

    def _forget(self, here: Path) -> None:
        for path in [path for path in self.places if path[: len(here)] == here]:
            del self.places[path]
