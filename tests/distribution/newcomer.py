"""Do what a newcomer does with the wheel: install it, and run the commands of the README in an empty folder.

    python tests/distribution/newcomer.py [--python PYTHON] [--constraint FILE] [--install REQUIREMENT ...] [--brief]
                                             [--keep DIR]

The wheel is built out of the source distribution and installed into an environment of its own, without any extra. The
commands run in an empty folder that has an empty home. Afterwards the installed package must be as it was: compiled
code belongs to the user's cache. What was checked is printed; the exit code is 1 if anything was not as it must be.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
HELP_SECONDS = 0.3

PYTHON = """
import simulation as tw

scenario = tw.load("tierwise:baseline").with_({"population.firms": 150, "time.months": 36})
run = tw.run(scenario, seed=1)
model = tw.SupplyChainModel(scenario, seed=1, engine="agents")
model.step()
print(len(run.series), "rows;", len(model.agents), "agents")
"""

VERSIONS = """
import platform
from importlib.metadata import version

print(platform.python_version(), *map(version, ("mesa", "numba", "numpy")))
"""


class Check(NamedTuple):
    """A command of the newcomer.

    Attributes
    ----------
    line : str
        What is typed after ``tierwise``.
    says : str
        Pattern of what must be among the output.
    code : int
        Exit code that it must end with.
    file : str
        File that must be there afterwards; empty for none.
    """

    line: str
    says: str
    code: int = 0
    file: str = ""


BRIEF = (
    Check("--version", r"tierwise \d+\.\d+"),
    Check("validate tierwise:baseline", r"baseline"),
    Check("show baseline --origin", r"baseline"),
    Check("network check own_data", r"60 firms"),
    Check("teach --list", r"trickle_down"),
    Check("sweep plan lean_chains --no-time", r"runs"),
    Check("run own_data --months 36 -o out/own", r"out/own", file="out/own/manifest.json"),
)
"""What needs one compilation at most."""

LONG = (
    Check(
        "compare baseline cash_subsidy --reps 2 --firms 200 -o out/compare", r"report", file="out/compare/report.html"
    ),
    Check("report out/compare", r"report", file="out/compare/report.html"),
    Check("page baseline capability --seed 7 --firms 200 -o page.html", r"page\.html", file="page.html"),
    Check("calibrate --check --reps 2 --firms 500", r"Users, large firms"),
    Check("demo", r"Report: .*report\.html", file="out/demo/report.html"),
    Check("rerun out/own --check", r"same"),
    # What needs an extra is one sentence that names it.
    Check('query out/own "select 1"', r'^[^\n]*pip install "tierwise\[query\]"$', code=2),
    Check("teach two_gaps --no-browser --port 0", r'pip install "tierwise\[teach\]"$', code=2),
    Check("teach --solara", r'pip install "tierwise\[solara\]"$', code=2),
    Check("sweep plan screening --no-time", r'^[^\n]*pip install "tierwise\[analysis\]"$', code=2),
    Check("optimise balanced -o out/best --trials 2", r'pip install "tierwise\[analysis\]"$', code=2),
    Check(
        "sweep run lean_chains --set set.population.firms=100 --set replications=1 --on dask -o out/lean",
        r'pip install "tierwise\[cluster\]"$',
        code=2,
    ),
    Check("bench", r"^the benchmarks are not part of the installed package[^\n]*$", code=2),
    Check("run nosuch -o out/x", r"nosuch", code=2),
)
"""The main jobs, and what a newcomer without extras is told."""


class Newcomer:
    """An environment with the wheel, an empty folder and an empty home."""

    def __init__(self, folder: Path, python: str) -> None:
        self.folder = folder
        self.python = python
        self.environment = folder / "environment"
        self.work = folder / "empty"
        self.work.mkdir()
        home = folder / "home"
        home.mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TIERWISE", "XDG"))}
        self.variables = kept | {"HOME": str(home), "LOCALAPPDATA": str(home), "MPLBACKEND": "agg"}
        self.faults = 0

    @property
    def scripts(self) -> Path:
        return self.environment / ("Scripts" if sys.platform == "win32" else "bin")

    def build(self) -> Path:
        """Return the wheel, built out of the source distribution."""
        made = self.folder / "dist"
        command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(made)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        (sdist,) = made.glob("*.tar.gz")
        self._pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", str(made), str(sdist))
        (wheel,) = made.glob("*.whl")
        return wheel

    def install(self, wheel: Path, others: Sequence[str], constraint: Path | None) -> None:
        """Make the environment and install the wheel into it."""
        subprocess.run([self.python, "-m", "venv", str(self.environment)], check=True)
        limits = ["--constraint", str(constraint)] if constraint else []
        self._pip(str(self.scripts / "python"), "install", *limits, str(wheel), *others)
        self._pip(str(self.scripts / "python"), "check")

    def _pip(self, python: str, *arguments: str) -> None:
        quiet = ["--quiet", "--disable-pip-version-check"]
        subprocess.run([python, "-m", "pip", *arguments, *quiet], check=True, stdout=subprocess.DEVNULL)

    def run(self, arguments: Sequence[str] | str) -> subprocess.CompletedProcess[str]:
        """Run a command in the empty folder."""
        path = f"{self.scripts}{os.pathsep}{self.variables['PATH']}"
        return subprocess.run(
            arguments,
            cwd=self.work,
            env=self.variables | {"PATH": path},
            shell=isinstance(arguments, str),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=1200,
        )

    def tell(self, is_right: bool, what: str, found: str = "") -> None:
        """Print a line about a check."""
        self.faults += not is_right
        print(f"{'ok   ' if is_right else 'WRONG'}  {what}{f'  ({found})' if found else ''}", flush=True)

    def check(self, check: Check) -> None:
        """Run a command and look at what it says, how it ends and what it leaves."""
        begun = time.monotonic()
        done = self.run(f"tierwise {check.line}")
        said = f"{done.stdout}\n{done.stderr}".strip()
        is_right = done.returncode == check.code and "Traceback" not in said
        is_right &= re.search(check.says, said, re.MULTILINE) is not None
        is_right &= not check.file or (self.work / check.file).is_file()
        self.tell(is_right, f"tierwise {check.line}", f"{time.monotonic() - begun:.1f} s, exit code {done.returncode}")
        if not is_right:
            print(said[-3000:])

    def measure_help(self, turns: int = 10) -> None:
        """Tell how long ``tierwise --help`` takes; nothing fails for it, because other programs prolong it."""
        times, used = [], []
        for _ in range(turns + 1):  # the first reads the disk
            before, begun = os.times(), time.perf_counter()
            done = self.run([str(self.scripts / "tierwise"), "--help"])
            times.append(time.perf_counter() - begun)
            after = os.times()
            used.append(after.children_user + after.children_system - before.children_user - before.children_system)
        clock, processor, least = statistics.median(times[1:]), statistics.median(used[1:]), min(used[1:])
        found = f"median of {turns}: {clock:.2f} s, {processor:.2f} s of the processor, {least:.2f} s at best"
        self.tell(done.returncode == 0, f"tierwise --help, wanted in {HELP_SECONDS} s", found)

    def installed(self) -> dict[str, str]:
        """Return the digest of every file of the installed package."""
        (package,) = self.environment.rglob("site-packages/simulation")
        files = (path for path in package.rglob("*") if path.is_file())
        return {str(path.relative_to(package)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def newcomer(folder: Path, arguments: argparse.Namespace) -> int:
    """Return the number of checks that were not right."""
    here = Newcomer(folder, arguments.python)
    wheel = here.build()
    print(f"built {wheel.name} out of the source distribution, {wheel.stat().st_size / 1e6:.1f} MB")
    begun = time.monotonic()
    here.install(wheel, arguments.install, arguments.constraint)
    python, mesa, numba, numpy = here.run(["python", "-c", VERSIONS]).stdout.split()
    print(f"installed in {time.monotonic() - begun:.0f} s: Python {python}, Mesa {mesa}, Numba {numba}, NumPy {numpy}")
    before = here.installed()
    here.measure_help()
    for check in BRIEF if arguments.brief else BRIEF + LONG:
        here.check(check)
    done = here.run(["python", "-c", PYTHON])
    is_right = done.returncode == 0 and "150 agents" in done.stdout
    here.tell(is_right, "a run and a Mesa model from Python", done.stdout.strip())
    if done.returncode:
        print(done.stderr[-3000:])
    changed = sorted(dict(before.items() ^ here.installed().items()))
    here.tell(not changed, "nothing was written into the installed package", ", ".join(changed[:10]))
    caches = list((folder / "home").rglob("*.nbc"))
    here.tell(bool(caches), "compiled code is in the user's cache", f"{len(caches)} files")
    print("All is as it must be." if not here.faults else f"{here.faults} checks failed.")
    if arguments.keep and not here.faults:
        arguments.keep.mkdir(parents=True, exist_ok=True)
        for made in wheel.parent.iterdir():
            shutil.copy(made, arguments.keep)
            print(f"kept {arguments.keep / made.name}")
    return here.faults


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all checks and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="Python of the environment")
    parser.add_argument("--constraint", type=Path, help="file of exact versions")
    parser.add_argument("--install", nargs="*", default=[], help="further requirements, such as mesa==3.3.1")
    parser.add_argument("--brief", action="store_true", help="leave out the long commands")
    parser.add_argument("--keep", type=Path, help="folder for the wheel and the source distribution if all is right")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="newcomer-") as folder:
        return 1 if newcomer(Path(folder), chosen) else 0


if __name__ == "__main__":
    sys.exit(main())
