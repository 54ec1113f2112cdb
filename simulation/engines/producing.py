"""Producing: own defects, inspection and buffers of a month, and the own late days of each of its rounds."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import compiled_formula, compiled_inner, compiled_kernel
from simulation.elementary import SMALL
from simulation.engines.arrays import fill, spread
from simulation.engines.bench import Bench
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties, first_row
from simulation.engines.workspace import Workspace
from simulation.randomness import Stream, Word, firm_words, limit_of, uniform
from simulation.rules.defects import Defects, defect_hazard, inspection, small_defect_hazard
from simulation.rules.lateness import Lateness, buffer_days
from simulation.rules.process import Process, late_chance, own_defects, own_lateness, transition
from simulation.state import Bool, Firms, Float, Index, Key, Real, Short, State, Word32

__all__ = ["ROUNDS_FORESEEN", "foresee", "hazards_of", "make_ready", "produce"]

_LATE = int(Stream.LATE_EVENT)
ROUNDS_FORESEEN = 32
"""Rounds whose late events fit into one word."""


@compiled_kernel
def _make_ready(
    adopted: Bool,
    months_adopted: Short,
    effective: Real,
    base_defects: Real,
    full_buffer: Real,
    own: Real,
    let_through: Real,
    slack: Real,
    process: Process,
    defects: Defects,
    lateness: Lateness,
) -> None:
    for i in range(adopted.size):
        used = np.float64(effective[i])
        worse = transition(adopted[i], months_adopted[i], process)
        own[i] = own_defects(np.float64(base_defects[i]), used, worse, process)
        let_through[i] = 1.0 - inspection(used, defects)
        slack[i] = buffer_days(np.float64(full_buffer[i]), used, lateness)


@compiled_kernel
def _has_large(shares: Real) -> int:
    large = 0
    for i in range(shares.size):
        large |= 1 if shares[i] >= SMALL else 0
    return large


@compiled_kernel
def _small_hazards(shares: Real, hazards: Real) -> None:
    for i in range(shares.size):
        hazards[i] = small_defect_hazard(np.float64(shares[i]))


@compiled_inner
def hazards_of(shares: Real, hazards: Real) -> None:
    """Write -ln(1 - d) of defect shares; where all are small, as a series of which several are summed at once."""
    if _has_large(shares) == 0:
        _small_hazards(shares, hazards)
    else:
        for i in range(shares.size):
            hazards[i] = defect_hazard(np.float64(shares[i]))


@compiled_inner
def make_ready(block: int, firms: Firms, ties: Ties, state: State, work: Workspace, p: Parameters) -> None:
    """Write what does not change within a month: own defects, what inspection lets through, and buffers."""
    rows = slice(ties.run[ties.block[block]], ties.run[ties.block[block + 1]])
    _make_ready(
        state.adopted[rows],
        state.months_adopted[rows],
        state.effective[rows],
        firms.own_defects[rows],
        work.full_buffer[rows],
        state.own_defects[rows],
        work.let_through[rows],
        work.slack[rows],
        p.process,
        p.defects,
        p.lateness,
    )
    hazards_of(state.own_defects[rows], work.own_hazard[rows])


@compiled_formula
def _rounds(a: Any, b: Any, c: Any, d: Any, limit: Any) -> Any:  # noqa: ANN401 - words and a whole number
    """Return bit r where the draw of the round r of four is below the limit."""
    return (
        (1 if np.int64(a) < limit else 0)
        | (2 if np.int64(b) < limit else 0)
        | (4 if np.int64(c) < limit else 0)
        | (8 if np.int64(d) < limit else 0)
    )


@compiled_kernel
def _foresee(
    seed: Word, month: int, four: int, shift: int, key: Key, base: Real, effective: Real, event: Word32, p: Process
) -> None:
    for i in range(key.size):
        limit = limit_of(late_chance(np.float64(base[i]), np.float64(effective[i]), p))
        a, b, c, d = firm_words(seed, _LATE, month, four, key[i])
        event[i] |= np.uint32(_rounds(a, b, c, d, limit) << shift)


@compiled_kernel
def _draw_rounds(
    seed: Word, month: int, four: int, key: Key, first: Word32, second: Word32, third: Word32, fourth: Word32
) -> None:
    """Write the draws of four rounds."""
    for i in range(key.size):
        a, b, c, d = firm_words(seed, _LATE, month, four, key[i])
        first[i], second[i], third[i], fourth[i] = np.uint32(a), np.uint32(b), np.uint32(c), np.uint32(d)


@compiled_kernel
def _foresee_drawn(
    shift: int, first: Word32, second: Word32, third: Word32, fourth: Word32, base: Real, effective: Real,
    event: Word32, p: Process,
) -> None:  # fmt: skip
    for i in range(base.size):
        limit = limit_of(late_chance(np.float64(base[i]), np.float64(effective[i]), p))
        event[i] |= np.uint32(_rounds(first[i], second[i], third[i], fourth[i], limit) << shift)


@compiled_inner
def foresee(
    seed: Word, month: int, first: int, count: int, block: int, firms: Firms, ties: Ties, state: State, work: Workspace,
    bench: Bench, p: Parameters,
) -> None:  # fmt: skip
    """Mark in which of the ``count`` rounds from ``first`` on, a multiple of four, late events happen: a bit each."""
    low, high, lanes = first_row(block, ties), first_row(block + 1, ties), work.lanes[0]
    rows, size = slice(low, high), high - low
    base, effective, event = firms.late_chance[rows], state.effective[rows], work.event[rows]
    key = work.key[low // lanes : high // lanes]
    fill(event, 0)
    for four in range((count + 3) // 4):
        if lanes == 1:
            _foresee(seed, month, first // 4 + four, 4 * four, key, base, effective, event, p.process)
            continue
        a, b, c, d = (
            bench.words[:size], bench.words[size : 2 * size], bench.words[2 * size : 3 * size],
            bench.words[3 * size : 4 * size],
        )  # fmt: skip
        own = key.size
        _draw_rounds(seed, month, first // 4 + four, key, a[:own], b[:own], c[:own], d[:own])
        spread(a, lanes)
        spread(b, lanes)
        spread(c, lanes)
        spread(d, lanes)
        _foresee_drawn(4 * four, a, b, c, d, base, effective, event, p.process)


@compiled_kernel
def _list_events(bit: np.uint32, event: Word32, rows: Index) -> int:
    """List the rows in which a late event happens this round."""
    count = 0
    for r in range(event.size):
        rows[count] = r
        count += 1 if (event[r] >> bit) & np.uint32(1) != np.uint32(0) else 0
    return count


@compiled_kernel
def _collect(
    rows: Index, key: Key, base: Real, effective: Real, adopted: Bool, months_adopted: Short, keys: Key, chance: Float,
    worse: Float, p: Process,
) -> None:  # fmt: skip
    """Put side by side what the own late days of the rows listed hang on."""
    for k in range(rows.size):
        r = np.uint64(rows[k])
        keys[k] = key[r]
        chance[k] = late_chance(np.float64(base[r]), np.float64(effective[r]), p)
        worse[k] = transition(adopted[r], months_adopted[r], p)


@compiled_kernel
def _late_days(
    seed: Word, month: int, number: int, key: Key, chance: Float, worse: Float, days: Float, p: Process
) -> None:
    """Draw own late days."""
    for k in range(key.size):
        days[k] = own_lateness(chance[k], worse[k], uniform(seed, _LATE, month, number, key[k]), p)


@compiled_inner
def produce(
    seed: Word, month: int, number: int, block: int, firms: Firms, ties: Ties, state: State, work: Workspace,
    bench: Bench, p: Parameters,
) -> int:  # fmt: skip
    """Draw the own lateness of a round for a block of firms; return how many are late, listed in ``bench.events``."""
    rows = slice(ties.run[ties.block[block]], ties.run[ties.block[block + 1]])
    own_late = state.own_late[rows]
    fill(own_late, 0.0)
    count = _list_events(np.uint32(number % ROUNDS_FORESEEN), work.event[rows], bench.events)
    late, keys, chance, worse, days = (
        bench.events[:count], bench.event_key[:count], bench.use[:count], bench.peers[:count], bench.customers[:count],
    )  # fmt: skip
    _collect(
        late,
        firms.key[rows],
        firms.late_chance[rows],
        state.effective[rows],
        state.adopted[rows],
        state.months_adopted[rows],
        keys,
        chance,
        worse,
        p.process,
    )
    _late_days(seed, month, number, keys, chance, worse, days, p.process)
    for k in range(count):
        own_late[late[k]] = days[k]
    return count
