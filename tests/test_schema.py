"""Kinds of quantity: what they refuse, what they carry."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import pytest
from annotated_types import Ge, Gt, Le
from pydantic import TypeAdapter, ValidationError

from simulation.schema import Chance, Count, Days, Factor, LogOdds, Money, Months, Quantity, Rate, Section, Share


class Rule(NamedTuple):
    speed: Annotated[float, Share("speed", symbol="alpha", low=0.1, high=0.5)] = 0.25


class Part(Section):
    share: Annotated[float, Share("a share")] = 0.5
    months: Annotated[int, Months("some months")] = 3
    rule: Rule = Rule()


def limits(quantity: Quantity) -> set:
    return {limit for limit in quantity if isinstance(limit, Ge | Gt | Le)}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Share, {Ge(0.0), Le(1.0)}), (Chance, {Ge(0.0), Le(1.0)}), (Rate, {Ge(0.0)}), (LogOdds, set()),
        (Factor, {Ge(0.0)}), (Months, {Ge(0)}), (Days, {Ge(0.0)}), (Money, {Ge(0.0)}), (Count, {Ge(1)}),
        (Quantity, set()),
    ],
)  # fmt: skip
def test_every_kind_has_its_hard_limits(kind, expected):
    assert limits(kind("something")) == expected


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        (Rate, "per month"),
        (LogOdds, "log-odds"),
        (Months, "months"),
        (Days, "days"),
        (Money, "million won"),
        (Share, ""),
    ],
)
def test_every_kind_has_its_unit(kind, unit):
    assert kind("something").unit == unit
    assert kind("something", unit="per year").unit == "per year"


def test_a_declaration_can_narrow_its_limits():
    assert limits(Factor("b", minimum=0.5, maximum=2.0)) == {Ge(0.5), Le(2.0)}
    assert limits(Months("m", maximum=12)) == {Ge(0), Le(12)}


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), float("inf"), "0.5", True, None])
def test_a_share_refuses_what_is_no_share(value):
    with pytest.raises(ValidationError):
        Part.model_validate({"share": value})


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0, 1])
def test_a_share_takes_its_limits_and_whole_numbers(value):
    assert Part.model_validate({"share": value}).share == value


@pytest.mark.parametrize("value", [-1, 2.5, "3", True])
def test_a_number_of_months_is_a_whole_number_from_zero(value):
    with pytest.raises(ValidationError):
        Part.model_validate({"months": value})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_quantity_without_limits_still_refuses_what_is_not_finite(value):
    with pytest.raises(ValidationError):
        TypeAdapter(Annotated[float, LogOdds("a term")]).validate_python(value)


def test_a_section_refuses_keys_it_does_not_know():
    with pytest.raises(ValidationError, match="shares"):
        Part.model_validate({"shares": 0.5})


def test_a_section_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        Part().share = 0.1


def test_limits_hold_inside_the_parameters_of_a_rule():
    assert Part.model_validate({"rule": {"speed": 0.3}}).rule == Rule(0.3)
    with pytest.raises(ValidationError):
        Part.model_validate({"rule": {"speed": 1.3}})


def test_a_declaration_carries_what_the_register_shows():
    quantity = Share("user share", symbol="u", status="measured", source="K001", low=0.2, high=0.8)
    assert (quantity.label, quantity.symbol, quantity.status, quantity.source) == (
        "user share",
        "u",
        "measured",
        "K001",
    )
    assert (quantity.low, quantity.high, quantity.minimum, quantity.maximum) == (0.2, 0.8, 0.0, 1.0)
    assert Share("x").status == "assumed"
