"""Small sweeps run by programs of their own, what they leave behind, and what of it must agree bit for bit."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil

from simulation.experiments.sweeps import SweepResults, open_sweep

SOURCES = Path(__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{SOURCES}{os.pathsep}{SOURCES / 'tests'}"}
MOST_SECONDS = 240.0
"""Until a program counts as stuck; it may have to compile the model first, beside others that do the same."""

SWEEP = """
scenarios: [baseline, cash_subsidy]
set:
  population.firms: 200
  time.months: 24
  time.survey_month: 20
  time.origin_months: 2
  time.start_rounds: 8
  adoption.hazard.level: -3.0
  policy.subsidy.first: 6
  policy.subsidy.last: 23
design: latin_hypercube
strength: fixed
size: {size}
replications: 2
factors: {{lateness.lean: {{}}, review.sensitivity: {{}}}}
outcomes: [adopter_gap, sme_late_days]
series: [adopter_share]
"""


def write_sweep(folder: Path, size: int = 4) -> Path:
    """Write a sweep of ``4 * size`` runs, each of a few hundredths of a second."""
    path = folder / "small.yaml"
    path.write_text(SWEEP.format(size=size), encoding="utf-8")
    return path


class Program:
    """A program with all processes that it ever had."""

    def __init__(self, arguments: list[str], folder: Path, **options) -> None:
        self.popen = subprocess.Popen(
            arguments,
            cwd=folder,
            env=options.pop("env", ENVIRONMENT),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **options,
        )
        self.seen: set[psutil.Process] = {psutil.Process(self.popen.pid)}

    def children(self) -> list[psutil.Process]:
        """Return the processes below it now."""
        with contextlib.suppress(psutil.NoSuchProcess):
            self.seen.update(psutil.Process(self.popen.pid).children(recursive=True))
        return [process for process in self.seen if process.pid != self.popen.pid and process.is_running()]

    def workers(self) -> list[psutil.Process]:
        """Return those that work on runs."""
        return [process for process in self.children() if "simulation.experiments.executors.child" in _line(process)]

    def signal(self, number: int, *, is_group: bool = False) -> None:
        """Send a signal to it alone or to its whole group, as a terminal does."""
        self.children()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, number) if is_group else os.kill(self.popen.pid, number)

    def finish(self) -> tuple[int, str, str]:
        """Wait for its end, and for that of all its processes; return exit code, output and errors."""
        try:
            out, err = self.popen.communicate(timeout=MOST_SECONDS)
        except subprocess.TimeoutExpired as error:
            self.kill()
            raise AssertionError(f"still running after {MOST_SECONDS} s: {self.popen.args}") from error
        _, alive = psutil.wait_procs(self.seen, timeout=30.0)
        for process in alive:
            process.kill()
        assert not alive, f"left running: {alive}"
        return self.popen.returncode, out, err

    def kill(self) -> None:
        """Kill everything."""
        self.children()
        for process in self.seen:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.popen.communicate()


def _line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


@contextlib.contextmanager
def sweeping(folder: Path, *arguments: str, command: str = "run", **options) -> Iterator[Program]:
    """Start ``tierwise sweep`` in a folder; whatever happens, nothing of it goes on after the block."""
    program = Program([sys.executable, "-m", "simulation", "sweep", command, *arguments], folder, **options)
    try:
        yield program
    finally:
        if program.popen.poll() is None:
            program.kill()
        program.popen.stdout.close()
        program.popen.stderr.close()


def run_to_the_end(folder: Path, *arguments: str, **options) -> tuple[int, str, str]:
    """Run ``tierwise sweep run small.yaml -o results`` in a folder, and return exit code, output and errors."""
    with sweeping(folder, "small.yaml", "-o", "results", *arguments, **options) as program:
        return program.finish()


def wait_for(condition, program: Program | None = None, seconds: float = MOST_SECONDS):
    """Wait until a condition holds, and return what it gave; fail when that takes too long or the program ends."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert program is None or program.popen.poll() is None, program.popen.communicate()
        assert time.monotonic() < until, "nothing happened"
        time.sleep(0.005)
    return found


def parts(folder: Path, kind: str = "runs") -> list[Path]:
    """Return the parts of a kind that stand under their final names."""
    return list((folder / "results" / "parts").glob(f"{kind}-*.parquet"))


def contents(results: SweepResults) -> dict[str, tuple]:
    """Return by run all that may not depend on who made it, every number with all its bits."""
    runs = results.runs()
    names = [outcome.name for outcome in results.study.outcomes]
    assert runs["request"].is_unique
    series = results.series()
    months = {} if series.empty else dict(iter(series.groupby("key", observed=True)))
    return {
        row["request"]: (
            *(str(row[name]) for name in ("key", "point", "scenario", "seed", "status", "digest", "strengths")),
            np.array([row[name] for name in names]).tobytes(),
            _series(months[row["key"]]) if months and row["status"] == "done" else None,
        )
        for row in runs.to_dict("records")
    }


def _series(rows) -> tuple:
    rows = rows.astype({"group": str, "measure": str}).sort_values(["measure", "group", "month"])
    assert not rows.duplicated(["measure", "group", "month"]).any()
    return (*rows["measure"], *rows["group"], rows["month"].to_numpy().tobytes(), rows["value"].to_numpy().tobytes())


def leftovers(folder: Path) -> list[str]:
    """Return what lies in a folder of results and belongs to no result."""
    results = open_sweep(folder)
    known = {name for kind in ("points", "runs", "series") for name in results.parts(kind)}
    inside = {path.name for path in (folder / "parts").iterdir()}
    beside = {path.name for path in folder.iterdir()} - {"manifest.json", "parts", ".lock"}
    return sorted((inside - known) | beside)


def moment(chance: random.Random, program: Program, folder: Path, latest: float) -> None:
    """Wait for a random moment, or for one at which a part is being written."""
    where = folder / "results" / "parts"
    if chance.random() < 0.5:
        until = time.monotonic() + chance.uniform(0.0, latest)
        while time.monotonic() < until and program.popen.poll() is None:
            program.children()
            time.sleep(0.02)
        return
    until = time.monotonic() + latest
    skipped = chance.randrange(4)
    before: set[str] = set()
    while time.monotonic() < until and program.popen.poll() is None:
        with contextlib.suppress(FileNotFoundError):
            halves = {name for name in os.listdir(where) if name.startswith(".")}  # noqa: PTH208 - as fast as can be
            if halves - before:
                if skipped == 0:
                    return
                skipped -= 1
            before = halves
    program.children()


def signal_name(number: int) -> str:
    """Return the name of a signal."""
    return signal.Signals(number).name
