"""The note below a picture: which network, at which moment, what is drawn and what is left out."""

from __future__ import annotations

import numpy as np

from simulation.figures.drawing.canvas import written
from simulation.figures.drawing.content import Content
from simulation.figures.drawing.grid import Cells

__all__ = ["note_of"]


def note_of(content: Content, cells: Cells | None, drawn: str) -> str:
    """Return the note: scenario, seed and moment, sizes, what is drawn, how to read lateness, what is left out."""
    title = written(content.title, "A scenario whose name no installed font can write")
    count = len(content.firms)
    firms = f"{count:,} of {content.whole:,}" if content.rule else f"all {count:,}"
    parts = [f"{title}, {content.moment}: {firms} firms and {len(content.links):,} links between them."]
    if content.kind not in (None, "production"):
        parts.append(f"Kind of network: {content.kind.replace('_', ' ')}.")
    if cells is not None:
        parts.append(f"{_flow(content, cells)}; tiers count the links to the nearest large manufacturer.")
    parts.append(drawn)
    if content.has_lateness:
        late, inherited = int(content.is_late.sum()), int(content.is_inherited.sum())
        parts.append(
            f"Last delivery of the month: {late:,} firms late at all, {inherited:,} of them because of a supplier "
            f"whose earlier delivery was late (measures count as late what is more than {content.tolerance:g} "
            f"{'day' if content.tolerance == 1 else 'days'} late)."
        )
    if content.rule:
        parts.append(f"Chosen were {content.rule}; shares in the picture are not those of the whole network.")
    parts.append("One run, so no interval." if content.has_lateness else "No run yet: nobody is late.")
    return " ".join(parts)


def _flow(content: Content, cells: Cells) -> str:
    """Return which part of the goods flows to the right."""
    value = content.links["value"].to_numpy(dtype=float)
    if value.sum() <= 0.0:
        return "There are no goods"
    supplier, buyer = (cells.column[content.links[end].to_numpy(dtype=np.int64)] for end in ("supplier", "buyer"))
    right, inside = (
        100.0 * float(value[chosen].sum()) / float(value.sum()) for chosen in (buyer > supplier, buyer == supplier)
    )
    return f"{right:.0f} % of the goods by value flow to the right, {inside:.0f} % stay in a column"
