"""The list beside a picture: who made whom late, or, before a run, on whom many depend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from simulation.figures.drawing.canvas import text_size, write, written
from simulation.figures.drawing.cascades import Cascade
from simulation.figures.drawing.colors import INK, PALE_INK, TREES
from simulation.figures.drawing.content import Content
from simulation.figures.style import clipped
from simulation.state import Float, Index

__all__ = [
    "WIDTH",
    "Entry",
    "badge",
    "cascade_entries",
    "draw_entries",
    "draw_numbered",
    "firm_name",
    "hub_entries",
    "hubs",
]

WIDTH = 2.55
"""Inches of the list."""

_NAMED = 3
"""Late firms of a cascade that are named."""

_HUB = 3
"""Fewest buyers of a hub."""


class Entry(NamedTuple):
    """A numbered paragraph of the list."""

    title: str
    lines: tuple[str, ...]


def firm_name(content: Content, firm: int) -> str:
    """Return the name of a firm, or its row number where no installed font can write it."""
    name = str(content.firms["firm"].iat[firm])
    words = f"firm {name}" if name.isdigit() else " ".join(name.split())
    return written(words, f"firm in row {firm}")


def _place(content: Content, firm: int) -> str:
    row = content.firms.iloc[firm]
    tier = int(row["tier"])
    level = "large maker" if tier == 0 else f"tier {tier}" if tier > 0 else "no tier"
    area = written(str(row["region"]), f"region {content.groups.regions.index(str(row['region'])) + 1}")
    sector = written(str(row["sector"]), f"sector {content.groups.sectors.index(str(row['sector'])) + 1}")
    return f"{level}, {sector}, {area}"


def cascade_entries(content: Content, found: Sequence[Cascade], most: int, named: int = _NAMED) -> list[Entry]:
    """Return an entry for each of the largest cascades: the root, where it stands, whom it made late."""
    late = content.firms["late"].to_numpy(dtype=float) if found else np.zeros(0)
    entries = []
    for one in found[:most]:
        largest = one.victims[np.argsort(-late[one.victims], kind="stable")]
        names = [f"{firm_name(content, int(firm))} ({late[firm]:.1f} days)" for firm in largest[:named]]
        rest = one.victims.size - len(names)
        made = f"made {one.victims.size:,} {'firm' if one.victims.size == 1 else 'firms'} late"
        if names:
            made += ":"
        else:
            made += f", at most {late[one.victims].max():.1f} days"
        more = [f"and {rest:,} more"] if names and rest > 0 else []
        entries.append(Entry(firm_name(content, one.root), (_place(content, one.root), made, *names, *more)))
    return entries


def hubs(content: Content, most: int) -> Index:
    """Return the firms whose buyers depend on them most: critical links sold, then all links, then sales."""
    count = len(content.firms)
    supplier = content.links["supplier"].to_numpy(dtype=np.int64)
    critical = np.bincount(supplier, content.links["critical"].to_numpy(dtype=float), count)
    every = np.bincount(supplier, minlength=count)
    order = np.lexsort((-content.firms["sales"].to_numpy(dtype=float), -every, -critical))
    return order[:most][every[order[:most]] >= _HUB]


def hub_entries(content: Content, firms: Index) -> list[Entry]:
    """Return an entry for each hub: where it stands, how many buy from it and cannot do without."""
    supplier = content.links["supplier"].to_numpy(dtype=np.int64)
    is_critical = content.links["critical"].to_numpy() > 0
    entries = []
    for firm in firms:
        mine = supplier == firm
        critical = int((mine & is_critical).sum())
        sells = f"{int(mine.sum()):,} buyers; {critical:,} cannot do without it"
        entries.append(Entry(firm_name(content, int(firm)), (_place(content, int(firm)), sells)))
    return entries


def badge(axes: Axes, x: float, y: float, number: int, color: str, radius: float = 0.085) -> None:
    """Draw a numbered disc."""
    axes.scatter(
        [x], [y], s=np.pi * (72.0 * radius) ** 2, c=color, edgecolors="white", linewidths=0.8, zorder=7, clip_on=False
    )
    axes.text(
        x, y, str(number), fontsize=7.5, fontweight="bold", color="white", ha="center", va="center_baseline", zorder=8
    )


def draw_numbered(
    axes: Axes, content: Content, found: Sequence[Cascade], position: Float, area: Float,
    box: tuple[float, float, float],
) -> list[int]:  # fmt: skip
    """Write the list in a box (left, top, bottom), number its firms in the picture and return them.

    Parameters
    ----------
    area : (n,) square points of the dots, which the numbers cover
    """
    if found:
        heading, entries = "Who is late\nbecause of whom", cascade_entries(content, found, len(TREES))
        firms = [one.root for one in found]
    else:
        chosen = hubs(content, len(TREES))
        heading, entries = "On whom most\nbuyers depend", hub_entries(content, chosen)
        firms = [int(firm) for firm in chosen]
    if content.has_lateness and not found:
        heading = f"Nobody is late because\nof another firm.\n\n{heading}"
    rest = ""
    if len(found) > len(entries):
        others = sum(one.victims.size for one in found[len(entries) :])
        rest = f"{len(found) - len(entries):,} other firms made {others:,} firms late"
    colors = TREES if found else (INK,) * len(TREES)
    heading = (
        heading
        if entries
        else heading.split("\n\n")[0]
        if content.has_lateness
        else f"No firm has {_HUB}\nor more buyers"
    )
    count = _draw_list(axes, heading, entries, colors, box, rest)
    for rank, firm in enumerate(firms[:count]):
        x, y = position[firm]
        radius = max(0.08, float(np.sqrt(area[firm] / np.pi)) / 72.0)
        badge(axes, float(x), float(y), rank + 1, colors[rank], radius)
    return firms[:count]


def _draw_list(
    axes: Axes, heading: str, entries: Sequence[Entry], colors: Sequence[str], box: tuple[float, float, float],
    rest: str,
) -> int:  # fmt: skip
    """Write a heading, entries as far as there is room, and a last line; return the number of entries."""
    x, y, bottom = box
    write(axes, x, y, heading, 9.0, weight="bold", va="top")
    y += 0.16 * (heading.count("\n") + 1) + 0.1
    count, y = draw_entries(axes, entries, (x, y, bottom - 0.16), first=1, colors=colors)
    if rest:
        write(axes, x, y + 0.07, rest, 7.2, color=PALE_INK, va="top")
    return count


def draw_entries(
    axes: Axes, entries: Sequence[Entry], box: tuple[float, float, float], *, first: int, colors: Sequence[str]
) -> tuple[int, float]:
    """Write entries in a box (left, top, bottom) as far as there is room; return their number and where they end."""
    x, y, bottom = box
    for count, entry in enumerate(entries):
        need = 0.17 + 0.128 * len(entry.lines) + 0.09
        if y + need > bottom:
            return count, y
        badge(axes, x + 0.09, y + 0.085, first + count, colors[count])
        write(axes, x + 0.24, y + 0.085, _fitted(entry.title, 8.2, "bold"), 8.2, weight="bold")
        for place, line in enumerate(entry.lines):
            write(axes, x + 0.24, y + 0.235 + 0.128 * place, _fitted(line, 7.2), 7.2, color=PALE_INK)
        y += need
    return len(entries), y


def _fitted(text: str, size: float, weight: str = "normal") -> str:
    """Return a text cut to the width of the list."""
    letters = len(text)
    while letters > 4 and text_size(clipped(text, letters), size, weight)[0] > WIDTH - 0.3:
        letters -= 1
    return clipped(text, letters)
