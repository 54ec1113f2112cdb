"""The order of a month, and who writes what in it."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.engines.schedule import MONTHLY, PER_ROUND, months, steps_of
from simulation.state import State
from simulation.world.build import build

LIVELY = {
    "adoption.hazard.maximum": 0.3,
    "adoption.hazard.level": 2.0,
    "adoption.quitting.level": 0.05,
    "firms.adoption_cost": {"large": 2.0, "sme": 4.0},
    "firms.adopters_start.sme.manufacturing": 0.2,
    "lateness.buffer": 2.0,
    "review": {"base": 0.05, "sensitivity": 0.05},
    "budget": {"per_worker": 20.0, "strength": "fixed"},
    "policy.subsidy": {"first": 2, "last": 11},
    "policy.training": {"first": 2, "last": 11, "budget_share": 0.0},
}


@pytest.fixture(scope="module")
def scenario(scenario_with):
    return scenario_with(LIVELY, firms=120)


@pytest.fixture
def engine(scenario):
    """Return an engine after eight lively months."""
    made = CompiledEngine(build(scenario, 1), scenario, 1, has_origins=True, real=np.float64)
    made.advance(8)
    return made


def declared_writers() -> dict[str, str]:
    """Return by field of the state the phase that its description names."""
    found = re.findall(r"^ *(\w[\w, ]*) : .*; \*(.+)\*$", State.__doc__, flags=re.MULTILINE)
    return {name: writer for names, writer in found for name in names.split(", ")}


def test_every_field_of_the_state_names_its_writer():
    assert set(declared_writers()) == set(State._fields)


PHASES = {
    "adopt": lambda desk: desk.adopt_or_quit(month=8),
    "use": lambda desk: desk.use(month=8),
    "learn": lambda desk: desk.learn(),
    "produce": lambda desk: desk.produce(month=8, number=2),
    "pass on defects": lambda desk: desk.pass_on_defects(desk.state.own_defects.copy(), starts_alone=False),
    "pass on lateness": lambda desk: desk.pass_on_lateness(desk.state.own_late.copy()),
    "account": lambda desk: desk.account(),
}


@pytest.mark.parametrize("phase", PHASES)
def test_a_phase_writes_its_own_fields_and_no_others(engine, desk_of, phase):
    desk = desk_of(engine.world, engine.scenario)
    for name in State._fields:
        getattr(desk.state, name)[:] = getattr(engine.state, name)
    desk.channels.training[:] = 0.01
    if phase == "produce":
        desk.state.effective[:] *= 0.9  # else own defects would stay as they are
    if phase == "pass on lateness":
        desk.state.late[::2] = 200.0  # else nobody may have anything to inherit
    before = {name: getattr(desk.state, name).copy() for name in State._fields}
    PHASES[phase](desk)
    changed = {name for name in State._fields if (getattr(desk.state, name) != before[name]).any()}
    owned = {name for name, writer in declared_writers().items() if writer == phase}
    assert changed == owned


def test_the_phases_have_the_names_of_the_model():
    assert MONTHLY == ("policy", "adopt or quit", "settle", "use", "learn", "rounds", "account", "record", "review")
    assert PER_ROUND == ("produce", "pass on defects", "pass on lateness", "count deliveries")


@pytest.mark.parametrize("steps", [[12], [1] * 12, [5, 7], [3, 0, 9]])
def test_months_in_any_portions_give_the_same_bits(scenario, fingerprint, steps):
    world = build(scenario, 1)
    whole = CompiledEngine(world, scenario, 1, has_origins=True)
    whole.advance()
    parts = CompiledEngine(world, scenario, 1, has_origins=True)
    for count in steps:
        parts.advance(count)
    assert parts.month == whole.month == 12
    assert fingerprint(parts.state, parts.tallies, parts.awards) == fingerprint(
        whole.state, whole.tallies, whole.awards
    )


def test_a_run_is_over_after_its_months(scenario, fingerprint):
    engine = CompiledEngine(build(scenario, 1), scenario, 1)
    engine.advance(500)
    assert engine.month == 12
    before = fingerprint(engine.state, engine.tallies)
    engine.advance()
    assert fingerprint(engine.state, engine.tallies) == before


def test_the_phases_called_one_by_one_make_the_same_months(scenario, desk_of, fingerprint):
    """The compiled loop does what the table of contents says, in this order: bit for bit over three months."""
    unfunded = scenario.with_({"policy": None})
    world = build(unfunded, 1)
    engine = CompiledEngine(world, unfunded, 1, has_origins=True)
    desk = desk_of(world, unfunded, real=np.float32)
    for name in State._fields:
        getattr(desk.state, name)[:] = getattr(engine.state, name)
    for month in range(3):
        desk.begin_month()
        desk.adopt_or_quit(month)
        desk.settle(month)
        desk.use(month)
        desk.learn()
        for number in range(unfunded.time.deliveries_per_month):
            desk.produce(month, number)
            desk.pass_on_defects(desk.state.own_defects.copy(), starts_alone=False)
            desk.pass_on_lateness(desk.state.own_late.copy())
            desk.count(month)
        desk.account()
        desk.review(month, has_deliveries=True)
        engine.advance(1)
        assert fingerprint(desk.state, desk.links) == fingerprint(engine.state, engine.links)
    assert (desk.links.supplier != world.links.supplier).any()
    assert engine.state.adopted.sum() > 0


def test_the_plain_phases_give_the_same_bits_as_machine_code(scenario, fingerprint):
    """As written, with compiled formulas, on a network with cycles."""
    world = build(scenario, 1)
    engine = CompiledEngine(world, scenario, 1, has_origins=True)
    plain = engine.copy()
    engine.advance(1)
    regions = len(world.groups.regions)
    arrays = (
        world.firms, plain.ties, plain.state, plain.channels, plain.programmes, plain.awards, plain.work,
        plain.benches[0], plain.tallies, plain.parameters,
    )  # fmt: skip
    months.plain(
        np.uint64(1), 0, 1, steps_of(scenario.time.deliveries_per_month, True), 0, 0, 1, regions, True,
        plain.tracked_from, SimpleNamespace(arrays=arrays),
    )  # fmt: skip
    assert fingerprint(plain.state, plain.ties, plain.tallies) == fingerprint(engine.state, engine.ties, engine.tallies)
    assert (plain.links.supplier != world.links.supplier).any()
