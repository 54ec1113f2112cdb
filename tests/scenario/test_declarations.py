"""The shape of a scenario, read off annotations."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

import numpy as np
import pytest

from simulation.policies.subsidy import Subsidy
from simulation.rules.lateness import Lateness
from simulation.scenario.declarations import Leaf, Levers, Part, Table, find, leaves, plain, shape_of
from simulation.scenario.scenario import Scenario
from simulation.schema import Days, Section, Share

SHARE = Share("share of something")


class Inner(NamedTuple):
    share: Annotated[float, SHARE] = 0.5
    switch: Annotated[bool, "whether it is on"] = True


class Outer(Section):
    inner: Inner = Inner()
    word: Literal["a", "b"] = "a"
    shares: dict[str, Annotated[float, SHARE]]
    rows: dict[str, dict[str, float]]
    names: tuple[str, ...] | None = None
    maybe: Annotated[int, Days("days")] | None = None


def test_each_kind_of_annotation_has_its_shape():
    shape = shape_of(Outer)
    assert shape.fields["inner"] == Part(
        Inner, {"share": Leaf(float, SHARE, "share of something"), "switch": Leaf(bool, text="whether it is on")}
    )
    assert shape.fields["word"] == Leaf(str, choices=("a", "b"))
    assert shape.fields["shares"] == Table(Leaf(float, SHARE, "share of something"))
    assert shape.fields["rows"] == Table(Table(Leaf(float)))
    assert shape.fields["names"] == Leaf(tuple, is_optional=True)
    assert shape.fields["maybe"].is_optional
    assert shape.fields["maybe"].quantity == Days("days")


def test_the_policy_has_the_shape_of_the_lever_of_each_entry():
    shape = shape_of(Scenario)
    assert isinstance(find(shape, ("policy",)), Levers)
    assert find(shape, ("policy", "subsidy", "share")).quantity.symbol == "share"
    assert find(shape, ("policy", "cash"), {"cash": "subsidy"}).kind is Subsidy
    assert find(shape, ("policy", "cash"), {}) is None


@pytest.mark.parametrize("path", [("nothing",), ("use", "nothing"), ("use", "ceiling", "more"), ("policy", "nothing")])
def test_what_is_not_declared_has_no_shape(path):
    assert find(shape_of(Scenario), path) is None


def test_a_table_has_a_shape_for_any_name():
    assert find(shape_of(Scenario), ("firms", "install_cost", "anything")).quantity.unit == "million won"


def test_sections_named_tuples_and_numbers_of_numpy_become_plain():
    value = {"late": Lateness(), "who": Subsidy().who, "number": np.int64(3), "share": np.float64(0.5), 1: (1, [2])}
    found = plain(value)
    assert found["late"] == Lateness()._asdict()
    assert found["who"]["size"] == ["sme"]
    assert type(found["number"]) is int
    assert type(found["share"]) is float
    assert found["1"] == [1, [2]]


def test_leaves_are_the_values_with_their_paths_and_an_empty_mapping_is_one():
    values = {"a": {"b": 1, "c": {"d": [2]}}, "e": {}}
    assert dict(leaves(values)) == {("a", "b"): 1, ("a", "c", "d"): [2], ("e",): {}}
