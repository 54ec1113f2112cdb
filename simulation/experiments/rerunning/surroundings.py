"""What may have changed since results were made: model, packages, machine, own data, the folder itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simulation.compiled import source_digest
from simulation.errors import InputError
from simulation.scenario.data_files import content_digest
from simulation.scenario.scenario import Scenario
from simulation.store.experiment import Experiment
from simulation.store.surroundings import environment, installed

__all__ = ["Change", "altered_parts", "changed_data", "changes"]

_NAMED = {
    "python": "Python",
    "platform": "platform",
    "processor": "processor",
    "commit": "git commit",
    "has_local_changes": "local changes of the sources",
}
"""Entries of a manifest's environment that are compared, beside source and versions."""


@dataclass(frozen=True)
class Change:
    """Something that is not as it was: what it is, what it was (of all sessions of a sweep), what it is now."""

    name: str
    then: str
    now: str


def changes(manifest: Mapping[str, Any]) -> list[Change]:
    """Return what a manifest says otherwise than this program would: source of the model, versions, platform."""
    sessions = [session.get("environment", {}) for session in manifest.get("sessions", [])]
    before = [manifest.get("environment", {}), *sessions]
    now = environment()
    found = list(_compared("source of the model", [entry.get("source") for entry in before], source_digest()))
    for key, name in _NAMED.items():
        if any(key in entry for entry in before):
            found += _compared(name, [entry.get(key) for entry in before], now[key])
    packages = sorted({name for entry in before for name in entry.get("versions", {})})
    for name in packages:
        found += _compared(name, [entry.get("versions", {}).get(name) for entry in before], installed(name))
    return found


def _compared(name: str, before: list[Any], now: Any) -> Iterator[Change]:  # noqa: ANN401 - plain values
    known = list(dict.fromkeys(str(value) for value in before if value is not None))
    if known and known != [str(now)]:
        yield Change(name, ", ".join(known), "not installed" if now is None else str(now))


def changed_data(scenario: Scenario, entry: Mapping[str, Any], is_of_this_model: bool) -> list[Change]:
    """Return the files of a scenario's own data that are gone or do not hold what they held.

    Parameters
    ----------
    scenario : Scenario
    entry : mapping
        What the manifest says of it; older ones lack ``data``, then the digest of the scenario tells.
    is_of_this_model : bool
    """
    found = []
    for path, file in entry.get("data", {}).items():
        try:
            now = content_digest(file["file"])
        except InputError as error:
            now = str(error)
        if now != file["sha256"]:
            found.append(Change(f"own data of {scenario.name} ({path}, {file['file']})", file["sha256"], now))
    if not found and "data" not in entry and is_of_this_model and scenario.population.data is not None:
        now = scenario.digest()
        if now != entry.get("digest"):
            found.append(Change(f"own data of {scenario.name}", str(entry.get("digest")), now))
    return found


def altered_parts(results: Experiment) -> list[str]:
    """Return the parts that the manifest lists and that do not hold what was written, by their SHA-256."""
    found = []
    for name, digest in results.manifest["parts"].items():
        path = results.folder / "parts" / name
        try:
            with path.open("rb") as stream:
                is_same = hashlib.file_digest(stream, "sha256").hexdigest() == digest
        except OSError:
            is_same = False
        if not is_same:
            found.append(name)
    return found
