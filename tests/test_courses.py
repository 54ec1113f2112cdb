"""Scenarios that differ in policy alone share what happens before policies begin, bit for bit."""

from __future__ import annotations

import pytest

from simulation.courses import Course, history_key, shared_months, stem_of
from simulation.records import Run
from simulation.runs import run_in_world
from simulation.scenario.scenario import NAMES, Scenario
from simulation.world.build import build

SEED = 4
SMALL = {
    "population.firms": 120,
    "time.months": 30,
    "time.survey_month": 11,
    "time.origin_months": 8,
    "time.start_rounds": 24,
    "time.deliveries_per_month": 3,
    "adoption.hazard.level": -2.5,
    "review.sensitivity": 2.0,
    "firms.own_defects.sme.manufacturing": 0.01,
    "budget.strength": "fixed",
}
POLICIES = {
    "nothing": {},
    "grants": {"subsidy": {"first": 12, "last": 25, "annual_budget": 4000.0}},
    "courses and help": {
        "training": {"first": 14, "last": 20, "annual_budget": 3000.0, "budget_share": 0.5},
        "large_firm_support": {"first": 12, "last": 29, "annual_budget": 3000.0, "budget_share": 0.5},
    },
    "a mandate": {"mandate": {"first": 13, "last": 29, "grace": 6, "replacement": 0.3, "pressure": 3.0}},
    "reinvestment, late": {"reinvestment": {"first": 25, "last": 29, "annual_budget": 2000.0}},
    "access at the end": {"paid_access": {"first": 29, "last": 29, "annual_budget": 2000.0}},
}

OTHERS = {
    "time.months": 31,
    "population.firms": 121,
    "network.mean_suppliers": 6.0,
    "firms.capacity_region.elsewhere": 0.0,
    "influence.peers": 0.0,
    "adoption.hazard.level": -2.4,
    "use.growth": 0.1,
    "capacity.exponent": 0.9,
    "process.quality_effect": 0.2,
    "defects.mismatch": 0.0,
    "lateness.lean": 0.1,
    "review.base": 0.0,
    "money.running_share": 0.1,
}


@pytest.fixture(scope="module")
def base():
    return Scenario().with_(SMALL)


@pytest.fixture(scope="module")
def world(base):
    return build(base, SEED)


@pytest.fixture(scope="module")
def scenarios(base):
    return {name: base.with_({"name": name, "policy": levers}) for name, levers in POLICIES.items()}


@pytest.fixture(scope="module")
def whole(world, scenarios):
    """Runs of every scenario from its own start."""
    return {name: run_in_world(world, scenario, SEED) for name, scenario in scenarios.items()}


def assert_same_run(one: Run, other: Run) -> None:
    assert one.digest == other.digest
    assert one.key == other.key
    assert one.structure == other.structure
    assert one.late_days.tobytes() == other.late_days.tobytes()
    assert all((a == b).all() for a, b in zip(one.final_links, other.final_links, strict=True))
    assert one.series.equals(other.series)


def test_the_policies_are_different_stories(whole):
    """Otherwise a branch could take another policy's course unnoticed."""
    assert len({run.digest for run in whole.values()}) == len(POLICIES)
    assert whole["grants"].awards.spent.sum() > 0.0
    assert whole["courses and help"].record.tallies.defects.any()


@pytest.mark.parametrize("months", [0, 1, 7, 11, 12])
def test_a_branch_is_the_run_of_its_scenario(world, scenarios, whole, months):
    """The stem ends at the start, within the months in which nothing is looked at, and on both sides of the survey."""
    stem = stem_of(world, scenarios["grants"], SEED, months)
    for name, scenario in scenarios.items():
        assert_same_run(stem.branch(scenario).end(), whole[name])


@pytest.mark.parametrize("months", [0, 11, 12])
def test_ends_are_the_runs_of_their_scenarios(world, scenarios, whole, months):
    """Moved side by side as far as that goes: to the look at the survey, to where origins are followed, to the end."""
    stem = stem_of(world, scenarios["grants"], SEED, months)
    for run, name in zip(stem.ends(list(scenarios.values())), scenarios, strict=True):
        assert_same_run(run, whole[name])


@pytest.mark.parametrize("has_structure", [True, False])
def test_ends_without_origins_are_moved_together_to_the_last_month(world, scenarios, has_structure, moved):
    """Without R_q and R_d at once, with them up to the survey and from there on."""
    options = {"has_origins": False, "has_structure": has_structure}
    chosen = [scenario for name, scenario in scenarios.items() if name != "a mandate"]
    runs = list(stem_of(world, chosen[0], SEED, 3, **options).ends(chosen))
    assert moved == ([5, 5] if has_structure else [5])
    for run, scenario in zip(runs, chosen, strict=True):
        assert_same_run(run, run_in_world(world, scenario, SEED, **options))


@pytest.mark.parametrize("has_structure", [True, False])
def test_a_network_is_looked_at_once_a_month(world, scenarios, has_structure, monkeypatch):
    """In three months, of which the stem has had one; without R_q and R_d in the last month of each run alone."""
    seen = []
    proper = Course._look
    monkeypatch.setattr(Course, "_look", lambda course, month: (seen.append(month), proper(course, month)))
    stem = stem_of(world, scenarios["nothing"], SEED, 3, has_structure=has_structure)
    list(stem.ends(list(scenarios.values())))
    assert sorted(seen) == ([0, *[11] * 6, *[29] * 6] if has_structure else [29] * 6)


def test_a_stem_may_go_on_once_its_first_policies_have_branched(world, scenarios, whole):
    """Origins are followed from month 14 on: the last branches begin with parts of their own."""
    stem = stem_of(world, scenarios["nothing"], SEED, 12)
    first = stem.branch(scenarios["grants"])
    stem.advance(25)
    late = stem.branch(scenarios["reinvestment, late"])
    stem.advance(29)
    last = stem.branch(scenarios["access at the end"])
    assert_same_run(late.end(), whole["reinvestment, late"])
    assert_same_run(first.end(), whole["grants"])
    assert_same_run(last.end(), whole["access at the end"])
    assert_same_run(stem.end(), whole["nothing"])


def test_a_branch_of_a_branch_is_the_run_of_its_scenario(world, scenarios, whole):
    calm = stem_of(world, scenarios["grants"], SEED, 5).branch(scenarios["nothing"])
    calm.advance(13)
    assert_same_run(calm.branch(scenarios["a mandate"]).end(), whole["a mandate"])


@pytest.mark.parametrize("has_origins", [True, False])
@pytest.mark.parametrize("has_structure", [True, False])
def test_what_is_left_out_of_a_stem_is_left_out_of_its_branches(world, scenarios, has_origins, has_structure):
    options = {"has_origins": has_origins, "has_structure": has_structure}
    stem = stem_of(world, scenarios["nothing"], SEED, 12, **options)
    branch = stem.branch(scenarios["grants"]).end()
    assert_same_run(branch, run_in_world(world, scenarios["grants"], SEED, **options))
    assert bool(branch.structure) is has_structure
    assert (branch.record.tallies.defects.size > 0) is has_origins


def test_a_branch_has_the_budget_of_its_own_scenario(world, scenarios):
    """A lever without an annual budget takes its part of the envelope, which is the scenario's own."""
    levers = {"policy": {"subsidy": {"first": 12, "last": 25}}}
    rich, poor = (scenarios["nothing"].with_(levers | {"budget.per_worker": money}) for money in (40.0, 8.0))
    stem = stem_of(world, poor, SEED, 12)
    done = [stem.branch(scenario).end() for scenario in (rich, poor)]
    assert done[0].awards.spent.sum() > done[1].awards.spent.sum() > 0.0
    for run, scenario in zip(done, (rich, poor), strict=True):
        assert_same_run(run, run_in_world(world, scenario, SEED))


def test_a_branch_leaves_its_stem_alone(world, scenarios, fingerprint):
    stem = stem_of(world, scenarios["nothing"], SEED, 12)

    def now() -> str:
        engine = stem.mover
        return fingerprint(engine.state, engine.tallies, engine.awards, engine.channels, engine.ties, engine.work.goods)

    before = now()
    stem.branch(scenarios["a mandate"]).end()
    assert now() == before
    assert stem.mover.month == 12


def test_a_policy_that_has_begun_cannot_branch_off(world, scenarios):
    stem = stem_of(world, scenarios["nothing"], SEED, 13)
    with pytest.raises(ValueError, match="before the policy of the branch begins"):
        stem.branch(scenarios["grants"])
    with pytest.raises(ValueError, match="before the policy of the branch begins"):
        list(stem.ends([scenarios["a mandate"], scenarios["grants"]]))
    stem.branch(scenarios["a mandate"])


def test_agents_do_not_branch(world, scenarios):
    from simulation.mesa_model import SupplyChainModel

    model = SupplyChainModel(scenarios["nothing"], SEED, "agents", world=world)
    with pytest.raises(ValueError, match="only a compiled run branches"):
        Course(world, scenarios["nothing"], SEED, model).branch(scenarios["grants"])


def test_shared_months_end_where_the_first_policy_begins(scenarios):
    chosen = [scenarios[name] for name in ("nothing", "a mandate", "courses and help")]
    assert shared_months(chosen) == 12
    assert shared_months(chosen[:2]) == 13
    assert shared_months(chosen[:1]) == 30


def test_scenarios_that_differ_in_policy_budget_or_name_have_one_history(base, scenarios):
    others = [base.with_({"budget.per_worker": 2.0}), base.with_({"name": "other", "title": "A", "description": "B"})]
    assert {history_key(scenario) for scenario in (*scenarios.values(), *others)} == {history_key(base)}


def test_a_change_in_any_other_section_makes_another_history(base):
    """A section that is new needs a line here: what it says is thought to matter before policies begin."""
    assert {path.split(".")[0] for path in OTHERS} == set(Scenario.model_fields) - {*NAMES, "budget", "policy"}
    keys = [history_key(base.with_({path: value})) for path, value in OTHERS.items()]
    assert len({history_key(base), *keys}) == 1 + len(OTHERS)


def test_the_order_of_sizes_makes_another_history(base):
    """It numbers the groups."""
    values = base.resolved()
    values["population"]["sizes"] = dict(reversed(values["population"]["sizes"].items()))
    assert history_key(Scenario.model_validate(values)) != history_key(base)
