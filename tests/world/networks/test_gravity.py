"""The gravity reconstruction against its own formulas."""

from __future__ import annotations

import numpy as np

from simulation.scenario.scenario import Scenario
from simulation.world.network import generate_network
from simulation.world.networks import gravity
from simulation.world.population import generate_population, groups_of
from simulation.world.suppliers import is_supplier, sectors_of

EVERYBODY = {size: {"manufacturing": 1.0, "services": 1.0} for size in ("large", "sme")}


def scenario_of(firms: int, **changes: float) -> Scenario:
    return Scenario().with_(
        {"population.firms": firms, "network.kind": "gravity", "network.supplier_share": EVERYBODY}
        | {f"network.{name}": value for name, value in changes.items()}
    )


def chances(scenario: Scenario, population) -> np.ndarray:
    """Return P_ij (buyer, supplier) by the formula, z solved over all pairs one by one."""
    groups = groups_of(scenario)
    sector = sectors_of(population, groups)
    mix = np.array([[scenario.network.sector_mix[own][other] for other in groups.sectors] for own in groups.sectors])
    per_worker = [scenario.population.sizes[size].sales_per_worker for size, _, _ in groups.members()]
    sales = population.workers * np.array(per_worker)[population.group]
    shares = np.array([scenario.firms.input_share[name] for name in groups.sectors])
    product = (sales * shares[sector])[:, np.newaxis] * mix[sector][:, sector] * sales
    np.fill_diagonal(product, 0.0)
    low, high = 1e-30, 1e30
    for _ in range(300):
        middle = np.sqrt(low * high)
        expected = (middle * product / (1.0 + middle * product)).sum()
        low, high = (middle, high) if expected < scenario.network.mean_suppliers * sector.size else (low, middle)
    return middle * product / (1.0 + middle * product)


def test_links_have_the_chances_of_the_formula():
    # 400 seeds of 40 firms, 1,560 pairs. Standard errors are those of 400 draws; the sum of squared errors in their
    # units has mean 1,560 and standard deviation sqrt(2 x 1,560) = 56 (more where chances are small): at most 2,000
    # allows 8 of them. z is solved by classes of 2 % instead of pair by pair, which moves chances by less than 1 %.
    scenario = scenario_of(40, mean_suppliers=4.0)
    population = generate_population(scenario, 1)
    expected = chances(scenario, population)
    counts = np.zeros((40, 40))
    for seed in range(400):
        network = generate_network(population, groups_of(scenario), scenario, seed)
        buyer = np.repeat(np.arange(40), np.diff(network.start))
        counts[buyer, network.supplier] += 1
    possible = (expected > 1e-3) & (expected < 1.0 - 1e-9)
    error = (counts - 400 * expected)[possible] / np.sqrt(400 * (expected * (1 - expected))[possible])
    assert (error**2).sum() < 1.28 * possible.sum()
    assert abs(error.mean()) < 5.0 / np.sqrt(possible.sum()) + 0.1


def test_expected_values_are_in_proportion_to_what_is_bought_and_sold():
    # Without luck in weights the value of a link is R_ip S_j / P_ij over the sales of the sector: what firms buy of a
    # sector has the mix in expectation, whatever z. Over 20 seeds the ratio of one network had deviations of 0.034,
    # 0.026, 0.052 and 0.014; mean of 16 seeds, five standard errors each: one false alarm in 400,000. Nobody buys from
    # oneself, which is missing: below 0.01.
    scenario = scenario_of(4_000, weight_spread=0.0)
    population = generate_population(scenario, 1)
    groups = groups_of(scenario)
    sector = sectors_of(population, groups)
    mix = np.array([[scenario.network.sector_mix[own][other] for other in groups.sectors] for own in groups.sectors])
    bought = np.zeros((2, 2))
    for seed in range(16):
        chosen = gravity.choose(population, groups, scenario, seed)
        buyer = np.repeat(np.arange(4_000), np.diff(chosen.start))
        np.add.at(bought, (sector[buyer], sector[chosen.supplier]), chosen.pull)
    ratio = bought / 16 / np.bincount(sector, minlength=2)[:, np.newaxis] / mix
    allowed = 5 * np.array([[0.034, 0.026], [0.052, 0.014]]) / 4 + 0.01
    assert (np.abs(ratio - 1.0) < allowed).all(), ratio


def test_large_firms_are_hubs_and_small_ones_may_have_no_supplier():
    scenario = scenario_of(4_000)
    population = generate_population(scenario, 1)
    network = generate_network(population, groups_of(scenario), scenario, 1)
    counts = np.diff(network.start)
    large = population.group < 4
    assert counts[large].mean() > 20 * counts[~large].mean()
    assert (counts == 0).any()


def test_only_firms_that_supply_have_buyers():
    scenario = Scenario().with_({"population.firms": 1_000, "network.kind": "gravity"})
    population = generate_population(scenario, 2)
    network = generate_network(population, groups_of(scenario), scenario, 2)
    supplies = is_supplier(population, groups_of(scenario), scenario, 2)
    assert supplies[network.supplier].all()
    assert 0.4 < supplies.mean() < 0.6
