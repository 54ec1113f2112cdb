"""A whole experiment made again in a new folder, from what the manifest of the first one says."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulation.compiled import source_digest
from simulation.errors import InputError
from simulation.experiments.opening import open_results
from simulation.experiments.overlap import save_overlaps
from simulation.experiments.parallel import SEEDS_SAVED, runs_by_seed
from simulation.experiments.rerunning.stored import stored_runs
from simulation.experiments.sweeps.results import SweepResults
from simulation.experiments.sweeps.running import Progress
from simulation.experiments.sweeps.sweeping import resume
from simulation.records import Run
from simulation.scenario.scenario import Scenario
from simulation.store.experiment import Experiment
from simulation.store.files import check_folder
from simulation.store.manifest import write_manifest
from simulation.store.parts import save_frame, save_runs

__all__ = ["Repeat", "repeat"]

_OWN = ("format", "environment", "parts")
"""Entries of a manifest that every folder writes for itself."""


@dataclass(frozen=True)
class Repeat:
    """An experiment made again.

    Attributes
    ----------
    folder : Path
        Of the new results.
    runs : int
        Runs that both folders hold.
    different : tuple of (point or None, scenario, seed)
        Those whose digests differ.
    left_out : tuple of str
        What the first folder holds and the new one does not.
    """

    folder: Path
    runs: int
    different: tuple[tuple[int | None, str, int], ...]
    left_out: tuple[str, ...]


def repeat(
    folder: str | Path,
    new: str | Path,
    *,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Repeat:
    """Make a run, a comparison or a sweep again in a new folder, and compare the digests of the runs.

    Scenarios are those of the manifest, with the strengths of levers that were solved there; a sweep solves at its
    points again, from where it began. Runs of a sweep that had failed are tried again. Differences in the members of a
    calibrated ensemble are not made again: the manifest does not hold what their strengths were solved from.

    Raises
    ------
    InputError
        The new folder holds results, own data have changed, or this version cannot read what was run.
    """
    results, target = open_results(folder), Path(new)
    if (target / "manifest.json").exists():
        message = f"{target} holds results already; name a folder that is new"
        raise InputError(message)
    stored = stored_runs(results)
    if changed := stored.data_changes():
        message = f"{changed[0].name} is not what it was ({changed[0].now}); the same runs cannot be made again"
        raise InputError(message)
    check_folder(target)
    tell = on_progress or (lambda made, total: None)
    if isinstance(results, SweepResults):
        _repeat_sweep(results, target, workers, tell)
    else:
        _repeat_seeds(results, target, workers or os.cpu_count() or 1, tell)
    left_out = ("ensemble",) if results.parts("ensemble") else ()
    return Repeat(target, *_compared(results, open_results(target)), left_out)


def _content(results: Experiment) -> dict[str, Any]:
    return {key: value for key, value in results.manifest.items() if key not in _OWN}


def _repeat_sweep(results: SweepResults, new: Path, workers: int | None, tell: Callable[[int, int], None]) -> None:
    """Write down the same study, with nothing done yet, and go on from there."""
    content = _content(results) | {"source": source_digest(), "sessions": []}
    write_manifest(new, content, [save_frame(new, "points", results.study.points())])

    def heard(progress: Progress) -> None:
        tell(progress.done, progress.total)

    resume(new, workers=workers, on_progress=heard)


def _repeat_seeds(results: Experiment, new: Path, workers: int, tell: Callable[[int, int], None]) -> None:
    content = _content(results)
    scenarios = [Scenario.model_validate(entry["resolved"]) for entry in content["scenarios"].values()]
    seeds = [int(seed) for seed in content["seeds"]]
    parts: list[Path] = []
    finished: list[int] = []
    chunk: dict[int, list[Run]] = {}

    def save() -> None:
        runs = [run for found in chunk.values() for run in found]
        parts.extend(save_runs(new, runs, has_firms=not finished))
        if results.parts("overlaps"):
            parts.extend(save_overlaps(new, chunk))
        finished.extend(chunk)
        chunk.clear()
        digest = {"digest": runs[0].digest} if "digest" in content else {}
        write_manifest(new, content | {"seeds": list(finished)} | digest, parts)

    tell(0, len(seeds) * len(scenarios))
    with closing(runs_by_seed(scenarios, seeds, workers)) as made:
        for number, (seed, runs) in enumerate(made, 1):
            chunk[seed] = runs
            if not finished or len(chunk) == SEEDS_SAVED or number == len(seeds):
                save()
            tell(number * len(scenarios), len(seeds) * len(scenarios))


def _compared(results: Experiment, new: Experiment) -> tuple[int, tuple[tuple[int | None, str, int], ...]]:
    """Return the number of runs that both have, and which differ."""
    places = ["point", "scenario", "seed"] if isinstance(results, SweepResults) else ["scenario", "seed"]
    both = results.runs()[[*places, "digest"]].merge(new.runs()[[*places, "digest"]], on=places).dropna()
    other = both[both["digest_x"] != both["digest_y"]]
    return len(both), tuple(
        (int(row["point"]) if "point" in row else None, row["scenario"], int(row["seed"]))
        for row in other.to_dict("records")
    )
