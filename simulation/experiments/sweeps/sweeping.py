"""Sweeps as people use them: run, go on, try what failed again, and extend, all of which is running what is missing."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simulation.compiled import source_digest
from simulation.engines.strength import solve_strength
from simulation.errors import InputError, TierwiseError
from simulation.experiments.executors import Kind, open_pool
from simulation.experiments.provenance import what_was_run
from simulation.experiments.sweeps.declaration import Sweep
from simulation.experiments.sweeps.ledger import KIND, clean, locked
from simulation.experiments.sweeps.preparing import study_of
from simulation.experiments.sweeps.results import SweepResults, open_sweep
from simulation.experiments.sweeps.running import Progress, Session, missing_jobs
from simulation.experiments.sweeps.study import Study
from simulation.experiments.sweeps.working import session_in
from simulation.scenario.declarations import plain
from simulation.store.files import check_folder
from simulation.store.manifest import write_manifest
from simulation.store.parts import save_frame
from simulation.store.surroundings import environment

__all__ = ["extend", "resume", "run_sweep", "with_strengths"]

GROWING = ("size", "replications")
"""Values of a sweep that may grow without touching what is there."""

_NAMES = ("name", "title", "description")


def run_sweep(
    study: Study,
    folder: str | Path,
    *,
    workers: int | None = None,
    on: Kind = "processes",
    scheduler: str | None = None,
    cluster: str | None = None,
    has_failed_again: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
) -> SweepResults:
    """Make the runs of a study that a folder does not hold yet, and return all that it holds.

    Parameters
    ----------
    study : Study
        Of `load_sweep`. A folder that holds a smaller version of the same sweep is extended.
    folder : path
    workers, on, scheduler, cluster
        Who does the work (`open_pool`); it changes nothing in the results.
    has_failed_again : bool
        Whether runs that failed are tried again.
    on_progress : callable, optional
        Told a `Progress` whenever some runs are done.

    Raises
    ------
    InputError
        The folder holds something else, or results of another version of the model.
    RunError
        Nothing can be written there, somebody else is running it, or the workers are gone.
    """
    target = Path(folder)
    check_folder(target)
    with locked(target):
        ready = _begin(study, target)
        results = open_sweep(target)
        clean(results)
        runs = results.runs()
        has = set(runs["request"] if not has_failed_again else runs.loc[runs["status"] == "done", "request"]) \
            if len(runs) else set()  # fmt: skip
        left = ready.runs - len(has)
        session: dict[str, Any] = {"begun": _now(), "on": on, "before": len(has), "environment": environment()}
        name = uuid.uuid4().hex[:12]
        try:
            if left > 0:
                count = min(workers, left) if workers else None
                with session_in(target, name), open_pool(on, count, scheduler=scheduler, cluster=cluster) as pool:
                    tell = on_progress or (lambda progress: None)
                    Session(ready, target, name, pool, tell).run(missing_jobs(ready, has), left)
        except BaseException:
            with contextlib.suppress(TierwiseError, OSError):  # what went wrong first is what is told
                _end(ready, target, session)
            raise
        _end(ready, target, session)
    return open_sweep(target)


def resume(folder: str | Path, **options: Any) -> SweepResults:  # noqa: ANN401 - those of run_sweep
    """Go on with the sweep of a folder (`run_sweep`)."""
    return run_sweep(open_sweep(folder).study, folder, **options)


def extend(
    folder: str | Path,
    *,
    size: int | None = None,
    replications: int | None = None,
    **options: Any,  # noqa: ANN401 - those of run_sweep
) -> SweepResults:
    """Give the sweep of a folder more points, blocks or trajectories, or more seeds per point, and run what is missing.

    Raises
    ------
    InputError
        Fewer than there are, or a design that has no size of its own.
    """
    before = open_sweep(folder).study
    wanted = {"size": size, "replications": replications}
    for name, value in wanted.items():
        now = getattr(before.sweep, name)
        if value is not None and value < now:
            message = f"{folder} has {name} {now}; a sweep is extended to more than it has"
            raise InputError(message)
    if size is not None and not before.design.has_size:
        message = f"the points of the design {before.sweep.design} follow from its factors; it can only be given seeds"
        raise InputError(message)
    values = plain(before.sweep) | {name: value for name, value in wanted.items() if value is not None}
    return run_sweep(study_of(Sweep.model_validate(values), before.scenarios), folder, **options)


def _begin(study: Study, folder: Path) -> Study:
    """Write down what is asked for, or check that the folder holds it; return it with strengths to start from."""
    asked = {scenario.name: scenario.digest() for scenario in study.scenarios}
    kept: list[Path] = []
    sessions: list[dict[str, Any]] = []
    if not (folder / "manifest.json").exists():
        ready = with_strengths(study)
    else:
        earlier = open_sweep(folder)
        _refuse_other(study, asked, earlier)
        before = earlier.study
        if before.design_digest() == study.design_digest() and before.sweep == study.sweep:
            return before
        ready = replace(study, scenarios=before.scenarios)
        asked, sessions, kept = earlier.manifest["asked"], earlier.manifest["sessions"], _parts(earlier)
    _write(ready, folder, asked, sessions, [*kept, save_frame(folder, "points", ready.points())])
    return ready


def with_strengths(study: Study) -> Study:
    """Return the study with strengths solved in the scenarios as they are: for good, or where each point begins."""
    if study.sweep.strength == "fixed":
        return study
    scenarios = []
    for scenario in study.scenarios:
        solved, spent = solve_strength(scenario)
        again = {"budget.strength": "solve"} if spent and study.sweep.strength == "solve" else {}
        scenarios.append(solved.with_(again))
    return replace(study, scenarios=tuple(scenarios))


def _refuse_other(study: Study, asked: Mapping[str, str], earlier: SweepResults) -> None:
    made_by = earlier.manifest.get("source")
    if made_by != source_digest():
        message = (
            f"{earlier.folder} was begun with another version of the model (source {str(made_by)[:12]}, this is "
            f"{source_digest()[:12]}); numbers of both must not be mixed. Choose another folder"
        )
        raise InputError(message)
    before = earlier.study
    now, then = _values(study), _values(before)
    different = [key for key in now if now[key] != then[key]]
    given = {scenario.name: scenario.digest() for scenario in before.scenarios}  # as a continued sweep has them
    if asked not in (earlier.manifest["asked"], given):
        different.append("scenarios")
    shrunk = [key for key in GROWING if getattr(study.sweep, key) < getattr(before.sweep, key)]
    if different:
        message = (
            f"{earlier.folder} holds another sweep: {', '.join(different)} differ. Choose another folder, or undo that"
        )
        raise InputError(message)
    if shrunk:
        message = f"{earlier.folder} holds more: its {shrunk[0]} is {getattr(before.sweep, shrunk[0])}"
        raise InputError(message)


def _values(study: Study) -> dict[str, Any]:
    """Return what the files of two sweeps must agree in, beside their scenarios, to be one."""
    own = (*GROWING, *_NAMES, "set", "scenarios")
    return {key: value for key, value in plain(study.sweep).items() if key not in own}


def _write(
    study: Study, folder: Path, asked: Mapping[str, str], sessions: list[dict[str, Any]], parts: list[Path]
) -> None:
    content = {
        "kind": KIND,
        "source": source_digest(),
        "sweep": plain(study.sweep),
        "asked": dict(asked),
        "design": study.design_digest(),
        "outcomes": [outcome.name for outcome in study.outcomes],
        **what_was_run(study.scenarios, [], {}),
        "sessions": sessions,
    }
    write_manifest(folder, content, parts)


def _end(study: Study, folder: Path, session: dict[str, Any]) -> None:
    """Write down who has worked on the sweep, and the parts that are there now."""
    clean(open_sweep(folder))
    results = open_sweep(folder)
    status = results.status()
    session |= {"ended": _now(), "done": status.done, "failed": status.failed, "left": status.left}
    sessions = [*results.manifest["sessions"], session]
    points = [folder / "parts" / name for name in results.parts("points")]
    _write(study, folder, results.manifest["asked"], sessions, [*points, *_parts(results)])


def _parts(results: SweepResults) -> list[Path]:
    """Return the parts of a folder that hold runs, and what stands beside them."""
    return [results.folder / "parts" / name for kind in ("runs", "series") for name in results.parts(kind)]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
