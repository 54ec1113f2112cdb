"""Reading a scenario: the file, the files it extends, and what the command line sets."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from os import PathLike, fspath
from pathlib import Path as File
from typing import NamedTuple

from simulation.errors import InputError, Problem
from simulation.scenario.data_files import resolve_data
from simulation.scenario.document import Document, Place, read
from simulation.scenario.merging import did_you_mean
from simulation.scenario.overriding import SET, override
from simulation.scenario.scenario import NAMES, Scenario, begin, finish
from simulation.scenario.shipped import (
    PREFIX,
    called,
    displayed,
    leaves_folder,
    project_folder,
    shipped_file,
    shipped_folder,
    shipped_names,
)

__all__ = ["load"]

LONGEST_CHAIN = 20
EXTENDS = "extends"
_LONGEST_NAME = 100


class _Link(NamedTuple):
    """One file of an ``extends`` chain: where it is, what messages call it, what it says."""

    file: File
    name: str
    document: Document


def load(path: str | PathLike[str], sets: Sequence[str] = ()) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    path : str or path
        A YAML file, or the name of a shipped scenario: ``tierwise:baseline``, or ``baseline`` where no such file is.
    sets : sequence of str
        Values that replace those of the file, each as ``dotted.path=value``.

    Raises
    ------
    InputError
        Everything that is wrong, each with ``file:line:col`` and dotted path.
    """
    file, name = _locate(fspath(path))
    project = shipped_folder() if shipped_file(name) == file else project_folder(file)
    chain = _chain(file, name, project)
    draft = begin()
    for link in reversed(chain):
        document = link.document if link is chain[0] else _without_names(link.document)
        draft.apply(document)
    if "name" not in chain[0].document.values:
        draft.values["name"] = file.stem
        draft.places["name",] = Place(name, name)
    draft.problems += resolve_data(draft, {link.name: link.file.parent for link in chain}, project)
    for text in sets:
        draft.apply(override(text))
    draft.problems += resolve_data(draft, {SET: File.cwd()})
    return finish(draft)


def _locate(path: str) -> tuple[File, str]:
    """Return the file of a path or shipped name, and what messages call it."""
    if path.startswith(PREFIX):
        if found := shipped_file(path):
            return found, called(found)
        raise InputError(_no_shipped(path))
    if not path:
        raise InputError("no scenario is named; give the path of a file or the name of a shipped scenario")
    file = File(path)
    try:
        if file.is_file():
            return file.resolve(), path
        is_folder = file.is_dir()
    except (OSError, ValueError) as error:
        raise InputError(_no_path(path)) from error
    if found := shipped_file(path):
        return found, called(found)
    if is_folder:
        raise InputError(Problem("this is a folder; name a scenario file in it", path))
    if not path.isprintable():
        raise InputError(_no_path(path))
    raise InputError(Problem(f"there is no such file{_near(path, file.parent)}", path))


def _no_path(path: str) -> str:
    return f"{path[:80]!r} is not the path of a file"


def _no_shipped(name: str, place: str = "", path: str = "") -> Problem:
    bare = name.removeprefix(PREFIX)
    close = did_you_mean(bare, shipped_names()) or f"; there are {', '.join(shipped_names())}"
    return Problem(f"there is no shipped scenario {bare!r}{close}", place, path)


def _near(path: str, folder: File, child: File | None = None) -> str:
    """Name a scenario file of the same folder, written like the path, or a shipped scenario that looks alike."""
    start, name = path[: len(path) - len(File(path).name)], File(path).name
    try:
        beside = sorted(other.name for other in folder.glob("*.yaml") if other != child)
    except OSError:
        beside = []
    if nearest := get_close_matches(name[:_LONGEST_NAME], beside, n=1):
        return f"; did you mean {start + nearest[0]!r}?"
    return did_you_mean(File(path).stem, shipped_names())


def _chain(file: File, name: str, project: File) -> list[_Link]:
    """Return the file and all that it extends, nearest first."""
    chain: list[_Link] = []
    while True:
        document = read(file, name)
        parent = document.values.pop(EXTENDS, None)
        chain.append(_Link(file, name, document))
        if (EXTENDS,) not in document.places:
            return chain
        place = document.places.pop((EXTENDS,)).value
        if not isinstance(parent, str):
            raise InputError(Problem("extends takes the path or name of one scenario file", place, EXTENDS))
        file, name, project = _parent(parent, file, place, project)
        names = [link.file for link in chain]
        if file in names:
            circle = " -> ".join([link.name for link in chain[names.index(file) :]] + [name])
            raise InputError(Problem(f"the files extend each other in a circle: {circle}", place, EXTENDS))
        if len(chain) >= LONGEST_CHAIN:
            raise InputError(Problem(f"more than {LONGEST_CHAIN} files extend one another", place, EXTENDS))


def _parent(parent: str, child: File, place: str, project: File) -> tuple[File, str, File]:
    """Return file, name and project folder of what a file extends."""

    def fault(message: str) -> InputError:
        return InputError(Problem(message, place, EXTENDS))

    if parent.startswith(PREFIX):
        if found := shipped_file(parent):
            return found, called(found), shipped_folder()
        raise InputError(_no_shipped(parent, place, EXTENDS))
    try:
        file = (child.parent / parent).resolve()
        if leaves_folder(file, project):
            raise fault(f"{parent!r} leaves the project folder {displayed(project)}")
        is_file, is_folder = file.is_file(), file.is_dir()
    except (OSError, ValueError, RuntimeError) as error:
        raise fault(_no_path(parent)) from error
    if is_file:
        return file, called(file), project
    if found := shipped_file(parent):
        return found, called(found), shipped_folder()
    if is_folder:
        raise fault(f"{parent!r} is a folder; name a scenario file in it")
    raise fault(f"there is no file {displayed(file)}{_near(parent, file.parent, child)}")


def _without_names(document: Document) -> Document:
    """Name, title and description of a file say nothing about files that extend it."""
    values = {key: value for key, value in document.values.items() if key not in NAMES}
    return Document(values, {path: place for path, place in document.places.items() if path[0] not in NAMES})
