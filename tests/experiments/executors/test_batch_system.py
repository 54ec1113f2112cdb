"""Workers from batch systems: the scripts of their jobs, and a whole sweep with a Slurm that is played by scripts."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from sweep_processes import ENVIRONMENT, SOURCES, contents, leftovers, wait_for

from simulation.errors import InputError, RunError
from simulation.experiments.executors import batch_system
from simulation.experiments.executors.batch_system import job_script, read_cluster
from simulation.experiments.sweeps import run_sweep

pytestmark = pytest.mark.skipif(os.name == "nt", reason="batch systems are not there")

CLUSTER = """
system: {system}
jobs: 3
cores: 8
memory: 16GB
walltime: "02:30:00"
queue: short
account: project_1
prologue: [module load python, "export A=1"]
directives: [{directive}]
interface: lo
"""

HEADERS = {
    "slurm": [
        "#SBATCH -p short", "#SBATCH -A project_1", "#SBATCH -n 1", "#SBATCH --cpus-per-task=8", "#SBATCH --mem=15G",
        "#SBATCH -t 02:30:00", "#SBATCH --constraint=fast",
    ],
    "pbs": [
        "#PBS -q short", "#PBS -A project_1", "#PBS -l select=1:ncpus=8:mem=15GB", "#PBS -l walltime=02:30:00",
        "#PBS --constraint=fast",
    ],
    "sge": ["#$ -q short", "#$ -P project_1", "#$ -l h_rt=02:30:00", "#$ -pe smp 8"],
    "lsf": [
        "#BSUB -q short", '#BSUB -P "project_1"', "#BSUB -n 8", '#BSUB -R "span[hosts=1]"', "#BSUB -M 16000000",
        "#BSUB -W 02:30", "#BSUB --constraint=fast",
    ],
}  # fmt: skip


def cluster_file(folder, system, **changes):
    path = folder / f"{system}.yaml"
    directive = "-pe smp 8" if system == "sge" else "--constraint=fast"
    text = CLUSTER.format(system=system, directive=directive)
    for name, value in changes.items():
        text = "\n".join(line for line in text.splitlines() if not line.startswith(f"{name}:")) + f"\n{name}: {value}\n"
    path.write_text(text, encoding="ascii")
    return path


@pytest.mark.parametrize("system", HEADERS)
def test_the_script_of_a_job_says_what_the_file_says(tmp_path, system):
    lines = job_script(cluster_file(tmp_path, system)).splitlines()
    assert lines[0].startswith("#!")
    assert [line for line in HEADERS[system] if line not in lines] == []
    assert lines[-3:-1] == ["module load python", "export A=1"]
    worker = lines[-1].split()
    assert worker[:3] == [sys.executable, "-m", "distributed.cli.dask_worker"]
    assert worker[3].startswith("tcp://127.0.0.1:")
    options = dict(itertools.pairwise(worker))
    assert (options["--nworkers"], options["--nthreads"]) == ("8", "1")
    assert options["--interface"] == "lo"


KEPT = """
import signal
from simulation.experiments.executors.batch_system import job_script
job_script("slurm")
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
"""


def test_ctrl_c_stays_with_whoever_had_it():
    subprocess.run([sys.executable, "-c", KEPT], env=ENVIRONMENT, check=True, timeout=120.0)


def test_workers_may_be_fewer_than_processors(tmp_path):
    worker = job_script(cluster_file(tmp_path, "slurm", processes=2)).splitlines()[-1]
    assert "--nthreads 4 " in worker
    assert "--nworkers 2 " in worker


@pytest.mark.parametrize(
    ("system", "changes", "part"),
    [
        ("slurm", {"jobs": 0}, r"slurm.yaml:\d+:7: jobs"),
        ("slurm", {"walltime": "two hours"}, r"slurm.yaml:\d+:11: walltime"),
        ("slurm", {"quue": "short"}, r"quue.*did you mean 'queue'"),
        ("slurm", {"memory": "much"}, r"slurm.yaml:\d+:9: memory"),
        ("slurm", {"interface": "none7"}, r"interface: this machine has no network 'none7', but .*lo"),
        ("sge", {"directives": "[]"}, r"directives: SGE needs the parallel environment that gives 8 cores"),
        ("cron", {}, r"system"),
    ],
)
def test_a_wrong_file_is_told_with_its_place(tmp_path, system, changes, part):
    with pytest.raises(InputError, match=part):
        job_script(cluster_file(tmp_path, system, **changes))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="there is no such cluster file; did you mean 'slurm'"):
        read_cluster("slrm")


SBATCH = """#!/bin/bash
# Takes a job and runs it at once, in a process group of its own.
cp "$1" "$SLURM_FAKE/$$.job"
setsid bash "$SLURM_FAKE/$$.job" > "$SLURM_FAKE/$$.log" 2>&1 &
echo $! > "$SLURM_FAKE/$$.pid"
echo "Submitted batch job $$"
"""
SCANCEL = """#!/bin/bash
echo "$1" >> "$SLURM_FAKE/cancelled"
kill -TERM -- -$(cat "$SLURM_FAKE/$1.pid")
"""


class Slurm:
    """A batch system of two commands."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        for name, text in [("sbatch", SBATCH), ("scancel", SCANCEL)]:
            (folder / name).write_text(text, encoding="ascii")
            (folder / name).chmod(0o755)

    def jobs(self):
        return sorted(int(path.read_text(encoding="ascii")) for path in self.folder.glob("*.pid"))

    def alive(self):
        return [job for job in self.jobs() if _is_running(job)]

    def logs(self):
        return "".join(path.read_text(encoding="utf-8") for path in self.folder.glob("*.log"))


def _is_running(number):
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    return False


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    found = Slurm(tmp_path / "slurm")
    monkeypatch.setenv("SLURM_FAKE", str(found.folder))
    monkeypatch.setenv("PATH", f"{found.folder}{os.pathsep}{os.environ['PATH']}")
    yield found
    for job in found.alive():
        os.killpg(job, signal.SIGKILL)


def small_jobs(folder, **changes):
    prologue = f'["export PYTHONPATH={SOURCES}{os.pathsep}{SOURCES / "tests"}"]'
    usual = {"jobs": 2, "cores": 1, "memory": "1GB", "prologue": prologue, "directives": "[]"}
    return str(cluster_file(folder, "slurm", **{**usual, **changes}))


def test_a_sweep_on_a_batch_system_gives_the_same_bytes_and_ends_its_jobs(study, expected, tmp_path, slurm):
    found = run_sweep(study, tmp_path / "results", on="dask", cluster=small_jobs(tmp_path))
    assert contents(found) == expected, slurm.logs()
    assert leftovers(tmp_path / "results") == []
    assert len(slurm.jobs()) == 2
    wait_for(lambda: not slurm.alive(), seconds=30.0)
    assert "#SBATCH -t 02:30:00" in next(slurm.folder.glob("*.job")).read_text(encoding="ascii")


@pytest.mark.slow  # two jobs, one after the other
def test_a_job_that_its_time_cuts_off_is_followed_by_another(study, expected, tmp_path, slurm, monkeypatch):
    monkeypatch.setattr(batch_system, "_GONE", 1.0)
    killed = []

    def cut_off(now):
        if now.done and not killed:
            (job,) = slurm.alive()
            killed.append(job)
            os.killpg(job, signal.SIGKILL)

    found = run_sweep(study, tmp_path / "results", on="dask", cluster=small_jobs(tmp_path, jobs=1), on_progress=cut_off)
    assert contents(found) == expected, slurm.logs()
    assert len(slurm.jobs()) == 2
    wait_for(lambda: not slurm.alive(), seconds=30.0)


def test_as_many_jobs_are_asked_for_as_the_workers_need(tmp_path, slurm):
    with batch_system.open_cluster(small_jobs(tmp_path, cores=2, memory="2GB"), workers=3) as jobs:
        assert jobs.count == 2
        assert len(slurm.jobs()) == 2
    wait_for(lambda: not slurm.alive(), seconds=30.0)


def test_a_job_that_is_refused_is_told_with_what_the_batch_system_says(study, tmp_path, slurm):
    refusal = "#!/bin/sh\necho 'sbatch: error: invalid partition specified: short' >&2\nexit 1\n"
    Path(slurm.folder / "sbatch").write_text(refusal, encoding="ascii")
    with pytest.raises(
        RunError, match=r"^the batch system does not take the job: sbatch: error: invalid partition specified: sho"
    ):
        run_sweep(study, tmp_path / "results", on="dask", cluster=small_jobs(tmp_path))
