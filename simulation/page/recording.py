"""Record a run for the page: what firms are like in every month, who supplied whom, every late delivery."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from simulation.engines.engine import CompiledEngine
from simulation.engines.events import LateEvents, late_events
from simulation.engines.structure import structural_late
from simulation.engines.ties import suppliers_in_order
from simulation.measures import Record
from simulation.randomness import Stream, uniforms
from simulation.scenario.scenario import Scenario
from simulation.state import Bool, Float, Links, Real, Short, Small, World

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
        Told the number of months done.
    """
    engine = CompiledEngine(world, scenario, seed)
    months, n = scenario.time.months, world.firms.key.size
    users, capacity = np.empty((months + 1, n), np.float32), np.empty((months + 1, n), np.float32)
    adopted, defects = np.empty((months + 1, n), np.uint8), np.empty((months, n), np.float32)
    structural = np.empty(months)
    users[0], capacity[0], adopted[0] = engine.state.user_share, engine.state.capacity, engine.state.adopted
    suppliers = [suppliers_in_order(engine.ties, world.links.start)]
    supported = []
    for month in range(months):
        engine.advance(1)
        state = engine.state
        users[month + 1], capacity[month + 1] = state.user_share, state.capacity
        adopted[month + 1], defects[month] = state.adopted, state.defects
        structural[month] = _structural(engine)
        supported.append(_supported(engine, month))
        suppliers.append(suppliers_in_order(engine.ties, world.links.start))
        if on_month:
            on_month(month + 1)
    return Recording(
        scenario,
        seed,
        world,
        users,
        capacity,
        adopted,
        defects,
        first_links=suppliers[0],
        replaced=_replaced(suppliers[:-1]),
        decided=_decided(world, seed, adopted),
        supported=Supported._make(np.concatenate(column) for column in zip(*supported, strict=True)),
        late=late_events(world, scenario, seed),
        structural=structural,
        record=Record(world.groups, engine.tallies, engine.awards, scenario.use.ceiling),
    )


def _structural(engine: CompiledEngine) -> float:
    """Return the structural R_d now; of the links it needs only who supplies whom."""
    links: Links = engine.world.links
    now = links._replace(supplier=suppliers_in_order(engine.ties, links.start))
    return structural_late(engine.world.firms, now, engine.state, engine.parameters)


def _supported(engine: CompiledEngine, month: int) -> Supported:
    """Return the firms whose adoption index a policy raised in the month just lived."""
    channels = engine.channels
    firms = np.flatnonzero((channels.adoption_subsidy > 0.0) | (channels.pressure != 0.0)).astype(np.int32)
    when = np.full(firms.size, month, np.int16)
    return Supported(when, firms, channels.adoption_subsidy[firms], channels.pressure[firms])


def _replaced(suppliers: list[Small]) -> Replaced:
    """Return the slots whose supplier differs from that of the month before."""
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
