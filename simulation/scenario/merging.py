"""Layers of a scenario: declared defaults, the files of an ``extends`` chain, ``--set``; the later one wins.

Mappings merge key by key, lists and single values replace. A value of null removes an inherited name (a size class,
a lever, an entry of a table); in ``policy: null`` it removes all levers; a section left empty says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import Any

from simulation.errors import Problem
from simulation.policies import lever_kinds
from simulation.scenario.classes import CLASSES, TABLES
from simulation.scenario.declarations import Leaf, Levers, Part, Path, Shape, Table, Values, find, plain
from simulation.scenario.document import Document, Place

__all__ = ["MOST_PROBLEMS", "Draft", "did_you_mean", "layer"]

MOST_PROBLEMS = 50
"""Problems that are told; who has more of them has made one mistake many times."""

_LONGEST_WORD, _MOST_WORDS = 60, 500
"""What is compared with what somebody may have meant: comparing takes long."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the known word that is nearest, or nothing."""
    if len(word) > _LONGEST_WORD:
        return ""
    by_lower = {name.lower(): name for name in islice(known, _MOST_WORDS) if len(name) <= _LONGEST_WORD}
    close = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f"; did you mean {by_lower[close[0]]!r}?" if close else ""


def layer(path: Path, value: Any, place: str) -> Document:  # noqa: ANN401 - any plain value
    """Return one value at a path as a layer that comes from ``place``."""
    values = value = plain(value)
    for step in reversed(path):
        values = {step: values}
    above = [path[:length] for length in range(1, len(path))]
    return Document(values, {entry: Place(place, place) for entry in [*above, *_within(path, value)]})


def _within(path: Path, value: Any) -> Iterator[Path]:  # noqa: ANN401 - any plain value
    """Yield the path of a value and of everything in it."""
    yield path
    if isinstance(value, dict):
        for name, entry in value.items():
            yield from _within((*path, name), entry)
    elif isinstance(value, list):
        for position, entry in enumerate(value):
            yield from _within((*path, str(position)), entry)


@dataclass
class Draft:
    """Values of a scenario under construction, complete from the start, with the place that set each of them."""

    shape: Part
    values: Values
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    layers: dict[str, int] = field(default_factory=dict)
    """Number of each file, or other origin, in the order in which they were laid over each other."""

    def levers(self) -> dict[str, str]:
        """Return the lever of each entry of the policy."""
        policy = self.values.get("policy")
        entries = policy if isinstance(policy, dict) else {}
        return {name: kind for name, entry in entries.items() if (kind := _lever_of(entry)) is not None}

    def place(self, path: Path, of_key: bool = False) -> str:
        """Return where a path, or the nearest part of the scenario around it, was set."""
        for length in range(len(path), 0, -1):
            if found := self.places.get(path[:length]):
                return found.key if of_key or length < len(path) else found.value
        return ""

    def blamed(self, path: Path, cause: Path, of_key: bool = False) -> str:
        """Return where a fault at a path came from: the place of its cause, if that was laid over the path later."""
        here, there = self.place(path, of_key=of_key), self.place(cause)
        is_newer = cause in self.places and self._layer(there) > self._layer(here)
        return there if is_newer or not here else here

    def _layer(self, place: str) -> int:
        return self.layers.get(_origin(place), -1)

    def apply(self, document: Document) -> None:
        """Lay a document over the draft."""
        for place in document.places.values():
            self.layers.setdefault(_origin(place.key), len(self.layers))
        self._drop_classes(document.values)
        self._merge(self.shape, self.values, document.values, (), document.places)
        self._order_classes(document.values)

    def _merge(self, shape: Shape, base: Values, over: Values, path: Path, places: Mapping[Path, Place]) -> None:
        for name, value in over.items():
            here = (*path, name)
            entry = self._begin_lever(shape, base, name, value) if isinstance(shape, Levers) else find(shape, (name,))
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
                self._forget(here, base.get(name))
                base[name] = value
                self.places |= {full: places[full] for full in _within(here, value) if full in places}

    def _begin_lever(self, shape: Levers, base: Values, name: str, value: Any) -> Shape | None:  # noqa: ANN401
        """Start a lever that is new here, or becomes another one, from its declared defaults."""
        if not isinstance(value, dict):
            return Table(Leaf(object))
        before = _lever_of(base.get(name))
        kind = value.get("lever", before or name)
        if not isinstance(kind, str) or kind not in shape.kinds:
            return None
        if before != kind:
            self._forget(("policy", name), base.get(name))
            base[name] = plain(lever_kinds()[kind].model_validate({}))
        return shape.kinds[kind]

    def _removes(
        self, shape: Shape, entry: Shape | None, base: Values, here: Path, places: Mapping[Path, Place]
    ) -> bool:
        """Carry out what null means here; say whether that was all."""
        if isinstance(shape, Table | Levers):
            if here[-1] in base:
                self._forget(here, base.pop(here[-1]))
            else:
                self.problems.append(
                    Problem(self._nothing_to_remove(shape, base, here[-1]), places[here].key, ".".join(here))
                )
            return True
        if isinstance(entry, Levers):
            self._forget(here, base[here[-1]])
            base[here[-1]] = {}
            return True
        return isinstance(entry, Part) and not entry.is_optional

    def _nothing_to_remove(self, shape: Table | Levers, base: Values, name: str) -> str:
        if isinstance(shape, Levers) and name in shape.kinds:
            return f"there is no value here; for a lever with its declared values write {name}: {{}}"
        close = did_you_mean(name, base) if len(self.problems) < MOST_PROBLEMS else ""
        return f"null removes an inherited entry, and there is no {name!r}{close}"

    def _drop_classes(self, over: Values) -> None:
        """Remove with a class its inherited entries in tables."""
        population = over.get("population")
        for kind in CLASSES:
            declared = population.get(kind) if isinstance(population, dict) else None
            for name, value in declared.items() if isinstance(declared, dict) else ():
                if value is None:
                    for path, levels in TABLES.items():
                        self._drop(path, levels, kind, name)

    def _order_classes(self, over: Values) -> None:
        """Take over the order in which a document names all sizes, sectors or regions: it numbers the groups."""
        population, mine = over.get("population"), self.values.get("population")
        if not isinstance(population, dict) or not isinstance(mine, dict):
            return
        for kind in CLASSES:
            declared, present = population.get(kind), mine.get(kind)
            if isinstance(declared, dict) and isinstance(present, dict):
                named = [name for name, value in declared.items() if value is not None]
                if set(named) == set(present):
                    mine[kind] = {name: present[name] for name in named}

    def _drop(self, path: Path, levels: tuple[str, ...], kind: str, name: str) -> None:
        table: Any = self.values
        for step in path:
            table = table.get(step) if isinstance(table, dict) else None
        if not levels or not isinstance(table, dict):
            return
        if levels[0] == kind and name in table:
            self._forget((*path, name), table.pop(name))
        for entry in table:
            self._drop((*path, entry), levels[1:], kind, name)

    def _note(self, here: Path, places: Mapping[Path, Place]) -> None:
        if here in places:
            self.places[here] = places[here]

    def _forget(self, here: Path, value: Any) -> None:  # noqa: ANN401 - any plain value
        """Forget where a value that is replaced or removed, and everything in it, was set."""
        for path in _within(here, value):
            self.places.pop(path, None)


def _origin(place: str) -> str:
    """Return the file of a place, or what else it names."""
    file, *numbers = place.rsplit(":", 2)
    return file if len(numbers) == 2 and all(number.isdigit() for number in numbers) else place


def _lever_of(entry: Any) -> str | None:  # noqa: ANN401 - any plain value
    kind = entry.get("lever") if isinstance(entry, dict) else None
    return kind if isinstance(kind, str) else None
