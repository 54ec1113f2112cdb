"""A scenario: changed copies, equality, digest and origins."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from simulation.errors import InputError
from simulation.policies.subsidy import Subsidy
from simulation.policies.training import Training
from simulation.scenario.declarations import leaves
from simulation.scenario.document import parse
from simulation.scenario.reading import load
from simulation.scenario.scenario import DEFAULT, Scenario, begin, finish

BOTH = Scenario().with_({"policy": {"subsidy": {"budget_share": 0.5}, "training": {"budget_share": 0.5}}})


def read(text, name="x.yaml"):
    draft = begin()
    draft.apply(parse(text, name))
    return finish(draft)


def turned(values):
    """Return a mapping with the keys of all levels in the opposite order."""
    if not isinstance(values, dict):
        return values
    return {name: turned(values[name]) for name in reversed(values)}


def test_with_changes_a_copy():
    base = Scenario()
    changed = base.with_({"population.firms": 500, "policy.subsidy.share": 0.4, "use": {"ceiling": 0.8}})
    assert (changed.population.firms, changed.policy["subsidy"].share, changed.use.ceiling) == (500, 0.4, 0.8)
    assert changed.use.speed == base.use.speed
    assert base == Scenario()


def test_with_takes_sections_and_levers_as_values():
    changed = Scenario().with_({"policy": {"cash": Subsidy(share=0.4)}, "policy.course": Training(budget_share=0.0)})
    assert changed.policy["cash"] == Subsidy(share=0.4)
    assert list(changed.policy) == ["cash", "course"]


def test_with_takes_numbers_of_numpy():
    changed = Scenario().with_(
        {"population.firms": np.int64(50), "use.ceiling": np.float64(0.8), "use.speed": np.float32(0.5)}
    )
    assert [type(value) for value in (changed.population.firms, changed.use.ceiling, changed.use.speed)] == [
        int,
        float,
        float,
    ]


def test_with_of_none_removes_a_lever():
    assert list(BOTH.with_({"policy.subsidy": None}).policy) == ["training"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"use.cieling": 0.5}, "with_: use.cieling: unknown key; did you mean 'ceiling'?"),
        ({"": 1}, "with_: unknown key"),
        ({"use.ceiling": "0.5"}, "with_: use.ceiling: '0.5' is text; give a plain number"),
        ({"use.ceiling": b"x"}, "with_: use.ceiling: b'x' is neither a number nor text; give a plain number"),
        ({"use.ceiling": float("nan")}, "with_: use.ceiling: nan is not a finite number"),
        ({"use.ceiling": 10**400}, "with_: use.ceiling: a number of 401 digits is a number; give a plain number"),
        ({"population.firms": 10**400}, "there is a number that is too large to be computed with"),
        ({"firms.install_cost": {1: 5.0}}, "with_: firms.install_cost.1: '1' is not one of the sizes"),
        ({"population.data": {"firms": "a.csv", "links": "b.csv"}}, "with_: population.data.firms: there is no file"),
        (
            {"population.data": {"firms": "a\0", "links": "b.csv"}},
            "with_: population.data.firms: 'a\\x00' is not the path",
        ),
    ],
)
def test_a_change_that_is_not_allowed_is_refused(changes, message):
    with pytest.raises(InputError) as caught:
        Scenario().with_(changes)
    assert str(caught.value).startswith(message)


def test_a_scenario_cannot_be_changed():
    with pytest.raises(ValidationError):
        Scenario().use = None


def test_sections_made_in_python_are_as_strict_as_files():
    with pytest.raises(ValidationError):
        Subsidy(share="0.5")
    with pytest.raises(ValidationError):
        Subsidy(shares=0.5)


ALL_LEAVES = [(".".join(path), value) for path, value in leaves(BOTH.resolved())]


@given(st.lists(st.sampled_from(ALL_LEAVES), unique_by=lambda leaf: leaf[0], min_size=1, max_size=20))
def test_with_of_a_resolved_value_is_the_identity(chosen):
    same = BOTH.with_(dict(chosen))
    assert same == BOTH
    assert same.digest() == BOTH.digest()


def test_with_of_all_resolved_sections_is_the_identity():
    assert BOTH.with_(BOTH.resolved()) == BOTH
    assert Scenario().with_(BOTH.resolved()) == BOTH


@given(st.permutations(sorted(set(Scenario.model_fields) - {"policy", "population"})), st.booleans())
def test_the_digest_does_not_depend_on_the_order_of_keys(order, is_turned):
    values = BOTH.resolved()
    changes = {name: turned(values[name]) if is_turned else values[name] for name in order}
    changed = BOTH.with_({"use.ceiling": 0.5}).with_(changes)
    assert changed == BOTH
    assert changed.digest() == BOTH.digest()


@given(st.lists(st.integers(0, 3), min_size=3, max_size=3))
@settings(max_examples=20)
def test_the_digest_does_not_depend_on_where_values_were_set(layers):
    """Each of three values is set in one of four places: two files, the command line's layer, or by with_."""
    values = [(("use", "ceiling"), 0.8), (("time", "months"), 60), (("influence", "peers"), 0.0)]
    draft = begin()
    for layer in range(3):
        text = "".join(
            f"{path[0]}: {{{path[1]}: {value}}}\n"
            for (path, value), at in zip(values, layers, strict=True)
            if at == layer
        )
        draft.apply(parse(text or "title: x", f"{layer}.yaml"))
    scenario = finish(draft).with_(
        {".".join(path): value for (path, value), at in zip(values, layers, strict=True) if at == 3}
    )
    plainly = Scenario().with_({"use.ceiling": 0.8, "time.months": 60, "influence.peers": 0.0})
    assert scenario.digest() == plainly.digest()


def test_the_digest_depends_on_every_value():
    digests = {BOTH.digest()}
    changes = [
        ("use.ceiling", 0.8),
        ("lateness.has_supplier_slack", False),
        ("adoption.rule", "bass_hazard"),
        ("network.seed", 1),
        ("policy.subsidy.who.tier", [1]),
        ("policy.subsidy.rationing", "need_first"),
        ("policy.training", None),
        ("firms.capacity.sme.services", 0.123),
    ]
    digests |= {BOTH.with_({path: value}).digest() for path, value in changes}
    assert len(digests) == len(changes) + 1


@pytest.mark.parametrize("key", ["name", "title", "description"])
def test_the_digest_does_not_depend_on_names(key):
    renamed = BOTH.with_({key: "something else"})
    assert renamed.digest() == BOTH.digest()
    assert renamed != BOTH


def test_the_order_of_levers_and_classes_is_part_of_a_scenario():
    """It numbers them."""
    other_way = Scenario().with_({"policy": dict(reversed(BOTH.resolved()["policy"].items()))})
    assert other_way != BOTH
    assert other_way.digest() != BOTH.digest()


def test_whole_numbers_and_minus_zero_are_what_they_equal():
    a, b = Scenario().with_({"influence.peers": 0}), Scenario().with_({"influence.peers": -0.0})
    assert a == b
    assert hash(a) == hash(b)
    assert a.digest() == b.digest()


def test_a_scenario_equals_no_other_kind_of_thing():
    assert Scenario() != Scenario().resolved()


def test_a_digest_is_the_sha_256_of_what_is_simulated():
    digest = Scenario().digest()
    assert len(digest) == 64
    assert int(digest, 16) >= 0
    assert digest == Scenario().digest()


def test_data_files_enter_the_digest_with_their_content(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.csv").write_text("x" if name == "c" else "id\n")
    digests = [
        Scenario()
        .with_({"population.data": {"firms": str(tmp_path / f"{firms}.csv"), "links": str(tmp_path / "b.csv")}})
        .digest()
        for firms in ("a", "b", "c")
    ]
    assert digests[0] == digests[1] != digests[2]


def test_the_digest_of_a_scenario_whose_data_file_is_gone_is_refused(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("id\n")
    scenario = Scenario().with_({"population.data": {"firms": str(file), "links": str(file)}})
    file.unlink()
    with pytest.raises(InputError, match=r"the data file .*a\.csv cannot be read: No such file or directory"):
        scenario.digest()


def test_origins_say_where_every_value_was_set():
    origins = read("use:\n  ceiling: 0.8\npolicy:\n  subsidy: {}\n").with_({"use.speed": 0.5}).origins()
    assert origins["use.ceiling"] == "x.yaml:2:12"
    assert origins["use.speed"] == "with_"
    assert origins["use.growth"] == DEFAULT
    assert origins["policy.subsidy.share"] == DEFAULT
    assert set(Scenario().origins().values()) == {DEFAULT}
    assert set(origins) == {".".join(path) for path, _ in leaves(Scenario().with_({"policy.subsidy": {}}).resolved())}


def test_a_scenario_travels_between_processes_with_its_origins():
    scenario = load("tierwise:balanced")
    copy = pickle.loads(pickle.dumps(scenario))
    assert copy == scenario
    assert copy.origins() == scenario.origins()
    assert copy.digest() == scenario.digest()


def test_a_scenario_made_with_levers_in_python_takes_their_kind_from_the_name():
    assert Scenario.model_validate({"policy": {"training": {}}}).policy["training"] == Training()


def test_resolved_values_are_a_copy():
    values = BOTH.resolved()
    values["policy"]["subsidy"]["share"] = 0.0
    assert BOTH.policy["subsidy"].share == 0.5
