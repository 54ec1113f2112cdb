"""What is known of the largest unknown: how far partners' adoption influences a firm's own."""

from __future__ import annotations

from simulation.report.view import View, is_clear
from simulation.texts import say
from simulation.texts.numbers import fixed

__all__ = ["influence_line"]


def influence_line(view: View) -> str:
    """Return what a comparison says of influence: not varied, or what its absence changes."""
    first, *others = view.cases
    if not first.has_influence:
        return say("hangs.influence_none", baseline=first.label)
    text = say("hangs.influence")
    rows = view.rows("additional_adopters", [case for case in others if not case.has_influence and not case.is_policy])
    if not rows:
        return say("hangs.influence_fixed", first=text)
    row = rows[0]
    label = view.label(row["scenario"])
    if not is_clear(row["low"], row["high"]):
        return say("hangs.influence_unclear", first=text, label=label, baseline=first.label)
    low, high = sorted((abs(row["low"]), abs(row["high"])))
    return say(
        "hangs.influence_more" if row["difference"] > 0.0 else "hangs.influence_fewer",
        first=text,
        label=label,
        size=fixed(abs(row["difference"]), 0),
        low=fixed(low, 0),
        high=fixed(high, 0),
        start=fixed(row["mean_baseline"], 0),
    )
