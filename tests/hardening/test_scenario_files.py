"""Spoiled scenario files: read, or refused with file, line and column; no other error, no hang, no flood of memory."""

from __future__ import annotations

import copy
import json
import re
import shutil
from pathlib import Path

import pytest
from hardening.judging import Fault, judged, lines_of, memory_peak, placed
from hardening.scenario_cases import case_of
from typer.testing import CliRunner

from simulation.commands.app import application
from simulation.commands.validate import checked
from simulation.errors import Problem
from simulation.scenario import document, reading
from simulation.scenario.document import Document
from simulation.scenario.reading import load
from simulation.scenario.shipped import shipped_folder
from simulation.scenario.writing import shown_values, to_yaml

SAMPLE, BLOCKS, CASES_A_BLOCK = 150, 20, 5000
MOST_MEMORY = 300 * 2**20
MORE = re.compile(r"and [\d,]+ more problems")
WHOLE_FILE = re.compile(r"the file (has [\d,]+ bytes|cannot be read)|.* bytes; a scenario has at most")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a project folder with files that may be extended, links out of it, and a file outside."""
    folder = tmp_path / "project" / "case"
    (folder.parent / "scenarios").mkdir(parents=True)
    (folder / "folder").mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text("title: outside\n")
    (folder / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (folder / "loop.yaml").symlink_to(folder / "loop.yaml")
    shutil.copytree(shipped_folder() / "data", folder / "data")
    for name, content in case_of(0).beside.items():
        (folder / name).write_bytes(content)
    for file in shipped_folder().glob("*.yaml"):
        (folder / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(folder)
    return folder


class Reader:
    """Reads cases as ``tierwise validate`` does and judges what it says."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._read: dict[str, Document] = {}
        monkeypatch.setattr(reading, "read", self.read)
        self.others = lines_of(file for file in folder.rglob("*") if file.is_file())
        self.others |= {
            name: count
            for file in shipped_folder().rglob("*.yaml")
            for name, count in [(f"tierwise:{file.stem}", file.read_text(encoding="utf-8").count("\n") + 1)]
        }

    def read(self, file: Path, name: str) -> Document:
        """Read a file; what nobody changes is read once, which halves the time of a case."""
        if file.name in {"case.yaml", "again.yaml"}:
            return document.read(file, name)
        if name not in self._read:
            self._read[name] = document.read(file, name)
        return copy.deepcopy(self._read[name])

    def judge(self, number: int) -> str:
        case = case_of(number)
        file = self.folder / "case.yaml"
        file.write_bytes(case.content)
        lines = self.others | lines_of([file])

        def check(problem: Problem) -> str:
            if MORE.fullmatch(problem.message):
                return ""
            return placed(
                problem,
                lambda name: lines.get(name, lines.get(Path(name).name)),
                needs_line=lambda one: not WHOLE_FILE.match(one.message),
            )

        def read() -> None:
            scenario = checked("case.yaml")
            if number % 10 == 0:
                again = self.folder / "again.yaml"
                again.write_text(to_yaml(shown_values(scenario)), encoding="utf-8")
                if load("again.yaml").digest() != scenario.digest():
                    raise Fault("what was written is not what was read")

        verdict = judged(read, check, f"case {number} ({', '.join(case.done)})")
        return "refused" if verdict.problems else "read"


def judge_all(reader: Reader, numbers: range) -> dict[str, int]:
    counts = {"read": 0, "refused": 0}
    memory_peak(is_new=True)
    before = memory_peak()
    faults = []
    for number in numbers:
        try:
            counts[reader.judge(number)] += 1
        except Fault as fault:
            faults.append(str(fault))
    assert not faults, "\n".join([f"{len(faults)} faults", *faults[:50]])
    assert memory_peak() - before < MOST_MEMORY
    return counts


def test_a_sample_of_spoiled_scenarios(project, monkeypatch):
    counts = judge_all(Reader(project, monkeypatch), range(SAMPLE))
    assert counts["refused"] > SAMPLE / 4
    assert counts["read"] > SAMPLE / 20  # mutations that always break a file would prove nothing


@pytest.mark.slow
@pytest.mark.parametrize("block", range(BLOCKS))
def test_a_hundred_thousand_spoiled_scenarios(project, monkeypatch, block):
    counts = judge_all(Reader(project, monkeypatch), range(block * CASES_A_BLOCK, (block + 1) * CASES_A_BLOCK))
    assert min(counts.values()) > CASES_A_BLOCK / 20


@pytest.mark.parametrize("command", [("validate", "--json"), ("show", "--origin")])
def test_commands_end_in_a_sentence_or_in_order(project, command):
    app, codes = application(), set()
    for number in range(1000, 1008):
        case = case_of(number)
        (project / "case.yaml").write_bytes(case.content)
        done = CliRunner().invoke(app, [*command, "case.yaml"], prog_name="tierwise")
        assert done.exit_code in {0, 2}, (number, case.done, done.output, done.stderr)
        assert "Traceback" not in done.output + done.stderr
        assert done.exit_code == 0 or "case.yaml" in done.output + done.stderr
        if "--json" in command:
            assert [entry["ok"] for entry in json.loads(done.stdout)] == [done.exit_code == 0]
        codes.add(done.exit_code)
    assert codes == {0, 2}
