"""Finding what other files name: sweeps and lessons by their path or shipped name, and scenarios beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path as File
from typing import Any

from simulation.errors import InputError, Problem
from simulation.scenario.declarations import Path
from simulation.scenario.merging import Draft, did_you_mean
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.scenario.shipped import PREFIX, leaves_folder, project_folder, shipped_folder, shipped_names

__all__ = ["locate", "scenario_beside", "shipped_in", "with_values"]


def shipped_in(folder: str) -> list[str]:
    """Return the names of the shipped files of a folder such as "sweeps", ordered."""
    return sorted(file.stem for file in (shipped_folder() / folder).glob("*.yaml"))


def locate(path: str, folder: str) -> tuple[File, str]:
    """Return the file of a path or shipped name, and what messages call it.

    ``folder`` is where the shipped ones lie, the plural of what they are: "sweeps", "lessons".
    """
    kind, names = folder.removesuffix("s"), shipped_in(folder)
    file, bare = File(path), path.removeprefix(PREFIX)
    try:
        if not path.startswith(PREFIX) and file.is_file():
            return file.resolve(), path
        is_folder = file.is_dir()
    except (OSError, ValueError) as error:
        message = f"{path[:80]!r} is not the path of a file"
        raise InputError(message) from error
    if bare in names:
        return shipped_folder() / folder / f"{bare}.yaml", f"{PREFIX}{folder}/{bare}"
    if is_folder:
        raise InputError(Problem(f"this is a folder; name a {kind} file", path))
    close = did_you_mean(bare, names) or f"; shipped {folder} are {', '.join(names)}"
    raise InputError(Problem(f"there is no such {kind}{close}", path))


def scenario_beside(name: str, file: File, kind: str, place: str, path: str) -> Scenario:
    """Return the scenario that a file names: one beside it, else a shipped one.

    Parameters
    ----------
    name : str
        Path from the folder, with or without its ending, or name of a shipped scenario.
    file : path
        The file that names it; it does not mean itself, and its project folder may not be left.
    kind : str
        What that file is, for messages: "sweep", "lesson".
    place, path : str
        Where and under which key it is named.

    Raises
    ------
    InputError
        There is no such scenario, it is outside the project folder, or it is wrong itself.
    """
    folder = file.parent
    project = shipped_folder() if file.is_relative_to(shipped_folder()) else project_folder(file)
    try:
        beside = next((one for one in (folder / name, folder / f"{name}.yaml") if one.is_file() and one != file), file)
        is_file = not name.startswith(PREFIX) and beside != file
        if is_file and leaves_folder(beside, project):
            raise InputError(Problem(f"{name!r} leaves the project folder", place, path))
    except (OSError, ValueError):
        is_file = False
    if not is_file and name.removeprefix(PREFIX) not in shipped_names():
        close = did_you_mean(name, shipped_names())
        message = f"there is no scenario {name!r} beside the {kind} or among the shipped ones{close}"
        raise InputError(Problem(message, place, path))
    return load(beside if is_file else f"{PREFIX}{name.removeprefix(PREFIX)}")


def with_values(
    scenario: Scenario, values: Mapping[str, Any], levers: Iterable[str], draft: Draft, path: Path = ("set",)
) -> Scenario:
    """Return a scenario with values by dotted path that stand at a path of another file.

    A value of a lever that only other scenarios of that file have (``levers`` are those of all) is left out.

    Raises
    ------
    InputError
        Values that are not allowed, with their places in that file.
    """
    known = set(levers)
    changes = {
        name: value
        for name, value in values.items()
        if (lever := _lever(name)) is None or lever in scenario.policy or lever not in known
    }
    try:
        return scenario.with_(changes)
    except InputError as error:
        raise InputError(_replaced(error, values, draft, path)) from error


def _lever(path: str) -> str | None:
    steps = path.split(".")
    return steps[1] if steps[0] == "policy" and len(steps) > 1 else None


def _replaced(error: InputError, values: Mapping[str, Any], draft: Draft, path: Path) -> list[Problem]:
    """Return problems of a scenario with the places of the values that caused them."""

    def place(problem: Problem) -> str:
        cause = next(((*path, name) for name in values if problem.path.startswith(name)), path)
        return draft.place(cause)

    return [Problem(one.message, place(one), f"{'.'.join(path)}.{one.path}") for one in error.problems]
