"""The exact limits that ``tierwise verify`` shows, run here; the shipped page is what it writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.commands.verify import page
from simulation.experiments.verification import LIMITS

PAGE = Path(__file__).parents[2] / "docs" / "verification.md"


@pytest.mark.statistical
@pytest.mark.parametrize("limit", LIMITS, ids=[limit.id for limit in LIMITS])
def test_the_model_gives_the_formula_and_the_page_says_so(limit):
    """Tolerances, seeds and chances of false alarms are those of the limit itself."""
    checks = limit.checks()
    assert len(checks) >= 3
    assert len({check.parameters for check in checks}) == len(checks)
    failing = [check for check in checks if not check.agrees]
    assert not failing
    shipped = PAGE.read_text(encoding="utf-8").split(f"## {limit.id}: ")[1].split("\n## ")[0]
    made = page({limit: checks}).split(f"## {limit.id}: ")[1]
    assert without_numbers(shipped) == without_numbers(made), "run: tierwise verify -o docs"


def without_numbers(section: str) -> list[list[str]]:
    """Return the lines of a section; of rows not the columns of model and formula, whose last digits may differ."""
    rows = [line.split(" | ") for line in section.strip().splitlines()]
    return [[*row[:1], *row[3:]] if len(row) == 5 else row for row in rows]


def test_ids_are_unique_and_the_page_has_no_other():
    ids = [limit.id for limit in LIMITS]
    assert len(set(ids)) == len(ids)
    titles = [
        line[3:].split(":")[0] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("## ")
    ]
    assert titles == ids
