"""Scenarios as YAML text that is read again."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.scenario.declarations import leaves
from simulation.scenario.document import parse
from simulation.scenario.reading import load
from simulation.scenario.register import register
from simulation.scenario.scenario import Scenario
from simulation.scenario.shipped import shipped_names
from simulation.scenario.writing import shown_values, to_yaml

FREE = [entry for entry in register() if entry.status != "measured"]


def within(entry):
    low = entry.low if entry.low is not None else entry.minimum if entry.minimum is not None else -1e12
    high = entry.high if entry.high is not None else entry.maximum if entry.maximum is not None else 1e6
    if entry.kind == "int":
        return st.integers(int(low), int(high))
    return st.floats(low, high)


CHANGES = st.lists(
    st.sampled_from(FREE).flatmap(lambda entry: st.tuples(st.just(entry.path), within(entry))), max_size=12
).map(dict)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40) | st.text(
    "\n\t a:#'\"\\\x85\u2028", max_size=20
)


def read_again(text, folder):
    file = folder / "scenarios" / "again.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file)


@given(CHANGES, st.fixed_dictionaries({"name": TEXTS, "title": TEXTS, "description": TEXTS}))
@settings(max_examples=40)
def test_what_is_shown_is_the_same_scenario_when_it_is_read_again(shared_project, changes, texts):
    try:
        scenario = Scenario().with_(changes | texts)
    except InputError:
        assume(False)
    again = read_again(to_yaml(shown_values(scenario), scenario.origins()), shared_project)
    assert again == scenario
    assert again.digest() == scenario.digest()


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_scenario_that_is_shown_is_the_same_when_it_is_read_again(tmp_path, monkeypatch, name):
    scenario = load(f"tierwise:{name}")
    if scenario.population.data is not None:  # tables outside the project may be named on the command line only
        scenario = scenario.with_({"population.data": None})
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    assert read_again(to_yaml(shown_values(scenario)), tmp_path) == scenario


def test_own_tables_are_shown_relative_to_the_current_folder(write, project):
    for name in ("firms", "links"):
        write("id\n", f"scenarios/{name}.csv")
    scenario = load(write("population: {data: {firms: firms.csv, links: links.csv}}"))
    shown = shown_values(scenario)
    data = shown["population"]["data"]
    assert (data["firms"], data["links"]) == ("scenarios/firms.csv", "scenarios/links.csv")
    assert scenario.population.data.firms == str(project / "scenarios" / "firms.csv")
    assert load(write(to_yaml(shown), "again.yaml")) == scenario


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain words", "plain words"),
        ("true", '"true"'),
        ("Null", '"Null"'),
        ("5", '"5"'),
        ("", '""'),
        ("a: b", '"a: b"'),
        ("- a", '"- a"'),
        ("a\nb", r'"a\nb"'),
        ("a\x85b\u2028\ufeff", r'"a\u0085b\u2028\ufeff"'),
        ("\U000e0001", r'"\U000e0001"'),
        ("기업", '"기업"'),
        (True, "true"),
        (None, "null"),
        (5, "5"),
        (1e-05, "1e-05"),
        (1e16, "1e+16"),
        (["a", "b c", "5"], '[a, b c, "5"]'),
        ([], "[]"),
        ({}, "{}"),
    ],
)
def test_every_kind_of_value_is_written_so_that_yaml_reads_it_back(value, text):
    written = to_yaml({"key": value})
    assert written == f"key: {text}\n"
    assert parse(written, "x.yaml").values == {"key": value}


SCALARS = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(-1e300, 1e300) | TEXTS


@given(SCALARS | st.lists(SCALARS, max_size=5))
def test_any_plain_value_is_read_back(value):
    assert parse(to_yaml({"key": value}), "x.yaml").values == {"key": value}


@given(TEXTS)
def test_any_name_may_be_a_key(name):
    assert parse(to_yaml({name: {name: 1}}), "x.yaml").values == {name: {name: 1}}


def test_comments_stand_in_one_column_at_the_end_of_lines():
    values = {"a": 1, "bb": {"c": 2}}
    assert to_yaml(values, {"a": "first", "bb.c": "second"}) == "a: 1    # first\nbb:\n  c: 2  # second\n"


def test_a_very_long_line_does_not_move_the_column_of_comments():
    text = to_yaml({"a": 100 * "x", "bb": 1}, {"a": "first", "bb": "second"})
    assert text == f"a: {100 * 'x'}  # first\nbb: 1  # second\n"


def test_a_comment_cannot_break_out_of_its_line():
    assert to_yaml({"a": 1}, {"a": "x\nb: 2"}) == "a: 1  # x b: 2\n"


def test_every_line_with_a_value_has_its_origin():
    scenario = Scenario().with_({"policy.subsidy": {}})
    lines = to_yaml(shown_values(scenario), scenario.origins()).splitlines()
    assert sum("# " in line for line in lines) == len(list(leaves(scenario.resolved())))
