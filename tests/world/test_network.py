from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulation.randomness import Stream, uniform_link, uniforms
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH
from simulation.world.build import build
from simulation.world.network import Network, generate_network
from simulation.world.population import Population, generate_population, groups_of
from simulation.world.suppliers import normal

FIRMS = 5_000


@cache
def made(firms: int = FIRMS, seed: int = 1, **changes: float) -> tuple[Scenario, Population, Network]:
    """Return scenario, population and network; ``home_bias=0`` changes ``network.home_bias``."""
    scenario = Scenario().with_(
        {"population.firms": firms} | {f"network.{name}": value for name, value in changes.items()}
    )
    population = generate_population(scenario, seed)
    return scenario, population, generate_network(population, groups_of(scenario), scenario, seed)


def buyers(network: Network) -> np.ndarray:
    return np.repeat(np.arange(network.start.size - 1), np.diff(network.start))


def suppliers_by_sector(scenario: Scenario, population: Population, network: Network) -> np.ndarray:
    """Return how many links buyers of each sector (rows) have with suppliers of each sector (columns)."""
    regions, sectors = len(scenario.population.regions), len(scenario.population.sectors)
    sector = population.group // regions % sectors
    counts = np.zeros((sectors, sectors))
    np.add.at(counts, (sector[buyers(network)], sector[network.supplier]), 1)
    return counts


def same(first: Network, second: Network) -> bool:
    return all(one.tobytes() == other.tobytes() for one, other in zip(first[:4], second[:4], strict=True))


@pytest.mark.parametrize("firms", [6, 30, 500, FIRMS])
def test_nobody_supplies_itself_or_the_same_buyer_twice(firms):
    _, _, network = made(firms)
    buyer = buyers(network)
    assert (buyer != network.supplier).all()
    assert np.unique(buyer * firms + network.supplier).size == buyer.size
    assert network.supplier.min() >= 0
    assert network.supplier.max() < firms


@pytest.mark.parametrize("firms", [6, 30, 500, FIRMS])
def test_every_firm_has_a_supplier_and_none_more_than_a_quarter_of_all_firms(firms):
    _, _, network = made(firms)
    counts = np.diff(network.start)
    assert counts.min() >= 1
    assert counts.max() <= max(1, firms // 4)


def test_a_firm_alone_in_its_sector_finds_suppliers_elsewhere():
    shares = {"large": {"capital": 0.5, "elsewhere": 0.5}, "sme": {"capital": 0.5, "elsewhere": 0.5}}
    scenario = Scenario().with_(
        {
            "population.firms": 60,
            "population.sectors.mining": {},
            "population.sector_share": {
                "large": {"manufacturing": 0.5, "services": 0.5, "mining": 0.0},
                "sme": {"manufacturing": 0.5, "services": 0.499, "mining": 0.001},
            },
            "population.region_share": {
                size: {
                    "manufacturing": shares[size],
                    "services": shares[size],
                    "mining": {"capital": 1.0, "elsewhere": 0.0},
                }
                for size in ("large", "sme")
            },
            "network.sector_suppliers.mining": 1.0,
            "network.supplier_share.large.mining": 1.0,
            "network.supplier_share.sme.mining": 1.0,
            "network.sector_mix": {
                "manufacturing": {"manufacturing": 0.6, "services": 0.4, "mining": 0.0},
                "services": {"manufacturing": 0.2, "services": 0.8, "mining": 0.0},
                "mining": {"manufacturing": 0.0, "services": 0.0, "mining": 1.0},
            },
            "firms.input_share.mining": 0.5,
        }
        | {
            f"firms.{table}.{size}.mining": value
            for table, value in (
                ("capacity", 0.0),
                ("own_defects", 0.001),
                ("late_chance", 0.08),
                ("adopters_start", 0.0),
            )
            for size in ("large", "sme")
        }
    )
    population = generate_population(scenario, 1)
    network = generate_network(population, groups_of(scenario), scenario, 1)
    sector = population.group // 2 % 3
    assert (sector == 2).sum() == 1
    assert np.diff(network.start).min() >= 1


def test_the_mean_number_of_suppliers_is_the_declared_one():
    # 20,000 firms, seeds 1-5. Numbers are floor(mu + U): each firm's variance is at most 1/4, so that of the mean of
    # 20,000 firms has a standard error below 0.0036. At least one supplier for everybody adds less than 0.01.
    for seed in range(1, 6):
        _, _, network = made(20_000, seed)
        assert np.diff(network.start).mean() == pytest.approx(5.0, abs=0.02)


def test_the_mean_number_of_suppliers_follows_its_parameter():
    _, _, network = made(mean_suppliers=8.0)
    assert np.diff(network.start).mean() == pytest.approx(8.0, abs=0.1)


def test_larger_firms_have_more_suppliers():
    scenario, population, network = made()
    counts = np.diff(network.start)
    is_maker = population.group // 2 % 2 == 0
    small, large = (population.workers < 10) & is_maker, (population.workers > 1_000) & is_maker
    expected = (population.workers[large].mean() / population.workers[small].mean()) ** scenario.network.size_exponent
    assert counts[large].mean() / counts[small].mean() > 0.5 * expected


def test_input_shares_sum_to_1():
    _, _, network = made()
    totals = np.add.reduceat(network.weight, network.start[:-1])
    np.testing.assert_allclose(totals, 1.0, rtol=0.0, atol=1e-12)
    assert (network.weight > 0.0).all()


@pytest.mark.parametrize("exponent", [0.0, 0.5])
def test_without_spread_suppliers_of_one_sector_weigh_by_their_size_alone(exponent):
    _, population, network = made(weight_spread=0.0, weight_exponent=exponent)
    sector = population.group // 2 % 2
    place = buyers(network) * 2 + sector[network.supplier]
    scaled = network.weight / population.workers[network.supplier] ** exponent
    counts, sums = np.bincount(place), np.bincount(place, scaled)
    np.testing.assert_allclose(scaled, (sums / np.maximum(counts, 1))[place], rtol=1e-12)


def test_purchases_of_a_sector_have_its_mix_whatever_the_size_of_its_suppliers():
    # Without luck in input shares: exact for purchases in proportion to workers times their sales, which weigh here.
    scenario, population, network = made(weight_spread=0.0)
    groups = groups_of(scenario)
    per_worker = [scenario.population.sizes[size].sales_per_worker for size, _, _ in groups.members()]
    size = population.workers * np.array(per_worker)[population.group]
    sector = population.group // 2 % 2
    bought = np.zeros((2, 2))
    np.add.at(bought, (sector[buyers(network)], sector[network.supplier]), size[buyers(network)] * network.weight)
    mix = [[scenario.network.sector_mix[own][other] for other in groups.sectors] for own in groups.sectors]
    np.testing.assert_allclose(bought / bought.sum(axis=1, keepdims=True), mix, rtol=1e-3)


@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
def test_the_share_of_critical_inputs_is_their_chance(chance):
    # 20,000 firms, seed 1, about 100,000 links: standard error sqrt(0.3 x 0.7 / 100,000) = 0.00145. Five of them: one
    # false alarm in 1.7 million. Draws are 0 or 1 for certain at the ends.
    _, _, network = made(20_000, critical_chance=chance)
    standard_error = np.sqrt(chance * (1.0 - chance) / network.supplier.size)
    assert abs(network.is_critical.mean() - chance) <= 5.0 * standard_error


def test_the_sector_mix_is_honoured():
    # Seed 1, five standard errors (0.0026 and 0.0015) of two free shares: one false alarm in 870,000. The rest of 0.002
    # is for slots that look elsewhere because the firms they prefer are taken.
    scenario, population, network = made(20_000)
    counts = suppliers_by_sector(scenario, population, network)
    for row, (sector, mix) in zip(counts, scenario.network.sector_mix.items(), strict=True):
        for found, (other, share) in zip(row / row.sum(), mix.items(), strict=True):
            standard_error = np.sqrt(share * (1.0 - share) / row.sum())
            assert found == pytest.approx(share, abs=5.0 * standard_error + 0.002), (sector, other)


def test_a_sector_that_buys_from_itself_alone_does_so():
    scenario = Scenario().with_(
        {
            "population.firms": 2_000,
            "network.sector_mix": {
                "manufacturing": {"manufacturing": 1.0, "services": 0.0},
                "services": {"manufacturing": 0.0, "services": 1.0},
            },
        }
    )
    population = generate_population(scenario, 1)
    counts = suppliers_by_sector(scenario, population, generate_network(population, groups_of(scenario), scenario, 1))
    assert np.trace(counts) / counts.sum() > 0.999


def test_home_bias_raises_the_share_of_suppliers_in_the_own_region():
    shares = []
    for bias in (0.0, 0.4, 0.8):
        _, population, network = made(home_bias=bias)
        region = population.group % 2
        shares.append((region[buyers(network)] == region[network.supplier]).mean())
    # Expected: bias + (1 - bias) x share at no bias; about 25,000 links, standard error at most 0.0032.
    for bias, share in zip((0.4, 0.8), shares[1:], strict=True):
        assert share == pytest.approx(bias + (1.0 - bias) * shares[0], abs=0.03)


def test_supplier_counts_do_not_depend_on_where_suppliers_are_sought():
    assert np.array_equal(made(home_bias=0.0)[2].start, made(home_bias=0.8)[2].start)
    assert np.array_equal(made(home_bias=0.0)[2].is_critical, made(home_bias=0.8)[2].is_critical)


def test_the_largest_degrees_grow_with_the_number_of_firms():
    # Heavy tails: with exponents of 1.05-1.1 for workers, the largest numbers of buyers and suppliers grow about as
    # N^0.5 to N^0.7; those of a random graph of mean 5 would stay below 25. Seeds 1-5, mean of the largest.
    largest = {
        firms: np.mean(
            [
                (np.diff(network.start).max(), np.bincount(network.supplier, minlength=firms).max())
                for _, _, network in (made(firms, seed) for seed in range(1, 6))
            ],
            axis=0,
        )
        for firms in (500, 5_000, 20_000)
    }
    for small, large in ((500, 5_000), (5_000, 20_000)):
        growth = np.log(largest[large] / largest[small]) / np.log(large / small)
        assert (growth > 0.25).all(), (small, large)
    assert (largest[20_000] > 250.0).all()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_links():
    made.cache_clear()
    first = made(500)[2]
    made.cache_clear()
    assert same(first, made(500)[2])
    other = made(500, 2)[2]
    ours, theirs = (set(zip(buyers(one), one.supplier, strict=True)) for one in (first, other))
    assert len(ours & theirs) < 0.25 * len(ours)


def test_a_network_seed_fixes_the_world_for_every_seed_of_a_run():
    fixed = Scenario().with_({"population.firms": 300, "network.seed": 7})
    free = fixed.with_({"network.seed": None})

    def arrays(scenario: Scenario, seed: int) -> list[bytes]:
        world = build(scenario, seed)
        return [array.tobytes() for part in (world.firms, world.links) for array in part]

    assert arrays(fixed, 1) == arrays(fixed, 2) == arrays(free, 7)
    assert arrays(free, 1) != arrays(free, 2)


def test_seeds_up_to_the_largest_are_taken():
    for seed in (0, 2**63, 2**64 - 1):
        scenario = Scenario().with_({"population.firms": 50})
        population = generate_population(scenario, seed)
        network = generate_network(population, groups_of(scenario), scenario, seed)
        assert np.diff(network.start).min() >= 1


def test_a_criticality_belongs_to_buyer_and_slot():
    scenario, population, network = made(500)
    for buyer in (0, 123, 499):
        for slot, link in enumerate(range(network.start[buyer], network.start[buyer + 1])):
            draw = uniform_link(np.uint64(1), int(Stream.LINK_CRITICAL), START_MONTH, population.key[buyer], slot, 0)
            assert network.is_critical[link] == (draw < scenario.network.critical_chance)


@pytest.mark.statistical
def test_normal_numbers_have_mean_0_and_variance_1():
    # 100,000 pairs of draws of seed 1: standard errors 0.0032 and 0.0045, five of each: one false alarm in 870,000.
    first, second = (uniforms(1, 1, 0, round_, np.arange(100_000, dtype=np.uint64)) for round_ in (0, 1))
    numbers = np.array([normal(a, b) for a, b in zip(first.tolist(), second.tolist(), strict=True)])
    assert abs(numbers.mean()) < 5 * 0.0032
    assert abs(numbers.var() - 1.0) < 5 * 0.0045
