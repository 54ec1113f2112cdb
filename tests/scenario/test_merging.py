"""Layers over the declared defaults: what merges, what replaces, what null removes."""

from __future__ import annotations

import pytest

from simulation.scenario.document import parse
from simulation.scenario.merging import MOST_PROBLEMS, did_you_mean, layer
from simulation.scenario.scenario import begin


def drafted(*texts):
    draft = begin()
    for number, text in enumerate(texts):
        draft.apply(parse(text, f"{number}.yaml"))
    return draft


def test_a_draft_starts_complete_from_the_declared_defaults():
    draft = begin()
    assert draft.values["time"]["months"] == 96
    assert draft.place(("time", "months")) == ""


def test_mappings_merge_and_single_values_replace():
    values = drafted("use: {ceiling: 0.8}", "use: {speed: 0.5}").values["use"]
    assert (values["ceiling"], values["speed"]) == (0.8, 0.5)
    assert values["growth"] == begin().values["use"]["growth"]


def test_lists_replace():
    draft = drafted("policy: {subsidy: {who: {size: [sme, large]}}}", "policy: {subsidy: {who: {size: [large]}}}")
    assert draft.values["policy"]["subsidy"]["who"] == {
        "size": ["large"],
        "sector": ["manufacturing"],
        "region": None,
        "tier": None,
        "key_suppliers": False,
    }


def test_the_place_of_a_value_is_that_of_the_last_layer():
    draft = drafted("use: {ceiling: 0.8, speed: 0.5}", "use: {ceiling: 0.9}")
    assert draft.place(("use", "ceiling")) == "1.yaml:1:16"
    assert draft.place(("use", "speed")) == "0.yaml:1:28"
    assert draft.place(("use", "ceiling"), of_key=True) == "1.yaml:1:7"


def test_the_place_of_a_value_that_nobody_set_is_that_of_its_section():
    assert drafted("use: {ceiling: 0.8}").place(("use", "growth")) == "0.yaml:1:1"


def test_a_section_that_is_left_empty_says_nothing():
    assert drafted("use:\ntime:").values == begin().values


def test_null_removes_a_class_with_its_entries_in_tables():
    values = drafted("population: {regions: {capital: null}}").values
    assert list(values["population"]["regions"]) == ["elsewhere"]
    assert list(values["firms"]["capacity_region"]) == ["elsewhere"]
    assert values["population"]["region_share"]["sme"]["services"].keys() == {"elsewhere"}


def test_null_removes_a_sector_from_both_levels_of_a_table():
    values = drafted("population: {sectors: {services: null}}").values
    assert values["network"]["sector_mix"].keys() == {"manufacturing"}
    assert values["network"]["sector_mix"]["manufacturing"].keys() == {"manufacturing"}


def test_a_class_that_is_removed_and_declared_again_is_new():
    draft = drafted("population: {regions: {capital: null}}", "population: {regions: {capital: {}}}")
    assert draft.values["population"]["regions"] == {"elsewhere": {"is_capital": False}, "capital": {}}


def test_null_removes_a_lever_and_the_whole_policy():
    first = "policy: {subsidy: {}, training: {}}"
    assert drafted(first, "policy: {subsidy: null}").values["policy"].keys() == {"training"}
    assert drafted(first, "policy: null").values["policy"] == {}


def test_a_null_in_place_of_a_number_stays_to_be_refused():
    assert drafted("use: {ceiling: null}").values["use"]["ceiling"] is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "population: {sizes: {medium: null}}",
            "population.sizes.medium: null removes an inherited entry, and there is",
        ),
        (
            "policy: {subsidy: null}",
            "policy.subsidy: there is no value here; for a lever with its declared values write",
        ),
        ("policy: [subsidy]", "policy: a list stands where keys with values belong"),
        ("policy: {subsidy: 5}", "policy.subsidy: a single value stands where keys with values belong"),
        ("firms: {capacity: {sme: 1}}", "firms.capacity.sme: a single value stands where keys with values belong"),
    ],
)
def test_what_cannot_be_merged_is_a_problem(text, message):
    (problem,) = drafted(text).problems
    assert str(problem).partition(": ")[2].startswith(message)


def test_a_lever_starts_from_its_declared_values_and_keeps_them_from_layer_to_layer():
    draft = drafted("policy: {cash: {lever: subsidy, share: 0.4}}", "policy: {cash: {cap: 100}}")
    assert draft.values["policy"]["cash"]["share"] == 0.4
    assert draft.values["policy"]["cash"]["cap"] == 100
    assert draft.values["policy"]["cash"]["award_months"] == 6
    assert draft.levers() == {"cash": "subsidy"}


def test_a_lever_that_becomes_another_one_starts_anew():
    draft = drafted("policy: {a: {lever: subsidy, share: 0.4, first: 40}}", "policy: {a: {lever: training}}")
    assert "share" not in draft.values["policy"]["a"]
    assert draft.values["policy"]["a"]["first"] == 36
    assert draft.place(("policy", "a", "first")) == "1.yaml:1:10"


def test_a_lever_without_a_kind_has_that_of_its_name():
    assert drafted("policy: {training: {dose: 0.02}}").values["policy"]["training"]["lever"] == "training"


def test_a_layer_of_one_value_notes_its_place_on_the_way_down():
    document = layer(("use",), {"ceiling": 0.8}, "with_")
    assert document.values == {"use": {"ceiling": 0.8}}
    assert set(document.places) == {("use",), ("use", "ceiling")}


def test_the_order_of_classes_is_that_of_their_first_mention():
    text = "population: {sizes: {tiny: {is_sme: true}, large: {tail: 1.2}}}"
    assert list(drafted(text).values["population"]["sizes"]) == ["large", "sme", "tiny"]


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("cieling", ["ceiling", "speed"], "; did you mean 'ceiling'?"),
        ("Speed", ["ceiling", "speed"], "; did you mean 'speed'?"),
        ("zzz", ["ceiling", "speed"], ""),
        ("x", [], ""),
        (1000 * "x", [1000 * "x"], ""),
    ],
)
def test_the_nearest_known_word_is_suggested(word, known, hint):
    assert did_you_mean(word, known) == hint


def test_of_thousands_of_mistakes_only_the_first_get_a_suggestion():
    """Comparing every unknown name with every other would take hours."""
    entries = "".join(f"    a{number}: 1\n    b{number}: null\n" for number in range(2000))
    draft = drafted(f"firms:\n  install_cost:\n{entries}")
    assert len(draft.problems) == 2000
    assert 0 < sum("did you mean" in problem.message for problem in draft.problems) <= MOST_PROBLEMS
