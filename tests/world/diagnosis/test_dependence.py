"""Ends, tiers and dependence of hand-made chains."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from graphs import world_from

from simulation.scenario.scenario import Scenario
from simulation.world.build import build
from simulation.world.diagnosis import diagnose
from simulation.world.diagnosis.dependence import buying_of, largest_sales_shares, selling_of
from simulation.world.diagnosis.ends import ends_by_class
from simulation.world.diagnosis.mixing import mixing_by
from simulation.world.diagnosis.tiers import tiers_of

LARGE_MAKER, LARGE_SERVICE, SME_MAKER, SME_SERVICE = 0, 2, 4, 6

LINKS = [(1, 0), (2, 0), (2, 1), (3, 2), (3, 5), (4, 3)]
GROUP = [LARGE_MAKER, SME_MAKER, SME_MAKER, SME_SERVICE, SME_SERVICE, LARGE_SERVICE, SME_MAKER]
"""Goods: 4 -> 3 -> 2 -> 1 -> 0, 2 -> 0, 3 -> 5; firm 6 trades with nobody."""


@pytest.fixture
def world():
    return world_from(LINKS, 7, group=GROUP, workers=[2000.0, 10, 10, 10, 10, 400, 10])


def test_firms_without_partners_are_counted_by_class(world):
    found = {ends.label: ends[1:] for ends in ends_by_class(world)}
    assert found == {
        "all": (7, 2, 3, 1),
        "large": (2, 0, 2, 0),
        "sme": (5, 2, 1, 1),
        "manufacturing": (4, 1, 2, 1),
        "services": (3, 1, 1, 0),
    }


def test_tiers_of_all_and_of_small_makers_that_supply(world):
    everybody, makers = tiers_of(world)
    assert everybody == (7, (1, 2, 1, 1), 2)
    assert makers == (2, (0, 2, 0, 0), 0)
    assert everybody.share(1) == 2 / 5
    assert everybody.share(9) == 0.0
    assert isnan(everybody._replace(tier=(0,)).share(0))


def test_small_suppliers_and_their_buyers(world):
    found = selling_of(world, is_makers_only=False)
    assert (found.firms, found.suppliers) == (5, 4)
    assert found.share == 4 / 5
    assert (found.share_large, found.share_large_makers) == (3 / 5, 2 / 5)
    assert (found.buyers, found.large_buyers, found.sme_buyers) == (6 / 4, 3 / 4, 3 / 4)
    assert found.one_buyer == 2 / 4
    links, sales = world.links, largest_sales_shares(world)
    by_hand = [max(links.sales_share[links.supplier == firm]) for firm in (1, 2, 3, 4)]
    assert sales[[1, 2, 3, 4]] == pytest.approx(by_hand)
    assert found.main_in_sales == pytest.approx(np.mean(by_hand))
    sold = [links.sales_share[links.supplier == firm].sum() for firm in (1, 2, 3, 4)]
    assert found.network_sales == pytest.approx(np.mean(sold))
    assert found.main_in_network == pytest.approx(np.mean(np.array(by_hand) / sold))
    assert found.dependent == np.mean(np.array(by_hand) >= 0.5)


def test_small_makers_alone(world):
    found = selling_of(world, is_makers_only=True)
    assert (found.firms, found.suppliers, found.share, found.buyers) == (3, 2, 2 / 3, 1.5)


def test_means_over_firms_weigh_firms(world):
    heavy = world._replace(firms=world.firms._replace(weight=np.array([1.0, 1.0, 3.0, 1.0, 1.0, 1.0, 1.0])))
    assert selling_of(heavy, is_makers_only=False).share == pytest.approx(6 / 7)
    assert selling_of(heavy, is_makers_only=False).buyers == pytest.approx((1 + 3 * 2 + 2 + 1) / 6)


def test_large_makers_and_their_small_suppliers(world):
    assert buying_of(world) == (1, 1, 2.0, 2.0, 2.0, 2.0, 1.0)
    none = buying_of(world_from([(0, 1)], 2))
    assert none[:2] == (0, 0)
    assert all(isnan(value) for value in none[2:])


def test_purchases_are_mixed_by_value_times_the_buyers_weight(world):
    found = mixing_by(world, "sector")
    assert found.links == ((pytest.approx(3 / 6), 0.0), (pytest.approx(1 / 6), pytest.approx(2 / 6)))
    assert (found.within, found.expected) == (pytest.approx(5 / 6), pytest.approx(3 / 6 * 4 / 6 + 3 / 6 * 2 / 6))
    value = world.links.value
    assert found.within_value == pytest.approx(1.0 - value[world.links.supplier == 3][0] / value.sum())
    heavy = world._replace(firms=world.firms._replace(weight=np.array([1.0, 1.0, 5.0, 1.0, 1.0, 1.0, 1.0])))
    assert mixing_by(heavy, "sector").within_value < found.within_value


def test_a_generated_world_is_diagnosed_as_a_whole():
    world = build(Scenario().with_({"population.firms": 500}), 3)
    found = diagnose(world)
    assert (found.firms, found.links) == (500, world.links.supplier.size)
    assert sum(found.tiers.tier) + found.tiers.no_way == 500
    assert found.suppliers.mean == found.buyers.mean == found.links / 500
    for mixing in (found.sizes, found.sectors, found.regions):
        assert np.array(mixing.links).sum() == pytest.approx(1.0)
        assert np.array(mixing.value).sum() == pytest.approx(1.0)
    assert found.regions.within > found.regions.expected  # home bias 0.4
    assert found.selling.share_large_makers <= found.selling.share_large <= found.selling.share
    assert found.selling.main_in_sales <= found.selling.network_sales <= 1.0


def test_what_is_found_does_not_depend_on_the_order_of_links():
    one, other = (diagnose(world_from(links, 7, group=GROUP)) for links in (LINKS, LINKS[::-1]))
    assert str(one) == str(other)


def test_a_world_of_one_firm_without_links_is_diagnosed():
    found = diagnose(world_from([], 1))
    assert (found.firms, found.links, found.components.weak) == (1, 0, 1)
    assert isnan(found.reciprocity.expected)
