"""Where scenario files are: the shipped ones by name, and the project folder that paths may not leave."""

from __future__ import annotations

from pathlib import Path as File

__all__ = [
    "PREFIX",
    "called",
    "displayed",
    "leaves_folder",
    "project_folder",
    "shipped_file",
    "shipped_folder",
    "shipped_names",
]

PREFIX = "tierwise:"
"""Names a shipped scenario from anywhere: ``tierwise:baseline``."""

_PACKAGE = File(__file__).resolve().parents[1]


def shipped_folder() -> File:
    """Return the folder of the shipped scenarios: packaged with the code, else ``scenarios/`` of the checkout."""
    packaged = _PACKAGE / "_shipped"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "scenarios"


def shipped_names() -> list[str]:
    """Return the names of the shipped scenarios, ordered."""
    return sorted(file.stem for file in shipped_folder().glob("*.yaml"))


def shipped_file(name: str) -> File | None:
    """Return the file of a shipped scenario, given with or without ``tierwise:``, or None."""
    bare = name.removeprefix(PREFIX)
    return shipped_folder() / f"{bare}.yaml" if bare in shipped_names() else None


def project_folder(file: File) -> File:
    """Return the nearest parent of a file that holds ``scenarios/``, else the file's own folder."""
    file = file.resolve()
    return next((folder for folder in file.parents if (folder / "scenarios").is_dir()), file.parent)


def leaves_folder(file: File, folder: File) -> bool:
    """Say whether a path, links followed, lies outside a folder."""
    return not file.resolve().is_relative_to(folder.resolve())


def called(file: File) -> str:
    """Return what messages call a scenario file: its path, or the name of a shipped file that lies elsewhere."""
    shown = displayed(file)
    return f"{PREFIX}{file.stem}" if file.parent == shipped_folder() and File(shown).is_absolute() else shown


def displayed(file: File) -> str:
    """Return a path for messages: relative where it lies below the current folder, quoted where it is unprintable."""
    try:
        below = file.resolve().relative_to(File.cwd().resolve())
    except (OSError, ValueError):
        below = File()
    shown = str(below) if below.parts else str(file)
    return shown if shown.isprintable() else repr(shown)
