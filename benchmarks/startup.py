"""Start-up: importing, help, and the first run of a process, without machine code on disk and with it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import Found, Job, Table, interleaved, seconds

__all__ = ["measure"]

_ROOT = Path(__file__).parents[1]
_FIRST_RUN = (
    "from simulation.runs import run\nfrom simulation.scenario.reading import load\n"
    "run(load('tierwise:baseline', ['time.origin_months=0']), has_origins=False)\n"
)
_NUMBA = (
    "from numba.core.registry import cpu_target\n"
    "cpu_target.typing_context.refresh()\ncpu_target.target_context.refresh()\n"
)
"""What Numba imports before it can load machine code, whosever it is."""


def _python(arguments: list[str], cache: str | None = None) -> None:
    environment = os.environ | {"PYTHONPATH": str(_ROOT)} | ({"TIERWISE_CACHE": cache} if cache else {})
    subprocess.run([sys.executable, *arguments], cwd=_ROOT, env=environment, check=True, capture_output=True)


def measure(is_quick: bool = False) -> Found:
    """Return seconds of fresh processes; the cold start is left out where it has to be quick."""
    jobs = {
        "Python alone": Job(lambda: _python(["-c", "pass"])),
        "import simulation": Job(lambda: _python(["-c", "import simulation"])),
        "import of the engine": Job(lambda: _python(["-c", "import simulation.engines.engine"])),
        "Numba, ready to load machine code": Job(lambda: _python(["-c", _NUMBA])),
        "tierwise --help": Job(lambda: _python(["-m", "simulation", "--help"])),
    }
    values: dict[str, float] = {}
    if is_quick:
        found = interleaved(jobs, 1, warm=0)
    else:
        with tempfile.TemporaryDirectory() as folder:
            values["first run, no machine code on disk"] = seconds(lambda: _python(["-c", _FIRST_RUN], folder))
            jobs["first run, machine code on disk"] = Job(lambda: _python(["-c", _FIRST_RUN], folder))
            run = ["-m", "simulation", "run", "baseline", "-o", str(Path(folder) / "run")]
            _python(run, folder)
            jobs["tierwise run, machine code on disk"] = Job(lambda: _python(run, folder))
            found = interleaved(jobs, 7)
    values = {name: found.median(name) for name in jobs} | values
    goals = {"first run, machine code on disk": "0.5", "first run, no machine code on disk": "30"}
    table = Table(
        "Start-up, seconds of a fresh process",
        ["What", "s", "Goal"],
        [[name, f"{value:.2f}", goals.get(name, "")] for name, value in values.items()],
        "A first run is the baseline as shipped (2,000 firms, 96 months), world building included; without machine "
        "code on disk it was timed once, everything else in turns.",
    )
    return Found(values, [table])
