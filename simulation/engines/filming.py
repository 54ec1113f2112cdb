"""Filming: writing down the late deliveries of a round, and what firms are like at the end of a month."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner
from simulation.engines.arrays import copy_into
from simulation.engines.film import Film
from simulation.engines.goods import Goods
from simulation.engines.ties import Ties
from simulation.engines.waiting import is_later
from simulation.rules.lateness import Lateness, is_late
from simulation.state import Channels, Key, Real, State

__all__ = ["film_month", "film_round"]

_ONE = np.uint32(1)


@compiled_inner
def _waited_for(i: int, run: int, before: Goods, ties: Ties, key: Key, slack: Real) -> int:
    """Return the critical supplier that makes a firm of a run wait longest beyond its buffer, -1 where none does."""
    first, rows = ties.run[run], ties.run[run + 1] - ties.run[run]
    best = -1
    for at in range(ties.base[run] + i - first, ties.base[run + 1], rows):
        j = ties.supplier[at] >> _ONE
        if ties.supplier[at] & _ONE == 0 or before.late[j] <= slack[i]:
            continue
        if best < 0 or is_later(at, best, before, key, ties):
            best = at
    return ties.supplier[best] >> _ONE if best >= 0 else -1


@compiled_inner
def film_round(
    month: int, number: int, before: Goods, after: Goods, ties: Ties, key: Key, slack: Real, film: Film, p: Lateness
) -> None:
    """List the firms that deliver late in a round, and whose lateness each passes on."""
    begin = at = film.written[0]
    for run in range(ties.run.size - 1):
        for i in range(ties.run[run], ties.run[run + 1]):
            if is_late(np.float64(after.late[i]), p):
                film.buyer[at] = i
                film.waited_for[at] = _waited_for(i, run, before, ties, key, slack) if after.travelled[i] > 0 else i
                film.root[at] = after.root[i]
                film.links[at] = after.travelled[i]
                film.days[at] = after.late[i]
                at += 1
    film.late_count[month - film.first[0], number] = at - begin
    film.written[0] = at


@compiled_inner
def film_month(month: int, ties: Ties, state: State, channels: Channels, film: Film) -> None:
    """Keep what firms are like at the end of a month."""
    row = month - film.first[0]
    copy_into(film.users[row], state.user_share)
    copy_into(film.capacity[row], state.capacity)
    copy_into(film.adopted[row], state.adopted)
    copy_into(film.effective[row], state.effective)
    copy_into(film.defects[row], state.defects)
    copy_into(film.subsidy[row], channels.adoption_subsidy)
    copy_into(film.pressure[row], channels.pressure)
    for link in range(film.place.size):
        film.supplier[row, link] = ties.supplier[film.place[link]] >> _ONE
