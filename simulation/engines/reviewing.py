"""Reviewing partners: once a month buyers replace some of their suppliers, all from the network before the phase."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.engines.arrays import entry_by_guide, fill
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties
from simulation.engines.workspace import Bench, Workspace
from simulation.randomness import Stream, Word, as_uniform, slot_words, uniform_link, uniform_slot
from simulation.rules.adoption import probability
from simulation.rules.money import purchase_value
from simulation.rules.review import CANDIDATES, excess, next_average, race, record_weight, review_hazard
from simulation.state import COLUMNS, Channels, Firms, Float, Index, Key, Real, Small, State, Tallies, Word32

__all__ = ["average_sectors", "begin_averages", "candidate", "remember", "review", "stand", "tie"]

_REVIEW, _CANDIDATE, _NEW = int(Stream.REVIEW), int(Stream.CANDIDATE), int(Stream.NEW_SUPPLIER)
_SWITCHED = COLUMNS.index("switched")
_ONE = np.uint32(1)


@compiled_inner
def candidate(
    draw: float,
    sector: int,
    region: int,
    regions: int,
    proximity: float,
    candidates: Small,
    weight: Float,
    guide: Small,
    cell_start: Index,
) -> int:
    """Return the firm of a sector that a uniform draw picks, for a buyer in a region.

    Chances are in proportion to the candidates' weights, times ``proximity`` in the other regions. ``weight`` sums
    them in the order of ``candidates``, which lists the firms by sector and region from ``cell_start`` on.
    """
    first = sector * regions
    total = 0.0
    for cell in range(first, first + regions):
        low, high = cell_start[cell], cell_start[cell + 1]
        if high > low:
            whole = weight[high - 1] - (weight[low - 1] if low > 0 else 0.0)
            total += whole if cell == first + region else whole * proximity
    left = draw * total
    chosen = 0
    for cell in range(first, first + regions):
        low, high = cell_start[cell], cell_start[cell + 1]
        scale = 1.0 if cell == first + region else proximity
        if high <= low or scale == 0.0:
            continue
        bottom = weight[low - 1] if low > 0 else 0.0
        whole = (weight[high - 1] - bottom) * scale
        chosen = candidates[high - 1]  # the last one stands where sums round
        if left < whole:
            return candidates[entry_by_guide(weight, guide, low, high, bottom + left / scale)]
        left -= whole
    return chosen


@compiled_inner
def begin_averages(rounds: int, firms: Firms, state: State, work: Workspace) -> None:
    """Let the averages begin with the rounds before month 0."""
    for i in range(firms.key.size):
        state.defects_average[i] = work.goods.values[2 * i]
        state.late_average[i] = work.late_days[i] / rounds if rounds > 0 else 0.0


@compiled_inner
def remember(block: int, regions: int, firms: Firms, ties: Ties, state: State, work: Workspace, p: Parameters) -> None:
    """Take the month into the averages of a block of firms, and add them up by sector."""
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    for i in range(low, high):
        late = np.float64(work.late_days[i]) / p.rounds
        defects = np.float64(work.goods.values[2 * i])
        state.defects_average[i] = next_average(np.float64(state.defects_average[i]), defects, p.review)
        state.late_average[i] = next_average(np.float64(state.late_average[i]), late, p.review)
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


@compiled_inner
def stand(block: int, regions: int, firms: Firms, ties: Ties, state: State, work: Workspace, p: Parameters) -> None:
    """Write how a block of firms stands with its buyers: what it delivers, and its chance of being replaced."""
    for i in range(ties.run[ties.block[block]], ties.run[ties.block[block + 1]]):
        sector = firms.cell[i] // regions
        defects = excess(np.float64(state.defects_average[i]), work.sector_defects[sector])
        late = excess(np.float64(state.late_average[i]), work.sector_late[sector])
        work.excess[i] = defects + late
        work.standing[2 * i] = work.goods.values[2 * i]
        work.standing[2 * i + 1] = probability(review_hazard(np.float64(work.excess[i]), p.review))


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
        chance = np.float64(work.standing[2 * j + 1])
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
    for earlier in range(number):
        if bench.found[earlier] % rows == row and bench.chosen[earlier] == firm:
            return True
    return False


@compiled_inner
def _new_supplier(
    seed: Word, month: int, regions: int, number: int, run: int, firms: Firms, ties: Ties, work: Workspace,
    bench: Bench, p: Parameters,
) -> int:  # fmt: skip
    """Return who takes a slot: of 16 candidates the winner of a race by record; the old supplier if none is free."""
    rows = ties.run[run + 1] - ties.run[run]
    at = bench.found[number]
    i, slot = ties.run[run] + at % rows, at // rows
    old = int(ties.supplier[ties.base[run] + at] >> _ONE)
    sector = firms.cell[old] // regions
    for c in range(CANDIDATES):
        firm = candidate(
            uniform_link(seed, _CANDIDATE, month, firms.key[i], slot, c),
            sector,
            firms.cell[i] % regions,
            regions,
            p.review.proximity,
            work.candidates,
            work.candidate_weight,
            work.guide,
            work.cell_start,
        )
        bench.asked[c] = firm
        luck = uniform_link(seed, _NEW, month, firms.key[i], slot, c)
        bench.times[c] = race(luck, record_weight(np.float64(work.excess[firm])))
    for _ in range(CANDIDATES):
        best = 0
        for c in range(1, CANDIDATES):
            if bench.times[c] < bench.times[best]:
                best = c
        if not _is_taken(bench.asked[best], number, run, ties, bench):
            return bench.asked[best]
        bench.times[best] = np.inf
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
        for number in range(count):
            bench.chosen[number] = _new_supplier(seed, month, regions, number, run, firms, ties, work, bench, p)
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
    return switched


@compiled_inner
def tie(firms: Firms, state: State, work: Workspace) -> None:
    """Move sales and numbers of buyers to the new suppliers, as noted by *review*."""
    for j in range(firms.key.size):
        state.sales[j] += work.heard[2 * j]
        work.partners[j] += int(work.heard[2 * j + 1])
    fill(work.heard, 0.0)
