"""What must not matter, and what must move one way only: relations between runs that hold at any parameters."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engines.engine import CompiledEngine
from simulation.state import World
from simulation.world.assembly import assemble
from simulation.world.build import build
from simulation.world.network import Network, generate_network
from simulation.world.population import Population, generate_population, groups_of

SEEDS = st.integers(0, 2**63 - 1)
FEW = settings(max_examples=25)
"""Each example runs whole economies."""

exact = partial(CompiledEngine, real=np.float64)
"""For relations that hold to rounding; those that hold bit for bit are asked of runs as they are."""

DISCRETE = ("adopted", "months_adopted", "wait", "travelled")
FLOATS = (
    "log_odds", "user_share", "capacity", "effective", "sales", "own_defects", "own_late", "defects", "late",
    "late_parts", "defect_parts",
)  # fmt: skip


def relabelled(population: Population, network: Network, order: np.ndarray) -> tuple[Population, Network]:
    """Return the same firms and links with firm ``order[i]`` in row i; keys and slots stay with their firms."""
    place = np.argsort(order)
    rows = [np.arange(network.start[i], network.start[i + 1]) for i in order]
    links = np.concatenate(rows)
    fields = {
        name: getattr(population, name)[order] for name in ("key", "group", "workers", "weight", "capacity_start")
    }
    return population._replace(**fields), Network(
        start=np.cumsum([0, *(row.size for row in rows)]).astype(np.int64),
        supplier=place[network.supplier[links]].astype(np.int32),
        weight=network.weight[links],
        is_critical=network.is_critical[links],
    )


@pytest.fixture(scope="module")
def lively(scenario_with, quick):
    """Return a lively scenario of 150 firms with its population and network."""
    scenario = scenario_with(quick, firms=150, months=24)
    population = generate_population(scenario, 4)
    return scenario, population, generate_network(population, groups_of(scenario), scenario, 4)


@given(st.data(), SEEDS, SEEDS)
@FEW
def test_relabelling_firms_keeps_every_history(scenario_with, economies, data, seed, shuffle):
    """Discrete states by key exactly, floats to 1e-12: only sums over all firms are added in another order."""
    scenario = scenario_with(data.draw(economies()), firms=50, months=15)
    groups = groups_of(scenario)
    population = generate_population(scenario, seed)
    network = generate_network(population, groups, scenario, seed)
    order = np.random.default_rng(shuffle).permutation(50)
    first = exact(assemble(population, network, groups, scenario), scenario, seed, has_origins=True)
    other = relabelled(population, network, order)
    second = exact(assemble(*other, groups, scenario), scenario, seed, has_origins=True)
    assert (second.world.firms.tier == first.world.firms.tier[order]).all()
    slots = np.concatenate([np.arange(network.start[i], network.start[i + 1]) for i in order])
    for _ in range(scenario.time.months):
        first.advance(1)
        second.advance(1)
        assert (order[second.links.supplier] == first.links.supplier[slots]).all()
        for name in DISCRETE:
            assert (getattr(second.state, name) == getattr(first.state, name)[order]).all()
        assert (order[second.state.root] == first.state.root[order]).all()
        for name in FLOATS:
            expected = getattr(first.state, name)[order]
            np.testing.assert_allclose(getattr(second.state, name), expected, rtol=1e-12, atol=1e-15)
    assert second.tallies.groups == pytest.approx(first.tallies.groups, rel=1e-12)


def test_in_the_economy_that_is_relabelled_much_happens(lively):
    """The relation above would hold of a model in which nothing changes."""
    scenario, population, network = lively
    scenario = scenario.with_({"review.base": 0.1})
    engine = CompiledEngine(assemble(population, network, groups_of(scenario), scenario), scenario, 1)
    before = engine.state.adopted.copy()
    engine.advance()
    assert (engine.state.adopted != before).sum() > 20
    assert (engine.links.supplier != network.supplier).sum() > 20
    assert engine.tallies.late_inherited.sum() > 20


@given(st.data(), SEEDS)
@FEW
def test_an_isolated_firm_changes_nobody(scenario_with, economies, data, seed):
    """Without peer influence and review, bit for bit; a firm without links is added in front of all others."""
    economy = data.draw(economies(**{"influence.peers": 0.0, "review.base": 0.0, "review.sensitivity": 0.0}))
    economy = {name: value for name, value in economy.items() if "adopters" not in name}
    scenario = scenario_with(economy, firms=50, months=15)
    groups = groups_of(scenario)
    population = generate_population(scenario, seed)
    network = generate_network(population, groups, scenario, seed)

    def with_first(value, array):
        return np.append(np.array([value], array.dtype), array)

    more = Population(
        key=with_first(1_000_000, population.key),
        names=None,
        group=with_first(0, population.group),
        workers=with_first(5000.0, population.workers),
        weight=with_first(3.0, population.weight),
        capacity_start=with_first(0.9, population.capacity_start),
        sales=None,
        fills=(),
    )
    shifted = network._replace(start=np.append(0, network.start), supplier=(network.supplier + 1).astype(np.int32))
    without = CompiledEngine(assemble(population, network, groups, scenario), scenario, seed, has_origins=True)
    joined = CompiledEngine(assemble(more, shifted, groups, scenario), scenario, seed, has_origins=True)
    without.advance()
    joined.advance()
    for name in (*DISCRETE, *FLOATS):
        assert (getattr(joined.state, name)[1:] == getattr(without.state, name)).all()
    assert (joined.state.root[1:] - 1 == without.state.root).all()


def histories(world: World, scenario, seed: int, names) -> list[np.ndarray]:
    """Return copies of some state arrays after every month."""
    engine = CompiledEngine(world, scenario, seed)
    path = []
    for _ in range(scenario.time.months):
        engine.advance(1)
        path += [getattr(engine.state, name).copy() for name in names]
    return path


CHOICES = ("adopted", "months_adopted", "wait", "log_odds", "user_share", "capacity", "effective")


@given(st.data(), st.lists(SEEDS, min_size=3, max_size=3, unique=True))
@FEW
def test_zero_influence_makes_the_network_irrelevant_to_adoption(scenario_with, economies, no_influence, data, seeds):
    """Two networks over one population: all choices of all firms are the same bit for bit."""
    scenario = scenario_with(data.draw(economies(**no_influence)), firms=50, months=15)
    groups = groups_of(scenario)
    seed, *networks = seeds
    population = generate_population(scenario, seed)
    worlds = [
        assemble(population, generate_network(population, groups, scenario, other), groups, scenario)
        for other in networks
    ]
    first, second = (histories(world, scenario, seed, CHOICES) for world in worlds)
    assert all((a == b).all() for a, b in zip(first, second, strict=True))


def test_with_influence_the_network_does_matter(scenario_with, quick):
    """The relation above would hold of a model in which nothing influences anybody."""
    scenario = scenario_with(quick | {"influence.customers": 2.0, "influence.suppliers": 2.0}, firms=150, months=24)
    groups = groups_of(scenario)
    population = generate_population(scenario, 4)
    worlds = [
        assemble(population, generate_network(population, groups, scenario, seed), groups, scenario) for seed in (4, 5)
    ]
    first, second = (histories(world, scenario, 1, ("adopted",)) for world in worlds)
    assert any((a != b).any() for a, b in zip(first, second, strict=True))


@given(st.data(), SEEDS)
@FEW
def test_perfect_inspection_stops_defects_at_the_firm_that_made_them(scenario_with, economies, data, seed):
    """1e-14: the own share goes through a logarithm and back."""
    scenario = scenario_with(data.draw(economies(**{"defects.inspection": 1.0})), firms=50, months=12)
    engine = exact(build(scenario, seed), scenario, seed, has_origins=True)
    engine.advance()
    assert engine.state.defects == pytest.approx(engine.state.own_defects, rel=1e-14)
    assert engine.state.defect_parts[:, :, 1:].sum() == 0.0
    assert engine.tallies.defects[:, :, 1:, :].sum() == 0.0


@pytest.mark.parametrize(
    "how", [{"lateness.buffer": 1e9}, {"lateness.pass_through": 0.0}, {"network.critical_chance": 0.0}]
)
@given(st.data(), SEEDS)
@settings(max_examples=12)
def test_endless_buffers_no_pass_through_or_no_critical_input_stop_lateness(scenario_with, economies, how, data, seed):
    economy = data.draw(economies(**{"lateness.lean": 0.5} | how))
    scenario = scenario_with(economy, firms=50, months=12)
    engine = CompiledEngine(build(scenario, seed), scenario, seed, has_origins=True)
    engine.advance()
    assert (engine.state.late == engine.state.own_late).all()
    assert (engine.state.root == np.arange(50)).all()
    assert engine.tallies.late_inherited.sum() == 0.0
    assert engine.tallies.late_depth[:, 0].sum() > 0.0
    assert engine.tallies.late_depth[:, 1:].sum() == 0.0


def test_transposing_the_network_swaps_supplier_and_customer_influence(scenario_with, no_influence, world_of, desk_of):
    """On links that are the whole of both firms' business: sales and inputs have share 1 either way round."""
    chances = {}
    for channel in ("customers", "suppliers"):
        for suppliers in ({1: [0]}, {0: [1]}):
            changes = no_influence | {f"influence.{channel}": 1.5}
            changes |= {"network.final_demand": {"deeper": 0.0, "tier 1": 0.0, "tier 2": 0.0}}
            scenario = scenario_with(changes, firms=2)
            desk = desk_of(world_of(suppliers, scenario, firms=2), scenario)
            desk.state.adopted[1] = 1
            desk.adopt_or_quit()
            chances[channel, 0 in suppliers] = desk.work.chance[0]
    assert chances["customers", False] == chances["suppliers", True]
    assert chances["customers", True] == chances["suppliers", False]
    assert chances["customers", False] > chances["customers", True]


@given(st.data(), SEEDS)
@FEW
def test_the_order_of_slots_does_not_matter_but_for_rounding(scenario_with, economies, data, seed):
    """The same links in reverse order; no review, in which a slot's number addresses its draws."""
    economy = data.draw(economies(**{"review.base": 0.0, "review.sensitivity": 0.0}))
    scenario = scenario_with(economy, firms=50, months=12)
    groups = groups_of(scenario)
    population = generate_population(scenario, seed)
    network = generate_network(population, groups, scenario, seed)
    reverse = np.concatenate([np.arange(network.start[i], network.start[i + 1])[::-1] for i in range(50)])
    turned = Network(network.start, network.supplier[reverse], network.weight[reverse], network.is_critical[reverse])
    first, second = (exact(assemble(population, net, groups, scenario), scenario, seed) for net in (network, turned))
    first.advance(12)
    second.advance(12)
    assert (first.state.adopted == second.state.adopted).all()
    assert (first.state.root == second.state.root).all()
    assert second.state.defects == pytest.approx(first.state.defects, rel=1e-12)
    assert second.state.late == pytest.approx(first.state.late, rel=1e-12)
