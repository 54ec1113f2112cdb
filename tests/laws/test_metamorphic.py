"""What must not matter, and what must move one way only: relations between runs that hold at any parameters."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engines.engine import CompiledEngine
from simulation.policies import lever_kinds
from simulation.state import World
from simulation.world.assembly import assemble
from simulation.world.build import build
from simulation.world.network import Network, generate_network
from simulation.world.population import Population, generate_population, groups_of

NO_INFLUENCE = {
    "influence.customers": 0.0,
    "influence.suppliers": 0.0,
    "influence.peers": 0.0,
    "use.partners": 0.0,
}
QUICK = {
    "adoption.hazard.maximum": 0.3,
    "adoption.hazard.level": 2.0,
    "firms.adoption_cost": {"large": 2.0, "sme": 4.0},
    "adoption.quitting.level": 0.05,
    "lateness.buffer": 3.0,
    "firms.adopters_start.large.manufacturing": 0.3,
    "firms.adopters_start.sme.services": 0.1,
}
"""A livelier economy than the baseline: within two years many adopt, quit and are late."""

RANGES = {
    "adoption.hazard.level": (-1.0, 3.0),
    "adoption.quitting.level": (0.0, 0.2),
    "influence.customers": (0.0, 3.0),
    "influence.suppliers": (0.0, 3.0),
    "influence.peers": (0.0, 3.0),
    "use.partners": (0.0, 1.9),
    "capacity.spill_in": (0.0, 1.0),
    "defects.mismatch": (0.0, 3.0),
    "defects.inspection": (0.0, 1.0),
    "lateness.lean": (0.0, 1.0),
    "lateness.pass_through": (0.0, 1.0),
    "lateness.buffer": (0.0, 10.0),
    "review.base": (0.0, 0.2),
    "review.sensitivity": (0.0, 0.1),
}


@st.composite
def economies(draw, **fixed):
    """Draw a lively economy of 50 firms: half of the values from their ranges, or at 0, the others as they are."""
    names = draw(st.sets(st.sampled_from(sorted(set(RANGES) - set(fixed)))))
    drawn = {name: draw(st.one_of(st.just(0.0), st.floats(*RANGES[name]))) for name in sorted(names)}
    return QUICK | drawn | fixed


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
def lively(scenario_with):
    """Return a lively scenario of 150 firms with its population and network."""
    scenario = scenario_with(QUICK, firms=150, months=24)
    population = generate_population(scenario, 4)
    return scenario, population, generate_network(population, groups_of(scenario), scenario, 4)


@given(economies(), SEEDS, SEEDS)
@FEW
def test_relabelling_firms_keeps_every_history(scenario_with, economy, seed, shuffle):
    """Discrete states by key exactly, floats to 1e-12: only sums over all firms are added in another order."""
    scenario = scenario_with(economy, firms=50, months=15)
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


@given(economies(**{"influence.peers": 0.0, "review.base": 0.0, "review.sensitivity": 0.0}), SEEDS)
@FEW
def test_an_isolated_firm_changes_nobody(scenario_with, economy, seed):
    """Without peer influence and review, bit for bit; a firm without links is added in front of all others."""
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


@given(economies(**NO_INFLUENCE), st.lists(SEEDS, min_size=3, max_size=3, unique=True))
@FEW
def test_zero_influence_makes_the_network_irrelevant_to_adoption(scenario_with, economy, seeds):
    """Two networks over one population: all choices of all firms are the same bit for bit."""
    scenario = scenario_with(economy, firms=50, months=15)
    groups = groups_of(scenario)
    seed, *networks = seeds
    population = generate_population(scenario, seed)
    worlds = [
        assemble(population, generate_network(population, groups, scenario, other), groups, scenario)
        for other in networks
    ]
    first, second = (histories(world, scenario, seed, CHOICES) for world in worlds)
    assert all((a == b).all() for a, b in zip(first, second, strict=True))


def test_with_influence_the_network_does_matter(scenario_with):
    """The relation above would hold of a model in which nothing influences anybody."""
    scenario = scenario_with(QUICK | {"influence.customers": 2.0, "influence.suppliers": 2.0}, firms=150, months=24)
    groups = groups_of(scenario)
    population = generate_population(scenario, 4)
    worlds = [
        assemble(population, generate_network(population, groups, scenario, seed), groups, scenario) for seed in (4, 5)
    ]
    first, second = (histories(world, scenario, 1, ("adopted",)) for world in worlds)
    assert any((a != b).any() for a, b in zip(first, second, strict=True))


LEVERS = sorted(lever_kinds())
PAID = [lever for lever in LEVERS if lever != "mandate"]
IDLE = [
    *((lever, {"budget_share": 0.0}) for lever in PAID),
    *((lever, {"strength": 0.0}) for lever in PAID),
    ("mandate", {"pressure": 0.0, "replacement": 0.0}),  # it costs nothing, so no lack of money makes it idle
]


@pytest.mark.parametrize(("lever", "idle"), IDLE, ids=[f"{lever}: no {' nor '.join(idle)}" for lever, idle in IDLE])
@given(economies(), SEEDS, st.tuples(st.integers(0, 14), st.integers(0, 14)).map(sorted))
@settings(max_examples=12)
def test_an_idle_lever_equals_the_baseline_bit_for_bit(scenario_with, fingerprint, lever, idle, economy, seed, span):
    scenario = scenario_with(economy, firms=50, months=15)
    world = build(scenario, seed)
    entry = {"first": span[0], "last": span[1]} | idle
    with_lever = scenario.with_({f"policy.{lever}": entry, "budget.strength": "fixed"})
    prints = []
    for chosen in (scenario, with_lever):
        engine = CompiledEngine(world, chosen, seed, has_origins=True)
        engine.advance()
        prints.append(fingerprint(engine.state, engine.tallies))
        assert engine.awards.served.sum() == 0
    assert prints[0] == prints[1]


@pytest.mark.parametrize("lever", LEVERS)
def test_a_lever_with_money_does_not_equal_the_baseline(scenario_with, fingerprint, lever):
    """The relation above would hold of levers that never do anything."""
    scenario = scenario_with(QUICK | {"budget.per_worker": 100.0}, firms=150, months=24)
    world = build(scenario, 1)
    with_lever = scenario.with_({f"policy.{lever}": {"first": 3, "last": 20}, "budget.strength": "fixed"})
    prints = []
    for chosen in (scenario, with_lever):
        engine = CompiledEngine(world, chosen, 1)
        engine.advance()
        prints.append(fingerprint(engine.state, engine.tallies))
    assert prints[0] != prints[1]


def only_for(engine: CompiledEngine, i: int) -> None:
    """Leave one eligible firm in every programme, with money without end."""
    engine.programmes.is_eligible[:] = 0
    engine.programmes.is_eligible[:, i] = 1
    engine.programmes.annual_budget[:] = 1e12


@pytest.mark.parametrize("lever", LEVERS)
@given(economies(**NO_INFLUENCE), SEEDS, st.integers(0, 49))
@settings(max_examples=12)
def test_one_firms_policy_changes_nobody_elses_draws(scenario_with, lever, economy, seed, firm):
    """Without influence all choices and own events of the others are the same bit for bit."""
    policy = {f"policy.{lever}": {"first": 0, "last": 14}, "budget.strength": "fixed"}
    scenario = scenario_with(economy | policy, firms=50, months=15)
    world = build(scenario, seed)
    without, favoured = CompiledEngine(world, scenario, seed, levers={}), CompiledEngine(world, scenario, seed)
    only_for(favoured, firm)
    for _ in range(scenario.time.months):
        without.advance(1)
        favoured.advance(1)
        for name in (*CHOICES, "own_late", "own_defects"):
            differs = getattr(favoured.state, name) != getattr(without.state, name)
            assert not np.delete(differs, firm).any()


@pytest.mark.parametrize("lever", LEVERS)
def test_one_firms_policy_does_change_that_firm(scenario_with, lever):
    """The relation above would hold of levers that never reach the firm."""
    policy = {f"policy.{lever}": {"first": 0, "last": 23}, "budget.strength": "fixed"}
    scenario = scenario_with(QUICK | NO_INFLUENCE | policy, firms=60, months=24)
    world = build(scenario, 1)
    moved = 0
    for firm in (0, 17, 45, *np.flatnonzero(world.firms.is_key_supplier)[:4]):
        without, favoured = CompiledEngine(world, scenario, 1, levers={}), CompiledEngine(world, scenario, 1)
        only_for(favoured, firm)
        without.advance()
        favoured.advance()
        moved += any(getattr(favoured.state, name)[firm] != getattr(without.state, name)[firm] for name in CHOICES)
    assert moved > 0


@given(
    subsidies=st.lists(st.floats(0.0, 1.0), min_size=2, max_size=2), firm=st.integers(0, 5), month=st.integers(0, 95),
    cost=st.floats(0.0, 8.0), level=st.floats(-5.0, 3.0),
)  # fmt: skip
@settings(max_examples=40)
def test_more_subsidy_never_lowers_that_firms_chance_and_leaves_the_others(
    scenario_with, world_of, desk_of, subsidies, firm, month, cost, level
):
    changes = {"adoption.hazard.level": level, "firms.adoption_cost": {"large": cost, "sme": cost}}
    scenario = scenario_with(changes, firms=6)
    world = world_of({0: [1, 2], 3: [0], 4: [3, 5], 5: [0]}, scenario, firms=6, group=[0, 1, 4, 5, 6, 7])
    chances = []
    for subsidy in sorted(subsidies):
        desk = desk_of(world, scenario)
        desk.state.adopted[(firm + 1) % 6] = 1
        desk.channels.adoption_subsidy[firm] = subsidy
        desk.adopt_or_quit(month)
        chances.append(desk.work.chance.copy())
    assert chances[1][firm] >= chances[0][firm]
    assert (np.delete(chances[0], firm) == np.delete(chances[1], firm)).all()
    assert ((chances[0] >= 0.0) & (chances[0] <= 1.0)).all()


@pytest.mark.parametrize("month", [0, 30])
def test_more_subsidy_adopts_at_least_the_same_firms(scenario_with, lively, desk_of, month):
    """On one set of draws the adopters of a smaller subsidy are among those of a larger one."""
    scenario, population, network = lively
    world = assemble(population, network, groups_of(scenario), scenario)
    before = None
    for subsidy in (0.0, 0.3, 0.7, 1.0):
        desk = desk_of(world, scenario)
        desk.channels.adoption_subsidy[:] = subsidy
        desk.adopt_or_quit(month)
        assert before is None or (desk.state.adopted >= before).all()
        before = desk.state.adopted.copy()
    assert before.sum() > 0


@given(economies(**{"defects.inspection": 1.0}), SEEDS)
@FEW
def test_perfect_inspection_stops_defects_at_the_firm_that_made_them(scenario_with, economy, seed):
    """1e-14: the own share goes through a logarithm and back."""
    scenario = scenario_with(economy, firms=50, months=12)
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
def test_endless_buffers_no_pass_through_or_no_critical_input_stop_lateness(scenario_with, how, data, seed):
    economy = data.draw(economies(**{"lateness.lean": 0.5} | how))
    scenario = scenario_with(economy, firms=50, months=12)
    engine = CompiledEngine(build(scenario, seed), scenario, seed, has_origins=True)
    engine.advance()
    assert (engine.state.late == engine.state.own_late).all()
    assert (engine.state.root == np.arange(50)).all()
    assert engine.tallies.late_inherited.sum() == 0.0
    assert engine.tallies.late_depth[:, 0].sum() > 0.0
    assert engine.tallies.late_depth[:, 1:].sum() == 0.0


def test_transposing_the_network_swaps_supplier_and_customer_influence(scenario_with, world_of, desk_of):
    """On links that are the whole of both firms' business: sales and inputs have share 1 either way round."""
    chances = {}
    for channel in ("customers", "suppliers"):
        for suppliers in ({1: [0]}, {0: [1]}):
            changes = NO_INFLUENCE | {f"influence.{channel}": 1.5}
            changes |= {"network.final_demand": {"deeper": 0.0, "tier 1": 0.0, "tier 2": 0.0}}
            scenario = scenario_with(changes, firms=2)
            desk = desk_of(world_of(suppliers, scenario, firms=2), scenario)
            desk.state.adopted[1] = 1
            desk.adopt_or_quit()
            chances[channel, 0 in suppliers] = desk.work.chance[0]
    assert chances["customers", False] == chances["suppliers", True]
    assert chances["customers", True] == chances["suppliers", False]
    assert chances["customers", False] > chances["customers", True]


@given(economies(), SEEDS)
@FEW
def test_the_order_of_slots_does_not_matter_but_for_rounding(scenario_with, economy, seed):
    """The same links in reverse order; no review, in which a slot's number addresses its draws."""
    economy |= {"review.base": 0.0, "review.sensitivity": 0.0}
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
