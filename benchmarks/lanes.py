"""Replicates side by side in memory: what sharing cache lines between runs of one network can gain at most.

Lanes of one network are run as one world: copies of every firm stand next to each other, and the copy in lane k of a
buyer buys from the copies in lane k of its suppliers. A supplier's entry then stands beside those of the other lanes,
which the same block of buyers reads too. Beside it the same copies one after the other: the work alone, nothing shared.
Where links are fixed, lanes could also look up all copies of a supplier with one index, and lanes of one seed could
share their draws, which hang on nothing that happens; what the two save is timed apart.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from benchmarks.timing import Found, Job, Table, interleaved
from benchmarks.traffic import passes
from benchmarks.worlds import SEED, baseline, world_of
from simulation.compiled import compiled_kernel
from simulation.engines.engine import CompiledEngine
from simulation.engines.ties import BLOCK, new_ties
from simulation.randomness import Stream, firm_words, slot_words
from simulation.scenario.scenario import Scenario
from simulation.state import Key, Links, Word32, World

__all__ = ["copies", "measure"]

LANES = 16
_LATE, _ADOPTION, _REVIEW = int(Stream.LATE_EVENT), int(Stream.ADOPTION), int(Stream.REVIEW)


def copies(world: World, lanes: int, *, are_interleaved: bool) -> World:
    """Return a world of ``lanes`` copies that have nothing to do with each other but the names of their sectors."""
    firms, links = world.firms, world.links
    n = firms.key.size
    repeat = (lambda a: np.repeat(a, lanes)) if are_interleaved else (lambda a: np.tile(a, lanes))
    lane = np.tile(np.arange(lanes), n) if are_interleaved else np.repeat(np.arange(lanes), n)
    old = repeat(np.arange(n))
    degree = np.diff(links.start)[old]
    start = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
    source = np.repeat(links.start[old] - start[:-1], degree) + np.arange(start[-1])
    buyer = np.repeat(np.arange(n * lanes), degree)
    of = links.supplier[source].astype(np.int64)
    supplier = of * lanes + lane[buyer] if are_interleaved else of + lane[buyer] * n
    order = np.argsort(supplier, kind="stable")
    tied = Links(
        start=start,
        supplier=supplier.astype(np.int32),
        buyer=buyer.astype(np.int32),
        weight=links.weight[source],
        value=links.value[source],
        sales_share=links.sales_share[source],
        is_critical=links.is_critical[source],
        sales_start=np.searchsorted(supplier[order], np.arange(n * lanes + 1)).astype(np.int64),
        sales_link=order.astype(np.int64),
    )
    own = firms._replace(**{name: repeat(field) for name, field in firms._asdict().items()})
    keyed = own._replace(key=own.key * np.uint64(lanes) + lane.astype(np.uint64))
    return world._replace(firms=keyed, links=tied, names=None)


@njit(nogil=True)
def _look_up_one_by_one(times, tied, table, seen):
    """Look up an entry for every link of every lane, block by block, as the engine does."""
    for _ in range(times):
        for low in range(0, tied.size, seen.size):
            part = tied[low : low + seen.size]
            for r in range(np.uint64(part.size)):
                seen[r] = table[part[r]]


@njit(nogil=True)
def _look_up_side_by_side(times, lanes, tied, table, seen):
    """Look up the entries of all lanes of a supplier with one index, which links that are fixed would allow."""
    links = np.uint64(seen.size) // np.uint64(lanes)
    for _ in range(times):
        for low in range(0, tied.size, links):
            part = tied[low : low + links]
            for k in range(np.uint64(part.size)):
                to, at = k * np.uint64(lanes), np.uint64(part[k]) * np.uint64(lanes)
                for lane in range(np.uint64(lanes)):
                    seen[to + lane] = table[at + lane]


@compiled_kernel
def _draw_of_firms(stream: int, month: int, four: int, key: Key, words: Word32) -> None:
    for r in range(np.uint64(key.size)):
        a, b, c, d = firm_words(np.uint64(SEED), stream, month, four, key[r])
        words[r] = np.uint32(a ^ b ^ c ^ d)


@compiled_kernel
def _draw_of_slots(month: int, four: int, key: Key, words: Word32) -> None:
    for r in range(np.uint64(key.size)):
        a, b, c, d = slot_words(np.uint64(SEED), _REVIEW, month, key[r], four)
        words[r] = np.uint32(a ^ b ^ c ^ d)


@njit(nogil=True)
def _draw(months, rounds, key, ties, words):
    """Make the draws of some months, block by block: late events, adoption, and review of every slot of four links."""
    for month in range(months):
        for block in range(ties.block.size - 1):
            own = key[ties.run[ties.block[block]] : ties.run[ties.block[block + 1]]]
            for four in range((rounds + 3) // 4):
                _draw_of_firms(_LATE, month, four, own, words[: own.size])
            _draw_of_firms(_ADOPTION, month, 0, own, words[: own.size])
            for run in range(ties.block[block], ties.block[block + 1]):
                rows = ties.run[run + 1] - ties.run[run]
                for four in range(((ties.base[run + 1] - ties.base[run]) // rows + 3) // 4):
                    _draw_of_slots(month, four, key[ties.run[run] : ties.run[run + 1]], words[:rows])


def _draws(world: World, turns: int, rounds: int) -> float:
    """Return the nanoseconds a firm-month that draws take which lanes of one seed could share."""
    ties, words, months = new_ties(world.links, np.float32), np.zeros(BLOCK, np.uint32), 6
    found = interleaved({"draws": Job(lambda: _draw(months, rounds, world.firms.key, ties, words))}, turns, warm=1)
    return 1e9 * found.median("draws") / world.firms.key.size / months


def _shared_index(world: World, turns: int, rounds: int) -> float:
    """Return the nanoseconds a firm-month of a lane that one index for all lanes saves in look-ups of suppliers."""
    ties = new_ties(world.links, np.float32)
    n = world.firms.key.size
    tied = ties.supplier // 2
    apart = (tied[:, np.newaxis] * np.uint32(LANES) + np.arange(LANES, dtype=np.uint32)).ravel()
    table, seen = np.ones((n + 1) * LANES, np.float32), np.zeros(BLOCK, np.float32)
    each = sum(1 for one in passes(rounds) if one.table and not one.is_told)
    jobs = {
        "one by one": Job(lambda: _look_up_one_by_one(each, apart, table, seen)),
        "side by side": Job(lambda: _look_up_side_by_side(each, LANES, tied, table, seen)),
    }
    found = interleaved(jobs, turns, warm=1)
    return 1e9 * (found.median("one by one") - found.median("side by side")) / (n * LANES)


def _against_runs_of_one(world: World, scenario: Scenario, count: int, turns: int) -> tuple[float, float, float]:
    """Return the ns of a firm-month alone, and the gains of copies one after the other and of interleaved lanes."""
    engines = {
        "alone": CompiledEngine(world, scenario, SEED),
        "copies": CompiledEngine(copies(world, LANES, are_interleaved=False), scenario, SEED),
        "lanes": CompiledEngine(copies(world, LANES, are_interleaved=True), scenario, SEED),
    }
    found = interleaved({k: Job(lambda e=e: e.advance(count)) for k, e in engines.items()}, turns, warm=1)
    cost = 1e9 * found.median("alone") / world.firms.key.size / count
    return cost, LANES * found.ratio("alone", "copies"), LANES * found.ratio("alone", "lanes")


def measure(is_quick: bool = False) -> Found:
    """Return the cost of a firm-month alone, in interleaved lanes and in copies one after the other."""
    firms, count, turns = (300, 2, 3) if is_quick else (2_000, 6, 13)
    world, base = world_of(firms), baseline(firms)
    fixed = base.with_({"review.base": 0.0, "review.sensitivity": 0.0})
    rounds = base.time.deliveries_per_month
    draws = _draws(world, turns, rounds)
    rows, values = [], {"draws: ns": draws}
    for name, scenario, index in (
        ("partners are replaced", base, None),
        ("links are fixed", fixed, _shared_index(world, turns, rounds)),
    ):
        cost, beside, gain = _against_runs_of_one(world, scenario, count, turns)
        most = cost / (cost / gain - (index or 0.0))
        of_one_seed = cost / (cost / most - draws * (1.0 - 1.0 / LANES))
        values |= {name: most, f"{name}, one seed": of_one_seed}
        shown = "none: each has its own links" if index is None else f"{most:.2f}"
        rows.append([name, f"{cost:.0f}", f"{beside:.2f}", f"{gain:.2f}", shown, f"{of_one_seed:.2f}"])
    table = Table(
        f"{LANES} lanes of one network of {firms:,} firms against runs of one",
        [
            "Case",
            "Alone, ns a firm-month",
            "Copies in a row, gain",
            "Interleaved lanes, gain",
            "With one index, gain",
            "And draws of one seed, gain",
        ],
        rows,
        "One thread, in turns; a gain is the cost of a firm-month alone over that in lanes. The last but one takes off "
        "what look-ups of suppliers cost one by one and adds what they cost with one index for all lanes. The last "
        f"takes off the draws of all lanes but one, {draws:.1f} ns a firm-month, which lanes of one seed can share.",
    )
    return Found(values, [table])
