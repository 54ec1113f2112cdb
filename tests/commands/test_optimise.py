"""``tierwise optimise``: a search, its table and its picture."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("optuna")

LEVERS = ("grants_capital", "courses_elsewhere")
SETS = [
    "population.firms=100", "time.months=24", "time.survey_month=6", "time.start_rounds=8",
    "policy.development=null", "policy.courses_capital=null", "policy.grants_elsewhere=null",
    *[f"policy.{name}.{end}" for name in LEVERS for end in ("first=6", "last=20", "budget_share=0.5")],
]  # fmt: skip


def search(cli, *more):
    sets = [part for text in SETS for part in ("--set", text)]
    return cli(
        "optimise", "split", "--aim", "adopter_gap", "--trials", "3", "--reps", "2", "--on", "serial", "-o", "out",
        *sets, *more,
    )  # fmt: skip


def test_a_search_writes_its_front_and_says_what_it_is_worth(cli, tmp_path):
    found = search(cli)
    assert found.exit_code == 0, found.stderr
    assert "fresh seeds with 95 % intervals" in found.output.replace("\n", " ")
    table = (tmp_path / "out" / "front.csv").read_text(encoding="utf-8").splitlines()
    assert table[0].startswith("trial,share:grants_capital,share:courses_elsewhere,adopter_gap,")
    picture = (tmp_path / "out" / "front.svg").read_text(encoding="utf-8")
    assert "<svg" in picture
    again = json.loads(search(cli, "--json").output)  # nothing is run again
    assert again["trials"] == 3
    assert len(again["front"]) == len(table) - 1


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("optimise", "baseline", "-o", "out"), "a split needs two at least"),
        (("optimise", "split", "--aim", "adopter_gab", "-o", "out"), "did you mean 'adopter_gap'"),
    ],
)
def test_what_cannot_be_searched_is_a_sentence(cli, arguments, part):
    found = cli(*arguments)
    assert found.exit_code == 2
    assert part in found.stderr
