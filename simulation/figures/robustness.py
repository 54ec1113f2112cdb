"""Scenarios over the states of the world: their regret, and how each metric ranks them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from simulation.experiments.robustness.result import Robustness
from simulation.experiments.words import percent
from simulation.figures.style import BLACK, BLUE, SKY, VERMILION, clipped, finish, new_figure, styled

__all__ = ["draw_ranks", "draw_regret"]

_LETTERS = 26
_MARKED = (0.5, 0.9, 1.0)
"""Quantiles of regret that are marked: the median, and what two of the metrics look at."""


def _word(name: str) -> str:
    return clipped(name.replace("_", " "), _LETTERS)


def draw_regret(found: Robustness) -> Figure:
    """Return how much regret each scenario has over the points, the scenario with the least maximum first."""
    regret = found.regret()
    order = np.argsort(regret.max(axis=1), kind="stable")
    with styled():
        figure = new_figure(9.0, 1.7 + 0.62 * len(order), f"Regret: {found.label}")
        axes = figure.subplots()
        for place, s in enumerate(order):
            _strip(axes, place, regret[s])
        axes.set_yticks(range(len(order)), [_word(found.scenarios[s]) for s in order])
        axes.set_ylim(len(order) - 0.4, -0.6)
        axes.set_xlim(-0.02 * max(float(regret.max()), 1e-12), 1.05 * max(float(regret.max()), 1e-12))
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x")
        axes.set_xlabel(f"what it lacks to the best scenario in the same state, {found.unit}")
        finish(
            figure,
            f"{found.points:,} points of the sweep, mean over {found.replications} replications at each; a dot per "
            "point. Marks: median (black), 90th percentile (blue), maximum (red). Regret depends on which "
            "scenarios are compared.",
        )
    return figure


def _strip(axes: Axes, place: int, regret: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    """Draw the regret of one scenario as dots that are spread evenly, and three quantiles."""
    spread = 0.28 * (2.0 * ((np.arange(regret.size) * 0.6180339887) % 1.0) - 1.0)
    axes.plot(regret, place + spread, "o", color=SKY, markersize=2.6, alpha=0.55, markeredgewidth=0.0)
    for level, color in zip(_MARKED, (BLACK, BLUE, VERMILION), strict=True):
        value = float(np.quantile(regret, level))
        axes.plot([value, value], [place - 0.36, place + 0.36], color=color, linewidth=2.2)


def draw_ranks(found: Robustness) -> Figure:
    """Return a table of scenarios by metrics: rank as colour, with the value and the probability of being the best."""
    ranks, n_scenarios = found.ranks, len(found.scenarios)
    known = [m for m in range(len(found.metrics)) if np.isfinite(found.score[m]).any()]
    colors = LinearSegmentedColormap.from_list("ranks", ["#2b7bba", "#f7f7f7"])
    with styled():
        figure = new_figure(3.4 + 1.25 * max(n_scenarios, 3), 1.9 + 0.4 * len(known), f"Robustness: {found.label}")
        axes = figure.subplots()
        image = np.full((len(known), n_scenarios), np.nan)
        for row, m in enumerate(known):
            sign = found.sign(found.metrics[m])
            image[row] = (ranks[m] - 1.0) / max(1, n_scenarios - 1)
            for s in range(n_scenarios):
                if not np.isfinite(found.score[m, s]):
                    continue
                text = f"{sign * found.score[m, s]:.3g}".replace("-", "−") + f"\n{percent(found.best[m, s])}"
                color = "white" if image[row, s] < 0.3 else BLACK
                weight = "bold" if ranks[m, s] == 1.0 else "normal"
                axes.text(s, row, text, ha="center", va="center", fontsize=7.8, color=color, fontweight=weight)
        axes.imshow(image, cmap=colors, vmin=0.0, vmax=1.0, aspect="auto")
        axes.set_xticks(range(n_scenarios), [_wrapped(name) for name in found.scenarios], fontsize=8.5)
        axes.xaxis.tick_top()
        axes.set_yticks(
            range(len(known)), [f"{found.metrics[m].label} {_arrow(found, m)}" for m in known], fontsize=8.5
        )
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_xticks(np.arange(n_scenarios + 1) - 0.5, minor=True)
        axes.set_yticks(np.arange(len(known) + 1) - 0.5, minor=True)
        axes.grid(which="minor", color="white", linewidth=2.0)
        axes.tick_params(which="minor", length=0)
        finish(
            figure,
            f"Darker: better rank, bold the best. Above: the metric's value (↓ less is better); below: how often it is "
            f"the best when {found.points:,} points and {found.replications} replications are drawn anew. Values in "
            f"{found.unit} where the metric has a unit.",
        )
    return figure


def _wrapped(name: str) -> str:
    words = _word(name).split(" ")
    half = -(-len(words) // 2)
    return " ".join(words[:half]) + ("\n" + " ".join(words[half:]) if len(words) > 1 else "")


def _arrow(found: Robustness, m: int) -> str:
    return "↓" if found.sign(found.metrics[m]) < 0.0 else "↑"
