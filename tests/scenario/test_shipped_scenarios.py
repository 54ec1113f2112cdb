"""The shipped scenarios: the baseline is the declared default, policies differ from it by their levers alone."""

from __future__ import annotations

import io
import re

import pytest
from ruamel.yaml import YAML

from simulation.scenario.declarations import find, leaves, shape_of
from simulation.scenario.document import parse
from simulation.scenario.reading import load
from simulation.scenario.scenario import NAMES, Scenario
from simulation.scenario.shipped import shipped_folder

FILES = {file.stem: file for file in sorted(shipped_folder().glob("*.yaml"))}
POLICIES = {
    "cash_subsidy": {"subsidy": 1.0},
    "capability": {"training": 1.0},
    "balanced": {"subsidy": 0.5, "training": 0.5},
    "trickle_down": {"large_firm_support": 1.0},
    "paid_access": {"paid_access": 1.0},
    "reinvestment": {"reinvestment": 1.0},
    "supplier_development": {"supplier_development": 1.0},
    "mandate": {"mandate": 0.0, "subsidy": 1.0},
    "regional_hub": {"regional_hub": 1.0},
}
"""Levers of each policy with their parts of the public envelope."""

CALIBRATED = (
    "firms.capacity.large.manufacturing",
    "firms.capacity.large.services",
    "firms.capacity.sme.manufacturing",
    "firms.capacity.sme.services",
    "firms.capacity_region.elsewhere",
    "firms.adoption_cost.sme",
    "adoption.hazard.level",
    "adoption.hazard.trend",
    "use.growth",
)


def document(name):
    return parse(FILES[name].read_text(encoding="utf-8"), f"{name}.yaml")


def parts(scenario):
    """Return the resolved sections without names and texts."""
    return {name: value for name, value in scenario.resolved().items() if name not in NAMES}


@pytest.mark.parametrize("name", FILES)
def test_a_shipped_scenario_is_read_and_says_what_it_is(name):
    scenario = load(f"tierwise:{name}")
    assert scenario.name == name
    assert scenario.title
    assert scenario.description.endswith(".")


@pytest.mark.parametrize("name", ["baseline", *POLICIES, "zero_influence"])
def test_a_description_has_two_sentences(name):
    assert load(f"tierwise:{name}").description.count(". ") == 1


def test_titles_are_distinct():
    titles = [load(f"tierwise:{name}").title for name in FILES]
    assert len(set(titles)) == len(titles)


def test_the_baseline_is_the_declared_default():
    baseline = load("tierwise:baseline")
    assert parts(baseline) == parts(Scenario())
    assert baseline.digest() == Scenario().digest()


def test_the_baseline_writes_out_what_calibration_moves():
    values = {".".join(path) for path, _ in leaves(document("baseline").values)}
    assert set(CALIBRATED) <= values


def test_every_number_of_the_baseline_has_its_unit_in_a_comment():
    """On its own line, or for a table without unit on the line that opens it."""
    lines = FILES["baseline"].read_text(encoding="utf-8").splitlines()
    found = document("baseline")
    for path, _ in leaves({name: value for name, value in found.values.items() if name not in NAMES}):
        unit = find(shape_of(Scenario), path).quantity.unit or ""
        comments = [
            lines[int(found.places[path[:n]].key.split(":")[1]) - 1].partition("# ")[2] for n in range(2, len(path) + 1)
        ]
        words = re.escape(unit.removesuffix("s"))
        assert any(re.search(words, comment) and comment for comment in comments), f"{'.'.join(path)}: {unit}"


@pytest.mark.parametrize("name", FILES)
def test_a_program_may_rewrite_a_number_and_keep_all_comments(name):
    text = FILES[name].read_text(encoding="utf-8")
    yaml = YAML()
    yaml.width = 1000
    yaml.representer.add_representer(type(None), lambda to, _: to.represent_scalar("tag:yaml.org,2002:null", "null"))
    values = yaml.load(text)
    same = io.StringIO()
    yaml.dump(values, same)
    assert same.getvalue() == text
    if name == "baseline":
        values["use"]["growth"] = 0.012345
        changed = io.StringIO()
        yaml.dump(values, changed)
        before, after = text.splitlines(), changed.getvalue().splitlines()
        (different,) = [number for number, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
        assert after[different].split() == ["growth:", "0.012345", *before[different].split()[2:]]


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_extends_the_baseline_and_holds_only_levers(name):
    assert set(document(name).values) == {"extends", *NAMES, "policy"}
    assert document(name).values["extends"] == "baseline.yaml"
    baseline, policy = parts(load("tierwise:baseline")), parts(load(f"tierwise:{name}"))
    assert baseline.pop("policy") == {}
    assert policy.pop("policy")
    assert policy == baseline


@pytest.mark.parametrize(("name", "shares"), POLICIES.items())
def test_a_policy_spends_the_whole_envelope_through_its_levers(name, shares):
    policy = load(f"tierwise:{name}").policy
    assert {lever: entry.budget_share for lever, entry in policy.items()} == shares
    assert sum(shares.values()) == 1.0
    assert all(entry.lever == lever for lever, entry in policy.items())


def test_all_policies_have_the_same_envelope():
    budgets = {name: load(f"tierwise:{name}").budget for name in ["baseline", *POLICIES]}
    assert len(set(budgets.values())) == 1
    assert budgets["baseline"].per_worker > 0.0
    assert budgets["baseline"].strength == "solve"


@pytest.mark.parametrize("name", POLICIES)
def test_levers_run_over_the_same_months_and_serve_the_right_firms(name):
    for lever in load(f"tierwise:{name}").policy.values():
        assert (lever.first, lever.last, lever.strength, lever.rationing) == (36, 95, 1.0, "lottery")
        if name == "trickle_down":
            assert (lever.who.size, lever.who.sector) == (("large",), None)
        else:
            assert (lever.who.size, lever.who.sector) == (("sme",), ("manufacturing",))


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_file_writes_out_the_declared_values_of_its_levers(name):
    """They are the first that an analyst varies; what a file leaves out says little."""
    defaults = Scenario().with_({"policy": {lever: {"budget_share": share} for lever, share in POLICIES[name].items()}})
    assert load(f"tierwise:{name}").policy == defaults.policy


def test_balanced_gives_each_half_the_lever_of_its_own_scenario():
    balanced = load("tierwise:balanced").policy
    for name, lever in (("cash_subsidy", "subsidy"), ("capability", "training")):
        alone = load(f"tierwise:{name}").policy[lever]
        assert alone.model_copy(update={"budget_share": 0.5}) == balanced[lever]


def test_zero_influence_is_the_baseline_without_the_three_weights():
    baseline, zero = load("tierwise:baseline"), load("tierwise:zero_influence")
    weights = {"influence.customers": 0.0, "influence.suppliers": 0.0, "influence.peers": 0.0}
    assert parts(zero) == parts(baseline.with_(weights))
    assert zero.use.partners == baseline.use.partners
    assert all(getattr(baseline.influence, path.partition(".")[2]) != 0.0 for path in weights)
