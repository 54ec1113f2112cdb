"""``tierwise sweep job`` prints what a batch system would be given; without one a sweep says so."""

from __future__ import annotations

import pytest

from simulation.experiments.executors.batch_system import shipped_clusters

pytestmark = pytest.mark.app


def test_the_command_prints_the_script_of_a_shipped_file_and_of_an_own_one(cli, tmp_path):
    assert shipped_clusters() == ["slurm"]
    (tmp_path / "own.yaml").write_text("system: pbs\nqueue: short\n", encoding="ascii")
    for name, line in [
        ("slurm", "#SBATCH --cpus-per-task=8"),
        ("tierwise:slurm", "#SBATCH -t 02:00:00"),
        ("own.yaml", "#PBS -q short"),
    ]:
        done = cli("sweep", "job", name)
        assert done.exit_code == 0, done.output
        assert line in done.output.splitlines()


def test_a_wrong_file_is_told(cli, tmp_path):
    (tmp_path / "own.yaml").write_text("system: slurm\nwalltime: long\n", encoding="ascii")
    done = cli("sweep", "job", "own.yaml")
    assert done.exit_code == 2
    assert done.stderr.startswith("own.yaml:2:11: walltime")


def test_without_the_batch_system_there_is_one_sentence(cli, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "one.yaml").write_text("design: grid\nfactors: {lateness.lean: [0.1, 0.2]}\n", encoding="ascii")
    done = cli("sweep", "run", "one.yaml", "-o", "results", "--cluster", "slurm")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1), done.output
    assert done.stderr.startswith("slurm: system: there is no sbatch on this machine: start this where jobs are")
