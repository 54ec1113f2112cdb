"""What is said about a firm is what the engine did: the same chance, the same days, the same defects."""

from __future__ import annotations

import numpy as np
import pytest
from histories import LATE_AND_LIVELY

from simulation.engines.deciding import decision_of
from simulation.engines.engine import CompiledEngine
from simulation.engines.explaining import explain
from simulation.engines.replaying import lived_again, month_of
from simulation.errors import InputError
from simulation.rules.adoption import probability
from simulation.world.build import build

LIVELY = LATE_AND_LIVELY | {
    "adoption.quitting.level": 0.05,
    "adoption.quitting.readopt_months": 4,
    "policy.mandate": {"first": 6, "last": 20, "grace": 2},
}
FIRMS, MONTHS = 60, 24


@pytest.fixture(scope="module")
def scenario(scenario_with):
    return scenario_with(LIVELY, firms=FIRMS, months=MONTHS)


@pytest.fixture(scope="module")
def world(scenario):
    return build(scenario, 3)


def test_terms_give_the_chance_by_which_the_engine_decided(scenario, world):
    outcomes: set[str] = set()
    pressed = 0
    for month in (5, 12, 19):
        engine = lived_again(world, scenario, 3, until=month)
        slow = month_of(engine)
        for i in range(FIRMS):
            made = decision_of(world, engine, slow, i)
            outcomes.add(made.outcome)
            if made.index is None:
                continue
            assert made.index == pytest.approx(sum(term.value for term in made.terms))
            assert probability(made.hazard) == pytest.approx(slow.chance[i], rel=1e-12)
            assert (made.outcome == "adopts") == (made.draw < made.chance)
            shares = [term.value for term in made.terms if term.label.startswith(("customers", "suppliers"))]
            assert sum(partner.effect for partner in made.pressed_by) == pytest.approx(sum(shares))
            pressed += bool(made.pressed_by)
    assert outcomes == {"adopts", "does not adopt", "quits", "stays an adopter", "waits"}
    assert pressed > 20


def test_paths_lead_from_the_root_to_the_firm(scenario, world):
    """Every hop delivers its own days and r times what it waited; the last is what the firm delivers."""
    month, longest = 15, 0
    engine = lived_again(world, scenario, 3, until=month)
    last = month_of(engine).rounds
    for i in range(FIRMS):
        told = explain(world, scenario, 3, i, month)
        for delivery, state in zip(told.deliveries, last, strict=True):
            assert delivery.late_days == state.late[i]
            assert delivery.late_days == pytest.approx(delivery.own_days + 0.9 * delivery.inherited_days)
            if not delivery.path:
                assert delivery.late_days == 0.0
                continue
            assert delivery.path[0].firm == world.name(int(state.root[i]))
            assert delivery.path[-1].firm == world.name(i)
            assert len(delivery.path) == state.travelled[i] + 1
            for before, after in zip(delivery.path, delivery.path[1:], strict=False):
                assert (after.month, after.round) == (
                    (before.month, before.round + 1) if before.round < 3 else (before.month + 1, 0)
                )
                assert after.late_days - after.own_days <= 0.9 * before.late_days
            longest = max(longest, len(delivery.path))
    assert longest >= 4


def test_sources_of_defects_sum_to_what_is_delivered(scenario, world):
    state = month_of(lived_again(world, scenario, 3, until=10)).rounds[-1]
    for i in range(FIRMS):
        told = explain(world, scenario, 3, i, 10)
        assert sum(source.ppm for source in told.defects) == pytest.approx(1e6 * state.defects[i])
        links = world.links
        assert len(told.defects) == 1 + links.start[i + 1] - links.start[i]


def test_events_are_the_months_in_which_the_firm_changed(scenario, world):
    engine = CompiledEngine(world, scenario, 3)
    engine.advance(0)
    history = []
    for month in range(-1, MONTHS):
        history.append(engine.state.adopted.copy())
        engine.advance(1) if month >= 0 else engine.advance(0 - engine.month)
    changes = np.diff(np.array([*history[1:], engine.state.adopted]).astype(int), axis=0)
    assert (changes < 0).any()
    for i in range(0, FIRMS, 7):
        told = explain(world, scenario, 3, i, 2).events
        assert [event.month for event in told] == np.flatnonzero(changes[:, i]).tolist()
        assert [event.what == "adopted" for event in told] == (changes[changes[:, i] != 0, i] > 0).tolist()


@pytest.mark.parametrize("rule", ["bass_step", "bass_hazard", "threshold", "logit"])
def test_the_rules_for_teaching_are_explained_too(rule, scenario):
    taught = scenario.with_({"adoption.rule": rule})
    world = build(taught, 3)
    for month in (0, 3):
        engine = lived_again(world, taught, 3, until=month)
        slow = month_of(engine)
        for i in range(FIRMS):
            made = decision_of(world, engine, slow, i)
            had = slow.before.adopted[i]
            assert (made.terms, made.index) == ((), None)
            if rule != "threshold" or not had:
                does = made.draw < made.chance
                kept = {"logit": does, "bass_step": not does, "bass_hazard": not does}.get(rule, True)
                assert (made.outcome in {"adopts", "stays an adopter"}) == (kept if had else does)


def test_text_names_firm_terms_partners_and_days(scenario, world):
    told = next(
        told
        for told in (explain(world, scenario, 3, i, 15) for i in range(FIRMS))
        if told.decision.pressed_by and any(len(delivery.path) > 1 for delivery in told.deliveries)
    )
    text = str(told)
    assert text.startswith(f"Firm {told.firm} ({told.size}, {told.sector}, {told.region}) in month 15 (2024-04)")
    assert f"{told.decision.index:+.3f}" in text
    assert f"{told.decision.pressed_by[0].role} {told.decision.pressed_by[0].firm}, " in text
    way = next(delivery.path for delivery in told.deliveries if len(delivery.path) > 1)
    assert " -> ".join(f"{hop.firm} ({hop.late_days:.1f} days)" for hop in way) in text


def test_lateness_from_before_month_0_is_said_to_be_so(scenario, world):
    told = [explain(world, scenario, 3, i, 0) for i in range(FIRMS)]
    older = [d for t in told for d in t.deliveries if len(d.path) == 1 and d.path[0].month < 0]
    assert older
    assert any("before month 0" in str(t) for t in told)


@pytest.mark.parametrize("month", [-1, MONTHS, 1000])
def test_a_month_that_was_not_lived_is_refused(month, scenario, world):
    with pytest.raises(InputError, match="is not one of the months 0 to 23"):
        explain(world, scenario, 3, 0, month)
