from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.world.population import (
    generate_population,
    groups_of,
    pareto_quantiles,
    shared_out,
    spread_capacity,
)


def scenario_of(firms: int, changes=None) -> Scenario:
    return Scenario().with_({"population.firms": firms} | dict(changes or {}))


def declared_shares(scenario: Scenario) -> np.ndarray:
    """Return the share of all workers in each group that a scenario declares."""
    population = scenario.population
    return np.array(
        [
            population.sizes[size].worker_share
            * population.sector_share[size][sector]
            * population.region_share[size][sector][region]
            for size, sector, region in groups_of(scenario).members()
        ]
    )


def worker_shares(scenario: Scenario, seed: int = 1) -> np.ndarray:
    population = generate_population(scenario, seed)
    workers = np.bincount(population.group, population.weight * population.workers, groups_of(scenario).count)
    return workers / workers.sum()


MORE_CLASSES = {
    "population.regions": {"capital": {"is_capital": True}, "south": {}, "elsewhere": {}},
    "population.region_share": {
        "large": {
            "manufacturing": {"capital": 0.2, "south": 0.8, "elsewhere": 0.0},
            "services": {"capital": 0.7, "south": 0.2, "elsewhere": 0.1},
        },
        "sme": {
            "manufacturing": {"capital": 0.4, "south": 0.35, "elsewhere": 0.25},
            "services": {"capital": 0.5, "south": 0.3, "elsewhere": 0.2},
        },
    },
    "firms.capacity_region.south": -0.5,
}


@pytest.mark.parametrize("firms", [8, 50, 500, 2_000, 20_000])
def test_worker_shares_of_every_group_are_exact_at_any_number_of_firms(firms):
    scenario = scenario_of(firms)
    np.testing.assert_allclose(worker_shares(scenario), declared_shares(scenario), rtol=0.0, atol=1e-9)


@pytest.mark.parametrize("firms", [50, 2_000])
def test_worker_shares_are_exact_with_other_classes_of_which_some_are_empty(firms):
    scenario = scenario_of(firms, MORE_CLASSES)
    np.testing.assert_allclose(worker_shares(scenario), declared_shares(scenario), rtol=0.0, atol=1e-9)


@pytest.mark.parametrize("firms", [6, 8, 50, 500, 20_000])
def test_there_are_as_many_firms_as_declared_and_their_weights_sum_to_it(firms):
    population = generate_population(scenario_of(firms), 1)
    assert population.key.tolist() == list(range(firms))
    assert population.weight.sum() == pytest.approx(firms, rel=1e-12)
    assert (population.weight > 0.0).all()
    assert population.names is None
    assert population.sales is None
    assert bool(population.fills) == (firms < 8)


def provinces(firms: int, order=None) -> Scenario:
    scenario = load("tierwise:provinces").with_({"population.firms": firms, "network.mean_suppliers": 2.0})
    if order is None:
        return scenario
    sizes = scenario.resolved()["population"]["sizes"]
    return scenario.with_({"population.sizes": {name: sizes[name] for name in order}})


def pooled(scenario: Scenario, shares: np.ndarray) -> dict[tuple, float]:
    """Return shares by size, sector, and in or out of the capital."""
    regions = scenario.population.regions
    found: dict[tuple, float] = {}
    for (size, sector, region), share in zip(groups_of(scenario).members(), shares, strict=True):
        kind = (size, sector, regions[region].is_capital)
        found[kind] = found.get(kind, 0.0) + share
    return found


@pytest.mark.parametrize("firms", [136, 137, 500, 2_000, 20_000])
def test_worker_shares_of_136_groups_are_exact_wherever_every_group_has_a_firm(firms):
    scenario = provinces(firms)
    population = generate_population(scenario, 1)
    assert np.bincount(population.group, minlength=136).min() >= 1
    assert population.fills == ()
    np.testing.assert_allclose(worker_shares(scenario), declared_shares(scenario), rtol=0.0, atol=1e-9)


@pytest.mark.parametrize("order", [None, ("medium", "large", "small", "micro"), ("micro", "small", "medium", "large")])
@pytest.mark.parametrize("firms", [60, 100, 135])
def test_with_fewer_firms_than_groups_shares_by_size_sector_and_capital_stay_exact(firms, order):
    scenario = provinces(firms, order)
    population = generate_population(scenario, 1)
    empty = int((np.bincount(population.group, minlength=136) == 0).sum())
    assert empty > 0
    assert f"{firms} firms are too few" in population.fills[0]
    assert f"{empty} groups have no firm" in population.fills[0]
    assert population.weight.sum() == pytest.approx(firms, rel=1e-12)
    found, wanted = pooled(scenario, worker_shares(scenario)), pooled(scenario, declared_shares(scenario))
    assert found == pytest.approx(wanted, rel=0.0, abs=1e-9)


@pytest.mark.parametrize("firms", [8, 12, 24, 40])
def test_with_very_few_firms_shares_by_size_and_sector_stay_exact(firms):
    scenario = provinces(firms)

    def by_sector(shares: np.ndarray) -> dict[tuple, float]:
        found: dict[tuple, float] = {}
        for (size, sector, _), share in pooled(scenario, shares).items():
            found[size, sector] = found.get((size, sector), 0.0) + share
        return found

    found, wanted = by_sector(worker_shares(scenario)), by_sector(declared_shares(scenario))
    assert found == pytest.approx(wanted, rel=0.0, abs=1e-9)


@pytest.mark.parametrize("firms", [8, 60, 500])
def test_the_order_of_sizes_does_not_change_how_many_firms_each_size_has(firms):
    counts = []
    for order in (("large", "micro", "small", "medium"), ("medium", "small", "micro", "large")):
        scenario = provinces(firms, order)
        members = groups_of(scenario).members()
        sizes = [members[group][0] for group in generate_population(scenario, 1).group]
        counts.append({size: sizes.count(size) for size in order})
    assert counts[0] == counts[1]


def test_groups_taken_together_are_those_of_the_baseline():
    """The provinces have the baseline's shares of workers by kind of size, sector, and in or out of the capital."""
    found: dict[tuple, float] = {}
    detailed = provinces(2_000)
    for (size, sector, is_capital), share in pooled(detailed, worker_shares(detailed)).items():
        kind = (detailed.population.sizes[size].is_sme, sector, is_capital)
        found[kind] = found.get(kind, 0.0) + share
    base = load("tierwise:baseline")
    wanted = {
        (base.population.sizes[size].is_sme, sector, is_capital): share
        for (size, sector, is_capital), share in pooled(base, declared_shares(base)).items()
    }
    assert found == pytest.approx(wanted, rel=0.0, abs=2e-5)  # shares in the file have four figures


@pytest.mark.parametrize("firms", [6, 8, 20, 50, 500])
def test_every_world_has_a_large_manufacturer(firms):
    scenario = scenario_of(firms)
    members = [groups_of(scenario).members()[group] for group in generate_population(scenario, 1).group]
    assert any(member[:2] == ("large", "manufacturing") for member in members)


@given(st.integers(0, 5_000), st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40), st.integers(0, 3))
def test_shared_out_sums_to_the_total_and_is_nearest_to_the_shares(total, shares, least):
    counts = shared_out(total, shares, least)
    wanted = np.array(shares)
    assert (counts >= 0).all()
    assert (counts[wanted == 0.0] == 0).all()
    if wanted.sum() <= 0.0:
        assert counts.sum() == 0
        return
    assert counts.sum() == total
    exact = total * wanted / wanted.sum()
    if (np.floor(exact)[wanted > 0.0] >= least).all():  # nobody has to give anything up
        assert (np.abs(counts - exact) < 1.0 + 1e-9).all()
        # No move of one unit from one share to another brings the counts nearer to the exact numbers.
        error = counts - exact
        assert error.max() - error.min() <= 1.0 + 1e-9
    if total >= least * np.count_nonzero(wanted):
        assert (counts[wanted > 0.0] >= least).all()


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12))
def test_shared_out_returns_counts_that_fit_their_shares_exactly(counts):
    total = sum(counts)
    assert shared_out(total, [count / max(total, 1) for count in counts]).tolist() == counts


def truncated_pareto(x: np.ndarray, smallest: float, largest: float, tail: float) -> np.ndarray:
    """Return Pr(X <= x) of a Pareto distribution cut at both ends."""
    if tail == 0.0:
        return np.log(x / smallest) / np.log(largest / smallest)
    return (1.0 - (smallest / x) ** tail) / (1.0 - (smallest / largest) ** tail)


@given(
    st.integers(1, 300),
    st.floats(1.0, 1_000.0),
    st.floats(1.001, 1_000.0),
    st.sampled_from([0.0, 0.5, 0.9, 1.0, 1.05, 1.1, 2.5]),
)
def test_quantiles_match_the_truncated_pareto(count, smallest, ratio, tail):
    quantiles = pareto_quantiles(count, smallest, smallest * ratio, tail)
    assert quantiles.shape == (count,)
    assert (np.diff(quantiles) >= 0.0).all()
    assert quantiles.min() >= smallest * (1.0 - 1e-12)
    assert quantiles.max() <= smallest * ratio * (1.0 + 1e-12)
    reached = truncated_pareto(quantiles, smallest, smallest * ratio, tail)
    np.testing.assert_allclose(reached, (np.arange(count) + 0.5) / count, rtol=0.0, atol=1e-8)


def test_workers_are_whole_numbers_in_the_range_of_their_size():
    scenario = scenario_of(20_000)
    population = generate_population(scenario, 1)
    for number, (name, size) in enumerate(scenario.population.sizes.items()):
        workers = population.workers[population.group // 4 == number]
        assert (workers == np.rint(workers)).all(), name
        assert workers.min() >= size.workers_from, name
        assert workers.max() <= size.workers_to, name


def test_capacities_of_a_group_are_the_quantiles_of_a_logit_normal():
    from scipy.stats import norm

    scenario = scenario_of(2_000)
    population = generate_population(scenario, 3)
    for number, (size, sector, region) in enumerate(groups_of(scenario).members()):
        capacity = np.sort(population.capacity_start[population.group == number])
        logit = np.log(capacity / (1.0 - capacity))
        middle = scenario.firms.capacity[size][sector] + scenario.firms.capacity_region[region]
        quantiles = norm.ppf((np.arange(capacity.size) + 0.5) / capacity.size)
        np.testing.assert_allclose(logit, middle + scenario.firms.capacity_spread * quantiles, rtol=0.0, atol=1e-9)


def test_the_seed_only_shuffles_capacities_within_groups():
    scenario = scenario_of(2_000)
    first, second = generate_population(scenario, 1), generate_population(scenario, 2)
    for name in ("key", "group", "workers", "weight"):
        assert np.array_equal(getattr(first, name), getattr(second, name)), name
    assert not np.array_equal(first.capacity_start, second.capacity_start)
    for group in range(groups_of(scenario).count):
        members = first.group == group
        np.testing.assert_allclose(
            np.sort(first.capacity_start[members]), np.sort(second.capacity_start[members]), rtol=0.0, atol=1e-15
        )


def test_the_same_seed_gives_the_same_bytes():
    scenario = scenario_of(500)
    first, second = generate_population(scenario, 5), generate_population(scenario, 5)
    assert first.capacity_start.tobytes() == second.capacity_start.tobytes()


def test_means_weighted_by_workers_hardly_depend_on_the_seed():
    # Seeds 1-20, whose standard deviation is known to 16 %: 0.008 with pairs of firms of like size, 0.013 in a shuffle
    # of the same capacities within groups. Nothing here is random: the test cannot fail by chance.
    scenario = scenario_of(20_000)
    paired, shuffled = [], []
    for seed in range(1, 21):
        population = generate_population(scenario, seed)
        is_large = population.group < 4
        heft = population.weight[is_large] * population.workers[is_large]
        capacity = population.capacity_start.copy()
        paired.append((heft * capacity[is_large]).sum() / heft.sum())
        for group in range(4):
            members = np.flatnonzero(population.group == group)
            capacity[members] = np.random.default_rng([seed, group]).permutation(capacity[members])
        shuffled.append((heft * capacity[is_large]).sum() / heft.sum())
    assert np.std(paired, ddof=1) < 0.02
    assert np.std(paired, ddof=1) < 0.8 * np.std(shuffled, ddof=1)


def test_a_firms_capacity_does_not_depend_on_the_order_of_the_firms():
    scenario = scenario_of(500)
    population = generate_population(scenario, 1)
    order = np.random.default_rng(1).permutation(500)
    moved = spread_capacity(population.group[order], population.workers[order], population.key[order], scenario, 1)
    assert np.array_equal(moved, population.capacity_start[order])


def test_a_firm_alone_in_its_group_has_the_middle_capacity():
    scenario = scenario_of(500)
    one = spread_capacity(np.array([4], np.int32), np.array([10.0]), np.array([9], np.uint64), scenario, 1)
    middle = scenario.firms.capacity["sme"]["manufacturing"] + scenario.firms.capacity_region["capital"]
    assert one.tolist() == [pytest.approx(1.0 / (1.0 + np.exp(-middle)), abs=1e-15)]


def test_groups_are_numbered_by_size_then_sector_then_region():
    groups = groups_of(Scenario())
    assert groups.members()[:3] == [
        ("large", "manufacturing", "capital"),
        ("large", "manufacturing", "elsewhere"),
        ("large", "services", "capital"),
    ]
    assert groups.is_sme == (False, True)
    assert groups.is_manufacturing == (True, False)
    assert groups.is_capital == (True, False)
