"""The one figure that matters: what each scenario changes in adoption, use, quality and schedule, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from simulation.experiments.comparison import Comparison
from simulation.figures.differences import draw_outcomes
from simulation.figures.style import scenario_label
from simulation.texts import say, word

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TITLE", "answering", "caption", "draw"]

TITLE = "What changes, and how surely"
_CHOSEN = ("user_gap", "sme_defect_ppm", "sme_late_days")
_INSTEAD = ("adopter_gap", "large_defect_ppm", "large_late_days", "additional_adopters")
_PANELS = 4


def answering(outcomes: list[str]) -> list[str]:
    """Return the outcomes by which the question is answered, of those that there are."""
    makers = [name for name in outcomes if name.startswith("sme_") and name.endswith("_adopters")][:1]
    chosen = [*makers, *(name for name in _CHOSEN if name in outcomes)]
    spare = [name for name in _INSTEAD if name in outcomes]
    return [*chosen, *spare[: _PANELS - len(chosen)]] if len(chosen) < _PANELS else chosen


def caption(comparison: Comparison) -> str:
    """Return what the figure shows, for people."""
    return say("figure.answer_caption", baseline=scenario_label(comparison.baseline))


def draw(comparison: Comparison, table: pd.DataFrame | None = None) -> Figure:
    """Return the figure: paired differences with 95 % intervals of four outcomes, a row per scenario.

    ``table`` is ``comparison.differences()``, for callers that have it already.

    Raises
    ------
    InputError
        Where there is nothing to compare the baseline with.
    """
    frame = comparison.differences() if table is None else table
    names = list(dict.fromkeys(frame["outcome"])) if len(frame) else []
    return draw_outcomes(comparison, frame, answering(names), word(TITLE), columns=_PANELS)
