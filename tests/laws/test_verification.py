"""The exact limits that ``tierwise verify`` shows, run here; the shipped page is what it writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.commands.verify import page
from simulation.experiments.verification import LIMITS
from simulation.experiments.verification.check import Check, Limit

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
    assert_same(shipped, limit, checks)


def assert_same(shipped: str, limit: Limit, checks: list[Check]) -> None:
    """Compare a section with what is made now: words exactly, numbers to four digits.

    Rounding and draws may differ between machines: the model's number may also be off by the row's own tolerance,
    which is of the order of rounding or five standard errors.
    """
    made = page({limit: checks}).split(f"## {limit.id}: ")[1]
    words, numbers = parts(shipped)
    words_made, numbers_made = parts(made)
    assert words == words_made, "run: tierwise verify -o docs"
    for check, row, row_made in zip(checks, numbers, numbers_made, strict=True):
        model, formula, tolerance = row
        model_made, formula_made, tolerance_made = row_made
        assert model == pytest.approx(model_made, rel=5e-5, abs=check.tolerance), check.parameters
        assert formula == pytest.approx(formula_made, rel=5e-5, abs=1e-12), check.parameters
        assert tolerance == pytest.approx(tolerance_made, rel=0.1), check.parameters  # shown with two digits


def parts(section: str) -> tuple[list[list[str]], list[list[float]]]:
    """Return the words of a section, line by line, and the numbers in its table: model, formula and tolerance."""
    rows = [line.split(" | ") for line in section.strip().splitlines()]
    numbers = [[float(cell) for cell in row[1:4]] for row in rows if len(row) == 5 and row[1] != "Model"]
    return [[*row[:1], *row[4:]] if len(row) == 5 else row for row in rows], numbers


CHECKS = [Check("a", 0.123456789, 0.123456789, 1e-9), Check("b", 0.52, 0.5, 0.1)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| a | 0.1234568", "| a | 0.1236"),
        ("0.1234568 | 1e-09", "0.1236 | 1e-09"),
        ("1e-09", "1e-08"),
        ("| 0.52 |", "| 0.63 |"),
        ("| 0.5 |", "| 0.51 |"),
        ("| b |", "| c |"),
        ("Source: X", "Source: Y"),
        ("agrees", "FAILS"),
    ],
)
def test_a_page_that_went_stale_is_noticed(old, new):
    limit = Limit("Z", "Title", "f", "X", "none", lambda: CHECKS)
    text = page({limit: CHECKS}).split("## Z: ")[1]
    assert_same(text, limit, CHECKS)
    assert_same(text.replace("| 0.52 |", "| 0.6 |"), limit, CHECKS)  # another sample within the tolerance
    assert old in text
    with pytest.raises(AssertionError):
        assert_same(text.replace(old, new), limit, CHECKS)


def test_ids_are_unique_and_the_page_has_no_other():
    ids = [limit.id for limit in LIMITS]
    assert len(set(ids)) == len(ids)
    titles = [
        line[3:].split(":")[0] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("## ")
    ]
    assert titles == ids
