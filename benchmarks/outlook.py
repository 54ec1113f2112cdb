"""What a hundred million firms, about as many as are registered in the world, would need, from measured constants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.timing import Found, Table

__all__ = ["FIRMS", "outlook"]

FIRMS = 100_000_000
_LINKS = 5.0
_MONTHS, _START_ROUNDS, _ROUNDS = 96, 60, 4
_REGIONS_CUT = 0.3
"""Assumed part of links that cross between the nodes of a split network."""

_SHOWN = 4 + 8 + 4 + 4 + 4 * 4
"""Bytes that a firm shows its partners in a month: signal, what buyers tell, effective use, record, four rounds."""


def outlook(benchmarks: Mapping[str, Any]) -> Found:
    """Return memory and time of a run of 96 months, on one node and on eight."""
    values = benchmarks["scaling"]["values"]
    kept, sizes = values["memory"], values["sizes"]
    largest = max(sizes, key=int)
    month = FIRMS * sizes[largest]["ns a firm"] / 1e9
    run = FIRMS * (kept["run, a firm"] + _LINKS * kept["run, a link"]) / 1e9
    world = FIRMS * (kept["world, a firm"] + _LINKS * kept["world, a link"]) / 1e9
    build = FIRMS * sizes[largest]["ns to build, a firm"] / 1e9
    # Rounds alone are a part of a month; charging the start whole months is an upper bound.
    whole = month * (_MONTHS + _START_ROUNDS / _ROUNDS)
    sent = FIRMS * _SHOWN * min(1.0, _LINKS * _REGIONS_CUT) / 1e9
    cores = (1, 32)
    rows = [
        ["memory of the months, GB", f"{run:,.0f}"],
        ["memory of the world as results show it, GB", f"{world:,.0f}"],
        ["building the world, one core, minutes", f"{build / 60:,.0f}"],
        ["a month, one core, s", f"{month:,.0f}"],
        [f"start and {_MONTHS} months, one core, hours", f"{whole / 3600:,.1f}"],
        [f"the same on {cores[1]} cores, if threads scaled in full, minutes", f"{whole / 60 / cores[1]:,.0f}"],
        ["eight nodes: memory of each, GB", f"{(run + world) / 8:,.0f}"],
        ["eight nodes: what all send in a month, GB", f"{sent:,.1f}"],
        ["eight nodes: sending it at 10 GB/s a node, s a month", f"{sent / 8 / 10:.2f}"],
    ]
    table = Table(
        "What 10^8 firms and 5 x 10^8 links would need",
        ["What", "About"],
        rows,
        f"Scaled from {int(largest):,} firms. Sent: {_SHOWN} bytes a month of each firm that has a partner on another "
        f"node; {100 * _REGIONS_CUT:.0f} % of links are assumed to cross, so nearly all firms have one.",
    )
    return Found({"month s": month, "run gb": run, "world gb": world, "sent gb": sent}, [table])
