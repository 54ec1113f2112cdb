"""The note below a picture: which network, at which moment, what is drawn and what is left out."""

from __future__ import annotations

import numpy as np

from simulation.figures.drawing.canvas import written
from simulation.figures.drawing.content import Content
from simulation.figures.drawing.grid import Cells
from simulation.texts import say, word

__all__ = ["note_of"]


def note_of(content: Content, cells: Cells | None, drawn: str) -> str:
    """Return the note: scenario, seed and moment, sizes, what is drawn, how to read lateness, what is left out."""
    title = written(content.title, word("A scenario whose name no installed font can write"))
    count = len(content.firms)
    parts = [
        say(
            "network.part" if content.rule else "network.whole",
            title=title,
            moment=content.moment,
            n=f"{count:,}",
            whole=f"{content.whole:,}",
            links=f"{len(content.links):,}",
        )
    ]
    if content.kind not in (None, "production"):
        parts.append(say("network.kind", kind=content.kind.replace("_", " ")))
    if cells is not None:
        parts.append(_flow(content, cells))
    parts.append(drawn)
    if content.has_lateness:
        late, inherited = int(content.is_late.sum()), int(content.is_inherited.sum())
        parts.append(
            say("network.late", late=f"{late:,}", inherited=f"{inherited:,}", tolerance=f"{content.tolerance:g}")
        )
    if content.rule:
        parts.append(say("network.chosen", rule=content.rule))
    parts.append(say("network.one_run" if content.has_lateness else "network.no_run"))
    return " ".join(parts)


def _flow(content: Content, cells: Cells) -> str:
    """Return which part of the goods flows to the right, and what a tier is."""
    value = content.links["value"].to_numpy(dtype=float)
    if value.sum() <= 0.0:
        return say("network.no_goods")
    supplier, buyer = (cells.column[content.links[end].to_numpy(dtype=np.int64)] for end in ("supplier", "buyer"))
    right, inside = (
        100.0 * float(value[chosen].sum()) / float(value.sum()) for chosen in (buyer > supplier, buyer == supplier)
    )
    return say("network.flow", right=f"{right:.0f}", inside=f"{inside:.0f}")
