"""Reading a sweep: its file, the scenarios that it names, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path as File
from typing import Any

from pydantic import ValidationError

from simulation.errors import InputError, Problem
from simulation.experiments.sweeps.declaration import FactorEntry, Sweep
from simulation.experiments.sweeps.preparing import study_of
from simulation.experiments.sweeps.study import Study
from simulation.scenario.declarations import plain, shape_of
from simulation.scenario.document import Document, read
from simulation.scenario.explaining import explain
from simulation.scenario.finding import locate, scenario_beside, shipped_in, with_values
from simulation.scenario.merging import MOST_PROBLEMS, Draft, layer
from simulation.scenario.overriding import SET, override
from simulation.scenario.scenario import Scenario
from simulation.scenario.shipped import PREFIX, leaves_folder, project_folder

__all__ = ["load_sweep", "shipped_sweeps", "sweep_of"]


def shipped_sweeps() -> list[str]:
    """Return the names of the shipped sweeps, ordered."""
    return shipped_in("sweeps")


def load_sweep(path: str | PathLike[str], sets: Sequence[str] = ()) -> Study:
    """Read and check a sweep and all that it names.

    Parameters
    ----------
    path : str or path
        A YAML file, or the name of a shipped sweep: ``tierwise:where_grants_fail``, or ``where_grants_fail`` where no
        such file is.
    sets : sequence of str
        Values that replace those of the sweep's file, each as ``dotted.path=value``, such as ``size=256``.

    Raises
    ------
    InputError
        Everything that is wrong, each with ``file:line:col`` and path.
    """
    file, name = locate(fspath(path), "sweeps")
    draft = _draft(_spelled_out(read(file, name)), file.stem)
    for text in sets:
        draft.apply(_spelled_out(_override(text)))
    try:
        sweep = _beside(_finished(draft), file, draft)
        return study_of(sweep, _scenarios(sweep, draft, file), draft.place)
    except InputError as error:  # what is missing has no line
        raise InputError(replace(one, place=one.place or name) for one in error.problems) from error


def sweep_of(values: Mapping[str, Any], scenarios: Sequence[Scenario]) -> Study:
    """Return a study of scenarios from the values that a sweep's file would have; ``scenarios`` takes that key's place.

    Raises
    ------
    InputError
        Everything that is wrong, each with its path.
    """
    if not scenarios:
        message = "a sweep needs at least one scenario"
        raise InputError(message)
    names = [scenario.name for scenario in scenarios]
    draft = _draft(_spelled_out(Document(plain(dict(values)) | {"scenarios": names}, {})), "sweep")
    sweep = _finished(draft)
    _refuse_twice(names, draft)
    return study_of(sweep, [_with_set(sweep, scenario, scenarios, draft) for scenario in scenarios], draft.place)


def _override(text: str) -> Document:
    """Return ``path=value`` as a layer; names of factors and paths of ``set`` have dots of their own."""
    path, equals, value = text.partition("=")
    first, _, rest = path.strip().partition(".")
    if not rest or first not in ("factors", "set"):
        return override(text)
    name, _, key = rest.rpartition(".")
    is_entry = first == "factors" and name and key in FactorEntry.model_fields
    names = (name, key) if is_entry else (rest,)
    parsed: Any = override(f"value{equals}{value}").values["value"]
    return layer((first, *names), parsed, SET)


def _beside(sweep: Sweep, file: File, draft: Draft) -> Sweep:
    """Return a sweep whose ensemble, where it is a file, is found from the sweep's folder and in its project."""
    chosen = sweep.ensemble
    if chosen is None or chosen.file.startswith(PREFIX):
        return sweep
    place = draft.place(("ensemble", "file"))
    try:
        found = (file.parent / chosen.file).resolve()
        is_outside = leaves_folder(found, project_folder(file))
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(Problem(f"{chosen.file[:80]!r} is not the path of a file", place, "ensemble.file")) from error
    if is_outside:
        raise InputError(Problem(f"{chosen.file!r} leaves the project folder", place, "ensemble.file"))
    return sweep.model_copy(update={"ensemble": chosen.model_copy(update={"file": str(found)})})


def _draft(document: Document, name: str) -> Draft:
    values = plain(Sweep(design="grid", name=name))
    del values["design"]
    draft = Draft(shape_of(Sweep), values)
    draft.apply(document)
    return draft


def _spelled_out(document: Document) -> Document:
    """Return a document with factors that are a list, or nothing, written as what they are short for."""
    factors = document.values.get("factors")
    if not isinstance(factors, dict):
        return document
    whole = {
        name: {} if entry is None else {"values": entry} if isinstance(entry, list) else entry
        for name, entry in factors.items()
    }
    places = dict(document.places)
    for name, entry in factors.items():
        if isinstance(entry, list) and (found := places.get(("factors", name))):
            places["factors", name, "values"] = found
    return Document(document.values | {"factors": whole}, places)


def _finished(draft: Draft) -> Sweep:
    """Return the sweep of a draft; `InputError` with all its problems."""
    problems = draft.problems[:MOST_PROBLEMS]
    try:
        sweep = Sweep.model_validate(draft.values)
    except ValidationError as error:
        problems += explain(draft, error.errors(include_url=False)[: MOST_PROBLEMS - len(problems)])
        raise InputError(problems) from None
    if problems:
        raise InputError(problems)
    return sweep


def _scenarios(sweep: Sweep, draft: Draft, file: File) -> list[Scenario]:
    """Return the scenarios that a sweep names, found beside its file or among the shipped ones."""
    if not sweep.scenarios:
        raise InputError(Problem("a sweep needs at least one scenario", draft.place(("scenarios",)), "scenarios"))
    found = [
        scenario_beside(name, file, "sweep", draft.place(("scenarios", str(number))), "scenarios")
        for number, name in enumerate(sweep.scenarios)
    ]
    _refuse_twice([scenario.name for scenario in found], draft)
    return [_with_set(sweep, scenario, found, draft) for scenario in found]


def _refuse_twice(names: Sequence[str], draft: Draft) -> None:
    if twice := next((name for name in names if names.count(name) > 1), None):
        message = f"two scenarios are both named '{twice}'; give each its own name"
        raise InputError(Problem(message, draft.place(("scenarios",)), "scenarios"))


def _with_set(sweep: Sweep, scenario: Scenario, scenarios: Sequence[Scenario], draft: Draft) -> Scenario:
    """Return a scenario with what the sweep sets in all of them; a lever's values are set where there is the lever."""
    levers = {lever for other in scenarios for lever in other.policy}
    return with_values(scenario, sweep.set, levers, draft)
