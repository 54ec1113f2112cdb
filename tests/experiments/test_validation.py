"""Facts that were not fitted: reading them, observing the model, and judging."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.experiments.facts import FACTS, History, Snapshot
from simulation.experiments.validation import judge, observe, read_facts, validation_table
from simulation.measures import Record, all_measures, labels
from simulation.scenario.reading import load
from simulation.scenario.shipped import shipped_folder
from simulation.world.build import build

FACT = replace(read_facts()[0], value=0.5, low=0.4, high=0.6, relation="independent")
SCENARIO = load("tierwise:baseline", ["population.firms=400", "time.start_rounds=4"])


@pytest.fixture(scope="module")
def history():
    engine = CompiledEngine(build(SCENARIO, 1), SCENARIO, 1, levers={})
    seen = {}
    for month in (12, 24):
        engine.advance(month + 1 - engine.month)
        seen[month] = Snapshot.of(engine)
    engine.advance()
    record = Record(engine.world.groups, engine.tallies, engine.awards, SCENARIO.use.ceiling)
    return History(engine.world, SCENARIO, record, seen)


def test_the_shipped_facts_are_distinct_sourced_and_not_targets_of_the_fit():
    facts = read_facts()
    assert len({fact.id for fact in facts}) == len(facts) > 40
    assert all(fact.source and fact.comment and fact.unit for fact in facts)
    with (shipped_folder() / "targets" / "calibration.csv").open(encoding="utf-8") as file:
        assert not {row["id"] for row in csv.DictReader(file)} & {fact.id for fact in facts}


@pytest.mark.parametrize(
    ("column", "word", "sentence"),
    [("quantity", "luck", "unknown quantity 'luck'"), ("relation", "none", "relation 'none'"), ("low", "9", "order")],
)
def test_a_bad_row_is_refused(tmp_path, column, word, sentence):
    with (shipped_folder() / "targets" / "validation.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[:1]
    rows[0][column] = word
    with (tmp_path / "facts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(ValueError, match=sentence):
        read_facts(tmp_path / "facts.csv")


@pytest.mark.parametrize(
    ("mean", "error", "verdict"),
    [
        (0.5, 0.01, "agrees"),
        (0.7, 0.01, "misses by 0.1"),
        (0.3, 0.01, "misses by 0.1"),
        (0.61, 0.01, "cannot be judged"),
        (0.59, 0.01, "cannot be judged"),
        (float("nan"), 0.01, "cannot be judged"),
        (0.5, float("nan"), "cannot be judged"),
    ],
)
def test_a_mean_is_judged_only_at_two_standard_errors_from_the_limits(mean, error, verdict):
    assert judge(FACT, mean, error) == verdict


def test_what_counts_something_else_cannot_be_judged():
    assert judge(replace(FACT, relation="other concept"), 0.5, 0.0) == "cannot be judged"


def test_shares_of_groups_equal_the_measures(history):
    for name, measure, group in (("adopters", "adopter_share", "large"), ("users", "user_share", "sme services")):
        mask = labels(history.world.groups, "every")[group]
        series = all_measures()[measure].of(history.record, mask)
        assert FACTS[name](history, group, 24, 24) == pytest.approx(series[24], rel=1e-12)


def test_spans_of_workers_divide_the_firms(history):
    parts = [history.members(name) for name in ("5-9 workers", "10-49 workers", "50-249 workers", "250+ workers")]
    assert (np.sum(parts, axis=0) == 1).all()


def test_growth_and_gaps_are_differences_of_log_odds(history):
    def odds(group, month):
        share = FACTS["users"](history, group, month, month)
        return np.log(share / (1.0 - share))

    assert FACTS["users_growth"](history, "sme", 12, 24) == pytest.approx(odds("sme", 24) - odds("sme", 12))


def test_tiers_and_depths_are_parts_of_a_whole(history):
    assert 0.0 < FACTS["tier_1"](history, "sme", 12, 12) + FACTS["tier_2"](history, "sme", 12, 12) <= 1.0
    assert 0.0 < FACTS["inherited_1"](history, "all", 12, 95) + FACTS["inherited_2"](history, "all", 12, 95) <= 1.0


def test_parts_of_sales_sum_to_the_whole(history):
    parts = [FACTS["sales_part"](history, group, 12, 12) for group in ("large", "sme")]
    assert sum(parts) == pytest.approx(1.0)


def test_links_are_replaced_about_as_often_as_is_recorded(history):
    """A slot replaced twice counts once, and one whose supplier came back not at all."""
    switching = all_measures()["switching"].of(history.record, labels(history.world.groups, "every")["all"])
    replaced = FACTS["links_replaced"](history, "all", 12, 24)
    assert 0.5 * switching[13:25].sum() < replaced <= 1.2 * switching[13:25].sum()


def test_no_size_effect_is_left_where_capacity_says_all(history):
    """Partners' use alone is left out of the regression; in use it counts little."""
    assert abs(FACTS["gap_given_capacity"](history, "all", 24, 24)) < 0.02


def test_a_table_has_mean_error_and_verdict_of_each_fact():
    facts = [replace(fact, month=2, month_to=2) for fact in read_facts() if fact.quantity in {"users", "top_buyer"}]
    model = observe(SCENARIO, facts, [1, 2])
    table = validation_table(facts, model)
    assert table["model"].tolist() == model.mean(axis=0).tolist()
    assert table["standard_error"].tolist() == pytest.approx((np.abs(model[0] - model[1]) / 2.0).tolist())
    assert list(table["id"]) == [fact.id for fact in facts]
    assert (observe(SCENARIO, facts, [2, 1])[::-1] == model).all()
