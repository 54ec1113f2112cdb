"""Reviewing partners: once a month buyers replace some of their suppliers, all from the network before the phase."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_formula, compiled_inner, compiled_kernel
from simulation.elementary import SMALL_HAZARD
from simulation.engines.arrays import fill, spread
from simulation.engines.bench import Bench
from simulation.engines.parameters import Parameters
from simulation.engines.replacing import replace
from simulation.engines.ties import Ties, look_up
from simulation.engines.workspace import SUMS, Workspace
from simulation.randomness import Stream, Word, as_uniform, slot_words, uniform_slot
from simulation.rules.adoption import probability, small_probability
from simulation.rules.review import LARGEST_EXCESS, Review, excess, forgotten, next_average, review_hazard
from simulation.state import Channels, Firms, Float, Index, Key, Real, Small, State, Word32

__all__ = ["average_sectors", "begin_averages", "remember", "review", "stand"]

_REVIEW = int(Stream.REVIEW)
_ONE = np.uint32(1)


@compiled_inner
def begin_averages(rounds: int, firms: Firms, state: State, work: Workspace) -> None:
    """Let the averages begin with the rounds before month 0."""
    for i in range(firms.key.size):
        state.defects_average[i] = state.defects[i]
        state.late_average[i] = work.late_days[i] / rounds if rounds > 0 else 0.0


@compiled_kernel
def _remember(
    defects: Real, late_days: Real, defects_average: Real, late_average: Real, forgotten_part: float, rounds: int
) -> None:
    for i in range(late_days.size):
        defects_average[i] = next_average(np.float64(defects_average[i]), np.float64(defects[i]), forgotten_part)
        late_average[i] = next_average(np.float64(late_average[i]), np.float64(late_days[i]) / rounds, forgotten_part)


@compiled_kernel
def _add_up(lanes: int, cell: Small, defects: Real, late: Real, defects_by: Float, late_by: Float) -> None:
    """Add up by sector and region, every fourth firm in a sum of its own so that additions need not wait."""
    cells, place = np.uint64(late_by.size) // np.uint64(SUMS), np.uint64(0)
    for first in range(np.uint64(0), np.uint64(cell.size), np.uint64(lanes)):
        for i in range(first, first + np.uint64(lanes)):
            at = place * cells + np.uint64(cell[i])
            defects_by[at] += np.float64(defects[i])
            late_by[at] += np.float64(late[i])
        place = (place + np.uint64(1)) & np.uint64(SUMS - 1)


@compiled_inner
def remember(strip: int, block: int, firms: Firms, ties: Ties, state: State, work: Workspace, p: Parameters) -> None:
    """Take the month into the averages of a block of firms, and add them up by sector and region."""
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    rows = slice(low, high)
    _remember(
        state.defects[rows],
        work.late_days[rows],
        state.defects_average[rows],
        state.late_average[rows],
        forgotten(p.review),
        p.rounds,
    )
    _add_up(
        work.lanes[0],
        firms.cell[rows],
        state.defects_average[rows],
        state.late_average[rows],
        work.defects_by[strip],
        work.late_by[strip],
    )


@compiled_inner
def average_sectors(regions: int, work: Workspace) -> None:
    """Turn the sums by strip, sector and region into means of the sectors."""
    for first in range(0, work.cell_firms.size, regions):
        firms, defects, late = 0.0, 0.0, 0.0
        for cell in range(first, first + regions):
            firms += work.cell_firms[cell]
            for strip in range(work.defects_by.shape[0]):
                for place in range(SUMS):
                    at = place * work.cell_firms.size + cell
                    defects += work.defects_by[strip, at]
                    late += work.late_by[strip, at]
                    work.defects_by[strip, at] = work.late_by[strip, at] = 0.0
        for cell in range(first, first + regions):
            work.usual_defects[cell] = defects / firms if firms > 0.0 else 0.0
            work.usual_late[cell] = late / firms if firms > 0.0 else 0.0


@compiled_kernel
def _compare(
    cell: Small, defects_average: Real, late_average: Real, usual_defects: Float, usual_late: Float, worse: Real
) -> None:
    for i in range(np.uint64(cell.size)):
        defects = excess(np.float64(defects_average[i]), usual_defects[np.uint64(cell[i])])
        worse[i] = defects + excess(np.float64(late_average[i]), usual_late[np.uint64(cell[i])])


@compiled_kernel
def _stand_small(worse: Real, replaced: Real, review: Review) -> None:
    for i in range(worse.size):
        replaced[i] = small_probability(review_hazard(np.float64(worse[i]), review))


@compiled_kernel
def _stand(worse: Real, replaced: Real, review: Review) -> None:
    for i in range(worse.size):
        replaced[i] = probability(review_hazard(np.float64(worse[i]), review))


@compiled_inner
def stand(block: int, firms: Firms, ties: Ties, state: State, work: Workspace, p: Parameters) -> None:
    """Write how a block of firms stands with its buyers: how much worse than usual it is, and its chance of going."""
    rows = slice(ties.run[ties.block[block]], ties.run[ties.block[block + 1]])
    _compare(
        firms.cell[rows],
        state.defects_average[rows],
        state.late_average[rows],
        work.usual_defects,
        work.usual_late,
        work.excess[rows],
    )
    if _largest_hazard(p.review) < SMALL_HAZARD:
        _stand_small(work.excess[rows], work.replaced[rows], p.review)
    else:
        _stand(work.excess[rows], work.replaced[rows], p.review)


@compiled_formula
def _largest_hazard(review: Review) -> float:
    """Return the hazard of a supplier whose defects and lateness are both as much worse as counts."""
    return review_hazard(2.0 * LARGEST_EXCESS, review)


@compiled_kernel
def _draw_run(seed: Word, month: int, four: int, key: Key, words: Word32) -> None:
    """Write the draws of the slots 4 ``four`` to 4 ``four`` + 3 of some rows, slot by slot."""
    rows = np.uint64(key.size)
    for r in range(rows):
        a, b, c, d = slot_words(seed, _REVIEW, month, key[r], four)
        words[r] = np.uint32(a)
        words[rows + r] = np.uint32(b)
        words[np.uint64(2) * rows + r] = np.uint32(c)
        words[np.uint64(3) * rows + r] = np.uint32(d)


@compiled_kernel
def _add_bought(weight: Real, seen: Real, bought: Float) -> None:
    for r in range(bought.size):
        bought[r] += np.float64(weight[r]) * abs(np.float64(seen[r]))


@compiled_kernel
def _list_low(words: Word32, limit: np.uint32, at: int, count: int, found: Index, draw: Word32) -> int:
    """List the links of some slots whose draw is so low that the supplier may be replaced."""
    place = np.uint64(count)  # without a sign, so that no place from the end can be meant
    for r in range(words.size):
        found[place], draw[place] = at + r, words[r]
        place += np.uint64(1) if words[r] <= limit else np.uint64(0)
    return int(np.int64(place))


@compiled_kernel
def _keep_replaced(listed: int, supplier: Word32, replaced: Real, found: Index, draw: Word32) -> int:
    """Keep those of the links listed whose supplier is replaced."""
    count = 0
    for number in range(np.uint64(listed)):
        at = found[number]
        chance = np.float64(replaced[supplier[np.uint64(at)] >> _ONE])
        found[count] = at
        count += 1 if as_uniform(np.uint64(draw[number])) < chance else 0
    return count


@compiled_inner
def _find_run(
    seed: Word, month: int, run: int, low: int, count: int, limit: np.uint32, ties: Ties, work: Workspace, bench: Bench
) -> int:  # fmt: skip
    """Add up the defects that a run of a block from row ``low`` on buys, and list links with a low draw.

    Where several runs are moved together, the links listed are numbered as those of one.
    """
    first, last = ties.run[run], ties.run[run + 1]
    rows = last - first
    bought, seen = bench.hazard[first - low : last - low], bench.seen[:rows]
    fill(bought, 0.0)
    base, end = ties.base[run], ties.base[run + 1]
    for at in range(base, end, rows):
        look_up(at, rows, ties, work.goods.shown, seen)
        _add_bought(ties.weight[at : at + rows], seen, bought)
    lanes = work.lanes[0]
    own = rows // lanes
    key = work.key[first // lanes : last // lanes]
    for four, at in enumerate(range(base // lanes, end // lanes, 4 * own)):
        _draw_run(seed, month, four, key, bench.words[: 4 * own])
        count = _list_low(bench.words[: min(4 * own, end // lanes - at)], limit, at, count, bench.found, bench.draw)
    return count


@compiled_inner
def _list_lanes(count: int, lanes: int, bench: Bench) -> int:
    """List the links of all runs instead of those of one: runs that are moved together have their draws in common."""
    if lanes > 1:
        for number in range(count):
            bench.found[number] *= lanes
        spread(bench.found[: count * lanes], lanes)
        spread(bench.draw[: count * lanes], lanes)
        for number in range(count):
            for lane in range(lanes):
                bench.found[number * lanes + lane] += lane
    return count * lanes


@compiled_inner
def _find_overdue(
    seed: Word, month: int, run: int, count: int, firms: Firms, ties: Ties, state: State, channels: Channels,
    work: Workspace, bench: Bench, p: Parameters,
) -> int:  # fmt: skip
    """List the links of a run whose supplier is to be replaced where programmes add to the hazard."""
    first, rows = ties.run[run], ties.run[run + 1] - ties.run[run]
    for at in range(ties.base[run + 1] - ties.base[run]):
        i, j = first + at % rows, ties.supplier[ties.base[run] + at] >> _ONE
        if j >= firms.key.size:
            continue
        chance: float = np.float64(work.replaced[j])
        if firms.is_large[i] == 1 and state.adopted[i] == 1 and channels.overdue[j] > 0.0:
            chance = probability(review_hazard(np.float64(work.excess[j]), p.review) + channels.overdue[j])
        if uniform_slot(seed, _REVIEW, month, firms.key[i], at // rows) < chance:
            bench.found[count] = ties.base[run] + at
            count += 1
    return count


@compiled_inner
def review(
    seed: Word, month: int, regions: int, thread: int, strip: int, block: int, has_overdue: bool, firms: Firms,
    ties: Ties, state: State, channels: Channels, work: Workspace, bench: Bench, p: Parameters,
) -> None:  # fmt: skip
    """Let the buyers of a block replace suppliers."""
    count, low = 0, ties.run[ties.block[block]]
    limit = np.uint32(min(probability(_largest_hazard(p.review)) * 4294967296.0, 4294967295.0))
    for run in range(ties.block[block], ties.block[block + 1]):
        before = count
        count = _find_run(seed, month, run, low, before, limit, ties, work, bench)
        if has_overdue:
            count = _find_overdue(seed, month, run, before, firms, ties, state, channels, work, bench, p)
    if not has_overdue:
        count = _list_lanes(count, work.lanes[0], bench)
        count = _keep_replaced(count, ties.supplier, work.replaced, bench.found, bench.draw)
    replace(seed, month, regions, thread, strip, block, count, firms, ties, work, bench, p)
