"""Spoiled sweeps, lessons, cluster files, targets, ensembles and input-output tables: read, or refused with a place."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from hardening.judging import Fault, judged
from hardening.scenario_cases import spoiled_yaml
from hardening.table_cases import spoiled_csv

from simulation.errors import Problem
from simulation.experiments.executors.batch_system import read_cluster
from simulation.experiments.members import read_ensemble
from simulation.experiments.sweeps import load_sweep
from simulation.experiments.targets import read_targets
from simulation.scenario.scenario import Scenario
from simulation.scenario.shipped import shipped_folder
from simulation.teach.lessons import load_lesson
from simulation.world.input_output import sector_mix
from simulation.world.population import groups_of


def _targets(file: Path) -> object:
    scenario = Scenario()
    return read_targets(file, groups_of(scenario), scenario.time.months)


def _input_output(file: Path) -> object:
    rows = {"industry": "manufacturing", "business services": "services"}
    return sector_mix(Scenario().with_({"network.input_output": {"file": str(file), "sectors": rows}}))


KINDS = {
    "sweeps": ("sweeps/*.yaml", load_sweep, 30),
    "lessons": ("lessons/*.yaml", load_lesson, 30),
    "clusters": ("clusters/*.yaml", read_cluster, 30),
    "targets": ("targets/calibration.csv", _targets, 30),
    "ensembles": ("ensemble/*.csv", read_ensemble, 30),
    "input-output": ("data/input_output/*.csv", _input_output, 30),
}
"""Files that are spoiled, what reads them, and how many cases of them are in the sample."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder of a project in which the scenarios that others name lie too."""
    folder = tmp_path / "project" / "scenarios"
    shutil.copytree(shipped_folder(), folder)
    monkeypatch.chdir(folder)
    return folder


def judge(folder: Path, kind: str, number: int) -> str:
    pattern, read, _ = KINDS[kind]
    rng = random.Random(f"{kind} {number}")
    source = rng.choice(sorted(shipped_folder().glob(pattern)))
    file = folder / f"case{source.suffix}"
    spoil = spoiled_yaml if source.suffix == ".yaml" else spoiled_csv
    file.write_bytes(spoil(source, rng) if number else source.read_bytes())  # of which the first is as it was

    def check(problem: Problem) -> str:
        return "" if "case" in problem.place or ".yaml" in problem.place or problem.path else "there is no place"

    return "refused" if judged(lambda: read(file), check, f"{kind} {number}").problems else "read"


def judge_all(folder: Path, kind: str, numbers: range) -> None:
    faults, seen = [], set()
    for number in numbers:
        try:
            seen.add(judge(folder, kind, number))
        except Fault as fault:
            faults.append(str(fault))
    assert not faults, "\n".join([f"{len(faults)} faults", *faults[:50]])
    assert seen == {"read", "refused"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_of_other_spoiled_files(folder, kind):
    judge_all(folder, kind, range(KINDS[kind][2]))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_two_thousand_spoiled_files_of_each_kind(folder, kind):
    judge_all(folder, kind, range(2000))


@pytest.mark.parametrize(
    "file",
    [
        "../../outside.csv", "/etc/passwd", "link.csv", "x\0y", "tierwise:../targets/survey",
        "tierwise:../../../../etc/passwd", "a" * 5000, "loop.csv", "none.csv", ".", "~/x",
    ],
)  # fmt: skip
def test_a_sweep_reads_no_ensemble_outside_its_project(folder, file):
    secret = "member,x\n1,secret\n"
    (folder.parents[1] / "outside.csv").write_text(secret)
    (folder / "link.csv").symlink_to(folder.parents[1] / "outside.csv")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    text = (folder / "sweeps" / "screening.yaml").read_text(encoding="utf-8")
    escaped = file.replace("\0", "\\0")
    (folder / "case.yaml").write_text(f'{text}\nensemble: {{file: "{escaped}"}}\n', encoding="utf-8")

    def check(problem: Problem) -> str:
        return "there is no line" if not problem.place.startswith(str(folder / "case.yaml:")) else ""

    problems = judged(lambda: load_sweep(folder / "case.yaml"), check, file).problems
    assert problems
    assert "secret" not in str(problems)
