"""Own firm and link tables named by a scenario: found relative to the file that names them, known by their content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path as File

from simulation.errors import InputError, Problem
from simulation.scenario.declarations import Values
from simulation.scenario.merging import Draft
from simulation.scenario.shipped import displayed, leaves_folder

__all__ = ["DATA", "content_digest", "resolve_data"]

DATA = ("population", "data")


def resolve_data(draft: Draft, folders: Mapping[str, File], project: File | None = None) -> list[Problem]:
    """Make the paths of a draft's data files absolute; return what is wrong with them.

    Parameters
    ----------
    folders : mapping of the name of an origin (a file, ``--set``) to the folder its paths start from
    project : path or None
        Folder that the files must not leave; None: they may be anywhere.
    """
    return list(_resolve(draft, folders, project))


def _resolve(draft: Draft, folders: Mapping[str, File], project: File | None) -> Iterator[Problem]:
    data = _tables(draft)
    for key, value in list(data.items()):
        path = (*DATA, key)
        place = draft.place(path)
        origin = next((name for name in folders if place == name or place.startswith(f"{name}:")), None)
        if origin is None or not isinstance(value, str):
            continue
        try:
            file = (folders[origin] / value).resolve()
            is_file = file.is_file()
        except (OSError, ValueError, RuntimeError):
            yield Problem(f"{value[:80]!r} is not the path of a file", place, ".".join(path))
            continue
        if project is not None and leaves_folder(file, project):
            message = f"{value!r} leaves the project folder {displayed(project)}"
            yield Problem(message, place, ".".join(path))
        elif not is_file:
            yield Problem(f"there is no file {displayed(file)}", place, ".".join(path))
        else:
            data[key] = str(file)


def _tables(draft: Draft) -> Values:
    population = draft.values["population"]
    data = population.get("data") if isinstance(population, dict) else None
    return data if isinstance(data, dict) else {}


def content_digest(file: str) -> str:
    """Return the SHA-256 (hexadecimal) of a file's content.

    Raises
    ------
    InputError
        The file is gone or cannot be read.
    """
    try:
        with File(file).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        message = f"the data file {displayed(File(file))} cannot be read: {error.strerror}"
        raise InputError(Problem(message, path=".".join(DATA))) from error
