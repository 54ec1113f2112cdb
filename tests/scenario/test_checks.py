"""Values that are right one by one and do not fit together."""

from __future__ import annotations

import pytest

from simulation.errors import InputError
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario

X = "scenarios/x.yaml"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("time: {months: 20}", "1:1: time.survey_month: month 33 is after the last month 19 (months: 20)"),
        # names
        ("population: {sizes: {all: {}}}", "1:22: population.sizes.all."),
        (
            "population: {regions: {elsewhere: null, sme: {}}}",
            "1:41: population.regions.sme: the name 'sme' is taken by one of the sizes; groups need distinct names",
        ),
        ("population: {regions: {all: {}}}", "1:24: population.regions.all: the name 'all' is reserved"),
        (
            "population: {regions: {all north: {}}}",
            "1:24: population.regions.all north: the name 'all north' is reserved",
        ),
        ("population: {regions: {all smes: {}}}", "1:24: population.regions.all smes: the name 'all smes' is reserved"),
        ("population: {regions: {'': {}}}", "1:24: population.regions.: the name '' is empty, or has spaces"),
        ("population: {regions: {' a': {}}}", "1:24: population.regions. a: the name ' a' is empty, or has spaces"),
        ("population: {regions: {a.b: {}}}", "1:24: population.regions.a.b: the name 'a.b' has a dot"),
        ("policy: {a.b: {lever: subsidy}}", "1:10: policy.a.b: the name 'a.b' has a dot"),
        ("population: {regions: {capital: null, elsewhere: null}}", "1:14: population.regions: at least one of the"),
        # tiers are counted from large manufacturers
        (
            "population: {sectors: {manufacturing: {is_manufacturing: false}}}\npolicy: {subsidy: {who: {tier: [1]}}}",
            "2:32: policy.subsidy.who.tier: no firm is served: there are no large manufacturers, from whom tiers",
        ),
        (
            "population: {sizes: {large: {is_sme: true}}}\npolicy: {subsidy: {who: {key_suppliers: true}}}",
            "2:41: policy.subsidy.who.key_suppliers: no firm is served: there are no large manufacturers",
        ),
        (
            "population: {sizes: {sme: {workers_from: 300}}}",
            "1:42: population.sizes.sme.workers_from: workers_from (300) is above workers_to (299)",
        ),
        (
            "population: {sizes: {sme: {workers_to: 4}}}",
            "1:22: population.sizes.sme.workers_from: workers_from (5) is above workers_to (4)",
        ),
        # sums
        (
            "population: {sector_share: {sme: {manufacturing: 0.5}}}",
            "1:29: population.sector_share.sme: the shares sum to 1.28, not to 1 (0.5 + 0.78)",
        ),
        (
            "population: {sizes: {sme: {worker_share: 0.7}}}",
            "1:14: population.sizes: the shares of worker_share sum to 0.961, not to 1 (0.261 + 0.7)",
        ),
        (
            "network: {sector_mix: {services: {services: 0.9}}}",
            "1:24: network.sector_mix.services: the shares sum to 1.04, not to 1 (0.14 + 0.9)",
        ),
        # tables
        (
            "firms: {install_cost: {smee: 5}}",
            "1:24: firms.install_cost.smee: 'smee' is not one of the sizes; did you mean",
        ),
        (
            "firms: {install_cost: {zzz: 5}}",
            "1:24: firms.install_cost.zzz: 'zzz' is not one of the sizes; declared are",
        ),
        ("firms: {install_cost: {sme: null}}", "1:9: firms.install_cost: the entry for 'sme' is missing"),
        (
            "firms: {late_chance: {sme: {services: null}}}",
            "1:23: firms.late_chance.sme: the entry for 'services' is missing",
        ),
        (
            "network: {final_demand: {tier 3: 0.5}}",
            "1:26: network.final_demand.tier 3: 'tier 3' is not one of the tiers",
        ),
        ("network: {final_demand: {deeper: null}}", "1:11: network.final_demand: the entry for 'deeper' is missing"),
        # sizes of the model
        (
            "population: {firms: 10000000000}",
            "1:21: population.firms: 10,000,000,000 firms would need about 6,800 GB of memory; at most 100,000,000 can",
        ),
        (
            f"population: {{firms: 1{30 * '0'}}}",
            "1:21: population.firms: 10^30 firms would need about 10^24 GB of memory; at most 100,000,000 can be run",
        ),
        (
            "network: {mean_suppliers: 1000}\npopulation: {firms: 90000000}",
            "1:27: network.mean_suppliers: with 1,000 suppliers each, 90,000,000 firms would need about 4,896 GB",
        ),
        (
            "population: {firms: 5}",
            "1:21: network.mean_suppliers: 5 suppliers per firm need more than 5 firms (population.firms)",
        ),
        (
            "network: {sector_suppliers: {manufacturing: 0, services: 0}}",
            "1:11: network.sector_suppliers: no sector has suppliers; for firms without any set network.mean_suppliers",
        ),
        # levers
        (
            "policy: {subsidy: {last: 96}}",
            "1:26: policy.subsidy.last: month 96 is after the last month 95 (time.months: 96)",
        ),
        (
            "policy: {subsidy: {who: {size: [smee]}}}",
            "1:32: policy.subsidy.who.size: 'smee' is not one of the sizes; did you mean 'sme'?",
        ),
        (
            "policy: {subsidy: {who: {region: []}}}",
            "1:34: policy.subsidy.who.region: an empty list serves nobody; leave it out to serve all",
        ),
        ("policy: {subsidy: {who: {tier: [0, -1]}}}", "1:32: policy.subsidy.who.tier: there is no tier -1; tier 0 are"),
        (
            "policy: {subsidy: {budget_share: 0.7}, training: {budget_share: 0.7}}",
            "1:65: policy.training.budget_share: the budget shares of the levers sum to 1.4; together they cannot",
        ),
        (
            "policy: {subsidy: {}, training: {}}",
            "1:23: policy.training.budget_share: the budget shares of the levers sum to 2; together they cannot",
        ),
        # magnitudes
        (
            "influence: {peers: 1e300}",
            "1:20: influence.peers: this is too large to be computed with; numbers go up to 1,000,000,000,000",
        ),
        (
            "policy: {subsidy: {award_months: 3000000000}}",
            "1:34: policy.subsidy.award_months: this is too large to be computed with; whole numbers go up to 2,147",
        ),
        (
            "policy: {subsidy: {who: {tier: [0, 3000000000]}}}",
            "1:32: policy.subsidy.who.tier: this is too large to be computed with",
        ),
        # seeds
        (
            f"network: {{seed: {2**64}}}",
            "1:17: network.seed: 18,446,744,073,709,551,616 is above the largest allowed value",
        ),
    ],
)
def test_one_misfit_gives_one_sentence_with_the_place_that_brought_it_about(refusal, text, problem):
    found = refusal(text)
    assert found[0].startswith(f"{X}:{problem}")


@pytest.mark.parametrize(
    "text",
    [
        f"network: {{seed: {2**64 - 1}}}",
        "network: {mean_suppliers: 0, sector_suppliers: {manufacturing: 0, services: 0}}",
        "population: {firms: 100000000}",
        "population: {sector_share: {sme: {manufacturing: 0.2200004, services: 0.78}}}",
        "policy: {subsidy: {first: 95, last: 95}}",
        "policy: {a: {lever: subsidy, budget_share: 0.5}, b: {lever: subsidy, budget_share: 0.5}}",
        "time: {months: 34}",
    ],
)
def test_what_just_fits_is_taken(write, text):
    load(write(text))


def test_a_class_without_entries_in_tables_is_told_once_for_each_table(refusal):
    problems = refusal(
        "population:\n"
        "  regions: {island: {}}\n"
        "  region_share:\n"
        "    large: {manufacturing: {island: 0}, services: {island: 0}}\n"
        "    sme: {manufacturing: {island: 0}}\n"
    )
    missing = "the entry for 'island' is missing; each of the regions needs one"
    assert problems == [
        f"{X}:5:5: population.region_share.sme.services: {missing}",
        f"{X}:2:13: firms.capacity_region: {missing}",
    ]


def test_a_removed_sector_leaves_sums_to_mend_and_says_where_from(refusal):
    problems = refusal("population: {sectors: {services: null}}")
    assert problems[-1] == (
        f"{X}:1:1: network.sector_mix.manufacturing: the shares sum to 0.57, not to 1 (0.57); "
        "write the whole row anew after adding or removing a class"
    )


def test_a_class_that_lacks_entries_is_told_where_it_was_added_not_in_the_file_that_was_extended(write, refusal):
    write("firms: {capacity_region: {capital: 0.1}}", "scenarios/parent.yaml")
    problems = refusal("extends: parent.yaml\npopulation: {regions: {island: {}}}")
    assert all(problem.startswith(f"{X}:2:") for problem in problems)
    assert any("firms.capacity_region: the entry for 'island' is missing" in problem for problem in problems)


def test_a_table_that_loses_an_entry_is_told_where_the_entry_was_removed(write, refusal):
    write("population: {regions: {island: {}}, region_share: {}}", "scenarios/parent.yaml")
    problems = refusal("extends: parent.yaml\nfirms: {install_cost: {sme: null}}")
    (problem,) = [problem for problem in problems if "install_cost" in problem]
    assert problem.startswith(f"{X}:2:")


@pytest.mark.parametrize(
    ("who", "advice"),
    [
        ("size: [sme]", "'sme' is not one of the sizes; write [micro, small, medium] for all that are small or medium"),
        ("region: [capital]", "; write [seoul, incheon, gyeonggi] for all that are in the capital"),
        ("region: [elsewhere]", "; write [busan, daegu, gwangju, daejeon, ulsan, sejong,"),
        ("size: [smal]", "'smal' is not one of the sizes; did you mean 'small'?"),
    ],
)
def test_a_policy_that_names_a_class_which_the_scenario_divides_is_told_what_to_write(refusal, who, advice):
    fields = {"size": "size: [small]"} | {who.split(":")[0]: who}
    text = f"extends: tierwise:provinces\npolicy: {{subsidy: {{who: {{{', '.join(fields.values())}}}}}}}"
    (problem,) = refusal(text)
    assert problem.startswith(f"{X}:2:")
    assert advice in problem


@pytest.mark.parametrize(
    "text",
    [
        "population: {sizes: {large: null, sme: {firm_share: 1, worker_share: 1}}}",
        "population: {sizes: {sme: null, large: {firm_share: 1, worker_share: 1}}}",
        "population: {sectors: {manufacturing: {is_manufacturing: false}}}",
        "population: {regions: {elsewhere: {is_capital: true}}}",
        "population: {regions: {capital: {is_capital: false}}}",
    ],
)
def test_classes_may_all_be_of_one_kind(write, text):
    load(write(text))


def test_a_file_that_names_all_sizes_sets_their_order(write):
    scenario = load(write("population: {sizes: {sme: {tail: 1.0}, large: {}}}"))
    assert list(scenario.population.sizes) == ["sme", "large"]
    assert scenario.digest() != Scenario().with_({"population.sizes.sme.tail": 1.0}).digest()


def test_a_policy_for_a_removed_class_is_refused(refusal):
    text = "population: {sizes: {sme: null, small: null}}\npolicy: {subsidy: {}}"
    assert any("there is no 'small'" in problem for problem in refusal(text))


def test_two_groups_may_not_have_the_same_label():
    """The size "sme a" in the region "b", and the size "sme" in the region "a b"."""
    sme = Scenario().resolved()["population"]["sizes"]["sme"]
    with pytest.raises(InputError) as caught:
        Scenario().with_({"population.sizes": {"sme a": sme}, "population.regions": {"b": {}, "a b": {}}})
    assert "two groups would be called 'sme a b'" in str(caught.value)


def test_the_number_of_groups_is_limited():
    with pytest.raises(InputError, match="make 808 groups; at most 500 can be run"):
        Scenario().with_({"population.regions": {f"r{number}": {} for number in range(200)}})


def test_the_number_of_levers_is_limited():
    with pytest.raises(InputError, match="there are 51 levers; at most 50 can be run"):
        Scenario().with_({"policy": {f"a{i}": {"lever": "subsidy", "budget_share": 0.0} for i in range(51)}})


def test_of_very_many_names_the_first_are_told():
    with pytest.raises(InputError) as caught:
        Scenario().with_({"population.regions": {f"r{number}": {} for number in range(100)}})
    message = caught.value.problems[-1].message
    assert message.startswith("the entry for 'r0', 'r1', ")
    assert message.endswith("'r18', 'r19', ... is missing; each of the regions needs one")


@pytest.mark.parametrize("key", ["name", "title", "description"])
def test_texts_have_no_control_characters(key):
    with pytest.raises(InputError, match=f"with_: {key}: the character U\\+001B is not text"):
        Scenario().with_({key: "a\x1b[31m"})


def test_findings_are_limited_in_number():
    with pytest.raises(InputError) as caught:
        Scenario().with_({"firms.install_cost": {f"a{number}": 1.0 for number in range(1000)}})
    assert len(caught.value.problems) == 50
