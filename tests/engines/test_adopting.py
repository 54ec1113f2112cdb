"""What a firm sees of its partners and peers, and the bookkeeping of adopting and quitting."""

from __future__ import annotations

import numpy as np
import phases
import pytest

from simulation.randomness import Stream, uniform
from simulation.rules.adoption import adoption_hazard, adoption_index, probability
from simulation.rules.influence import Influence, peer_influence

NETWORK = {0: [1, 2], 3: [1], 4: [1, 0]}
"""Firm 0 buys from 1 and 2, firm 3 from 1, firm 4 from 1 and 0."""


@pytest.fixture
def desk(scenario_with, world_of, desk_of):
    scenario = scenario_with(firms=6)
    weights = {0: [0.75, 0.25], 4: [0.4, 0.6]}
    return desk_of(world_of(NETWORK, scenario, firms=6, weights=weights), scenario)


def seen(desk) -> np.ndarray:
    """Return (3, n) what firms see of suppliers, customers and peers, after the phase in which they look."""
    desk.adopt_or_quit()
    n = desk.world.firms.key.size
    return np.array([getattr(desk.bench, name)[:n] for name in ("suppliers", "customers", "peers")])


def test_the_suppliers_share_is_weighted_by_inputs(desk):
    desk.state.adopted[:] = [0, 1, 0, 0, 0, 0]
    assert seen(desk)[0].tolist() == [0.75, 0.0, 0.0, 1.0, 0.4, 0.0]


def test_the_customers_share_is_weighted_by_sales(desk):
    """What firm 1 sells to 0, 3 and 4, over all its sales, final demand included.

    1e-11: purchase values of hundreds are multiples of 2^-32.
    """
    links, sales = desk.world.links, desk.world.firms.final_demand.copy()
    np.add.at(sales, links.supplier, links.value)
    bought = {(j, i): v for j, i, v in zip(links.supplier, links.buyer, links.value, strict=True)}
    desk.state.adopted[:] = [1, 0, 0, 0, 1, 0]
    expected = (bought[1, 0] + bought[1, 4]) / sales[1]
    customers = seen(desk)[1]
    assert customers[1] == pytest.approx(expected, rel=1e-11)
    assert 0.0 < expected < 1.0
    assert customers[4] == 0.0


def test_sales_shares_of_buyers_and_final_demand_sum_to_one(desk):
    links, firms = desk.world.links, desk.world.firms
    sales = firms.final_demand + np.bincount(links.supplier, links.value, 6)
    shares = np.bincount(links.supplier, links.sales_share, 6) + firms.final_demand / sales
    assert shares == pytest.approx(np.ones(6), rel=1e-14)


def test_partners_are_suppliers_and_buyers_alike(desk):
    desk.state.user_share[:] = [0.1, 0.2, 0.3, 0.4, 0.6, 0.9]
    use = desk.parameters.use._replace(speed=1.0, partners=1.0, capacity=0.0, level=0.5)
    desk.parameters = desk.parameters._replace(use=use)
    desk.use()
    means = [(0.2 + 0.3 + 0.6) / 3, (0.1 + 0.4 + 0.6) / 3, 0.1, 0.2, 0.15, 0.5]
    assert desk.state.log_odds == pytest.approx(means, rel=1e-14)


def test_peers_are_the_other_firms_of_the_sector_first_in_the_own_region(scenario_with, world_of, desk_of):
    """Groups 4 and 5 are small manufacturers in the capital and elsewhere, 0 a large one in the capital; 6 services."""
    scenario = scenario_with({"influence.spillover": 0.5}, firms=8)
    desk = desk_of(world_of({}, scenario, firms=8, group=[4, 4, 0, 5, 5, 5, 6, 6]), scenario)
    desk.state.adopted[:] = [1, 0, 1, 1, 0, 0, 1, 1]
    peers = seen(desk)[2]
    assert peers[0] == pytest.approx((1 / 2 + 0.5 * 1 / 3) / 1.5)  # of two others in the capital one adopted
    assert peers[1] == pytest.approx((2 / 2 + 0.5 * 1 / 3) / 1.5)
    assert peers[3] == pytest.approx((0 / 2 + 0.5 * 2 / 3) / 1.5)  # the only adopter elsewhere does not see itself
    assert peers[6] == pytest.approx((1 / 1 + 0.0) / 1.5)  # services elsewhere have no firms


def test_a_lonely_firm_has_no_peers(scenario_with, world_of, desk_of):
    scenario = scenario_with(firms=2)
    desk = desk_of(world_of({}, scenario, firms=2, group=[4, 6]), scenario)
    desk.state.adopted[:] = 1
    assert seen(desk)[2].tolist() == [0.0, 0.0]


def test_the_chance_of_adopting_puts_the_rules_together(desk):
    """By hand for firm 4, which buys from an adopter, sells to nobody and has peers who adopted."""
    desk.state.adopted[:] = [0, 1, 0, 0, 0, 1]
    desk.state.capacity[:] = 0.7
    desk.state.user_share[:] = 0.3
    desk.channels.adoption_subsidy[4] = 0.25
    influence = Influence(customers=0.9, suppliers=0.5, peers=0.7, spillover=0.4)
    desk.parameters = desk.parameters._replace(influence=influence)
    desk.adopt_or_quit(month=7)
    pressure = 0.5 * 0.4 + 0.7 * peer_influence(2 / 5, 0.0, 0.4)
    hazard = desk.parameters.hazard
    cost = desk.world.firms.adoption_cost[4]
    index = adoption_index(7, 0.7, 0.3, pressure, cost, 0.25, hazard)
    assert desk.work.chance[4] == pytest.approx(probability(adoption_hazard(index, hazard.maximum)), rel=1e-13)


def test_a_firm_adopts_when_its_draw_is_below_its_chance(scenario_with, desk_of, world_of):
    scenario = scenario_with({"adoption.rule": "bass_step", "adoption.bass.innovation": 0.4}, firms=200)
    desk = desk_of(world_of({}, scenario, firms=200, key=range(1000, 1200)), scenario)
    desk.adopt_or_quit(month=3, seed=8)
    draws = np.array([uniform(np.uint64(8), int(Stream.ADOPTION), 3, 0, np.uint64(key)) for key in range(1000, 1200)])
    assert 0 < desk.state.adopted.sum() < 200
    assert (desk.state.adopted == (draws < desk.work.chance)).all()
    assert (desk.state.months_adopted == 0).all()


def test_plain_python_counts_more_adopters_than_a_byte_holds(scenario_with, world_of, desk_of):
    scenario = scenario_with({"adoption.rule": "bass_step", "adoption.bass.imitation": 0.5}, firms=401)
    desk = desk_of(world_of({}, scenario, firms=401), scenario)
    desk.state.adopted[:300] = 1
    phases.adopt_or_quit(
        np.uint64(1), 0, 2, desk.world.firms, desk.ties, desk.state, desk.channels, desk.work, desk.bench,
        desk.parameters,
    )  # fmt: skip
    chance = desk.parameters.bass.innovation + 0.5 * 300 / 400
    assert desk.work.chance[300:] == pytest.approx(chance, rel=1e-14)


def sure(scenario_with, **quitting):
    """Return a scenario in which every firm that may adopt does, and every adopter may be made to quit."""
    return scenario_with(
        {
            "adoption.hazard.maximum": 1000.0,
            "adoption.hazard.level": 50.0,
            "adoption.quitting": {"level": 1000.0, "protection": 0.0, "readopt_months": 3} | quitting,
        },
        firms=2,
    )


def test_a_firm_that_quits_waits_and_then_adopts_again(scenario_with, world_of, desk_of):
    scenario = sure(scenario_with)
    desk = desk_of(world_of({}, scenario, firms=2), scenario)
    path = []
    for month in range(9):
        desk.adopt_or_quit(month)
        path.append((int(desk.state.adopted[0]), int(desk.state.wait[0])))
    assert path == [(1, 0), (0, 3), (0, 2), (0, 1), (1, 0), (0, 3), (0, 2), (0, 1), (1, 0)]


def test_months_since_adoption_count_from_zero_and_end_with_quitting(scenario_with, world_of, desk_of):
    scenario = sure(scenario_with, level=0.0)
    desk = desk_of(world_of({}, scenario, firms=2), scenario)
    counted = []
    for month in range(4):
        desk.adopt_or_quit(month)
        counted.append(int(desk.state.months_adopted[0]))
    assert counted == [0, 1, 2, 3]
    quitting = desk.parameters.quitting._replace(level=1000.0)
    desk.parameters = desk.parameters._replace(quitting=quitting)
    desk.adopt_or_quit(4)
    assert desk.state.adopted.tolist() == [0, 0]
    assert desk.state.months_adopted.tolist() == [0, 0]


def test_all_firms_decide_from_the_values_before_the_phase(scenario_with, world_of, desk_of):
    """A chain whose first firm adopted: the second sees it this month, the third only in the next."""
    scenario = scenario_with(
        {
            "adoption.hazard": {"level": -500.0, "trend": 0.0, "capacity": 0.0, "use": 0.0, "maximum": 1000.0},
            "influence": {"suppliers": 1000.0, "customers": 0.0, "peers": 0.0},
            "firms.adoption_cost": {"large": 0.0, "sme": 0.0},
            "adoption.quitting.level": 0.0,
        },
        firms=4,
    )
    desk = desk_of(world_of({1: [0], 2: [1], 3: [2]}, scenario, firms=4), scenario)
    desk.state.adopted[0] = 1
    for month in range(3):
        desk.adopt_or_quit(month)
        assert desk.state.adopted.tolist() == [1 if i <= month + 1 else 0 for i in range(4)]


def test_all_firms_use_from_the_values_before_the_phase(scenario_with, world_of, desk_of):
    scenario = scenario_with({"use.speed": 1.0, "use.partners": 1.0}, firms=3)
    desk = desk_of(world_of({1: [0], 2: [1]}, scenario, firms=3), scenario)
    desk.state.user_share[:] = [0.9, 0.5, 0.5]
    desk.use()
    parameters = scenario.use
    z = parameters.level + 1.0 * ((0.9 + 0.5) / 2 - 0.5)
    assert desk.state.log_odds[1] == pytest.approx(z, rel=1e-14)
    assert desk.state.log_odds[2] == pytest.approx(parameters.level, rel=1e-14)
