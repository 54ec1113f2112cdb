"""Record a run for the page: what firms are like in every month, who supplied whom, every late delivery."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from simulation.engines.engine import CompiledEngine
from simulation.engines.events import LateEvents, joined, listed
from simulation.engines.film import Film, stretch
from simulation.engines.structure import structural_late
from simulation.engines.ties import suppliers_in_order
from simulation.measures import Record
from simulation.randomness import Stream, uniforms
from simulation.scenario.scenario import Scenario
from simulation.state import Bool, Float, Real, Short, Small, World

__all__ = ["Decided", "Recording", "Replaced", "Supported", "record"]


class Replaced(NamedTuple):
    """Slots that got another supplier, in order of months.

    Attributes
    ----------
    month : (S,) first month in which the new supplier delivers
    slot, supplier : (S,) number of the link, and the new supplier
    """

    month: Short
    slot: Small
    supplier: Small


class Decided(NamedTuple):
    """Firms that adopted, in order of months, each with its draw of that month, which was below its chance."""

    month: Short
    firm: Small
    draw: Float


class Supported(NamedTuple):
    """Firms and months in which a policy added to the adoption index.

    Attributes
    ----------
    month, firm : (P,)
    borne : (P,) share of the adoption cost that others bear
    pressure : (P,) log-odds
    """

    month: Short
    firm: Small
    borne: Float
    pressure: Float


class Recording(NamedTuple):
    """A run, as the page shows it; T months, n firms.

    Attributes
    ----------
    scenario, seed, world
    users, capacity : (T + 1, n) user share and absorptive capacity, before month 0 and at the end of each month
    adopted : (T + 1, n) the same of adoption
    defects : (T, n) delivered defect share in the last round of each month
    first_links : suppliers (m,) of month 0
    replaced, decided, supported, late
    structural : (T,) structural R_d at the end of each month
    record : Record
        Sums from which the measures follow.
    """

    scenario: Scenario
    seed: int
    world: World
    users: Real
    capacity: Real
    adopted: Bool
    defects: Real
    first_links: Small
    replaced: Replaced
    decided: Decided
    supported: Supported
    late: LateEvents
    structural: Float
    record: Record


def record(world: World, scenario: Scenario, seed: int, on_month: Callable[[int], None] | None = None) -> Recording:
    """Live a run and keep what the page shows; the run is the same to the last bit as without keeping it.

    Parameters
    ----------
    world : World
    scenario : Scenario
        With its strengths as they are to be.
    seed : int
    on_month : callable, optional
        Told the number of months done, now and then; what it raises ends the run.
    """
    engine = CompiledEngine(world, scenario, seed)
    months, n = scenario.time.months, world.firms.key.size
    state = engine.state
    first = state.user_share.copy(), state.capacity.copy(), state.adopted.copy()
    first_links = suppliers_in_order(engine.ties, world.links.start)
    films, late, structural = [], [], []
    while engine.month < months:
        films.append(engine.film(stretch(n, engine.parameters.rounds)))
        late.append(listed(films[-1]))
        structural += _structural(engine, films[-1])
        if on_month:
            on_month(engine.month)
    users, capacity, adopted = (
        np.concatenate([one[np.newaxis], *(getattr(kept, name) for kept in films)])
        for one, name in zip(first, ("users", "capacity", "adopted"), strict=True)
    )
    return Recording(
        scenario,
        seed,
        world,
        users,
        capacity,
        adopted,
        defects=np.concatenate([kept.defects for kept in films]),
        first_links=first_links,
        replaced=_replaced(first_links, [row for kept in films for row in kept.supplier][:-1]),
        decided=_decided(world, seed, adopted),
        supported=_supported(films),
        late=joined(late),
        structural=np.array(structural),
        record=Record(world.groups, engine.tallies, engine.awards, scenario.use.ceiling),
    )


def _structural(engine: CompiledEngine, kept: Film) -> list[float]:
    """Return the structural R_d after each month; it needs only who supplies whom, and how much AI does."""
    world, found = engine.world, []
    for supplier, effective in zip(kept.supplier, kept.effective, strict=True):
        links, state = world.links._replace(supplier=supplier), engine.state._replace(effective=effective)
        found.append(structural_late(world.firms, links, state, engine.parameters))
    return found


def _supported(films: list[Film]) -> Supported:
    """Return the months and firms in which a policy raised the adoption index."""
    borne, pressure = (np.concatenate([getattr(kept, name) for kept in films]) for name in ("subsidy", "pressure"))
    month, firm = np.nonzero((borne > 0.0) | (pressure != 0.0))
    return Supported(month.astype(np.int16), firm.astype(np.int32), borne[month, firm], pressure[month, firm])


def _replaced(first: Small, following: list[Small]) -> Replaced:
    """Return the slots whose supplier differs from that of the month before."""
    suppliers = [first, *following]
    found = [np.flatnonzero(now != before).astype(np.int32) for before, now in pairwise(suppliers)]
    months = [np.full(slots.size, month + 1, np.int16) for month, slots in enumerate(found)]
    new = [suppliers[month + 1][slots] for month, slots in enumerate(found)]
    if not found:
        return Replaced(np.zeros(0, np.int16), np.zeros(0, np.int32), np.zeros(0, np.int32))
    return Replaced(np.concatenate(months), np.concatenate(found), np.concatenate(new).astype(np.int32))


def _decided(world: World, seed: int, adopted: Bool) -> Decided:
    """Return who adopted in which month, with the draws."""
    month, firm = np.nonzero((adopted[1:] == 1) & (adopted[:-1] == 0))
    draw = np.empty(month.size)
    for when in np.unique(month):
        mine = month == when
        draw[mine] = uniforms(np.uint64(seed), int(Stream.ADOPTION), int(when), 0, world.firms.key[firm[mine]])
    return Decided(month.astype(np.int16), firm.astype(np.int32), draw)
