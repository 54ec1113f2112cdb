"""Late events: every late delivery of a run with the supplier that it waited for, its root and the links travelled.

Ordinary runs count late deliveries and do not keep them. Here the run is lived again and filmed; the history is the
same to the last bit, and only the events take memory.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from simulation.engines.film import Film
from simulation.engines.replaying import at_months
from simulation.engines.turning import Change
from simulation.scenario.scenario import Scenario
from simulation.state import Real, Short, Small, World

__all__ = ["LateEvents", "joined", "late_events", "listed"]

_KINDS = (np.int16, np.int16, np.int32, np.int32, np.int32, np.int32, np.float32)


class LateEvents(NamedTuple):
    """Late deliveries in the order of months, rounds and firms; E events, firms as their numbers.

    Attributes
    ----------
    month : (E,)
    round : (E,) round of the month, from 0
    buyer : (E,) the firm that delivered late, to all its own customers
    supplier : (E,) the supplier whose lateness of the round before it passed on; the firm itself where its own
        lateness weighed more
    root : (E,) firm where the lateness began
    links : (E,) links travelled from the root; 0: of the firm's own making
    days : (E,) lateness of the delivery, above the tolerance
    """

    month: Short
    round: Short
    buyer: Small
    supplier: Small
    root: Small
    links: Small
    days: Real


def listed(film: Film) -> LateEvents:
    """Return the late deliveries of a film."""
    each, total, rounds = film.late_count.ravel(), int(film.written[0]), film.late_count.shape[1]
    step = np.repeat(np.arange(each.size), each)
    return LateEvents(
        month=(step // rounds + film.first[0]).astype(np.int16),
        round=(step % rounds).astype(np.int16),
        buyer=film.buyer[:total].copy(),
        supplier=film.waited_for[:total].copy(),
        root=film.root[:total].copy(),
        links=film.links[:total].copy(),
        days=film.days[:total].copy(),
    )


def joined(parts: Sequence[LateEvents]) -> LateEvents:
    """Return the events of several months or rounds in one list."""
    if not parts:
        return LateEvents._make(np.zeros(0, kind) for kind in _KINDS)
    return LateEvents._make(np.concatenate(columns) for columns in zip(*parts, strict=True))


def late_events(
    world: World,
    scenario: Scenario,
    seed: int,
    *,
    months: Collection[int] | None = None,
    changes: Sequence[Change] = (),
    real: type[np.floating] = np.float32,
) -> LateEvents:
    """List every late delivery of a run by living it again.

    Parameters
    ----------
    world : World
    scenario : Scenario
        As it was run, with strengths solved.
    seed : int
    months : collection of int, optional
        By default all.
    changes : sequence of (month, levers)
        Changes of policy during the run.
    real : type
        Precision of the run.

    Raises
    ------
    InputError
        A month that the run has not lived.
    """
    return joined([listed(engine.film(1)) for engine in at_months(world, scenario, seed, months, changes, real)])
