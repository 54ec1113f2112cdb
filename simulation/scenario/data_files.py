"""Files of own firms and links: found relative to the file that names them, known by their content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path as File

from simulation.errors import InputError, Problem
from simulation.scenario.declarations import Values
from simulation.scenario.merging import Draft
from simulation.scenario.own_data import ENDINGS, FILES
from simulation.scenario.shipped import displayed, leaves_folder

__all__ = ["DATA", "content_digest", "digested", "resolve_data"]

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
    for key in FILES:
        value = data.get(key)
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
        elif key not in ENDINGS.get(file.suffix.lower(), ()):
            yield Problem(_wrong_ending(file, key), place, ".".join(path))
        else:
            data[key] = str(file)


def _wrong_ending(file: File, key: str) -> str:
    fitting = [ending for ending, keys in ENDINGS.items() if key in keys]
    return f"{displayed(file)} has no known ending; {key} are read from files that end in {', '.join(fitting)}"


def _tables(draft: Draft) -> Values:
    population = draft.values["population"]
    data = population.get("data") if isinstance(population, dict) else None
    return data if isinstance(data, dict) else {}


def digested(data: Values) -> Values:
    """Return what own data are: for each file its kind and its content instead of its path, and how it is read."""
    files = {key: data[key] for key in FILES if data[key] is not None}
    return data | {key: f"{File(file).suffix.lower()} {content_digest(file)}" for key, file in files.items()}


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
