"""Explain a firm in a month: the terms of its decision, who pressed it, whose defects it delivers, who made it late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np

from simulation.engines.deciding import decision_of
from simulation.engines.engine import CompiledEngine
from simulation.engines.explanation import Delivery, Event, Explanation, Hop, Source
from simulation.engines.replaying import Month, lived_again, month_of
from simulation.engines.turning import Change
from simulation.errors import InputError
from simulation.rules import lateness
from simulation.rules.defects import inherited_hazard
from simulation.scenario.scenario import Scenario
from simulation.state import World

__all__ = ["explain"]


def explain(
    world: World,
    scenario: Scenario,
    seed: int,
    firm: int,
    month: int | None = None,
    *,
    changes: Sequence[Change] = (),
    until: int | None = None,
    real: type[np.floating] = np.float32,
) -> Explanation:
    """Explain a firm in a month by living the run again.

    Parameters
    ----------
    world : World
    scenario : Scenario
        As it was run, with strengths solved.
    seed : int
    firm : int
        Index of the firm.
    month : int, optional
        By default the last one.
    changes : sequence of (month, levers)
        Changes of policy during the run.
    until : int, optional
        Months that the run has lived; by default all.
    real : type
        Precision of the run.

    Raises
    ------
    InputError
        A month that the run has not lived.
    """
    until = scenario.time.months if until is None else until
    month = until - 1 if month is None else month
    if not 0 <= month < until:
        message = f"month {month} is not one of the months 0 to {until - 1} of this run" if until else "no month yet"
        raise InputError(message)
    engine = lived_again(world, scenario, seed, changes, until=month, real=real)
    here = month_of(engine)
    needed = max((int(state.travelled[firm]) for state in here.rounds), default=0)
    first = max(0, month - ceil(needed / engine.parameters.rounds))
    months = {month: here}
    earlier = lived_again(world, scenario, seed, changes, until=first, real=real)
    while earlier.month < month:
        months[earlier.month] = month_of(earlier)
        _step(earlier, changes)
    return Explanation(
        world.name(firm),
        *world.groups.members()[int(world.firms.group[firm])],
        month=month,
        start_year=scenario.time.start_year,
        decision=decision_of(world, engine, here, firm),
        defects=_defects(world, here, firm),
        deliveries=tuple(
            _delivery(world, engine, months, firm, month, number) for number in range(engine.parameters.rounds)
        ),
        events=_events(lived_again(world, scenario, seed, changes, until=0, real=real), firm, changes, until),
    )


def _step(engine: CompiledEngine, changes: Sequence[Change]) -> None:
    """Live a month, and change the policy where that comes next."""
    engine.advance(1)
    for month, levers in changes:
        if month == engine.month:
            engine.change_policy(levers)


def _events(engine: CompiledEngine, firm: int, changes: Sequence[Change], until: int) -> tuple[Event, ...]:
    """Return when the firm adopted and quit; an adopter at the start has no month of adoption."""
    found = []
    had = int(engine.state.adopted[firm])
    for month in range(until):
        _step(engine, changes)
        has = int(engine.state.adopted[firm])
        if has != had:
            found.append(Event(month, "adopted" if has else "quit"))
        had = has
    return tuple(found)


def _defects(world: World, month: Month, i: int) -> tuple[Source, ...]:
    """Split what the firm delivers in the last round over itself and its suppliers, in proportion to -ln(1 - d)."""
    now, links = month.rounds[-1], month.links
    earlier = month.rounds[-2] if len(month.rounds) > 1 else month.before
    parts = [("itself", float(month.own_hazard[i]))]
    for e in range(links.start[i], links.start[i + 1]):
        j = int(links.supplier[e])
        passed = inherited_hazard(float(month.factor[e]), float(month.let_through[i]), float(earlier.defects[j]))
        parts.append((f"supplier {world.name(j)}", passed))
    whole = sum(part for _, part in parts)
    scale = 1e6 * float(now.defects[i]) / whole if whole > 0.0 else 0.0
    first, *rest = [Source(name, scale * part) for name, part in parts]
    return (first, *sorted(rest, key=lambda source: -source.ppm))


def _before(months: Mapping[int, Month], month: int, number: int) -> tuple[int, int] | None:
    """Return the round before a round, as (month, round); None where it was not lived again."""
    if number > 0:
        return month, number - 1
    return (month - 1, len(months[month - 1].rounds) - 1) if month - 1 in months else None


def _slowest(world: World, months: Mapping[int, Month], i: int, month: int, number: int) -> int:
    """Return the link whose supplier made the firm wait in a round, -1 where none did.

    Of the critical suppliers later than the buffer the latest one (ties: larger input share, then smaller key).
    """
    here = months[month]
    links, key = here.links, world.firms.key
    late = (here.rounds[number - 1] if number > 0 else here.before).late
    waits = [
        e
        for e in range(links.start[i], links.start[i + 1])
        if links.is_critical[e] and late[links.supplier[e]] > here.slack[i]
    ]
    if not waits:
        return -1
    return max(waits, key=lambda e: (late[links.supplier[e]], links.weight[e], -int(key[links.supplier[e]])))


def _delivery(
    world: World, engine: CompiledEngine, months: Mapping[int, Month], i: int, month: int, number: int
) -> Delivery:
    """Return one round of a firm, with the way of its lateness from the root."""
    here = months[month]
    now = here.rounds[number]
    late, own = float(now.late[i]), float(now.own_late[i])
    link = _slowest(world, months, i, month, number)
    inherited = 0.0
    if link >= 0:
        earlier = here.rounds[number - 1] if number > 0 else here.before
        inherited = float(earlier.late[here.links.supplier[link]]) - float(here.slack[i])
    return Delivery(
        round=number,
        own_days=own,
        inherited_days=inherited,
        late_days=late,
        is_late=bool(lateness.is_late(late, engine.parameters.lateness)),
        path=_path(world, engine, months, i, month, number) if late > 0.0 else (),
    )


def _path(
    world: World, engine: CompiledEngine, months: Mapping[int, Month], i: int, month: int, number: int
) -> tuple[Hop, ...]:
    """Return the firms that a delivery's lateness came through, the root first."""
    hops: list[Hop] = []
    place: tuple[int, int] | None = (month, number)
    left = int(months[month].rounds[number].travelled[i])
    root = int(months[month].rounds[number].root[i])
    while place is not None:
        here = months[place[0]]
        now = here.rounds[place[1]]
        hops.append(Hop(world.name(i), *place, float(now.own_late[i]), float(now.late[i])))
        if left == 0:
            return tuple(reversed(hops))
        link = _slowest(world, months, i, *place)
        i, left, place = int(here.links.supplier[link]), left - 1, _before(months, *place)
    return (Hop(world.name(root), -1, -1, float("nan"), float("nan")),)
