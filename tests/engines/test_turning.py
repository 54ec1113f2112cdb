"""Another policy from a month on: what was promised stands, nothing new is promised, books stay whole."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.world.build import build

LIVELY = {
    "adoption.hazard.level": -2.0,
    "budget": {"per_worker": 20.0, "strength": "fixed"},
}


@pytest.fixture(scope="module")
def scenario(scenario_with):
    return scenario_with(LIVELY, firms=200, months=36).with_(
        {
            "policy.subsidy": {"first": 2, "last": 30, "budget_share": 0.5},
            "policy.training": {"first": 2, "last": 30, "budget_share": 0.5, "course_months": 6},
        }
    )


@pytest.fixture
def stem(scenario):
    engine = CompiledEngine(build(scenario, 5), scenario, 5, has_deliveries=False)
    engine.advance(12)
    return engine


def test_a_policy_that_ends_promises_nothing_more_and_keeps_its_word(stem):
    promised = int((stem.awards.until >= 12).sum())
    assert promised > 10
    end = stem.fork({})
    served = end.awards.served.copy()
    end.advance()
    assert (end.awards.served == served).all()
    assert end.awards.spent[:, 12:18].sum() > 0.0  # courses and grants that were promised
    assert end.awards.spent[:, 18:].sum() == 0.0
    np.testing.assert_allclose(end.awards.reserved, 0.0, atol=1e-9)


def test_a_lever_of_both_policies_goes_on_as_if_nothing_had_been(stem, scenario):
    """The other lever ends; grants have draws and money of their own, so promises differ only through who adopted."""
    policy = {name: lever for name, lever in scenario.policy.items() if name == "subsidy"}
    twin = stem.fork(policy)
    assert twin.programmes.first.tolist() == [2, 2]
    assert twin.programmes.last.tolist() == [30, 11]
    assert (twin.awards.until[0] == stem.awards.until[0]).all()
    assert (twin.awards.until[1] == stem.awards.until[1]).all()


def test_history_stays_and_books_of_all_policies_are_kept(stem, scenario):
    other = scenario.with_({"policy": None}).with_({"policy.large_firm_support": {"first": 0, "last": 30}})
    twin = stem.fork(other.policy)
    before = stem.tallies.groups[:12].copy()
    spent = stem.awards.spent.sum(axis=0)
    twin.advance()
    assert (twin.tallies.groups[:12] == before).all()
    assert twin.awards.spent.shape[0] == 3
    np.testing.assert_array_equal(twin.awards.spent.sum(axis=0)[:12], spent[:12])
    assert twin.awards.spent[0, :12].sum() == 0.0
    assert twin.awards.spent[0, 12:].sum() > 0.0
    assert (twin.awards.received @ twin.world.firms.weight).sum() == pytest.approx(twin.awards.spent.sum())


def test_policy_may_change_more_than_once(stem, scenario):
    engine = stem.fork({})
    engine.advance(6)
    engine.change_policy(scenario.policy)
    engine.advance()
    assert engine.programmes.first.size == 4
    assert engine.programmes.first.tolist()[:2] == [18, 18]
    assert [month for month, _ in engine.changes] == [12, 18]
    assert engine.awards.spent[:2, 18:].sum() > 0.0
    yearly = engine.awards.spent[:2, 18:30].sum(axis=1)
    assert (yearly <= engine.programmes.annual_budget[:2] * (1.0 + 1e-12)).all()
