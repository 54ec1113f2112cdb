"""Full and read-only disks, programs that are killed, several in one folder: nothing is torn, and all is told."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulation.commands.app import application
from simulation.errors import RunError
from simulation.store.experiment import FORMAT, open_experiment
from simulation.store.files import replace_file
from simulation.store.manifest import write_manifest
from simulation.store.parts import write_part

resource = pytest.importorskip("resource", reason="not on this system")

COMMANDS = {
    "build": ["network", "build", "baseline", "--set", "population.firms=300", "-o", "{out}"],
    "draw": ["network", "draw", "baseline", "--set", "population.firms=120", "-o", "{out}/picture.svg"],
    "check": ["network", "check", "baseline", "--set", "population.firms=120", "-o", "{out}"],
    "export": ["export", "{kept}", "-o", "{out}"],
    "parquet": ["export", "{kept}", "-o", "{out}", "--parquet"],
    "ema": ["export", "{kept}", "--ema", "{out}/x.tar.gz"],
    "query": ["query", "{kept}", "select * from series", "-o", "{out}/x.csv"],
    "query to Parquet": ["query", "{kept}", "select * from series", "-o", "{out}/x.parquet"],
    "page": ["page", "baseline", "--set", "population.firms=120", "--set", "time.months=40", "-o", "{out}/page.html"],
    "run": ["run", "baseline", "--firms", "120", "--months", "40", "-o", "{out}"],
}
"""Commands that write, the kept comparison and the folder to be put in."""

FEW = [
    pytest.param(name, marks=[] if name in {"build", "export", "ema", "query", "run"} else pytest.mark.slow)
    for name in COMMANDS
]


def invoked(command: str, kept: Path, out: Path):
    arguments = [part.format(kept=kept, out=out) for part in COMMANDS[command]]
    return CliRunner().invoke(application(), arguments, prog_name="tierwise")


def told(done, reason: str) -> None:
    """Check that a command failed in one sentence with the reason, and with nothing under a final name."""
    assert done.exit_code == 1, done.output + done.stderr
    said = [line for line in done.stderr.splitlines() if not line.startswith(("Compiling", "months:", "runs"))]
    assert reason in said[-1], done.stderr
    assert "Traceback" not in done.stderr
    assert "fault in Tierwise" not in done.stderr


@pytest.fixture
def small_disk(tmp_path):
    """Return a function that makes a file system of its own, of so many bytes; only the administrator can."""
    made = []

    def mounted(size: str) -> Path:
        folder = tmp_path / f"disk{len(made)}"
        folder.mkdir()
        mount = shutil.which("mount")
        options = ["-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if mount is None or subprocess.run([mount, *options], capture_output=True, check=False).returncode != 0:
            pytest.skip("file systems cannot be mounted here")
        made.append(folder)
        return folder

    yield mounted
    for folder in made:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("command", FEW)
def test_a_full_disk_is_told_and_leaves_no_half_file(command, kept_comparison, small_disk):
    disk = small_disk("8k")
    (disk / "ballast").write_bytes(bytes(8192))
    told(invoked(command, kept_comparison, disk / "out"), "No space left on device")
    files = [path for path in disk.rglob("*") if path.is_file() and path.name != "ballast"]
    assert [path for path in files if path.stat().st_size == 0 or path.name.startswith(".")] == []
    (disk / "ballast").unlink()


@pytest.mark.parametrize("command", FEW)
def test_a_disk_that_is_read_only_is_told(command, kept_comparison, small_disk):
    disk = small_disk("1m")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    told(invoked(command, kept_comparison, disk / "out"), "Read-only file system")


@pytest.mark.parametrize("command", ["build", "export", "query", "run"])
def test_a_folder_below_a_file_is_told(command, kept_comparison, tmp_path):
    (tmp_path / "file").write_text("x")
    told(invoked(command, kept_comparison, tmp_path / "file"), "cannot write")
    assert (tmp_path / "file").read_text() == "x"


@pytest.mark.parametrize("where", ["write", "fsync", "mode", "rename"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS])
def test_an_error_at_any_moment_of_writing_keeps_what_was_there(tmp_path, monkeypatch, where, number):
    path = tmp_path / "kept.txt"
    path.write_text("earlier")

    def fail(*_, **__):
        raise OSError(number, os.strerror(number))

    def write():
        with replace_file(path) as temporary:
            temporary.write_text("later")
            if where == "write":
                fail()
            monkeypatch.setattr(
                *{"fsync": (os, "fsync"), "mode": (Path, "chmod"), "rename": (Path, "replace")}[where], fail
            )

    with pytest.raises(RunError, match=f"^cannot write.*{os.strerror(number)}$"):
        write()
    assert path.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_a_limit_on_the_size_of_files_is_told(kept_comparison, tmp_path):
    """Quotas show themselves so, and a process of its own can be given one."""
    code = "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    code += "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)); from simulation.__main__ import main;"
    code += f"sys.argv = ['tierwise', 'export', {str(kept_comparison)!r}, '-o', {str(tmp_path / 'out')!r}]; main()"
    unmeasured = {
        name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")
    }  # it writes, too
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False, env=unmeasured
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.endswith(": File too large\n")
    assert "Traceback" not in done.stderr
    assert all(path.stat().st_size <= 3000 and not path.name.startswith(".") for path in (tmp_path / "out").iterdir())


# --- killed, and two at once ------------------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
import pyarrow as pa
from simulation.errors import RunError
from simulation.store import manifest, parts as written
manifest.environment = lambda: {}
folder, first, rounds, own = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
for number in range(first, first + rounds):
    tables = [pa.table({"x": [(number % 3) * own, kind] * 20000}) for kind in range(3)]
    parts = [written.write_part(folder, "series", table) for table in tables]
    try:
        manifest.write_manifest(folder, {"kind": "run", "number": number}, parts)
    except RunError as error:
        assert "another program writes to" in str(error) and rounds > 1
    else:
        print(number, flush=True)
"""


def writer(folder: Path, first: int, rounds: int, own: int = 1) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), str(first), str(rounds), str(own)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def check_whole(folder: Path) -> dict:
    """Check that a folder opens and that every part of its manifest is what the manifest says."""
    found = open_experiment(folder)
    for name, digest in found.manifest["parts"].items():
        assert hashlib.sha256((folder / "parts" / name).read_bytes()).hexdigest() == digest
        assert found.read(name).num_rows == 40000
    assert len(found.manifest["parts"]) == 3
    return dict(found.manifest)


def test_whoever_is_killed_while_writing_leaves_whole_results(tmp_path):
    rng = random.Random("kill")
    folder, number = tmp_path / "results", 0
    for _ in range(2):
        child = writer(folder, number, 10_000)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.15))
        child.send_signal(signal.SIGKILL)
        rest, _ = child.communicate()
        last = max([number, *map(int, rest.split())])
        assert check_whole(folder)["number"] in {last, last + 1}  # what was said to be done is there
        number = last + 2


def test_two_programs_that_write_one_folder_both_end_and_nothing_is_torn(tmp_path):
    folder = tmp_path / "results"
    writer(folder, 0, 3).communicate(timeout=60)  # earlier results, whose parts one program writes again
    children = [writer(folder, 10, 1), writer(folder, 12, 1)]
    said = [child.communicate(timeout=60) for child in children]
    assert [child.returncode for child in children] == [0, 0], said
    assert check_whole(folder)["number"] in {10, 12}


@pytest.mark.slow
def test_three_programs_that_exchange_their_results_all_the_time_tear_nothing(tmp_path):
    """Each writes parts of the others anew and removes them as replaced; one may be told that its parts are gone."""
    folder = tmp_path / "results"
    children = [writer(folder, first, 20, own) for first, own in ((0, 1), (1000, 1), (2000, 2))]
    said = [child.communicate(timeout=60) for child in children]
    assert [child.returncode for child in children] == [0, 0, 0], said
    assert check_whole(folder)["number"] in {number for out, _ in said for number in map(int, out.split())}
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_parts_that_another_program_has_just_written_again_are_not_removed(tmp_path):
    import pyarrow as pa

    def part(number: int) -> Path:
        return write_part(tmp_path, "series", pa.table({"x": [number]}))

    write_manifest(tmp_path, {}, [part(1)])
    time.sleep(0.01)
    again = part(1)  # by a second program, which has not written its manifest yet
    write_manifest(tmp_path, {}, [part(2)])
    assert again.exists()
    write_manifest(tmp_path, {}, [again])
    assert set(open_experiment(tmp_path).manifest["parts"]) == {again.name}
    again.unlink()
    with pytest.raises(RunError, match="is gone: another program writes to"):
        write_manifest(tmp_path, {}, [again])


def test_arguments_that_are_not_utf_8_stand_in_the_manifest(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["tierwise", "run", "\udcff기업"])
    path = write_manifest(tmp_path, {})
    assert open_experiment(tmp_path).manifest["environment"]["command"] == ["run", "\udcff기업"]
    assert json.loads(path.read_bytes())["format"] == FORMAT
