"""Reviewing partners: once a month buyers replace some of their suppliers, all from the network before the phase."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.elementary import SMALL_HAZARD, log
from simulation.engines.arrays import entry_by_guide, fill
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties
from simulation.engines.workspace import Bench, Workspace
from simulation.randomness import Stream, Word, as_uniform, slot_words, uniform_pair, uniform_slot
from simulation.rules.adoption import probability, small_probability
from simulation.rules.money import purchase_value
from simulation.rules.review import (
    CANDIDATES,
    LARGEST_EXCESS,
    Review,
    excess,
    forgotten,
    next_average,
    race,
    record_weight,
    review_hazard,
)
from simulation.state import COLUMNS, Channels, Firms, Float, Index, Key, Real, Small, State, Tallies, Word32

__all__ = ["average_sectors", "begin_averages", "candidate", "remember", "review", "stand", "tie"]

_REVIEW, _CANDIDATE = int(Stream.REVIEW), int(Stream.CANDIDATE)
_SWITCHED, _LOST = COLUMNS.index("switched"), COLUMNS.index("lost_slots")
_ONE = np.uint32(1)


@compiled_inner
def candidate(
    draw: float,
    cell: int,
    regions: int,
    reach: Float,
    candidates: Small,
    weight: Float,
    guide: Small,
    cell_start: Index,
) -> int:
    """Return the firm that a uniform draw picks; ``cell`` is the sector sought x regions + the buyer's region.

    Chances are in proportion to the candidates' weights, times the proximity in other regions. ``weight`` sums the
    weights in the order of ``candidates``, which lists the firms by sector and region from ``cell_start`` on.
    """
    region = 0
    while region < regions - 1 and draw >= reach[cell, region]:
        region += 1
    below = reach[cell, region - 1] if region > 0 else 0.0
    part = (draw - below) / (reach[cell, region] - below)
    at = cell - cell % regions + region
    low, high = cell_start[at], cell_start[at + 1]
    return candidates[entry_by_guide(weight, guide, low, high, part)]


@compiled_inner
def begin_averages(rounds: int, firms: Firms, state: State, work: Workspace) -> None:
    """Let the averages begin with the rounds before month 0."""
    for i in range(firms.key.size):
        state.defects_average[i] = work.goods.values[2 * i]
        state.late_average[i] = work.late_days[i] / rounds if rounds > 0 else 0.0


@compiled_kernel
def _remember(
    goods: Real, late_days: Real, defects_average: Real, late_average: Real, forgotten_part: float, rounds: int
) -> None:
    for i in range(late_days.size):
        defects = np.float64(goods[np.uint64(2) * np.uint64(i)])
        defects_average[i] = next_average(np.float64(defects_average[i]), defects, forgotten_part)
        late_average[i] = next_average(np.float64(late_average[i]), np.float64(late_days[i]) / rounds, forgotten_part)


@compiled_inner
def remember(block: int, regions: int, firms: Firms, ties: Ties, state: State, work: Workspace, p: Parameters) -> None:
    """Take the month into the averages of a block of firms, and add them up by sector."""
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    rows = slice(low, high)
    _remember(
        work.goods.values[2 * low : 2 * high],
        work.late_days[rows],
        state.defects_average[rows],
        state.late_average[rows],
        forgotten(p.review),
        p.rounds,
    )
    for i in range(low, high):
        sector = firms.cell[i] // regions
        work.sector_defects[sector] += state.defects_average[i]
        work.sector_late[sector] += state.late_average[i]


@compiled_inner
def average_sectors(work: Workspace) -> None:
    """Turn the sums by sector into means."""
    for sector in range(work.sector_firms.size):
        if work.sector_firms[sector] > 0:
            work.sector_defects[sector] /= work.sector_firms[sector]
            work.sector_late[sector] /= work.sector_firms[sector]


@compiled_kernel
def _stand(
    defects_average: Real,
    late_average: Real,
    goods: Real,
    usual_defects: Float,
    usual_late: Float,
    worse: Real,
    standing: Real,
    review: Review,
) -> None:
    for i in range(worse.size):
        place = np.uint64(2) * np.uint64(i)
        defects = excess(np.float64(defects_average[i]), usual_defects[i])
        worse[i] = defects + excess(np.float64(late_average[i]), usual_late[i])
        standing[place] = goods[place]
    # Each excess is at most `LARGEST_EXCESS`.
    if review_hazard(2.0 * LARGEST_EXCESS, review) < SMALL_HAZARD:
        for i in range(worse.size):
            chance = small_probability(review_hazard(np.float64(worse[i]), review))
            standing[np.uint64(2) * np.uint64(i) + np.uint64(1)] = chance
    else:
        for i in range(worse.size):
            chance = probability(review_hazard(np.float64(worse[i]), review))
            standing[np.uint64(2) * np.uint64(i) + np.uint64(1)] = chance


@compiled_inner
def stand(
    block: int, regions: int, firms: Firms, ties: Ties, state: State, work: Workspace, bench: Bench, p: Parameters
) -> None:
    """Write how a block of firms stands with its buyers: what it delivers, and its chance of being replaced."""
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    rows = slice(low, high)
    for r in range(high - low):
        sector = firms.cell[low + r] // regions
        bench.customers[r] = work.sector_defects[sector]
        bench.peers[r] = work.sector_late[sector]
    _stand(
        state.defects_average[rows],
        state.late_average[rows],
        work.goods.values[2 * low : 2 * high],
        bench.customers[: high - low],
        bench.peers[: high - low],
        work.excess[rows],
        work.standing[2 * low : 2 * high],
        p.review,
    )


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
def _look_run(
    number: int, at: int, tied: Word32, weight: Real, standing: Real, seen: Real, chance: Real, words: Word32,
    bought: Float, found: Index, count: int,
) -> int:  # fmt: skip
    """Add up the defects bought in a slot of some rows, and list the links whose supplier is to be replaced."""
    rows = np.uint64(bought.size)
    for r in range(rows):
        j = tied[r]
        seen[r] = standing[j & ~_ONE]
        chance[r] = standing[j | _ONE]
    for r in range(rows):
        bought[r] += np.float64(weight[r]) * np.float64(seen[r])
    drawn = np.uint64(number) * rows
    for r in range(rows):
        found[count] = at + r
        count += 1 if as_uniform(np.uint64(words[drawn + r])) < chance[r] else 0
    return count


@compiled_inner
def _replaced(
    seed: Word, month: int, run: int, firms: Firms, ties: Ties, state: State, channels: Channels, work: Workspace,
    bench: Bench, p: Parameters,
) -> int:  # fmt: skip
    """List the links of a run whose supplier is to be replaced where programmes add to the hazard."""
    first, rows = ties.run[run], ties.run[run + 1] - ties.run[run]
    count = 0
    for at in range(ties.base[run + 1] - ties.base[run]):
        i, j = first + at % rows, ties.supplier[ties.base[run] + at] >> _ONE
        if j >= firms.key.size:
            continue
        chance: float = np.float64(work.standing[2 * j + 1])
        if firms.is_large[i] == 1 and state.adopted[i] == 1 and channels.overdue[j] > 0.0:
            chance = probability(review_hazard(np.float64(work.excess[j]), p.review) + channels.overdue[j])
        if uniform_slot(seed, _REVIEW, month, firms.key[i], at // rows) < chance:
            bench.found[count] = at
            count += 1
    return count


@compiled_inner
def _is_taken(firm: int, number: int, run: int, ties: Ties, bench: Bench) -> bool:
    """Say whether a firm cannot take a slot: the buyer itself, or a supplier of it, old or new."""
    rows = ties.run[run + 1] - ties.run[run]
    row = bench.found[number] % rows
    if firm == ties.run[run] + row:
        return True
    for at in range(ties.base[run] + row, ties.base[run + 1], rows):
        if ties.supplier[at] >> _ONE == firm:
            return True
    is_taken = False
    for earlier in range(number):
        is_taken |= bench.found[earlier] % rows == row and bench.chosen[earlier] == firm
    return is_taken


@compiled_kernel
def _draw_candidates(
    seed: Word, month: int, first: int, rows: int, count: int, key: Key, found: Index, picks: Float, luck: Float
) -> None:
    """Draw all candidates for the slots found, and -ln of their luck in the race."""
    for number in range(count):
        at = found[number]
        own, slot = key[first + at % rows], at // rows
        place = np.uint64(CANDIDATES) * np.uint64(number)
        for c in range(np.uint64(CANDIDATES)):
            picks[place + c], luck[place + c] = uniform_pair(seed, _CANDIDATE, month, own, slot, c)
    for each in range(CANDIDATES * count):
        luck[each] = -log(luck[each])


@compiled_inner
def _new_supplier(regions: int, number: int, run: int, firms: Firms, ties: Ties, work: Workspace, bench: Bench) -> int:
    """Return who takes a slot: of 16 candidates the winner of a race by record; the old supplier if none is free."""
    at = bench.found[number]
    i = ties.run[run] + at % (ties.run[run + 1] - ties.run[run])
    old = int(ties.supplier[ties.base[run] + at] >> _ONE)
    cell = firms.cell[old] - firms.cell[old] % regions + firms.cell[i] % regions
    first = CANDIDATES * number
    best = first
    for place in range(first, first + CANDIDATES):
        firm = candidate(
            bench.picks[place],
            cell,
            regions,
            work.reach,
            work.candidates,
            work.candidate_weight,
            work.guide,
            work.cell_start,
        )
        bench.picks[place] = firm  # a whole number, exactly
        bench.times[place] = race(bench.times[place], record_weight(np.float64(work.excess[firm])))
        if bench.times[place] < bench.times[best]:
            best = place
    for _ in range(CANDIDATES):
        firm = int(bench.picks[best])
        if not _is_taken(firm, number, run, ties, bench):
            return firm
        bench.times[best] = np.inf
        for place in range(first, first + CANDIDATES):
            if bench.times[place] < bench.times[best]:
                best = place
    return old


@compiled_inner
def review(
    seed: Word, month: int, regions: int, block: int, has_overdue: bool, firms: Firms, ties: Ties, state: State,
    channels: Channels, work: Workspace, bench: Bench, tallies: Tallies, p: Parameters,
) -> int:  # fmt: skip
    """Let the buyers of a block replace suppliers, and return how many they replaced.

    Purchase values stay with the slots; by how much sales and numbers of buyers change is noted in ``work.heard``.
    """
    switched = 0
    low = ties.run[ties.block[block]]
    for run in range(ties.block[block], ties.block[block + 1]):
        first, last = ties.run[run], ties.run[run + 1]
        rows, base = last - first, ties.base[run]
        slots = (ties.base[run + 1] - base) // rows
        bought = bench.hazard[first - low : last - low]
        fill(bought, 0.0)
        count = 0
        for slot in range(slots):
            if slot % 4 == 0:
                _draw_run(seed, month, slot // 4, firms.key[first:last], bench.words[: 4 * rows])
            links = slice(base + slot * rows, base + (slot + 1) * rows)
            count = _look_run(
                slot % 4,
                slot * rows,
                ties.supplier[links],
                ties.weight[links],
                work.standing,
                bench.seen[:rows],
                bench.late[:rows],
                bench.words,
                bought,
                bench.found,
                count,
            )
        if has_overdue:
            count = _replaced(seed, month, run, firms, ties, state, channels, work, bench, p)
        _draw_candidates(seed, month, first, rows, count, firms.key, bench.found, bench.picks, bench.times)
        for number in range(count):
            bench.chosen[number] = _new_supplier(regions, number, run, firms, ties, work, bench)
        for number in range(count):
            at = base + bench.found[number]
            i = first + bench.found[number] % rows
            old, new = int(ties.supplier[at] >> _ONE), bench.chosen[number]
            if new == old:
                continue
            switched += 1
            value = purchase_value(np.float64(ties.weight[at]), work.purchases[i], p.steps.money)
            work.heard[2 * old] -= value
            work.heard[2 * old + 1] -= 1.0
            work.heard[2 * new] += value
            work.heard[2 * new + 1] += 1.0
            ties.supplier[at] = np.uint32(new << 1) | (ties.supplier[at] & _ONE)
            tallies.groups[month, firms.group[i], _SWITCHED] += firms.weight[i]
            if work.mandated[old] == 2:
                tallies.groups[month, firms.group[old], _LOST] += firms.weight[old]
    return switched


@compiled_inner
def tie(firms: Firms, state: State, work: Workspace) -> None:
    """Move sales and numbers of buyers to the new suppliers, as noted by *review*."""
    for j in range(firms.key.size):
        state.sales[j] += work.heard[2 * j]
        work.partners[j] += int(work.heard[2 * j + 1])
    fill(work.heard, 0.0)
