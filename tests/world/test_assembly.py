from __future__ import annotations

import numpy as np
import pytest

from simulation.errors import InputError
from simulation.scenario.scenario import Scenario
from simulation.state import World
from simulation.world.assembly import KEY_SHARE, assemble, sales_of, supplier_tiers
from simulation.world.build import build
from simulation.world.network import Network
from simulation.world.population import Population, groups_of

LARGE_MAKER, LARGE_SERVICES, SME_MAKER, SME_SERVICES = 0, 2, 4, 6
"""Groups of the capital in the default scenario."""


@pytest.fixture(scope="module")
def generated() -> tuple[World, Scenario]:
    scenario = Scenario().with_({"population.firms": 2_000})
    return build(scenario, 1), scenario


@pytest.fixture
def scenario(scenario_with) -> Scenario:
    return scenario_with(
        {"firms.input_share.manufacturing": 0.5, "firms.input_share.services": 0.5, "network.final_demand.no buyers": 1.0}
    )


# Tiers


@pytest.mark.parametrize(
    ("suppliers", "tiers"),
    [
        ({0: [1], 1: [2], 2: [3]}, [0, 1, 2, 3, -1]),
        ({0: [1, 2], 1: [3], 2: [4]}, [0, 1, 1, 2, 2]),
        ({0: [1], 1: [2], 2: [3], 3: [1]}, [0, 1, 2, 3, -1]),
        ({0: [1], 1: [0, 2], 2: [1]}, [0, 1, 2, -1, -1]),
        ({0: [1, 3], 1: [2], 2: [3]}, [0, 1, 2, 1, -1]),
        ({1: [0], 2: [0]}, [0, -1, -1, -1, -1]),
        ({}, [0, -1, -1, -1, -1]),
    ],
    ids=["chain", "tree", "cycle", "cycle through the first", "shortest way", "buyers of the first", "nobody"],
)
def test_tiers_count_links_from_a_large_manufacturer_to_its_suppliers(world_of, scenario, suppliers, tiers):
    world = world_of(suppliers, scenario, firms=5, group=[LARGE_MAKER, *[SME_MAKER] * 4])
    assert world.firms.tier.tolist() == tiers


def test_the_nearest_of_several_large_manufacturers_counts(world_of, scenario):
    groups = [LARGE_MAKER, SME_MAKER, SME_MAKER, SME_MAKER, LARGE_MAKER]
    world = world_of({0: [1], 1: [2], 2: [3], 4: [3]}, scenario, firms=5, group=groups)
    assert world.firms.tier.tolist() == [0, 1, 2, 1, 0]


def test_tiers_are_not_counted_from_large_service_firms(world_of, scenario):
    world = world_of({0: [1], 1: [2]}, scenario, firms=3, group=[LARGE_SERVICES, SME_MAKER, SME_SERVICES])
    assert world.firms.tier.tolist() == [-1, -1, -1]


def test_tiers_of_a_long_chain_are_all_found():
    n = 10_000
    start = np.minimum(np.arange(n + 1), n - 1).astype(np.int64)
    first = np.zeros(n, np.uint8)
    first[0] = 1
    assert np.array_equal(supplier_tiers(start, np.arange(1, n, dtype=np.int32), first), np.arange(n))


# Sales


def test_sales_of_a_chain_are_those_computed_by_hand(world_of, scenario):
    # The maker, which nobody buys from, sells 500 x 1000 and purchases for half of it: 60 % from firm 1, 40 % from 2.
    # Firm 1 has workers for 10 x 200, of which tier 1 sells 0.3 to final demand, and purchases for half of its sales.
    world = world_of(
        {0: [1, 2], 1: [2]},
        scenario,
        firms=3,
        weights={0: [0.6, 0.4]},
        group=[LARGE_MAKER, SME_MAKER, SME_MAKER],
        workers=[500.0, 10.0, 20.0],
    )
    np.testing.assert_allclose(world.firms.final_demand, [500_000.0, 600.0, 1_200.0], rtol=1e-14)
    np.testing.assert_allclose(world.links.value, [150_000.0, 100_000.0, 75_300.0], rtol=1e-14)
    np.testing.assert_allclose(sales_of(world.firms, world.links), [500_000.0, 150_600.0, 176_500.0], rtol=1e-14)
    np.testing.assert_allclose(world.links.sales_share, [150 / 150.6, 100 / 176.5, 75.3 / 176.5], rtol=1e-14)


def test_final_demand_depends_on_the_tier_and_on_having_buyers(world_of, scenario):
    shares = {"tier 0": 0.8, "tier 1": 0.4, "tier 2": 0.2, "deeper": 0.1, "no buyers": 1.0}
    scenario = scenario.with_({"network.final_demand": shares})
    # A chain of five, bought from by firm 5, which has no buyers; 6 and 7 buy from each other, far from any maker.
    suppliers = {5: [0], 0: [1], 1: [2], 2: [3], 3: [4], 6: [7], 7: [6]}
    world = world_of(suppliers, scenario, firms=8, group=[LARGE_MAKER, *[SME_MAKER] * 7], workers=[1.0] * 8)
    expected = [0.8 * 1000, 0.4 * 200, 0.2 * 200, 0.1 * 200, 0.1 * 200, 200, 0.1 * 200, 0.1 * 200]
    np.testing.assert_allclose(world.firms.final_demand, expected, rtol=1e-14)


def test_sales_of_a_cycle_solve_the_linear_system(world_of, scenario):
    suppliers = {0: [1, 2], 1: [2, 3], 2: [0], 3: [0, 1, 2]}
    weights = {0: [0.9, 0.1], 1: [0.5, 0.5], 2: [1.0], 3: [0.2, 0.3, 0.5]}
    scenario = scenario.with_({"firms.input_share.manufacturing": 0.9})
    world = world_of(suppliers, scenario, firms=4, weights=weights, workers=[5.0, 10.0, 20.0, 40.0])
    purchases = np.zeros((4, 4))
    for buyer, row in suppliers.items():
        purchases[row, buyer] = 0.9 * np.array(weights[buyer])
    solved = np.linalg.solve(np.eye(4) - purchases, world.firms.final_demand)
    np.testing.assert_allclose(sales_of(world.firms, world.links), solved, rtol=1e-11)


def test_sales_without_a_finite_solution_are_refused(world_of, scenario):
    scenario = scenario.with_({"firms.input_share.manufacturing": 1.0})
    with pytest.raises(InputError, match="sales grow without end"):
        world_of({0: [1], 1: [0]}, scenario, firms=2)


def test_sales_are_final_demand_and_purchases_in_a_generated_world(generated):
    world, _ = generated
    firms, links = world.firms, world.links
    sales = sales_of(firms, links)
    np.testing.assert_allclose(
        links.value, links.weight * (firms.input_share * sales)[links.buyer], rtol=1e-11, err_msg="V = w x share x y"
    )
    np.testing.assert_allclose(sales, firms.final_demand + np.bincount(links.supplier, links.value, sales.size))
    assert (firms.final_demand >= 0.0).all()
    assert (sales > 0.0).all()


def test_shares_of_buyers_and_of_final_demand_sum_to_1(generated):
    world, _ = generated
    sales = sales_of(world.firms, world.links)
    to_firms = np.bincount(world.links.supplier, world.links.sales_share, sales.size)
    np.testing.assert_allclose(to_firms + world.firms.final_demand / sales, 1.0, rtol=0.0, atol=1e-12)


def test_firms_without_suppliers_purchase_nothing(world_of, scenario):
    world = world_of({0: [1]}, scenario, firms=3)
    assert world.firms.input_share.tolist() == [0.5, 0.0, 0.0]
    assert sales_of(world.firms, world.links)[0] == world.firms.final_demand[0]


def test_own_sales_leave_to_final_demand_what_no_buyer_takes(scenario):
    groups = groups_of(scenario)
    population = Population(
        key=np.arange(3, dtype=np.uint64),
        names=None,
        group=np.array([LARGE_MAKER, SME_MAKER, SME_SERVICES], np.int32),
        workers=np.array([500.0, 10.0, 10.0]),
        weight=np.ones(3),
        capacity_start=np.full(3, 0.5),
        sales=np.array([1_000.0, 300.0, 0.0]),
        fills=(),
    )
    network = Network(np.array([0, 1, 1, 1]), np.array([1], np.int32), np.array([1.0]), np.array([1], np.uint8))
    world = assemble(population, network, groups, scenario)
    assert world.firms.final_demand.tolist() == [1_000.0, 0.0, 0.0]
    assert world.links.value.tolist() == [500.0]
    assert sales_of(world.firms, world.links).tolist() == [1_000.0, 500.0, 0.0]
    assert world.links.sales_share.tolist() == [1.0]
    assert world.fills == (
        "sales of 1 of 3 firms were below what the buyers in the links purchase from them and were raised to that",
    )


def test_a_supplier_that_sells_nothing_has_shares_of_0(scenario):
    population = Population(
        key=np.arange(2, dtype=np.uint64),
        names=None,
        group=np.array([LARGE_MAKER, SME_MAKER], np.int32),
        workers=np.array([500.0, 10.0]),
        weight=np.ones(2),
        capacity_start=np.full(2, 0.5),
        sales=np.zeros(2),
        fills=(),
    )
    network = Network(np.array([0, 1, 1]), np.array([1], np.int32), np.array([1.0]), np.array([1], np.uint8))
    assert assemble(population, network, groups_of(scenario), scenario).links.sales_share.tolist() == [0.0]


# Views of the links


def test_links_by_supplier_are_complete_and_ordered_by_the_buyers_key(generated):
    world, _ = generated
    links = world.links
    assert np.array_equal(np.sort(links.sales_link), np.arange(links.supplier.size))
    for firm in range(world.firms.key.size):
        own = links.sales_link[links.sales_start[firm] : links.sales_start[firm + 1]]
        assert (links.supplier[own] == firm).all()
        assert (np.diff(world.firms.key[links.buyer[own]].astype(np.int64)) > 0).all()


def test_buyers_are_ordered_by_key_and_not_by_row(world_of, scenario):
    world = world_of({0: [3], 1: [3], 2: [3]}, scenario, firms=4, key=[30, 10, 2**63, 20])
    assert world.links.buyer[world.links.sales_link].tolist() == [1, 0, 2]
    assert world.links.sales_start.tolist() == [0, 0, 0, 0, 3]


def test_links_by_buyer_keep_the_order_of_slots(world_of, scenario):
    world = world_of({0: [2, 1], 2: [3, 0]}, scenario, firms=4)
    assert world.links.start.tolist() == [0, 2, 2, 4, 4]
    assert world.links.supplier.tolist() == [2, 1, 3, 0]
    assert world.links.buyer.tolist() == [0, 0, 2, 2]


# What firms of a group are like


def test_critical_suppliers_are_counted(world_of, scenario):
    world = world_of({0: [1, 2, 3], 1: [2]}, scenario, firms=4, not_critical=[(2, 0), (2, 1)])
    assert world.firms.critical_suppliers.tolist() == [2, 0, 0, 0]


def test_key_suppliers_sell_at_least_three_tenths_to_one_large_buyer(world_of, scenario):
    # Final demand of firms 1 to 4 is 0.3 x 200 x workers. Firm 0 purchases for 250,000, the small firm 5 for 1,000.
    def final_demand_for(share: float, value: float) -> float:
        return value * (1.0 - share) / share / (0.3 * 200.0)

    bought = {1: 0.5 * 250_000.0, 2: 0.3 * 250_000.0, 3: 0.2 * 250_000.0, 4: 1_000.0}
    workers = [
        500.0,
        final_demand_for(KEY_SHARE + 0.001, bought[1]),
        final_demand_for(KEY_SHARE - 0.001, bought[2]),
        final_demand_for(0.99, bought[3]),
        final_demand_for(0.99, bought[4]),
        10.0,
    ]
    world = world_of(
        {0: [1, 2, 3], 5: [4]},
        scenario,
        firms=6,
        weights={0: [0.5, 0.3, 0.2]},
        group=[LARGE_MAKER, *[SME_MAKER] * 5],
        workers=workers,
    )
    np.testing.assert_allclose(world.links.sales_share, [0.301, 0.299, 0.99, 0.99], rtol=1e-9)
    assert world.firms.is_key_supplier.tolist() == [0, 1, 0, 1, 0, 0]


def test_large_service_firms_have_key_suppliers_too(world_of, scenario):
    world = world_of({0: [1]}, scenario, firms=2, group=[LARGE_SERVICES, SME_MAKER], workers=[500.0, 10.0])
    assert world.firms.is_key_supplier.tolist() == [0, 1]


def test_two_halves_of_three_tenths_do_not_make_a_key_supplier(world_of, scenario):
    # Two large buyers take 20 % each: with 100,000 from each, final demand is 300,000.
    world = world_of(
        {0: [2], 1: [2]},
        scenario,
        firms=3,
        group=[LARGE_MAKER, LARGE_MAKER, SME_MAKER],
        workers=[200.0, 200.0, 300_000.0 / (0.3 * 200.0)],
    )
    np.testing.assert_allclose(world.links.sales_share, [0.2, 0.2], rtol=1e-12)
    assert world.firms.is_key_supplier.tolist() == [0, 0, 0]


def test_firms_take_the_numbers_of_their_group(world_of, scenario):
    scenario = scenario.with_(
        {
            "firms.own_defects": {
                "large": {"manufacturing": 0.01, "services": 0.02},
                "sme": {"manufacturing": 0.03, "services": 0.04},
            },
            "firms.late_chance": {
                "large": {"manufacturing": 0.1, "services": 0.2},
                "sme": {"manufacturing": 0.3, "services": 0.4},
            },
            "firms.input_share": {"manufacturing": 0.6, "services": 0.4},
            "firms.reinvested": {"large": 0.9, "sme": 0.5},
            "firms.adoption_cost": {"large": 1.0, "sme": 3.0},
            "firms.install_cost": {"large": 4_000.0, "sme": 700.0},
        }
    )
    groups = groups_of(scenario)
    world = world_of({firm: [(firm + 1) % 8] for firm in range(8)}, scenario, firms=8, group=list(range(8)))
    firms = world.firms
    for firm, (size, sector, region) in enumerate(groups.members()):
        assert firms.own_defects[firm] == scenario.firms.own_defects[size][sector]
        assert firms.late_chance[firm] == scenario.firms.late_chance[size][sector]
        assert firms.input_share[firm] == scenario.firms.input_share[sector]
        assert firms.reinvested[firm] == scenario.firms.reinvested[size]
        assert firms.adoption_cost[firm] == scenario.firms.adoption_cost[size]
        assert firms.install_cost[firm] == scenario.firms.install_cost[size]
        assert firms.cell[firm] == groups.sectors.index(sector) * 2 + groups.regions.index(region)
