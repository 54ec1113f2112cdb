"""Late events are what the run recorded: they are counted again, followed back, and told by the agents too."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from histories import LATE_AND_LIVELY

from simulation.engines.events import late_events
from simulation.engines.explaining import explain
from simulation.errors import InputError
from simulation.mesa_model import SupplyChainModel
from simulation.runs import run_in_world
from simulation.state import COLUMNS, DEPTH_BINS
from simulation.world.build import build

FIRMS, MONTHS, SEED = 60, 24, 3


@pytest.fixture(scope="module")
def scenario(scenario_with):
    return scenario_with(LATE_AND_LIVELY, firms=FIRMS, months=MONTHS)


@pytest.fixture(scope="module")
def world(scenario):
    return build(scenario, SEED)


@pytest.fixture(scope="module")
def events(world, scenario):
    return late_events(world, scenario, SEED)


@pytest.fixture(scope="module")
def done(world, scenario):
    return run_in_world(world, scenario, SEED)


def test_events_add_up_to_what_was_recorded(events, done):
    tallies, firms = done.record.tallies, done.world.firms
    weight, bearer, root = firms.weight[events.buyer], firms.group[events.buyer], firms.group[events.root]
    late = tallies.groups[:, :, COLUMNS.index("deliveries")] - tallies.groups[:, :, COLUMNS.index("on_time")]

    def added(shape, *place):
        sums = np.zeros(shape)
        np.add.at(sums, place, weight)
        return sums

    np.testing.assert_allclose(added(late.shape, events.month, bearer), late, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(added(tallies.late_roots.shape, events.month, root, bearer), tallies.late_roots)
    depth = np.minimum(events.links, DEPTH_BINS - 1)
    np.testing.assert_allclose(added(tallies.late_depth.shape, events.month, depth, bearer), tallies.late_depth)
    inherited = np.bincount(events.month[events.links > 0], minlength=MONTHS)
    np.testing.assert_array_equal(inherited, tallies.late_inherited)
    assert inherited.sum() > 100
    assert events.links.max() >= 3  # else little would be shown


def test_days_are_above_the_tolerance_and_with_what_is_within_it_add_up_to_late_days(events, done, scenario):
    tallies, weight = done.record.tallies, done.world.firms.weight
    tolerance = scenario.lateness.tolerance
    assert events.days.min() > tolerance
    added = np.bincount(events.month, weight[events.buyer] * events.days, MONTHS)
    recorded = tallies.groups[:, :, COLUMNS.index("late_days")].sum(axis=1)
    within = recorded - added
    assert (within >= -1e-6).all()
    most = tolerance * scenario.time.deliveries_per_month * weight.sum()
    assert (within <= most).all()


def test_the_last_round_is_the_state_at_the_end(events, done, scenario):
    last = (events.month == MONTHS - 1) & (events.round == scenario.time.deliveries_per_month - 1)
    state, rows = done.state, events.buyer[last]
    np.testing.assert_array_equal(rows, np.flatnonzero(state.late > scenario.lateness.tolerance))
    for name, column in (("root", events.root), ("travelled", events.links), ("late", events.days)):
        np.testing.assert_array_equal(getattr(state, name)[rows], column[last])


def test_an_own_event_has_no_supplier_and_the_others_follow_their_supplier_s_delivery(events, scenario):
    is_own = events.links == 0
    np.testing.assert_array_equal(events.supplier[is_own], events.buyer[is_own])
    np.testing.assert_array_equal(events.root[is_own], events.buyer[is_own])
    assert (events.supplier[~is_own] != events.buyer[~is_own]).all()
    rounds = scenario.time.deliveries_per_month
    told = {
        (int(month) * rounds + int(number), int(firm)): (int(root), int(links), float(days))
        for month, number, firm, _, root, links, days in zip(*events, strict=True)
    }
    followed = 0
    for (when, _), supplier, (root, links, days) in zip(told, events.supplier.tolist(), told.values(), strict=True):
        if links > 0 and when > 0 and (when - 1, supplier) in told:  # absent: late within the tolerance, or before
            before = told[when - 1, supplier]
            assert (before[0], before[1] + 1) == (root, links)
            assert days <= 2.0 * before[2]  # own days are no more than those passed on
            followed += 1
    assert followed > 50


def test_chosen_months_are_those_of_the_whole_run(events, world, scenario):
    some = late_events(world, scenario, SEED, months=[17, 4, 17])
    kept = np.isin(events.month, (4, 17))
    for name, part, whole in zip(events._fields, some, events, strict=True):
        np.testing.assert_array_equal(part, whole[kept], err_msg=name)
        assert part.dtype == whole.dtype


def test_no_months_give_no_events_and_wrong_ones_are_named(world, scenario):
    none = late_events(world, scenario, SEED, months=[])
    assert [part.size for part in none] == [0] * 7
    with pytest.raises(InputError, match=r"^months -1, 24 are not among the months 0 to 23 of this run$"):
        late_events(world, scenario, SEED, months=[3, 24, -1])


def test_an_explanation_names_the_same_supplier(events, world, scenario):
    """An explanation finds the way of lateness in another manner: from the states after each round."""
    seen = Counter()
    inherited = np.flatnonzero((events.links > 0) & (events.month > 2))[::29][:6]
    for e in inherited.tolist():
        found = explain(world, scenario, SEED, int(events.buyer[e]), int(events.month[e]))
        path = found.deliveries[int(events.round[e])].path
        assert path[-2].firm == world.name(int(events.supplier[e]))
        assert path[0].firm == world.name(int(events.root[e]))
        assert len(path) == events.links[e] + 1
        assert path[-1].late_days == events.days[e]
        seen[int(events.links[e])] += 1
    assert sum(seen.values()) == 6


def test_the_agents_tell_the_same(events, world, scenario, monkeypatch):
    told = []
    model = SupplyChainModel(scenario, SEED, "agents", world=world)
    deliver = model._deliver

    def listen(number):
        slowest = {}

        def await_inputs(firm):
            slowest[firm.index] = firm.slowest_supplier()
            return awaited(firm)

        kind = type(model.firms[0])
        awaited = kind.await_inputs
        monkeypatch.setattr(kind, "await_inputs", await_inputs)
        deliver(number)
        monkeypatch.setattr(kind, "await_inputs", awaited)
        for firm in model.firms:
            if firm.is_late:
                supplier = slowest[firm.index].index if firm.travelled else firm.index
                told.append((model.month, number, firm.index, supplier, firm.root.index, firm.travelled, firm.late))

    monkeypatch.setattr(model, "_deliver", listen)
    model.advance(8)
    listed = [tuple(row) for row in zip(*(part[events.month < 8].tolist() for part in events), strict=True)]
    assert told == listed
    assert sum(links > 0 for *_, links, _ in told) > 20


def test_a_change_of_policy_is_lived_again_too(world, scenario, engine_of):
    """In double precision, as the engine of the test: the history after the change is that of the engine."""
    engine = engine_of(world, scenario, SEED)
    changes = [(6, {})]
    engine.advance(6)
    engine.change_policy({})
    engine.advance()
    found = late_events(world, scenario, SEED, months=[5, 6, MONTHS - 1], changes=changes, real=np.float64)
    last = (found.month == MONTHS - 1) & (found.round == scenario.time.deliveries_per_month - 1)
    np.testing.assert_array_equal(found.days[last], engine.state.late[found.buyer[last]])
    inherited = np.bincount(found.month[found.links > 0], minlength=MONTHS)[[5, 6, MONTHS - 1]]
    np.testing.assert_array_equal(inherited, engine.tallies.late_inherited[[5, 6, MONTHS - 1]])
