"""Scenario: one complete, checked, unchangeable description of a world and its policy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path as File
from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field, PrivateAttr, ValidationError, field_validator

from simulation.errors import InputError, Problem
from simulation.policies import Lever, lever_kinds
from simulation.policies.programmes import Budget
from simulation.rules.capacity import Capacity
from simulation.rules.defects import Defects
from simulation.rules.influence import Influence
from simulation.rules.lateness import Lateness
from simulation.rules.money import MoneyFlows
from simulation.rules.process import Process
from simulation.rules.review import Review
from simulation.rules.use import Use
from simulation.scenario.checks import findings
from simulation.scenario.data_files import digested, resolve_data
from simulation.scenario.declarations import Path, Values, leaves, plain, shape_of
from simulation.scenario.document import Place
from simulation.scenario.explaining import explain
from simulation.scenario.merging import MOST_PROBLEMS, Draft, layer
from simulation.scenario.network import Network
from simulation.scenario.sections import Adoption, FirmTables, Population, Time
from simulation.schema import Section

__all__ = ["DEFAULT", "NAMES", "Scenario", "begin", "finish"]

if TYPE_CHECKING:
    AnyLever = Lever
else:
    AnyLever = Annotated[Union[tuple(lever_kinds().values())], Field(discriminator="lever")]  # noqa: UP007

DEFAULT = "declared default"
"""Origin of a value that nobody set."""

NAMES = ("name", "title", "description")
"""Values that describe a scenario without being part of what is simulated."""

_ORDERED: tuple[Path, ...] = (
    ("population", "sizes"),
    ("population", "sectors"),
    ("population", "regions"),
    ("policy",),
)
"""Mappings whose order is part of what is simulated: it numbers the groups and the levers."""


class Scenario(Section):
    """All declarations together; the defaults are the baseline."""

    name: str = "unnamed"
    title: str = ""
    description: str = ""
    time: Time = Time()
    population: Population = Population()
    network: Network = Network()
    firms: FirmTables = FirmTables()
    influence: Influence = Influence()
    adoption: Adoption = Adoption()
    use: Use = Use()
    capacity: Capacity = Capacity()
    process: Process = Process()
    defects: Defects = Defects()
    lateness: Lateness = Lateness()
    review: Review = Review()
    money: MoneyFlows = MoneyFlows()
    budget: Budget = Budget()
    policy: dict[str, AnyLever] = Field(default_factory=dict)

    _origins: dict[Path, str] = PrivateAttr(default_factory=dict)

    @field_validator("policy", mode="before")
    @classmethod
    def _kind_from_name(cls, policy: Any) -> Any:  # noqa: ANN401 - before validation anything may stand here
        """Give an entry that does not say which lever it is the lever of its name."""
        if not isinstance(policy, dict):
            return policy
        return {
            name: {"lever": name} | dict(entry) if isinstance(entry, dict) else entry for name, entry in policy.items()
        }

    def __eq__(self, other: object) -> bool:
        """Equal declarations, classes and levers in the same order; where they came from does not matter."""
        if not isinstance(other, Scenario):
            return NotImplemented
        return self._ordered() == other._ordered()

    def __hash__(self) -> int:
        return hash(json.dumps(self._ordered(), sort_keys=True))

    def with_(self, changes: Mapping[str, Any]) -> Scenario:
        """Return a copy with some values changed, checked like a file.

        Parameters
        ----------
        changes : mapping of dotted path to value
            Such as ``{"population.firms": 50_000, "policy.subsidy.share": 0.4}``. A mapping merges with what is
            there, everything else replaces it; None removes a size class, a lever or an entry of a table.

        Raises
        ------
        InputError
            An unknown path or a value that is not allowed.
        """
        draft = begin(self)
        for path, value in changes.items():
            draft.apply(layer(tuple(path.split(".")), value, "with_"))
        draft.problems += resolve_data(draft, {"with_": File.cwd()})
        return finish(draft)

    def resolved(self) -> Values:
        """Return all values, defaults included, as mappings, lists, texts and numbers."""
        return plain(self)  # type: ignore[no-any-return]

    def _ordered(self) -> Values:
        """Return all values, with lists of pairs for the mappings whose order matters."""
        values: Values = _positive_zero(self.resolved())
        for *steps, last in _ORDERED:
            table = values
            for step in steps:
                table = table[step]
            table[last] = [list(pair) for pair in table[last].items()]
        return values

    def digest(self) -> str:
        """Return the SHA-256 (hexadecimal) of everything that is simulated.

        Names and descriptions do not enter, nor does the order of keys, except that of sizes, sectors, regions and
        levers, which numbers them. Data files enter with their content, not with their paths.
        """
        values = {name: value for name, value in self._ordered().items() if name not in NAMES}
        digested(values)
        text = json.dumps(values, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def origins(self) -> dict[str, str]:
        """Return by dotted path where each value was set: a place in a file, ``--set`` or the declared default."""
        return {".".join(path): self._origins.get(path, DEFAULT) for path, _ in leaves(self.resolved())}


def begin(start: Scenario | None = None) -> Draft:
    """Return a draft that starts from a scenario, or from the declared defaults."""
    if start is None:
        return Draft(shape_of(Scenario), Scenario().resolved())
    places = {path: Place(origin, origin) for path, origin in start._origins.items()}
    return Draft(shape_of(Scenario), start.resolved(), places)


def finish(draft: Draft) -> Scenario:
    """Return the scenario of a draft.

    Raises
    ------
    InputError
        All problems of the draft, each with the place that set the value.
    """
    problems, total = draft.problems[:MOST_PROBLEMS], len(draft.problems)
    scenario = None
    try:
        scenario = Scenario.model_validate(draft.values)
    except ValidationError as error:
        problems += explain(draft, error.errors(include_url=False)[: MOST_PROBLEMS - len(problems)])
        total += error.error_count()
    except OverflowError:  # whole numbers of hundreds of digits, which files cannot hold
        raise InputError(Problem("there is a number that is too large to be computed with")) from None
    if scenario is not None and not total:
        problems = _misfits(draft, scenario)
    if total > len(problems):
        problems.append(Problem(f"and {total - len(problems):,} more problems", draft.place(())))
    if scenario is None or problems:
        raise InputError(problems)
    scenario._origins.update({path: place.value for path, place in draft.places.items()})
    return scenario


def _misfits(draft: Draft, scenario: Scenario) -> list[Problem]:
    """Return a problem for everything that does not fit together, one for each value."""
    found: dict[Path, Problem] = {}
    for path, message, cause, is_key in findings(scenario):
        found.setdefault(path, Problem(message, draft.blamed(path, cause, of_key=is_key), ".".join(path)))
    return list(found.values())


def _positive_zero(value: Any) -> Any:  # noqa: ANN401 - any plain value
    """Minus zero equals zero and gets its digest."""
    if isinstance(value, dict):
        return {name: _positive_zero(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_positive_zero(entry) for entry in value]
    return value + 0.0 if isinstance(value, float) else value
