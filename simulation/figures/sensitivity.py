"""What moves an outcome: curves of single factors, elementary effects, Sobol indices, distances of distributions."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simulation.experiments.sensitivity.analysis import Sensitivity
from simulation.experiments.sensitivity.morris import ElementaryEffects
from simulation.experiments.sensitivity.noise import Noise
from simulation.experiments.sensitivity.one_at_a_time import Curve, OneAtATime
from simulation.experiments.sensitivity.pawn import Pawn
from simulation.experiments.sensitivity.sobol import SobolIndices
from simulation.experiments.words import percent
from simulation.figures.style import BLUE, GREY, LIGHT, SKY, VERMILION, annotate, clipped, finish, new_figure, styled
from simulation.state import Float

__all__ = ["draw_curves", "draw_distances", "draw_effects", "draw_indices", "draw_sensitivity"]

_MOST = 20
"""Factors that a figure shows, the largest first."""

_LETTERS = 38
_COLUMNS = 3
_LEVELS = 7
"""Levels in words that are written below an axis; more are numbered."""


def draw_sensitivity(found: Sensitivity) -> Figure:
    """Return the figure of a sensitivity analysis."""
    match found:
        case OneAtATime():
            return draw_curves(found)
        case ElementaryEffects():
            return draw_effects(found)
        case SobolIndices():
            return draw_indices(found)
        case Pawn():
            return draw_distances(found)


def _noise_note(noise: Noise) -> str:
    if noise.replications < 2:
        return "One replication: the share of luck is not known."
    return (
        f"Luck: {percent(noise.share)} of the variance of a run "
        f"({percent(noise.low)} to {percent(noise.high)}), {percent(noise.of_mean)} of the mean over "
        f"{noise.replications} replications."
    )


def _others(count: int) -> str:
    return f" The {count - _MOST} smallest of {count} factors are left out." if count > _MOST else ""


def _name(label: str) -> str:
    """Return a label on two lines where it is long."""
    return "\n".join(textwrap.wrap(label, _LETTERS, max_lines=2, placeholder="…", break_long_words=False))


def draw_curves(found: OneAtATime) -> Figure:
    """Return a panel per factor, the widest range first: means with intervals, the default marked, on one scale."""
    order = found.ranges()["factor"].tolist()[:_MOST]
    curves = sorted(
        (curve for curve in found.curves if curve.factor.name in order),
        key=lambda curve: order.index(curve.factor.name),
    )
    n_rows = -(-len(curves) // _COLUMNS)
    with styled():
        figure = new_figure(10.0, 1.1 + 2.3 * n_rows, f"One factor at a time: {found.label}")
        panels = figure.subplots(n_rows, _COLUMNS, sharey=True, squeeze=False)
        for axes, curve in zip(panels.flat, curves, strict=False):
            _curve(axes, curve)
        for axes in panels.flat[len(curves) :]:
            axes.set_visible(False)
        for axes in panels[:, 0]:
            axes.set_ylabel(found.unit)
        interval = (
            f"bands and lines: {percent(found.confidence)} confidence interval (t) of each mean, with luck "
            "that all points share"
            if found.replications > 1
            else "no intervals from one replication"
        )
        finish(
            figure,
            f"Means over {found.replications} common seeds; {interval}; red: the default, at which the others stay. "
            f"Bold: the range can be told from luck.{_others(len(found.curves))}",
        )
    return figure


def _curve(axes: Axes, curve: Curve) -> None:
    levels = curve.levels
    is_range = all(isinstance(level, int | float) and not isinstance(level, bool) for level in levels)
    x = np.array(levels, float) if is_range else np.arange(len(levels), dtype=float)
    mean, low, high = curve.mean.T
    if is_range:
        axes.fill_between(x, low, high, color=SKY, alpha=0.3, linewidth=0.0)
        axes.plot(x, mean, color=BLUE, marker="o", markersize=3.5)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
        if curve.factor.is_logarithmic and (x > 0.0).all():
            axes.set_xscale("log")
    else:
        axes.vlines(x, low, high, color=BLUE, linewidth=1.4)
        axes.plot(x, mean, "o", color=BLUE, markersize=5.0)
        axes.set_xlim(-0.5, len(levels) - 0.5)
        names = [clipped(str(level), 12) if len(levels) <= _LEVELS else str(k) for k, level in enumerate(levels)]
        axes.set_xticks(x, names, fontsize=8.0)
    axes.plot(x[curve.default], mean[curve.default], "o", color=VERMILION, markersize=6.5, zorder=4)
    is_clear = curve.span_low > 0.0
    title = "\n".join(textwrap.wrap(clipped(curve.factor.label or curve.factor.name, 64), 34))
    axes.set_title(title, fontsize=9.5, fontweight="bold" if is_clear else "normal")
    axes.set_xlabel(curve.factor.unit, fontsize=8.5)
    axes.grid(axis="y")


def draw_effects(found: ElementaryEffects) -> Figure:
    """Return mu* with intervals as bars, and mu* against sigma."""
    order = np.argsort(-found.mu_star, kind="stable")[:_MOST]
    names = [_name(found.labels[j]) for j in order]
    with styled():
        names = [f"{name}  {place}" for place, name in enumerate(names, start=1)]
        figure = new_figure(11.0, max(3.6, 1.6 + 0.36 * len(order)), f"Elementary effects: {found.label}")
        bars, plane = figure.subplots(1, 2, width_ratios=(1.0, 1.0))
        _bars(bars, names, found.mu_star[order], found.mu_star_half[order], BLUE)
        bars.set_xlabel(f"mu*: mean absolute effect of the whole range, {found.unit}")
        bars.set_xlim(left=0.0)
        _plane(plane, found, order.tolist())
        finish(
            figure,
            f"{found.trajectories} trajectories; lines: {percent(found.confidence)} interval by resampling them. "
            "Above the dashed line effects depend on where the other factors stand, or bend; below a twentieth of the "
            f"largest points have no number. {_noise_note(found.noise)}{_others(len(found.names))}",
        )
    return figure


def _plane(axes: Axes, found: ElementaryEffects, order: Sequence[int]) -> None:
    known = [j for j in order if np.isfinite(found.sigma[j])]
    far = 1.15 * max(float(found.mu_star.max()), float(np.nanmax(found.sigma, initial=0.0)), 1e-12)
    axes.plot([0.0, far], [0.0, far], color=GREY, linewidth=0.9, linestyle=(0, (3.0, 2.0)))
    axes.set_xlim(0.0, far)
    axes.set_ylim(-0.02 * far, far)
    for j in known:
        axes.plot(found.mu_star[j], found.sigma[j], "o", color=BLUE, markersize=6.0, clip_on=False)
        if found.mu_star[j] > 0.05 * found.mu_star.max():
            place = 1 + order.index(j)
            annotate(axes, str(place), found.mu_star[j], found.sigma[j], where="above")
    axes.set_xlabel(f"mu*, {found.unit}")
    axes.set_ylabel(f"sigma: scatter of the effects, {found.unit}")
    axes.grid()
    if not known:
        axes.text(0.5 * far, 0.5 * far, "groups have no sigma", ha="center", color=GREY)


def draw_indices(found: SobolIndices) -> Figure:
    """Return bars of total and first-order indices with intervals, and of luck."""
    order = np.argsort(-found.total, kind="stable")[:_MOST]
    names = [_name(found.labels[j]) for j in order]
    noise = found.noise
    has_noise = noise.replications > 1
    with styled():
        figure = new_figure(9.0, max(3.2, 1.7 + 0.44 * (len(order) + has_noise)), f"Sobol indices: {found.label}")
        axes = figure.subplots()
        y = np.arange(len(order), dtype=float)
        for shift, index, half, color, label in (
            (-0.19, found.total, found.total_half, BLUE, "total: with all interactions"),
            (0.19, found.first, found.first_half, SKY, "first order: alone"),
        ):
            axes.barh(y + shift, index[order], 0.36, color=color, label=label)
            axes.errorbar(
                index[order], y + shift, xerr=half[order], fmt="none", ecolor="black", elinewidth=1.0, capsize=2.0
            )
        if has_noise:
            y = np.append(y, len(order) + 0.25)
            axes.barh(y[-1], noise.of_mean, 0.5, color=LIGHT, edgecolor=GREY, hatch="///", linewidth=0.6)
            names.append("Luck, in the mean over replications")
        axes.set_yticks(y, names)
        axes.set_ylim(y[-1] + 0.6, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.axvline(0.0, color=GREY, linewidth=0.9)
        axes.set_xlim(min(0.0, 1.05 * float((found.first - found.first_half)[order].min())))
        axes.set_xlabel("share of the variance")
        axes.grid(axis="x")
        axes.legend(loc="lower right", fontsize=8.5, frameon=False)
        finish(
            figure,
            f"{found.blocks:,} Saltelli blocks, common seeds within each; lines: {percent(found.confidence)} "
            f"interval by resampling blocks. {_noise_note(noise)}{_others(len(found.names))}",
        )
    return figure


def draw_distances(found: Pawn) -> Figure:
    """Return the distances of distributions beside what no effect would reach, and first-order shares."""
    order = np.argsort(-found.distance, kind="stable")[:_MOST]
    names = [_name(found.labels[j]) for j in order]
    with styled():
        figure = new_figure(11.0, max(3.2, 1.6 + 0.36 * len(order)), f"What moves {found.label}")
        distances, shares = figure.subplots(1, 2, sharey=True)
        _bars(distances, names, found.distance[order], found.half[order], BLUE)
        for place, floor in enumerate(found.floor[order]):
            distances.plot([floor, floor], [place - 0.4, place + 0.4], color=VERMILION, linewidth=2.0)
        distances.set_xlim(left=0.0)
        distances.set_xlabel("distance of the outcome's distribution (PAWN)")
        _bars(shares, names, found.first[order], found.first_half[order], SKY)
        shares.set_xlabel("share of the variance that the factor explains alone")
        finish(
            figure,
            f"{found.points:,} points; lines: {percent(found.confidence)} interval by resampling them; red: what "
            f"95 % of factors without effect stay below. {_noise_note(found.noise)}{_others(len(found.names))}",
        )
    return figure


def _bars(axes: Axes, names: Sequence[str], values: Float, half: Float, color: str) -> None:
    y = np.arange(len(names))
    axes.barh(y, values, 0.62, color=color)
    axes.errorbar(values, y, xerr=half, fmt="none", ecolor="black", elinewidth=1.0, capsize=2.0)
    axes.axvline(0.0, color=GREY, linewidth=0.9)
    axes.set_yticks(y, names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
