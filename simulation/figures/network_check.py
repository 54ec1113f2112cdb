"""A network before any run: partners, tiers, dependence, who sells to whom, and whether risk dies out."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from simulation.experiments.network_check.check import NetworkCheck
from simulation.figures.style import (
    BLACK,
    BLUE,
    GREY,
    LIGHT,
    VERMILION,
    annotate,
    clipped,
    finish,
    new_figure,
    styled,
)
from simulation.world.diagnosis import Diagnosis
from simulation.world.diagnosis.degrees import Degrees
from simulation.world.diagnosis.mixing import Mixing

__all__ = ["TITLE", "draw"]

TITLE = "The supplier network before the run"

_SHARES = LinearSegmentedColormap.from_list("shares", ["#ffffff", "#9ecae1", "#0072b2", "#003a5d"])
_ALL = "#a6a6a6"
"""Bars of all firms, beside blue ones of manufacturers."""

_NUMBERED = 4
"""Most classes in a table of shares whose entries are written out."""

_TIERS = 4
"""Tiers drawn by themselves; the last holds all deeper ones."""


def draw(check: NetworkCheck) -> Figure:
    """Draw what the check found, in six panels."""
    diagnosis, setting = check.diagnosis, check.setting
    with styled():
        figure = new_figure(11.0, 7.4, TITLE)
        panels = figure.subplots(2, 3)
        figure.set_layout_engine("constrained", w_pad=0.12, h_pad=0.1)
        _partners(panels[0, 0], diagnosis)
        _tiers(panels[0, 1], diagnosis)
        _dependence(panels[0, 2], diagnosis)
        _mixing(panels[1, 0], diagnosis.sectors, "sectors")
        _mixing(panels[1, 1], diagnosis.regions, "regions")
        _reproduction(panels[1, 2], check)
        name = clipped(setting.scenario.replace("_", " "), 40)
        what = "read from tables" if setting.is_own_data else f"generated with seed {setting.network_seed}"
        components = diagnosis.components
        loops = (
            f"{100.0 * components.core:.1f} % of the firms are in the core, in which goods can return to everybody"
            if components.has_loops
            else "goods never return to a firm"
        )
        finish(
            figure,
            f"{name}: {diagnosis.firms:,} firms, {diagnosis.links:,} links, {what}; "
            f"{100.0 * components.weak_largest:.1f} % of "
            f"the firms are connected with each other, {loops}. One network, before any month; no intervals.",
        )
    return figure


def _tail(axes: Axes, degrees: Degrees, label: str, color: str, marker: str) -> None:
    """Draw the share of firms with at least so many partners; firms without any are not on a log axis."""
    values, firms = np.array(degrees.values), np.array(degrees.firms)
    share = firms[::-1].cumsum()[::-1] / max(int(firms.sum()), 1)
    shown = values > 0
    if not shown.any():
        return
    axes.plot(
        values[shown], share[shown], color=color, marker=marker, markersize=3.0, markeredgewidth=0.0, linewidth=0.8
    )
    exponent = degrees.tail.exponent
    text = label if np.isnan(exponent) else f"{label}: tail {exponent:.2f} ± {degrees.tail.error:.2f}"
    place = 0.96 if marker == "o" else 0.87
    axes.text(
        0.99, place, text, transform=axes.transAxes, color=color, fontsize=9.0, fontweight="bold", ha="right",
        va="center",
    )  # fmt: skip


def _partners(axes: Axes, diagnosis: Diagnosis) -> None:
    _tail(axes, diagnosis.suppliers, "● suppliers", BLUE, "o")
    _tail(axes, diagnosis.buyers, "▲ buyers", VERMILION, "^")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{100.0 * value:g} %")
    axes.set_ylim(bottom=0.5 / max(diagnosis.firms, 1), top=1.6)
    axes.set_title("Firms with at least so many partners")
    axes.set_xlabel("number of partners")
    axes.grid()


def _tiers(axes: Axes, diagnosis: Diagnosis) -> None:
    """Draw shares of firms by tier, of all and of small and medium manufacturers that supply."""
    names = ["large makers", *(f"tier {number}" for number in range(1, _TIERS - 1)), f"tier {_TIERS - 1}+", "no way"]
    for place, (tiers, color) in enumerate(((diagnosis.tiers, _ALL), (diagnosis.supplier_tiers, BLUE))):
        counts = [*tiers.tier[: _TIERS - 1], *[0] * max(0, _TIERS - 1 - len(tiers.tier))]
        counts += [sum(tiers.tier[_TIERS - 1 :]), tiers.no_way]
        shares = np.array(counts) / max(tiers.firms, 1)
        _bars(axes, shares, place, color)
    _frame_bars(axes, names, "Links to a large manufacturer")
    _legend(axes, ("all firms", "SME makers that supply"), 0.3)


def _bars(axes: Axes, shares: np.ndarray, place: int, color: str) -> None:
    """Draw one of two bars in each row, with its value."""
    rows = np.arange(shares.size) + (0.2 if place else -0.2)
    axes.barh(rows, shares, height=0.36, color=color)
    for row, share in zip(rows, shares, strict=True):
        if np.isfinite(share):
            axes.text(share + 0.012, row, _percent(share), va="center", fontsize=8.0, color=BLACK)


def _percent(share: float) -> str:
    """Return whole per cent, with a decimal where that would show a 0 that is none."""
    value = 100.0 * share
    return f"{value:.1f}" if 0.0 < value < 0.95 else f"{value:.0f}"


def _frame_bars(axes: Axes, names: list[str], title: str) -> None:
    axes.set_yticks(np.arange(len(names)), names)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0.0, 1.08)
    axes.set_xticks([0.0, 0.5, 1.0])
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, 0, symbol=" %"))
    axes.set_title(title)
    axes.grid(axis="x")


def _legend(axes: Axes, names: tuple[str, str], height: float) -> None:
    """Name the two kinds of bars in their colours."""
    for place, (name, color) in enumerate(zip(names, (GREY, BLUE), strict=True)):
        axes.text(
            0.99, height - 0.08 * place, name, transform=axes.transAxes, ha="right", color=color, fontsize=9.0,
            fontweight="bold",
        )  # fmt: skip


def _dependence(axes: Axes, diagnosis: Diagnosis) -> None:
    """Draw how far small suppliers depend on few buyers."""
    names = ["supply any firm", "… a large firm", "… a large maker", "one buyer only", "half or more\nto one buyer"]
    for place, (selling, color) in enumerate(((diagnosis.selling, _ALL), (diagnosis.maker_selling, BLUE))):
        shares = [
            selling.share, selling.share_large, selling.share_large_makers, selling.one_buyer, selling.dependent,
        ]  # fmt: skip
        _bars(axes, np.array(shares), place, color)
    _frame_bars(axes, names, "Small and medium suppliers")
    axes.axhline(2.5, color=GREY, linewidth=0.8)
    axes.text(1.07, 2.62, "of those that supply", fontsize=8.0, color=GREY, ha="right", va="top")
    axes.text(1.07, 2.4, "of all", fontsize=8.0, color=GREY, ha="right", va="bottom")
    _legend(axes, ("SMEs", "SME makers"), 0.14)


def _mixing(axes: Axes, mixing: Mixing, kind: str) -> None:
    """Draw shares of links between classes, darker where there are more."""
    table = np.array(mixing.links)
    count = len(mixing.names)
    top = float(np.nanmax(table, initial=0.0)) or 1.0
    axes.imshow(np.nan_to_num(table), cmap=_SHARES, vmin=0.0, vmax=max(top, 1e-9), aspect="auto")
    names = [clipped(name, 14) for name in mixing.names]
    turned = {"rotation": 60.0, "ha": "right", "rotation_mode": "anchor"} if count > _NUMBERED else {}
    axes.set_xticks(range(count), names, **turned)  # type: ignore[arg-type]
    axes.set_yticks(range(count), names)
    size = 9.0 if count <= 8 else 6.5
    axes.tick_params(length=0, labelsize=size)
    if count <= _NUMBERED:
        for (row, column), share in np.ndenumerate(table):
            color = "white" if share > 0.55 * top else BLACK
            axes.text(column, row, f"{100.0 * share:.1f} %", ha="center", va="center", color=color, fontsize=9.5)
    for spine in axes.spines.values():
        spine.set_visible(False)
    within = f"within one {100.0 * mixing.within:.0f} %, by chance {100.0 * mixing.expected:.0f} %"
    axes.set_title(f"Links between {kind}:\n{within}")
    axes.set_ylabel("seller in")
    axes.set_xlabel("buyer in" if count <= _NUMBERED else f"buyer in (darkest: {100.0 * top:.1f} % of links)")


def _reproduction(axes: Axes, check: NetworkCheck) -> None:
    """Draw the reproduction numbers beside 1."""
    risks = check.risks
    cases = (("at the start", risks.start), ("all use AI", risks.everybody), ("at most", risks.worst))
    largest = 1.0
    for row, (_, case) in enumerate(cases):
        for value, color, marker, offset in (
            (case.defects, BLUE, "o", -0.13),
            (case.late, VERMILION, "^", 0.13),
        ):
            axes.plot([0.0, value], [row + offset] * 2, color=LIGHT, linewidth=1.5, zorder=1)
            axes.plot(value, row + offset, marker=marker, color=color, markersize=7.0, linestyle="none")
            annotate(axes, f"{value:.2f}", value, row + offset, color=color)
            largest = max(largest, value)
    axes.axvline(1.0, color=BLACK, linewidth=1.0)
    axes.text(1.0, -0.62, "from 1 on it does not fade ", ha="right", va="top", fontsize=8.5)
    axes.set_yticks(range(len(cases)), [name for name, _ in cases])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(3.0, -0.65)
    axes.set_xlim(0.0, 1.18 * largest)
    axes.set_xlabel("caused by one, on average")
    axes.set_title("Whether risk dies out")
    axes.text(0.03, 2.5, "● defects, R_q", color=BLUE, fontsize=9.0, fontweight="bold", va="center")
    axes.text(0.03, 2.8, "▲ lateness, R_d", color=VERMILION, fontsize=9.0, fontweight="bold", va="center")
