"""Spoiled tables and graphs: read, or refused with the file and the line; what is read has finite numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hardening.judging import Fault, judged, lines_of, memory_peak, placed
from hardening.table_cases import tables_of

from simulation.errors import InputError, Problem
from simulation.scenario.scenario import Scenario
from simulation.world.own.reading import read_tables

SAMPLE, BLOCKS, CASES_A_BLOCK = 120, 4, 5000
MOST_MEMORY = 300 * 2**20


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def judge(folder: Path, number: int) -> str:
    case = tables_of(number)
    for name, content in case.files.items():
        (folder / name).write_bytes(content)
    try:
        scenario = Scenario().with_({"population.data": case.data})
    except InputError:  # a name of a column that no scenario may hold
        return "refused"
    lines = lines_of(folder / name for name in case.files)

    def check(problem: Problem) -> str:
        if problem.message.endswith("more problems"):
            return ""
        return placed(problem, lines.get, needs_line=lambda _: False)

    def read() -> None:
        population, network = read_tables(scenario, seed=1)
        arrays = [population.workers, population.weight, population.capacity_start, population.sales]
        arrays += [] if network is None else [network.weight]
        if not all(np.isfinite(array).all() for array in arrays if array is not None):
            raise Fault("numbers that are not finite were read")
        if network is not None and network.supplier.size and network.supplier.max() >= population.key.size:
            raise Fault("a link to a firm that is not there was read")

    verdict = judged(read, check, f"case {number} ({', '.join(case.done)})")
    return "refused" if verdict.problems else "read"


def judge_all(folder: Path, numbers: range) -> dict[str, int]:
    counts = {"read": 0, "refused": 0}
    faults = []
    memory_peak(is_new=True)
    before = memory_peak()
    for number in numbers:
        try:
            counts[judge(folder, number)] += 1
        except Fault as fault:
            faults.append(str(fault))
    assert not faults, "\n".join([f"{len(faults)} faults", *faults[:50]])
    assert memory_peak() - before < MOST_MEMORY
    assert min(counts.values()) > len(numbers) / 50  # spoiling that always, or never, breaks a file proves nothing
    return counts


def test_a_sample_of_spoiled_tables(folder):
    judge_all(folder, range(SAMPLE))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(BLOCKS))
def test_twenty_thousand_spoiled_tables(folder, block):
    judge_all(folder, range(block * CASES_A_BLOCK, (block + 1) * CASES_A_BLOCK))
