"""The goals for speed beside what was measured, each with a verdict."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.timing import Found, Table

__all__ = ["goals"]

Row = tuple[str, float, float, bool]
"""Goal in words, wanted, measured, and whether more is better."""


def _bound(values: Mapping[str, Any]) -> Iterator[Row]:
    for firms, entry in values.items():
        yield f"month over traffic skeleton, {int(firms):,} firms, at most", 2.0, entry["ratio"], False


def _peers(values: Mapping[str, Any]) -> Iterator[Row]:
    wanted = (("NumPy and scipy.sparse", "10000", 12.0), ("NumPy and scipy.sparse", "1000000", 12.0))
    for name, firms, least in (*wanted, ("Mesa agents", "10000", 2000.0)):
        if name in values["ratios"].get(firms, {}):
            yield f"{name} over the engine, {int(firms):,} firms, at least", least, values["ratios"][firms][name], True


def _scaling(values: Mapping[str, Any]) -> Iterator[Row]:
    costs = [entry["ns a firm"] for entry in values["sizes"].values()]
    sizes = [int(firms) for firms in values["sizes"]]
    yield (
        f"dearest over cheapest firm-month, {min(sizes):,} to {max(sizes):,}, at most",
        4.0,
        max(costs) / min(costs),
        False,
    )
    kept = values["memory"]
    yield "bytes a firm, run and world, at most", 250.0, kept["run, a firm"] + kept["world, a firm"], False
    yield "bytes a link, run and world, at most", 32.0, kept["run, a link"] + kept["world, a link"], False


def _batches(values: Mapping[str, Any]) -> Iterator[Row]:
    for text, key, wanted, is_more_better in (
        ("two threads across whole runs, at least", "the same, world built for it: gain of two threads", 1.85, True),
        ("world building, share of a single run, at most", "share of building", 0.2, False),
        ("structure and record, share over months, at most", "overhead of a run's record", 0.1, False),
        ("batches on two threads over Mesa agents, at least", "agents over a batch", 5000.0, True),
    ):
        if key in values:
            yield text, wanted, values[key], is_more_better


def _startup(values: Mapping[str, Any]) -> Iterator[Row]:
    for name, most in (("first run, no machine code on disk", 30.0), ("first run, machine code on disk", 0.5)):
        if name in values:
            yield f"{name}, s, at most", most, values[name], False


def _threads(values: Mapping[str, Any]) -> Iterator[Row]:
    for firms, gain in values.items():
        if int(firms) >= 1_000_000:
            yield f"two threads inside a run of {int(firms):,} firms, at least", 1.7, gain, True


def _lanes(values: Mapping[str, Any]) -> Iterator[Row]:
    for name, wanted in (("links are fixed", 4.0), ("partners are replaced", 1.5)):
        for firms in (500, 2_000):
            if f"{firms} firms, {name}" in values:
                of = f"runs side by side over one after the other, {firms:,} firms"
                yield f"{of}, where {name}, at least", wanted, values[f"{firms} firms, {name}"], True


def _beside(values: Mapping[str, Any]) -> Iterator[Row]:
    for name, ratio in values.items():
        if name.startswith("step over month"):
            yield f"SupplyChainModel.{name}, at most", 1.02, ratio, False
    yield "networkx's generator over our world, at least", 50.0, values["networkx over world"], True


_OF = {
    "threads": _threads,
    "lanes": _lanes,
    "beside": _beside,
    "bound": _bound,
    "peers": _peers,
    "scaling": _scaling,
    "batches": _batches,
    "startup": _startup,
}


def goals(benchmarks: Mapping[str, Any]) -> Found:
    """Return every goal whose benchmark has run, with what was measured."""
    found = [row for name, rows in _OF.items() if name in benchmarks for row in rows(benchmarks[name]["values"])]
    rows, met = [], {}
    is_busy = benchmarks.get("batches", {}).get("load", 0.0) > (os.cpu_count() or 1) + 0.5
    for text, wanted, measured, is_more_better in found:
        is_met = measured >= wanted if is_more_better else measured <= wanted
        verdict = "met" if is_met else "missed"
        if text.startswith("two threads") and is_busy and not is_met:
            verdict = "undecided: no idle processor"
        met[text] = verdict
        rows.append(
            [
                text,
                f"{wanted:g}",
                f"{measured:,.3g}" if measured < 1000 else f"{measured:,.0f}",
                verdict,
            ]
        )
    return Found(met, [Table("Goals", ["Goal", "Wanted", "Measured", "Verdict"], rows)])
