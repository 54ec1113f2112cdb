"""Months of a run lived again are what the run was then."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from histories import LATE_AND_LIVELY

from simulation.engines.snapshots import snapshots
from simulation.errors import InputError
from simulation.runs import run_in_world
from simulation.state import COLUMNS
from simulation.world.build import build

FIRMS, MONTHS, SEED = 60, 24, 3


@pytest.fixture(scope="module")
def done(scenario_with):
    scenario = scenario_with(LATE_AND_LIVELY, firms=FIRMS, months=MONTHS)
    return run_in_world(build(scenario, SEED), scenario, SEED)


@pytest.fixture(scope="module")
def months(done):
    return list(snapshots(done.world, done.scenario, SEED, [MONTHS - 1, 0, 9]))


def test_months_come_in_order(months):
    assert [snapshot.month for snapshot in months] == [0, 9, MONTHS - 1]


def test_the_last_month_is_the_end_of_the_run(months, done):
    last = months[-1]
    for name in ("adopted", "months_adopted", "user_share", "capacity", "defects", "late", "root", "travelled"):
        np.testing.assert_array_equal(getattr(last.state, name), getattr(done.state, name), err_msg=name)
    np.testing.assert_array_equal(last.late_days, done.late_days)
    np.testing.assert_array_equal(last.served, done.awards.served)
    np.testing.assert_array_equal(last.received, done.awards.received.sum(axis=0))


def test_every_month_gives_what_was_recorded_then(months, done):
    firms, tallies = done.world.firms, done.record.tallies
    for snapshot in months:
        state, row = snapshot.state, tallies.groups[snapshot.month]
        for column, values in (
            ("adopters", firms.weight * state.adopted),
            ("users", firms.weight * firms.workers * state.user_share),
            ("capacity", firms.weight * state.capacity),
            ("defects", firms.weight * state.defects),
            ("sales", firms.weight * state.sales),
        ):
            sums = np.bincount(firms.group, values, row.shape[0])
            np.testing.assert_allclose(sums, row[:, COLUMNS.index(column)], rtol=1e-9, err_msg=column)


def test_sales_are_final_demand_and_what_the_buyers_of_the_month_purchase(months, done):
    """Within the steps in which the engine counts money."""
    firms = done.world.firms
    for snapshot in months:
        links = snapshot.links
        bought = np.bincount(links.supplier, links.value, FIRMS)
        np.testing.assert_allclose(snapshot.state.sales, firms.final_demand + bought, rtol=1e-6)


def test_links_are_those_of_the_month_and_change_over_time(months, done):
    np.testing.assert_array_equal(months[0].links.supplier, done.world.links.supplier)
    for earlier, later in pairwise(months):
        assert (earlier.links.supplier != later.links.supplier).any()
    assert (months[-1].links.supplier != done.final_links.supplier).any()  # the last review comes after the month


def test_a_snapshot_stays_as_it_is_while_the_next_is_made(done):
    first, kept = None, None
    for snapshot in snapshots(done.world, done.scenario, SEED, [2, 12]):
        if first is None:
            first, kept = snapshot, snapshot.state.capacity.copy()
    np.testing.assert_array_equal(first.state.capacity, kept)


def test_a_month_that_was_not_lived_is_named(done):
    with pytest.raises(InputError, match=r"^month 24 is not among the months 0 to 23 of this run$"):
        list(snapshots(done.world, done.scenario, SEED, [24]))
