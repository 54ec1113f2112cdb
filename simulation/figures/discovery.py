"""What tells cases from other points: a box with its trajectory and main factors, or the leaves of a tree."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simulation.errors import InputError
from simulation.experiments.discovery.box import Space, space_of
from simulation.experiments.discovery.boxes import Found, Prim
from simulation.experiments.discovery.cases import Cases
from simulation.experiments.discovery.tree import Tree
from simulation.experiments.words import percent
from simulation.figures.style import BLACK, BLUE, GREY, LIGHT, SKY, VERMILION, clipped, finish, new_figure, styled

__all__ = ["draw_box", "draw_tree"]

_LETTERS = 30
_DOTS = 3000
"""Points that are drawn of each kind at most."""


def draw_box(result: Prim, number: int = 1) -> Figure:
    """Return one box: where it lies on its trajectory, its ranges, and the points in its two main factors.

    Raises
    ------
    InputError
        Where there is no box of this number.
    """
    if not 1 <= number <= len(result.found):
        message = f"there are boxes 1 to {len(result.found)}; there is no box {number}"
        raise InputError(message)
    found, space = result.found[number - 1], space_of(result.cases.sample)
    n_limits = len(found.restrictions)
    with styled():
        title = f"Where {result.cases.where}: box {number} of {len(result.found)}"
        figure = new_figure(13.0, max(4.4, 1.8 + 0.75 * n_limits), title)
        trajectory, ranges, scatter = figure.subplots(1, 3, width_ratios=(1.1, 1.1, 1.0))
        _trajectory(trajectory, found)
        _ranges(ranges, found, space)
        _scatter(scatter, result, found, space)
        cases = result.cases
        finish(
            figure,
            f"{_counts(cases)} Box: coverage {percent(found.coverage)}, density {percent(found.density)}, "
            f"mass {percent(found.mass)}, of the points by which it was found; p: quasi-p-value of a restriction. "
            f"As good a box among cases dealt at random: {percent(found.chance)} of searches.",
        )
    return figure


def _counts(cases: Cases) -> str:
    return (
        f"{cases.count:,} cases among {cases.share.size:,} points; at {cases.disagreeing:,} the {cases.replications} "
        "replications disagree."
    )


def _trajectory(axes: Axes, found: Found) -> None:
    coverage, density, _, restricted = found.trajectory.T
    axes.plot(coverage, density, color=LIGHT, linewidth=1.2, zorder=1)
    many = max(1.0, float(restricted.max()))
    dots = axes.scatter(coverage, density, c=restricted, cmap="cividis", s=26.0, vmin=0.0, vmax=many, zorder=2)
    axes.plot(*found.trajectory[found.chosen, :2], "o", markersize=11.0, markerfacecolor="none", markeredgecolor=BLACK)
    axes.plot(found.coverage, found.density, "*", color=VERMILION, markersize=13.0, zorder=3)
    axes.set_xlim(0.0, 1.04)
    axes.set_ylim(0.0, 1.04)
    axes.set_xlabel("coverage: part of the cases inside")
    axes.set_ylabel("density: part inside that are cases")
    axes.set_title("Boxes peeled (○ taken, ★ at last)")
    axes.grid()
    figure = axes.get_figure(root=True)
    if figure is not None:
        ticks = np.unique(np.linspace(0.0, many, min(6, int(many) + 1)).round())
        figure.colorbar(dots, ax=axes, label="factors restricted", ticks=ticks, pad=0.02, fraction=0.06)


def _ranges(axes: Axes, found: Found, space: Space) -> None:
    """Draw each restriction within the whole range of its factor, or within its levels."""
    for place, limit in enumerate(found.restrictions):
        j = space.factors.index(limit.factor)
        axes.barh(place, 1.0, 0.34, color=LIGHT)
        levels = space.levels[j]
        if levels is not None:
            width = 1.0 / len(levels)
            for k, level in enumerate(levels):
                if limit.levels is not None and level in limit.levels:
                    axes.barh(place, width, 0.34, left=k * width, color=BLUE)
                axes.text((k + 0.5) * width, place + 0.2, clipped(str(level), 12), ha="center", va="top", fontsize=7.5)
        else:
            column = space.columns[:, j]
            low, high = float(column.min()), float(column.max())
            left, right = ((np.clip(end, low, high) - low) / (high - low) for end in (limit.low, limit.high))
            axes.barh(place, right - left, 0.34, left=left, color=BLUE)
            axes.text(0.0, place + 0.2, f"{low:.3g}", ha="left", va="top", fontsize=7.5, color=GREY)
            axes.text(1.0, place + 0.2, f"{high:.3g}", ha="right", va="top", fontsize=7.5, color=GREY)
        factor = limit.factor
        words = f"{clipped(factor.label or factor.name, 44)} {clipped(limit.asked, 44)}"
        name = "\n".join(textwrap.wrap(words, 46))
        axes.text(0.0, place - 0.21, name, ha="left", va="bottom", fontsize=8.5, fontweight="bold", linespacing=1.1)
        axes.text(1.03, place, f"p {found.quasi_p[place]:.1g}", ha="left", va="center", fontsize=8.0, color=GREY)
    axes.set_xlim(-0.02, 1.24)
    axes.set_ylim(max(3, len(found.restrictions)) - 0.35, -0.75)
    axes.set_title("What the box asks")
    axes.axis("off")


def _scatter(axes: Axes, result: Prim, found: Found, space: Space) -> None:
    """Draw the points in the two factors without which the box would lose most density."""
    order = np.argsort([without[1] for without in found.without], kind="stable")
    main = [space.factors.index(found.restrictions[int(k)].factor) for k in order[:2]]
    if len(main) == 1:
        main.append(next((j for j in range(len(space.factors)) if j != main[0]), main[0]))
    x, y = (_jittered(space, j) for j in main)
    is_case = result.cases.is_case
    for chosen, color, marker, label in ((~is_case, SKY, "o", "other points"), (is_case, VERMILION, "s", "cases")):
        kept = np.flatnonzero(chosen)[:_DOTS]
        axes.plot(
            x[kept], y[kept], marker, color=color, markersize=3.0, alpha=0.65, linestyle="none", label=label,
            markeredgewidth=0.0,
        )  # fmt: skip
    for j, axis in zip(main, (axes.xaxis, axes.yaxis), strict=True):
        levels = space.levels[j]
        if levels is not None:
            axis.set_ticks(range(len(levels)), [clipped(str(level), 10) for level in levels])
    _outline(axes, found, space, main)
    axes.set_xlabel(_axis_label(space, main[0]))
    axes.set_ylabel(_axis_label(space, main[1]))
    axes.set_title("Its two main factors")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, fontsize=8.5, frameon=False)


def _axis_label(space: Space, j: int) -> str:
    factor = space.factors[j]
    unit = f" ({factor.unit})" if factor.unit else ""
    return f"{clipped(factor.label or factor.name, _LETTERS)}{unit}"


def _jittered(space: Space, j: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return a column, its levels spread so that points do not hide each other."""
    column = space.columns[:, j]
    if space.levels[j] is None:
        return column
    return column + 0.6 * ((np.arange(column.size) * (0.7548776662 if j % 2 else 0.5698402910)) % 1.0 - 0.5)


def _outline(axes: Axes, found: Found, space: Space, main: list[int]) -> None:
    """Draw the box's outline; a factor in words gets one per run of levels that stay."""
    spans = [_spans(found, space, j) for j in main]
    for left, right in spans[0]:
        for low, high in spans[1]:
            axes.add_patch(
                Rectangle((left, low), right - left, high - low, fill=False, edgecolor=BLACK, linewidth=1.8, zorder=5)
            )


def _spans(found: Found, space: Space, j: int) -> list[tuple[float, float]]:
    levels = space.levels[j]
    if levels is not None:
        kept = [k for k in range(len(levels)) if k not in found.box.banned[j]]
        return [(k - 0.42, k + 0.42) for k in kept]
    column = space.columns[:, j]
    low, high = float(column.min()), float(column.max())
    margin = 0.015 * (high - low)
    return [(max(low - margin, found.box.low[j]), min(high + margin, found.box.high[j]))]


def draw_tree(result: Tree) -> Figure:
    """Return the leaves of a tree as bars: density inside, coverage beside, the rule in words."""
    leaves = result.leaves
    with styled():
        figure = new_figure(10.0, 1.9 + 0.62 * len(leaves), f"Where {result.cases.where}: leaves of a tree")
        axes = figure.subplots()
        for place, leaf in enumerate(leaves):
            axes.barh(place, leaf.density, 0.36, color=BLUE if leaf.is_found else SKY)
            rule = " and ".join(map(str, leaf.restrictions)) or "always"
            axes.text(0.0, place - 0.22, textwrap.shorten(rule, 110, placeholder=" …"), va="bottom", fontsize=8.5)
            axes.text(
                leaf.density + 0.01, place, f"{percent(leaf.density)} are cases; {percent(leaf.coverage)} of "
                f"all cases, {percent(leaf.mass)} of all points", va="center", fontsize=8.0, color=GREY,
            )  # fmt: skip
        axes.set_ylim(len(leaves) - 0.5, -0.75)
        axes.set_xlim(0.0, 1.45)
        axes.set_xticks(np.linspace(0.0, 1.0, 6))
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_bounds(0.0, 1.0)
        axes.set_xlabel("density: part of the points that are cases", x=0.35)
        cases, held_out = result.cases, result.held_out_density
        judged = "none is found" if np.isnan(held_out) else f"density {percent(held_out)}"
        finish(
            figure,
            f"{_counts(cases)} Dark: most are cases; on points that the tree has not seen these together have coverage "
            f"{percent(result.held_out_coverage)}, {judged} ({result.folds}-fold cross-validation).",
        )
    return figure
