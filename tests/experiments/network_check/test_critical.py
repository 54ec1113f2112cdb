"""The most critical suppliers of small and of large networks."""

from __future__ import annotations

import numpy as np
import pytest
from graphs import world_from

from simulation.engines.influence import Influence
from simulation.experiments.network_check import critical
from simulation.scenario.scenario import Scenario
from simulation.world.build import build
from simulation.world.closure import chain_of, closure_index


def found(world):
    n = world.firms.key.size
    ones = Influence(np.ones(n), np.ones(n), 0.5)
    return critical.critical_suppliers(world, ones, ones)


def test_the_supplier_of_all_comes_first_and_firms_without_buyers_are_left_out():
    world = world_from([(0, 1), (0, 2), (1, 2)], 4)
    suppliers = found(world)
    assert suppliers.candidates == 2
    assert [firm.firm for firm in suppliers.firms] == ["0", "1"]
    assert [firm.buyers for firm in suppliers.firms] == [2, 1]
    assert [firm.closure for firm in suppliers.firms] == pytest.approx(closure_index(chain_of(world), [0, 1]).tolist())
    assert suppliers.firms[0][1:4] == ("sme", "manufacturing", "capital")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_candidates_of_large_networks_hold_the_most_critical(seed, monkeypatch):
    world = build(Scenario().with_({"population.firms": 800}), seed)
    whole = found(world)
    monkeypatch.setattr(critical, "ALL_CLOSED", 100)
    chosen = found(world)
    assert chosen.candidates < whole.candidates
    assert chosen.firms == whole.firms
