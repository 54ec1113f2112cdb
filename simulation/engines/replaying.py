"""Live a run again, up to a month and round by round: what is not recorded is found by repeating it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from simulation.engines.engine import CompiledEngine
from simulation.engines.ties import places
from simulation.engines.turning import Change
from simulation.errors import InputError
from simulation.rules.money import purchase_value
from simulation.scenario.scenario import Scenario
from simulation.state import Channels, Float, Links, Real, State, World

__all__ = ["Month", "at_months", "checked_months", "lived_again", "month_of"]


class Month(NamedTuple):
    """A month in slow motion.

    Attributes
    ----------
    before : State
        At its beginning.
    rounds : tuple of State
        After each round of delivery.
    links : Links
        Of its deliveries, with input shares and purchase values as the engine rounds them.
    own_hazard, let_through, slack : (n,)
        -ln(1 - own defects), 1 - inspection and buffer in days.
    factor : (m,)
        By how much a supplier's defects count, in the order of the links.
    channels : Channels
        What the levers added.
    chance : (n,) of adopting, of firms that could
    """

    before: State
    rounds: tuple[State, ...]
    links: Links
    own_hazard: Real
    let_through: Real
    slack: Real
    factor: Real
    channels: Channels
    chance: Float


def lived_again(
    world: World,
    scenario: Scenario,
    seed: int,
    changes: Sequence[Change] = (),
    *,
    until: int,
    real: type[np.floating] = np.float32,
    engine: CompiledEngine | None = None,
) -> CompiledEngine:
    """Return an engine at the beginning of month ``until``, after the changes of policy up to that month.

    The scenario's strengths are taken as they are; ``real`` is the precision of the run. An ``engine`` that was lived
    again to an earlier month goes on from there.
    """
    engine = engine or CompiledEngine(world, scenario, seed, real=real)
    for month, levers in changes[len(engine.changes) :]:
        if month > until:
            break
        engine.advance(month - engine.month)
        engine.change_policy(levers)
    engine.advance(until - engine.month)
    return engine


def checked_months(scenario: Scenario, months: Collection[int] | None) -> list[int]:
    """Return months of a run in order, all where none are named.

    Raises
    ------
    InputError
        A month that the run has not lived.
    """
    last = scenario.time.months - 1
    if months is None:
        return list(range(last + 1))
    if absent := sorted(month for month in months if not 0 <= month <= last):
        named = ", ".join(map(str, absent))
        is_one = len(absent) == 1
        message = f"month{'' if is_one else 's'} {named} {'is' if is_one else 'are'} not among the months 0 to {last}"
        raise InputError(f"{message} of this run")
    return sorted(set(months))


def at_months(
    world: World,
    scenario: Scenario,
    seed: int,
    months: Collection[int] | None,
    changes: Sequence[Change] = (),
    real: type[np.floating] = np.float32,
) -> Iterator[CompiledEngine]:
    """Yield an engine at the beginning of each of some months, in order; who gets it may let it live that month."""
    engine: CompiledEngine | None = None
    for month in checked_months(scenario, months):
        engine = lived_again(world, scenario, seed, changes, until=month, real=real, engine=engine)
        yield engine


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
    ties, work = last.ties, last.work
    return Month(
        before=here.state,
        rounds=tuple(twin.state for twin in twins),
        links=_as_counted(here),
        own_hazard=work.own_hazard,
        let_through=work.let_through,
        slack=work.slack,
        factor=ties.factor[places(ties.run, ties.base, engine.world.links.start)],
        channels=last.channels,
        chance=work.chance,
    )


def _as_counted(engine: CompiledEngine) -> Links:
    """Return the links now, with input shares and purchase values as the engine rounds them."""
    links, ties = engine.links, engine.ties
    weight = ties.weight[places(ties.run, ties.base, links.start)].astype(np.float64)
    bought, steps = engine.work.purchases[links.buyer], engine.parameters.steps.money
    value = np.array([purchase_value(w, whole, steps) for w, whole in zip(weight, bought, strict=True)])
    sales = engine.state.sales[links.supplier]
    share = np.divide(value, sales, out=np.zeros_like(value), where=sales > 0.0)
    return links._replace(weight=weight, value=value, sales_share=share)
