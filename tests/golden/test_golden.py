"""Histories that change only on purpose: by ``python tests/golden/update.py``."""

from __future__ import annotations

import pytest
from golden import update

from simulation.compiled import is_compilation_on

GOLDEN = update.golden()
HISTORIES = {name: held for name, held in GOLDEN.items() if name != "machine"}
CHANGED = "the model's numbers changed; if that is meant, run python tests/golden/update.py and say why in the commit"


@pytest.fixture(scope="module")
def found():
    """Return the numbers of a case, computed once."""
    kept = {}

    def numbers(name):
        if name not in kept:
            kept[name] = update.numbers(name)
        return kept[name]

    return numbers


@pytest.mark.parametrize("name", update.CASES)
def test_the_numbers_are_the_golden_ones(found, name):
    """On every machine: rounded, because the last bits of exp, log and power differ between C libraries."""
    expected = {entry: value for entry, value in HISTORIES[name].items() if entry != "digest"}
    actual = {entry: value for entry, value in found(name).items() if entry != "digest"}
    assert actual == pytest.approx(expected, rel=1e-7, abs=1e-8), CHANGED


@pytest.mark.skipif(not is_compilation_on(), reason="golden digests are those of machine code")
@pytest.mark.skipif(
    update.elementary() != GOLDEN["machine"]["elementary"],
    reason="exp, log or power of this machine differ in their last bits from those of the golden digests",
)
@pytest.mark.parametrize("name", update.CASES)
def test_the_history_is_the_golden_one_bit_for_bit(found, name):
    assert found(name)["digest"] == HISTORIES[name]["digest"], CHANGED


def test_every_case_has_golden_numbers():
    assert set(HISTORIES) == set(update.CASES)


def test_every_case_shows_something_that_no_other_does():
    assert len({case["digest"] for case in HISTORIES.values()}) == len(HISTORIES)


def test_the_levers_of_the_golden_histories_serve_firms():
    for name in ("cash_subsidy", "capability", "balanced", "trickle_down", "solved_strength"):
        assert HISTORIES[name]["firms served"] > 0
        assert HISTORIES[name]["public cost"] > 0.0
