"""What an entry of ``factors`` varies: paths, ranges of the register, levels, multipliers."""

from __future__ import annotations

import pytest

from simulation.experiments.sweeps.declaration import FactorEntry
from simulation.experiments.sweeps.factors import FactorError, resolve_factor
from simulation.scenario.declarations import leaves
from simulation.scenario.register import register


def own(scenario):
    return {".".join(path): value for path, value in leaves(scenario.resolved())}


def test_the_range_label_and_unit_are_those_of_the_register(base):
    declared = next(entry for entry in register() if entry.path == "lateness.lean")
    factor = resolve_factor("lateness.lean", FactorEntry(), [base]).factor
    assert (factor.low, factor.high, factor.label, factor.unit) == (
        declared.low,
        declared.high,
        declared.label,
        declared.unit,
    )
    assert not factor.is_whole


@pytest.mark.parametrize("entry", [entry for entry in register() if entry.low is not None], ids=lambda one: one.path)
def test_every_quantity_with_a_range_can_be_varied_within_it(entry, base, grant):
    path = entry.path
    scenario = base
    if path.startswith("policy."):
        kind = path.split(".")[1]
        scenario = base.with_({f"policy.{kind}": {"first": 4, "last": 8}})
    found = resolve_factor(path, FactorEntry(), [scenario])
    for position in (0.0, 1.0):
        changed = scenario.with_(found.changes(found.factor.value(position), own(scenario)))
        assert own(changed)[path] == found.factor.value(position)


def test_words_and_switches_are_varied_through_all_that_they_can_be(base):
    kinds = resolve_factor("network.kind", FactorEntry(), [base]).factor.levels
    assert {"production", "random", "star"} <= set(kinds)
    assert resolve_factor("network.kind", FactorEntry(values=("random",)), [base]).factor.levels == ("random",)


def test_several_paths_move_together_and_stars_stand_for_names(base):
    entry = FactorEntry(paths=("firms.late_chance.*.*",), low=0.05, high=0.1)
    found = resolve_factor("late", entry, [base])
    assert len(found.paths) == 4
    assert set(found.changes(0.07, own(base)).values()) == {0.07}


def test_a_multiplier_keeps_the_proportions(base):
    entry = FactorEntry(paths=("firms.own_defects.*.*",), low=0.5, high=2.0, relative=True)
    found = resolve_factor("defects", entry, [base])
    changes = found.changes(1.5, own(base))
    assert changes == {path: pytest.approx(1.5 * own(base)[path]) for path in found.paths}
    assert len(set(changes.values())) == 2  # large firms and SMEs


def test_values_of_a_lever_are_set_where_the_lever_is(base, grant):
    found = resolve_factor("policy.subsidy.own_share", FactorEntry(), [base, grant])
    assert found.changes(0.2, own(base)) == {}
    assert found.changes(0.2, own(grant)) == {"policy.subsidy.own_share": 0.2}


@pytest.mark.parametrize(
    ("name", "entry", "part"),
    [
        ("lateness.leen", {}, "did you mean 'lateness.lean'"),
        ("lean", {}, "did you mean 'lateness.lean'"),
        ("lateness", {}, "it is a section: name a value in it"),
        ("policy.training.own_share", {}, "where a scenario has the lever"),
        ("time.months", {}, "no range is declared"),
        ("lateness.lean", {"low": 0.5, "high": 0.5}, "is empty"),
        ("lateness.lean", {"low": 0.0, "high": 0.5, "scale": "log"}, "begins above 0"),
        ("lateness.lean", {"values": (0.1,), "low": 0.0}, "not both"),
        ("lateness.lean", {"values": (0.1, 0.1)}, "none of them twice"),
        ("lateness.lean", {"values": ()}, "at least one value"),
        ("lateness.lean", {"values": (0.1, [0.2, 0.3])}, "not a list or a mapping"),
        ("x", {"paths": ("firms.nothing.*",)}, "is called like"),
        ("x", {"paths": ("lateness.lean", "lateness.*")}, "stands twice"),
        ("x", {"paths": ("network.kind",), "relative": True}, "multiplies numbers"),
        ("x", {"paths": ("lateness.lean",), "relative": True}, "no range is declared for a multiplier"),
        ("name", {"values": ("a", "b")}, "no scenario of this sweep has a value 'name'"),
        ("population.data.firms", {}, "no scenario of this sweep has a value"),
        ("time.deliveries_per_month", {"low": 1.5, "high": 3.0}, "whole number"),
    ],
)
def test_what_cannot_be_varied_is_said(name, entry, part, base):
    with pytest.raises(FactorError, match=part):
        resolve_factor(name, FactorEntry(**entry), [base])
