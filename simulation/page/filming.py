"""Live some months of a run in one go and keep what firms are like in each: the loop of a recording.

A call of compiled code with all the arrays of an engine costs as much as a month of some hundred firms, and holds up
every other thread. So a stretch of months is lived in one call, with the late deliveries of every round listed on the
way; the history is that of `simulation.engines.engine.CompiledEngine.advance`, to the last bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.compiled import compiled
from simulation.engines.engine import CompiledEngine
from simulation.engines.events import LateEvents
from simulation.engines.events import _list_late as list_late  # public there once sources of the model may change
from simulation.engines.parameters import Parameters
from simulation.engines.schedule import Step, months, steps_of
from simulation.engines.ties import Ties, places
from simulation.engines.workspace import Bench, Workspace
from simulation.randomness import Word
from simulation.state import Awards, Bool, Channels, Firms, Float, Index, Programmes, Real, Small, State, Tallies

__all__ = ["Film", "film", "stretch"]

_EVENTS = 400_000
"""Late deliveries, at most, for which a stretch has room: 10 MB."""

_LONGEST = 24
"""Months of a stretch, after which others are told how far it is."""


class Film(NamedTuple):
    """What firms are like in each of K months, and the late deliveries of these months, E at most.

    Attributes
    ----------
    users, capacity, adopted, effective, defects : (K, n)
        At the end of each month; delivered defects in its last round.
    supplier : (K, m)
        At the end of each month, in the order of the world's links.
    subsidy, pressure : (K, n)
        What levers added to the adoption index.
    counts : (K, rounds)
        Late deliveries.
    buyer, waited_for, root, links : (E,)
    days : (E,)
        As in `simulation.engines.events.LateEvents`, one round after the other.
    """

    users: Real
    capacity: Real
    adopted: Bool
    effective: Real
    defects: Real
    supplier: Small
    subsidy: Float
    pressure: Float
    counts: Index
    buyer: Small
    waited_for: Small
    root: Small
    links: Small
    days: Real

    def late(self, first: int) -> LateEvents:
        """Return the late deliveries of the months from ``first`` on."""
        each = self.counts.ravel()
        total, rounds = int(each.sum()), self.counts.shape[1]
        month = np.repeat(np.arange(each.size) // rounds + first, each).astype(np.int16)
        number = np.repeat(np.arange(each.size) % rounds, each).astype(np.int16)
        buyer, waited_for, root, links = (
            column[:total].copy() for column in (self.buyer, self.waited_for, self.root, self.links)
        )
        return LateEvents(month, number, buyer, waited_for, root, links, self.days[:total].copy())


@compiled
def _film(  # noqa: PLR0913 - those of `months`
    seed: Word,
    first: int,
    last: int,
    steps: Index,
    ends: Index,
    thread: int,
    low: int,
    high: int,
    regions: int,
    has_deliveries: bool,
    tracked_from: int,
    firms: Firms,
    ties: Ties,
    state: State,
    channels: Channels,
    programmes: Programmes,
    awards: Awards,
    work: Workspace,
    bench: Bench,
    tallies: Tallies,
    p: Parameters,
    place: Index,
    kept: Film,
) -> None:
    """Live the months ``first`` to ``last`` - 1; ``ends`` are the steps after each delivery and after the last one."""
    total = 0
    for month in range(first, last):
        row, begin = month - first, 0
        for number in range(ends.size):
            months(
                seed, month, month + 1, steps[begin : ends[number]], thread, low, high, regions, has_deliveries,
                tracked_from, firms, ties, state, channels, programmes, awards, work, bench, tallies, p,
            )  # fmt: skip
            begin = ends[number]
            if number == ends.size - 1:
                break
            before, after = (work.goods, work.others) if number % 2 == 0 else (work.others, work.goods)
            buyer, waited_for = kept.buyer[total:], kept.waited_for[total:]
            count = list_late(before, after, ties, firms.key, work.slack, p.lateness, buyer, waited_for)
            for at in range(total, total + count):
                kept.root[at] = after.root[kept.buyer[at]]
                kept.links[at] = after.travelled[kept.buyer[at]]
                kept.days[at] = after.late[kept.buyer[at]]
            kept.counts[row, number] = count
            total += count
        for i in range(firms.key.size):
            kept.users[row, i] = state.user_share[i]
            kept.capacity[row, i] = state.capacity[i]
            kept.adopted[row, i] = state.adopted[i]
            kept.effective[row, i] = state.effective[i]
            kept.defects[row, i] = state.defects[i]
            kept.subsidy[row, i] = channels.adoption_subsidy[i]
            kept.pressure[row, i] = channels.pressure[i]
        for link in range(place.size):
            kept.supplier[row, link] = ties.supplier[place[link]] >> np.uint32(1)


def stretch(firms: int, rounds: int) -> int:
    """Return for how many months at a time a run of so many firms is filmed."""
    return max(1, min(_LONGEST, _EVENTS // max(firms * rounds, 1)))


def film(engine: CompiledEngine, count: int) -> Film:
    """Live the next months of an engine and keep them.

    Parameters
    ----------
    engine : CompiledEngine
        Of single precision, with deliveries, on one thread.
    count : int
        Months; all must be left of the run.
    """
    world, rounds = engine.world, engine.parameters.rounds
    n, start = world.firms.key.size, world.links.start
    steps = steps_of(rounds, has_deliveries=True)
    ends = np.append(np.flatnonzero(steps[:, 0] == Step.DELIVER) + 1, steps.shape[0])
    kept = _empty(count, n, world.links.supplier.size, rounds)
    _film(
        np.uint64(engine.seed),
        engine.month,
        engine.month + count,
        steps,
        ends,
        0,
        0,
        engine.ties.strip.size - 1,
        len(world.groups.regions),
        engine.has_deliveries,
        engine.tracked_from,
        world.firms,
        engine.ties,
        engine.state,
        engine.channels,
        engine.programmes,
        engine.awards,
        engine.work,
        engine.benches[0],
        engine.tallies,
        engine.parameters,
        places(engine.ties.run, engine.ties.base, start),
        kept,
    )
    engine.month += count
    return kept


def _empty(count: int, firms: int, links: int, rounds: int) -> Film:
    def real() -> Real:
        return np.empty((count, firms), np.float32)

    def small() -> Small:
        return np.empty(count * rounds * firms, np.int32)

    return Film(
        users=real(),
        capacity=real(),
        adopted=np.empty((count, firms), np.uint8),
        effective=real(),
        defects=real(),
        supplier=np.empty((count, links), np.int32),
        subsidy=np.empty((count, firms)),
        pressure=np.empty((count, firms)),
        counts=np.zeros((count, rounds), np.int64),
        buyer=small(),
        waited_for=small(),
        root=small(),
        links=small(),
        days=np.empty(count * rounds * firms, np.float32),
    )
