"""``--set path=value`` as a layer over the files."""

from __future__ import annotations

import pytest

from simulation.errors import InputError
from simulation.scenario.overriding import override
from simulation.scenario.reading import load


def test_a_value_is_a_layer_with_its_origin():
    document = override("population.firms = 5000")
    assert document.values == {"population": {"firms": 5000}}
    assert document.places == {("population",): ("--set", "--set"), ("population", "firms"): ("--set", "--set")}


@pytest.mark.parametrize(
    ("text", "value"),
    [("a=0.5", 0.5), ("a=true", True), ("a=x=y", "x=y"), ("a=[sme]", ["sme"]), ("a={b: 1}", {"b": 1}), ("a=", None)],
)
def test_values_are_read_as_yaml(text, value):
    assert override(text).values == {"a": value}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("population.firms", "--set: 'population.firms' has no equals sign; write path=value, such as"),
        ("=5", "--set: '' is not a path; write the keys with dots between them, such as population.firms"),
        ("population..firms=5", "--set: 'population..firms' is not a path"),
        (".firms=5", "--set: '.firms' is not a path"),
        ("population.firms=[", "--set: population.firms: this is not YAML"),
        ("use.ceiling=!!python/name:x 1", "--set: use.ceiling: the tag !!python/name:x is not allowed"),
        ("use.ceiling=*a", "--set: use.ceiling: this alias (*) refers to nothing"),
        ("title=\udcff", "--set: title: the character U+DCFF is not text"),
    ],
)
def test_what_is_no_path_or_value_is_refused(text, message):
    with pytest.raises(InputError) as caught:
        override(text)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("population.firm=5", "--set: population.firm: unknown key; did you mean 'firms'?"),
        ("extends=baseline", "--set: extends: unknown key"),
        ("use=5", "--set: use: a single value stands where keys with values belong"),
        ("population.firms=", "--set: population.firms: there is no value here; give a plain whole number in firms"),
        ("population.firms=5 firms", "--set: population.firms: '5 firms' is text"),
        ("use.ceiling=2", "--set: use.ceiling: 2 is above the largest allowed value 1"),
        ("policy.subsidie.share=0.4", "--set: policy.subsidie: there is no lever 'subsidie'; did you mean 'subsidy'?"),
    ],
)
def test_a_value_on_the_command_line_is_checked_like_one_in_a_file(text, message):
    with pytest.raises(InputError) as caught:
        load("tierwise:baseline", [text])
    assert str(caught.value).startswith(message)


def test_the_last_of_several_values_counts():
    assert load("tierwise:baseline", ["use.ceiling=0.8", "use.ceiling=0.85"]).use.ceiling == 0.85


def test_a_value_on_the_command_line_counts_more_than_the_file():
    scenario = load("tierwise:cash_subsidy", ["policy.subsidy.share=0.4"])
    assert scenario.policy["subsidy"].share == 0.4
    assert scenario.origins()["policy.subsidy.share"] == "--set"
    assert scenario.origins()["policy.subsidy.cap"] != "--set"
