"""Cost against size: a month, a world and memory from a thousand firms to ten million."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from benchmarks.timing import Found, Job, Table, interleaved, seconds
from benchmarks.worlds import SEED, Months, baseline, world_of
from simulation.engines.engine import CompiledEngine
from simulation.engines.goods import OF_GOODS
from simulation.world.build import build

__all__ = ["measure", "memory"]

_LARGE = 10_000_000
_BUILDING = 3.0
"""Memory while a world is built and run, over what a run keeps: copies and temporary arrays of the making."""


_CHANGING = ("state", "goods on their way", "what programmes pay", "kept from one loop to the next")
"""Parts of what months work on."""


def _nbytes(fields: Any, but: tuple[str, ...] = ()) -> int:
    """Return the bytes of the arrays of a named tuple."""
    kept = (field for name, field in fields._asdict().items() if name not in but)
    return sum(field.nbytes for field in kept if isinstance(field, np.ndarray))


def memory(engine: CompiledEngine) -> dict[str, float]:
    """Return bytes per firm and per link: what months need, and the world in the user's order beside it."""
    n, m, work = engine.world.firms.key.size, engine.world.links.supplier.size, engine.work
    bench = _nbytes(engine.benches[0])
    sizes = (
        _nbytes(engine.state, OF_GOODS),
        _nbytes(work.goods) + _nbytes(work.others),
        _nbytes(engine.channels) + _nbytes(engine.awards),
        _nbytes(work),
    )
    changing = dict(zip(_CHANGING, sizes, strict=True))
    return {
        **{f"{name}, a firm": size / n for name, size in changing.items()},
        "run, a firm": sum(changing.values()) / n,
        "run, a link": _nbytes(engine.ties) / m,
        "world, a firm": (_nbytes(engine.world.firms) + 2 * 8 * (n + 1)) / n,
        "world, a link": (_nbytes(engine.world.links) - 2 * 8 * (n + 1)) / m,
        "room for a block, in all": float(bench),
    }


def _fits(firms: int, kept: dict[str, float]) -> bool:
    """Say whether a size fits into the memory that is free now."""
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return False  # this system does not say
    links = 5.0
    return _BUILDING * firms * (kept["run, a firm"] + links * kept["run, a link"]) < free


def _large(reference: int, values: dict[str, Any], kept: dict[str, float]) -> list[list[str]]:
    """Time ten million firms in turns with a small size, or say why not."""
    if not _fits(_LARGE, kept):
        return [[f"{_LARGE:,}", "does not fit into the memory that is free", "", "", ""]]
    worlds: list[Any] = []
    built = seconds(lambda: worlds.append(build(baseline(_LARGE), SEED)))
    # The rounds before month 0 are cut short; no month costs less for it.
    scenario = baseline(_LARGE).with_({"time.start_rounds": 4})
    engine = CompiledEngine(worlds[0], scenario, SEED)
    engine.advance(1)
    small = Months(reference, 20)
    jobs = {"small": small.job, "large": Job(lambda: engine.advance(1))}
    found = interleaved(jobs, 5)
    cost = values[str(reference)]["ns a firm"] * found.ratio("large", "small") * reference * small.count / _LARGE
    links = worlds[0].links.supplier.size
    values[str(_LARGE)] = {
        "ns a firm": cost, "ns a link": cost * _LARGE / links, "ns to build, a firm": 1e9 * built / _LARGE,
    }  # fmt: skip
    row = [f"{_LARGE:,}", f"{cost:.0f}", f"{cost * _LARGE / links:.0f}", f"{1e9 * built / _LARGE:.0f}", f"{built:.1f}"]
    return [row]


def _split(firms: int, turns: int) -> tuple[float, float]:
    """Return what a firm and what a link costs a month: from two networks with few and with many links, in turns."""
    engines = []
    for suppliers in (3.0, 9.0):
        scenario = baseline(firms).with_({"network.mean_suppliers": suppliers})
        engine = CompiledEngine(build(scenario, SEED), scenario, SEED)
        engine.advance(2)
        engines.append(engine)
    few, many = (engine.world.links.supplier.size for engine in engines)
    jobs = {str(k): Job(lambda engine=engine: engine.advance(1)) for k, engine in enumerate(engines)}
    found = interleaved(jobs, turns)
    ratio = found.ratio("1", "0")
    base = 1e9 * found.median("0")
    link = base * (ratio - 1.0) / (many - few)
    return (base - link * few) / firms, link


def measure(is_quick: bool = False) -> Found:
    """Return cost by size, memory a firm and a link, and what building a world takes."""
    sizes = (1_000,) if is_quick else (1_000, 10_000, 100_000, 1_000_000)
    moved = {firms: Months(firms, max(1, min(40, 100_000 // firms)), can_repeat=firms < 1_000_000) for firms in sizes}
    found = interleaved({str(firms): months.job for firms, months in moved.items()}, 3 if is_quick else 11, warm=2)
    values: dict[str, Any] = {}
    rows = []
    for firms, months in moved.items():
        cost = 1e9 * found.median(str(firms)) / firms / months.count
        world_of.cache_clear()
        built = min(seconds(lambda firms=firms: build(baseline(firms), SEED)) for _ in range(2))
        links = months.engine.world.links.supplier.size
        values[str(firms)] = {
            "ns a firm": cost, "ns a link": cost * firms / links, "ns to build, a firm": 1e9 * built / firms,
        }  # fmt: skip
        rows.append(
            [f"{firms:,}", f"{cost:.0f}", f"{cost * firms / links:.0f}", f"{1e9 * built / firms:.0f}", f"{built:.3f}"]
        )
    kept = memory(moved[sizes[-1]].engine)
    moved.clear()
    firm, link = _split(sizes[0] if is_quick else 100_000, 3 if is_quick else 11)
    if not is_quick:
        rows += _large(10_000, values, kept)
    costs = [entry["ns a firm"] for entry in values.values()]
    shown = ", ".join(f"{firms} firms" for firms in values)
    note = (
        f"All sizes in turns. Dearest over cheapest of {shown}: {max(costs) / min(costs):.1f} (goal: 4). Of two "
        f"networks with 3 and 9 suppliers a firm follow {firm:.0f} ns a firm and {link:.0f} ns a link."
    )
    tables = [
        Table(
            "A month and a world against size, one thread",
            ["Firms", "Month, ns a firm", "Month, ns a link", "World, ns a firm", "World, s"],
            rows,
            note,
        ),
        Table(
            "Memory, bytes",
            ["What", "a firm", "a link", "Goal"],
            [
                *([name, f"{kept[f'{name}, a firm']:.0f}", "", ""] for name in _CHANGING),
                [
                    "what months work on",
                    f"{kept['run, a firm']:.0f}",
                    f"{kept['run, a link']:.1f}",
                    "250 and 32 with the world",
                ],
                ["the world as results show it", f"{kept['world, a firm']:.0f}", f"{kept['world, a link']:.0f}", ""],
                [
                    "together",
                    f"{kept['run, a firm'] + kept['world, a firm']:.0f}",
                    f"{kept['run, a link'] + kept['world, a link']:.0f}",
                    "",
                ],
            ],
            "From the sizes of the arrays; links that fill up runs are counted to the links.",
        ),
    ]
    return Found({"sizes": values, "split": {"ns a firm": firm, "ns a link": link}, "memory": kept}, tables)
