"""Live a run again, up to a month and round by round: what is not recorded is found by repeating it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from simulation.engines.engine import CompiledEngine
from simulation.engines.turning import Change
from simulation.scenario.scenario import Scenario
from simulation.state import Channels, Float, Links, State, World

__all__ = ["Month", "lived_again", "month_of"]


class Month(NamedTuple):
    """A month in slow motion.

    Attributes
    ----------
    before : State
        At its beginning.
    rounds : tuple of State
        After each round of delivery.
    links : Links
        Of its deliveries.
    channels : Channels
        What the levers added.
    chance : (n,) of adopting, of firms that could
    """

    before: State
    rounds: tuple[State, ...]
    links: Links
    channels: Channels
    chance: Float


def lived_again(
    world: World, scenario: Scenario, seed: int, changes: Sequence[Change] = (), *, until: int
) -> CompiledEngine:
    """Return an engine at the beginning of month ``until``, after the changes of policy up to that month.

    The scenario's strengths are taken as they are.
    """
    engine = CompiledEngine(world, scenario, seed)
    for month, levers in changes:
        if month > until:
            break
        engine.advance(month - engine.month)
        engine.change_policy(levers)
    engine.advance(until - engine.month)
    return engine


def month_of(engine: CompiledEngine) -> Month:
    """Return the engine's next month in slow motion; the engine stays where it is."""
    twins = []
    for rounds in range(1, engine.parameters.rounds + 1):
        twin = engine.copy()
        twin.parameters = twin.parameters._replace(rounds=rounds)
        twin.advance(1)
        twins.append(twin)
    here = engine.copy()
    last = twins[-1]
    return Month(here.state, tuple(twin.state for twin in twins), here.links, last.channels, last.work.chance)
