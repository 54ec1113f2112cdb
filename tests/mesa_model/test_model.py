"""The agent engine against the compiled one, and the Mesa model as Mesa users expect it."""

from __future__ import annotations

import gc
import weakref

import mesa
import networkx as nx
import numpy as np
import pytest
from histories import assert_same_history

from simulation.errors import InputError, RunError
from simulation.mesa_model import Firm, FirmView, SupplyChainModel
from simulation.runs import run_in_world
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.world.build import build

LIVELY = {
    "time.months": 40,
    "time.survey_month": 20,
    "time.start_rounds": 12,
    "adoption.hazard.level": -1.0,
    "adoption.quitting.level": 0.05,
    "adoption.quitting.readopt_months": 4,
    "lateness.buffer": 3.0,
    "budget.strength": "fixed",
    "budget.per_worker": 5.0,
}
"""Much of everything happens within a few months: adopting, quitting, waiting, late deliveries that travel."""

POLICIES = {
    "no policy": {},
    "grants by lot": {"policy.subsidy": {"first": 4, "last": 30}},
    "courses where need is greatest": {
        "policy.training": {"first": 4, "last": 30, "rationing": "need_first", "course_months": 5}
    },
    "both, overlapping": {
        "policy.subsidy": {"first": 4, "last": 30, "budget_share": 0.5, "rationing": "capability_first"},
        "policy.training": {"first": 10, "last": 35, "budget_share": 0.5},
    },
    "large firms": {"policy.large_firm_support": {"first": 2, "last": 30}},
    "subscriptions": {"policy.paid_access": {"first": 4, "last": 30}},
    "work redesign": {"policy.reinvestment": {"first": 4, "last": 30, "award_months": 6}},
    "coaching by customers": {"policy.supplier_development": {"first": 4, "last": 30, "price": 2.0}},
    "grants shared with customers": {
        "policy.subsidy": {"first": 4, "last": 30, "lead_share": 0.3, "own_share": 0.1, "annual_budget": 3000.0}
    },
    "a mandate": {
        "policy.mandate": {"first": 4, "last": 30, "grace": 3, "replacement": 0.5},
        "policy.subsidy": {"first": 4, "last": 30},
    },
    "a mandate where partners stay": {
        "policy.mandate": {"first": 4, "last": 30, "grace": 3, "replacement": 0.5},
        "review": {"base": 0.0, "sensitivity": 0.0},
    },
    "hubs": {"policy.regional_hub": {"first": 4, "last": 30}},
    "no influence": {"influence.customers": 0.0, "influence.suppliers": 0.0, "influence.peers": 0.0},
    "Bass per step": {"adoption.rule": "bass_step", "adoption.bass.quitting": 0.03, "adoption.bass.innovation": 0.02},
    "Bass hazard": {"adoption.rule": "bass_hazard", "adoption.bass.innovation": 0.02},
    "pure max-plus": {"lateness.pass_through": 1.0, "lateness.buffer": 8.0, "lateness.has_supplier_slack": False},
    "origins all along": {"time.origin_months": 40},
    "threshold by inputs": {
        "adoption.rule": "threshold",
        "adoption.threshold.spread": 0.36,
        "adoption.reference.weights": "inputs",
    },
    "threshold by sales of suppliers": {
        "adoption.rule": "threshold",
        "adoption.threshold.level": 0.1,
        "adoption.threshold.spread": 0.3,
        "adoption.reference": {"partners": "suppliers", "weights": "sales"},
    },
    "logit": {"adoption.rule": "logit", "adoption.reference.partners": "everyone"},
    "logit by customers": {"adoption.rule": "logit", "adoption.reference.partners": "customers"},
    "suppliers change often": {"review.base": 0.1, "review.sensitivity": 0.1, "review.proximity": 0.0},
    "suppliers never change": {"review.base": 0.0, "review.sensitivity": 0.0},
    "lean and mismatched": {
        "defects.mismatch": 1.0,
        "lateness.lean": 0.6,
        "process.transition_factor": 1.5,
        "process.transition_months": 9,
    },
}


def _lively(changes: dict[str, object], firms: int) -> Scenario:
    return Scenario().with_({**LIVELY, "population.firms": firms, **changes})


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize(("firms", "seed"), [(40, 1), (110, 7)])
def test_both_engines_give_the_same_history(name, firms, seed):
    scenario = _lively(POLICIES[name], firms)
    world = build(scenario, seed)
    fast = run_in_world(world, scenario, seed)
    slow = run_in_world(world, scenario, seed, engine="agents")
    assert_same_history(slow, fast)


@pytest.mark.parametrize("name", ["both, overlapping", "suppliers change often", "threshold by inputs"])
def test_both_engines_give_the_same_history_in_double_precision(name):
    scenario = _lively(POLICIES[name], 80)
    world = build(scenario, 3)
    fast = run_in_world(world, scenario, 3, real=np.float64)
    assert fast.state.capacity.dtype == np.float64
    assert_same_history(run_in_world(world, scenario, 3, engine="agents", real=np.float64), fast)


def test_the_lively_histories_are_lively():
    """Without this the comparison of the engines could compare nothing with nothing."""
    run = run_in_world(build(_lively({}, 110), 7), _lively({}, 110), 7)
    adopters = run.record.tallies.groups[:, :, 3].sum(axis=1)
    assert adopters[-1] > 30
    assert (np.diff(adopters) < 0).any()  # months in which more quit than adopt
    assert (run.state.wait > 0).any()
    assert run.record.tallies.late_inherited.sum() > 50
    assert (run.final_links.supplier != build(_lively({}, 110), 7).links.supplier).any()
    granted = run_in_world(
        build(_lively(POLICIES["both, overlapping"], 110), 7), _lively(POLICIES["both, overlapping"], 110), 7
    )
    assert (granted.awards.spent.sum(axis=1) > 0.0).all()


@pytest.mark.parametrize("name", ["baseline", "balanced", "trickle_down"])
def test_engines_agree_on_shipped_scenarios(name):
    scenario = load(f"tierwise:{name}", ["population.firms=60", "budget.strength=fixed", "time.start_rounds=8"])
    world = build(scenario, 3)
    assert_same_history(run_in_world(world, scenario, 3, engine="agents"), run_in_world(world, scenario, 3))


@pytest.fixture(scope="module", params=["compiled", "agents"])
def model(request):
    made = SupplyChainModel(_lively(POLICIES["both, overlapping"], 80), seed=5, engine=request.param)
    for _ in range(25):
        made.step()
    return made


def test_it_is_a_mesa_model(model):
    assert isinstance(model, mesa.Model)
    assert model.steps == 25
    assert model.month == 25
    assert model.running


def test_agents_are_firms_that_can_be_selected(model):
    kind = FirmView if model._compiled is not None else Firm
    assert len(model.agents) == 80
    assert all(isinstance(firm, kind) for firm in model.agents)
    adopters = model.agents.select(lambda firm: firm.adopted == 1)
    assert 0 < len(adopters) < 80
    assert len(adopters) == int(np.sum(model.agents.get("adopted")))
    grouped = model.agents.groupby("size")
    assert {"large", "sme"} == set(grouped.groups)
    assert sum(model.agents.get("workers")) == pytest.approx(model.world.firms.workers.sum())


def test_firms_know_their_partners(model):
    links = model.world.links
    total = 0
    for firm in model.agents:
        total += len(firm.suppliers)
        assert sum(purchase.weight for purchase in firm.suppliers) == pytest.approx(1.0 if firm.suppliers else 0.0)
        for purchase in firm.suppliers:
            assert firm in [sale.buyer for sale in purchase.supplier.customers]
    assert total == links.supplier.size


def test_the_data_collector_keeps_every_month(model):
    frame = model.datacollector.get_model_vars_dataframe()
    assert len(frame) == 25
    assert frame["user_share sme"].between(0.0, 1.0).all()
    workers = model.agents.get("workers")
    is_large = [size == "large" for size in model.agents.get("size")]
    shares = model.agents.get("user_share")
    weights = model.world.firms.weight
    users = sum(w * s * v for w, s, v, large in zip(workers, shares, weights, is_large, strict=True) if large)
    people = sum(w * v for w, v, large in zip(workers, weights, is_large, strict=True) if large)
    assert frame["user_share large"].iloc[-1] == pytest.approx(users / people, rel=1e-12)


def test_the_network_is_a_digraph_with_attributes(model):
    network = model.network
    assert isinstance(network, nx.DiGraph)
    assert network.number_of_nodes() == 80
    assert network.number_of_edges() == model.world.links.supplier.size
    assert {"size", "sector", "region", "workers", "adopted", "user_share", "late"} <= set(network.nodes[0])
    for buyer in network.nodes:
        weights = [network.edges[supplier, buyer]["weight"] for supplier in network.predecessors(buyer)]
        assert sum(weights) == pytest.approx(1.0)


def test_roots_are_firms(model):
    inherited = [firm for firm in model.agents if firm.travelled > 0]
    for firm in inherited:
        assert firm.root in list(model.agents)
        assert firm.root is not firm


def test_it_stops_after_the_last_month():
    model = SupplyChainModel(Scenario().with_({"population.firms": 30, "time.months": 4, "time.survey_month": 2}))
    while model.running:
        model.step()
    assert model.month == 4
    model.step()
    assert model.month == 4


def test_views_follow_the_model_and_refuse_unknown_names():
    model = SupplyChainModel(_lively({}, 30), seed=2)
    firm = model.firms[0]
    before = firm.user_share
    model.advance(2)  # use starts at its target of month 0
    assert firm.user_share > before
    with pytest.raises(AttributeError, match="a firm has no attribute 'colour'"):
        _ = firm.colour


def test_a_compiled_model_is_freed_after_its_agents_were_looked_at():
    model = SupplyChainModel(_lively({}, 30), seed=2)
    model.step()
    assert len(model.agents) == 30
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_the_data_collector_pools_size_classes_of_other_names():
    sizes = Scenario().population.sizes
    renamed = load("tierwise:provinces", ["population.firms=300", "time.months=36"])
    assert set(sizes) != set(renamed.population.sizes)
    made = SupplyChainModel(renamed, seed=2)
    made.step()
    frame = made.datacollector.get_model_vars_dataframe()
    assert {"user_share large", "user_share all smes"} <= set(frame.columns)
    assert frame.notna().all().all()


@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_a_fork_has_the_same_history_and_another_policy(engine):
    scenario = _lively(POLICIES["both, overlapping"], 60)
    model = SupplyChainModel(scenario, 7, engine)
    model.advance(15)
    twin = model.fork(_lively(POLICIES["a mandate"], 60))
    assert twin.month == 15
    np.testing.assert_array_equal(twin.tallies.groups[:15], model.tallies.groups[:15])
    twin.advance(5)
    model.advance(5)
    assert (twin.channels.pressure if engine == "compiled" else np.array([f.pressure for f in twin.firms])).any()
    again = twin.fork({})
    assert again.month == 20
    np.testing.assert_array_equal(again.state.adopted, twin.state.adopted)
    assert str(again.firms[3].explain(17)) == str(twin.firms[3].explain(17))


def test_forks_of_both_engines_are_the_same():
    scenario, other = _lively(POLICIES["both, overlapping"], 60), _lively(POLICIES["large firms"], 60)
    models = [SupplyChainModel(scenario, 7, engine) for engine in ("compiled", "agents")]
    for model in models:
        model.advance(15)
        model.change_policy(other)
        model.advance(25)
    fast, slow = models
    np.testing.assert_array_equal(slow.state.adopted, fast.state.adopted)
    np.testing.assert_array_equal(slow.state.late, fast.state.late)
    np.testing.assert_allclose(slow.awards.spent, fast.awards.spent, rtol=1e-12, atol=1e-9)
    assert slow.awards.spent[0].sum() > 0.0


@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_firms_explain_what_they_did(engine):
    model = SupplyChainModel(_lively({}, 40), 7, engine)
    with pytest.raises(InputError, match="no month yet"):
        model.firms[0].explain()
    model.advance(6)
    firm = model.firms[5]
    assert firm.explain().month == 5
    assert firm.explain(2).deliveries[-1].round == 3
    assert firm.explain().deliveries[-1].late_days == pytest.approx(firm.late)
    model.state.capacity[5] = 0.99
    with pytest.raises(RunError, match="changed by hand"):
        firm.explain()
