"""Theil's index from the sums over groups, against firms one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engines.empty import new_tallies
from simulation.engines.engine import CompiledEngine
from simulation.measures import Record
from simulation.measures.inequality import (
    floored_count,
    floored_share,
    theil,
    theil_between_regions,
    theil_within_regions,
)
from simulation.scenario.scenario import Scenario
from simulation.state import COLUMNS, Awards, Groups
from simulation.world.build import build, groups_of

GROUPS = groups_of(Scenario())


def record_of(added, workers, group, weight=None, groups=GROUPS) -> Record:
    """Return a record of one month with the sums of hand-made firms."""
    added, workers, group = np.asarray(added, float), np.asarray(workers, float), np.asarray(group)
    weight = np.ones(added.size) if weight is None else np.asarray(weight, float)
    floored = np.maximum(added, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(added > 0.0, floored * np.log(floored / workers), 0.0)
    sums = np.zeros((1, groups.count, len(COLUMNS)))
    for name, values in {
        "workers": weight * workers,
        "value_added_floored": weight * floored,
        "value_added_log": weight * logs,
        "floored_count": (added < 0.0).astype(float),
        "count": np.ones(added.size),
    }.items():
        np.add.at(sums[0, :, COLUMNS.index(name)], group, values)
    tallies = new_tallies(1, groups.count, has_origins=False)._replace(groups=sums)
    return Record(groups, tallies, Awards(*(np.zeros(0) for _ in Awards._fields)), 0.9)


ALL = np.ones(GROUPS.count, bool)


def test_the_worked_split():
    """1, 2, 3, 4 in two groups of two: 0.106440 = 0.082283 between + 0.024157 within."""
    capital, elsewhere = (GROUPS.members().index(("sme", "services", region)) for region in ("capital", "elsewhere"))
    record = record_of([1.0, 2.0, 3.0, 4.0], np.ones(4), [capital, capital, elsewhere, elsewhere])
    found = [float(f(record, ALL)[0]) for f in (theil, theil_between_regions, theil_within_regions)]
    assert found == pytest.approx([0.106440, 0.082283, 0.024157], abs=5e-7)


FIRMS = st.lists(
    st.tuples(
        st.floats(-5.0, 100.0, allow_subnormal=False),
        st.floats(1.0, 500.0),
        st.integers(0, GROUPS.count - 1),
        st.floats(0.1, 20.0),
    ),
    min_size=1,
    max_size=12,
)


@given(FIRMS)
def test_the_index_is_that_of_the_firms_and_its_parts_sum_to_it(firms):
    added, workers, group, weight = (np.array(part, float) for part in zip(*firms, strict=True))
    record = record_of(added, workers, group.astype(int), weight)
    income = weight * np.maximum(added, 0.0)
    if income.sum() <= 1e-6:
        return
    people = weight * workers
    share, mean = income / income.sum(), income.sum() / people.sum()
    some = income > 0.0
    direct = float((share[some] * np.log(income[some] / people[some] / mean)).sum())
    whole, between, within = (float(f(record, ALL)[0]) for f in (theil, theil_between_regions, theil_within_regions))
    assert whole == pytest.approx(direct, abs=1e-9)
    assert between + within == pytest.approx(whole, abs=1e-9)
    assert between >= -1e-12
    assert float(floored_share(record, ALL)[0]) == (added < 0.0).mean()
    assert float(floored_count(record, ALL)[0]) == (added < 0.0).sum()


def test_a_run_has_an_index_that_splits_exactly():
    scenario = Scenario().with_({"population.firms": 300, "time.months": 6, "time.survey_month": 0})
    engine = CompiledEngine(build(scenario, 1), scenario, 1)
    engine.advance()
    record = Record(engine.world.groups, engine.tallies, engine.awards, scenario.use.ceiling)
    whole, between, within = (f(record, ALL) for f in (theil, theil_between_regions, theil_within_regions))
    assert between + within == pytest.approx(whole, rel=1e-12)
    state, firms = engine.state, engine.world.firms
    income = firms.weight * np.maximum(state.value_added, 0.0)
    people = firms.weight * firms.workers
    some = income > 0.0
    direct = (income[some] / income.sum() * np.log(income[some] / people[some] / (income.sum() / people.sum()))).sum()
    assert whole[-1] == pytest.approx(direct, rel=1e-9)


def test_nobody_adding_value_has_no_index():
    record = record_of([-1.0, 0.0], [3.0, 4.0], [0, 1])
    assert np.isnan(theil(record, ALL)[0])
    assert np.isnan(theil_between_regions(record, ALL)[0])


def test_a_month_in_which_nothing_is_added_has_no_index_and_little_is_enough(record):
    places = [COLUMNS.index(name) for name in ("value_added_floored", "value_added_log")]
    record.tallies.groups[0][:, places] = 0.0
    record.tallies.groups[1][:, places[0]] = 0.01
    values = theil(record, np.ones(8, bool))
    assert np.isnan(values[0])
    assert np.isfinite(values[1:]).all()


def test_regions_are_those_of_the_groups_and_small_sums_count_too():
    """Two regions by hand, with values and weights far below 1."""
    groups = np.array(GROUPS.members())
    at = [int(np.flatnonzero((groups == member).all(axis=1))[0]) for member in (groups[0], groups[1])]
    assert groups[0][2] != groups[1][2]
    added, workers = np.array([0.3, 0.1]), np.array([2.0, 1.0])
    record = record_of(added, workers, at)
    everybody = np.ones(GROUPS.count, bool)
    mean = added.sum() / workers.sum()
    between = float((added / added.sum() * np.log(added / workers / mean)).sum())
    assert theil_between_regions(record, everybody) == pytest.approx([between], rel=1e-12)
    assert theil_within_regions(record, everybody) == pytest.approx([0.0], abs=1e-12)
    assert theil(record, everybody) == pytest.approx([between], rel=1e-12)
    assert np.isnan(theil_within_regions(record_of([0.0], [1.0], [0]), everybody)).all()
    assert np.isnan(theil_between_regions(record_of([0.0], [1.0], [0]), everybody)).all()


def test_within_one_region_all_inequality_is_within_it():
    added, workers = np.array([0.3, 0.1]), np.array([1.0, 1.0])
    record = record_of(added, workers, [0, 0])
    everybody = np.ones(GROUPS.count, bool)
    assert theil_between_regions(record, everybody) == pytest.approx([0.0], abs=1e-12)
    assert theil_within_regions(record, everybody) == pytest.approx(theil(record, everybody), rel=1e-12)
    assert theil(record, everybody)[0] > 0.1


def test_three_regions_are_three_parts():
    """Of two regions each is what the other leaves, so that the wrong part would not be seen."""
    groups = Groups(("sme",), ("services",), ("a", "b", "c"), (True,), (False,), (True, False, False))
    added, workers = np.array([1.0, 3.0, 2.0, 6.0]), np.ones(4)
    record, everybody = record_of(added, workers, [0, 1, 2, 2], groups=groups), np.ones(3, bool)
    parts = np.array([1.0, 3.0, 8.0])
    between = float((parts / 12.0 * np.log(parts / np.array([1.0, 1.0, 2.0]) / 3.0)).sum())
    within = float(8.0 / 12.0 * (np.array([2.0, 6.0]) / 8.0 * np.log(np.array([2.0, 6.0]) / 4.0)).sum())
    assert theil_between_regions(record, everybody) == pytest.approx([between], rel=1e-12)
    assert theil_within_regions(record, everybody) == pytest.approx([within], rel=1e-12)
