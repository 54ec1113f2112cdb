"""The cascade window of the threshold rule, by hand and by Watts' formula."""

from __future__ import annotations

from math import floor, isnan

import numpy as np
import pytest
from graphs import world_from

from simulation.experiments.network_check.cascade import cascade_of
from simulation.rules.adoption import Reference, Threshold

CIRCLE = [(firm, (firm + step) % 7) for firm in range(7) for step in (1, 2)]
"""Seven firms, each with two suppliers and two buyers, none of them both."""


def cascade(links, firms, level, spread=0.0, **reference):
    return cascade_of(world_from(links, firms), Reference(**reference), Threshold(level, spread))


@pytest.mark.parametrize("partners", ["suppliers", "customers"])
def test_firms_that_look_one_way_follow_one_of_two_partners(partners):
    """Two others look at everybody, and one of two partners is half: z is 2 up to phi = 1/2."""
    for level, branching in ((0.5, 2.0), (0.51, 0.0)):
        found = cascade(CIRCLE, 7, level, partners=partners)
        assert (found.branching, found.without_thresholds) == (branching, 2.0)
        assert found.highest_level == pytest.approx(0.5)


def test_firms_that_look_both_ways_do_not_count_the_way_back():
    found = cascade(CIRCLE, 7, 0.25)
    assert (found.branching, found.without_thresholds, found.highest_level) == (3.0, 3.0, pytest.approx(0.25))
    assert cascade(CIRCLE, 7, 0.26).branching == 0.0


def test_spread_thresholds_let_a_part_of_the_firms_follow():
    """phi uniform on 0.25 to 0.75: half of the firms follow one of two suppliers."""
    assert cascade(CIRCLE, 7, 0.5, 0.5, partners="suppliers").branching == pytest.approx(1.0)


def test_a_ring_has_too_few_partners_for_any_threshold():
    found = cascade([(firm, (firm + 1) % 5) for firm in range(5)], 5, 0.1)
    assert (found.branching, found.without_thresholds) == (1.0, 1.0)
    assert isnan(found.highest_level)


def test_unequal_inputs_let_only_the_larger_one_decide():
    world = world_from(CIRCLE, 7)
    slot = np.arange(14) - world.links.start[world.links.buyer]
    world = world._replace(links=world.links._replace(weight=np.where(slot == 0, 0.7, 0.3)))
    reference = Reference(partners="suppliers", weights="inputs")
    assert cascade_of(world, reference, Threshold(0.5)).branching == pytest.approx(1.0)
    assert cascade_of(world, reference, Threshold(0.3)).branching == pytest.approx(2.0)


def test_shares_of_sales_are_taken_among_the_buyers():
    world = world_from([(0, 1), (0, 2), (1, 0), (2, 0)], 3)
    sold = world.links.sales_share[world.links.supplier == 0]
    reference = Reference(partners="customers", weights="sales")
    highest = cascade_of(world, reference, Threshold(0.1)).highest_level
    # 1 and 2 sell to 0 alone; 0 sells to both, so that one follower of 0 makes 2 look, one of 1 or 2 makes 1
    assert highest == pytest.approx(min(sold) / sum(sold), abs=1e-9)


def test_where_all_look_at_all_one_adopter_counts_little():
    for level, branching in ((0.25, 3.0), (0.26, 0.0)):
        assert cascade([], 5, level, partners="everyone").branching == branching


def test_firms_with_thresholds_of_0_adopt_alone():
    assert cascade(CIRCLE, 7, 0.1, 0.4).spontaneous == pytest.approx(0.1 / 0.4)
    assert cascade(CIRCLE, 7, 0.1).spontaneous == 0.0


def test_without_links_there_is_no_cascade():
    assert isnan(cascade([], 3, 0.1).branching)


@pytest.mark.parametrize(("mean", "is_inside"), [(0.5, False), (3.0, True), (12.0, False)])
def test_random_networks_agree_with_watts(mean, is_inside):
    """Limits of the window for phi = 0.18 in random networks: 1.02 and 5.76 partners (Watts 2002)."""
    firms, phi = 1500, 0.18
    rng = np.random.default_rng(5)
    pairs = np.unique(rng.integers(0, firms, (round(mean * firms / 2), 2)), axis=0)
    links = [(int(j), int(i)) for j, i in pairs if j < i]
    found = cascade(links, firms, phi)
    k = np.bincount(np.array(links).ravel(), minlength=firms)
    by_formula = (k * (k - 1))[k <= floor(1 / phi)].sum() / k.sum()
    assert found.branching == pytest.approx(by_formula)
    assert (found.branching > 1.0) == is_inside
