"""The figure of cost against size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from simulation.figures.style import BLACK, BLUE, GREEN, ORANGE, VERMILION, annotate, finish, new_figure, styled

__all__ = ["draw"]

_COLORS = {"NumPy and scipy.sparse": BLUE, "Mesa agents": VERMILION, "NDlib, SI model": ORANGE, "mesa-frames": ORANGE}


def _lines(found: Mapping[str, Any]) -> dict[str, tuple[dict[int, float], str]]:
    """Return by label ns per firm-month at each size, and a colour.

    Others are drawn as the engine's cost times their ratio to it, which were measured in turns.
    """
    benchmarks = found["benchmarks"]
    own = {int(firms): entry["ns a firm"] for firms, entry in benchmarks["scaling"]["values"]["sizes"].items()}
    lines = {"tierwise": (own, BLACK)}
    if "bound" in benchmarks:
        ratios = benchmarks["bound"]["values"]
        bound = {int(firms): own[int(firms)] / entry["ratio"] for firms, entry in ratios.items() if int(firms) in own}
        lines["traffic alone"] = (bound, GREEN)
    if "peers" in benchmarks:
        for firms, entry in benchmarks["peers"]["values"]["ratios"].items():
            for name, ratio in entry.items():
                if name != "engine" and (base := own.get(int(firms))):
                    lines.setdefault(name, ({}, _COLORS.get(name, BLUE)))[0][int(firms)] = base * ratio
    return lines


def draw(found: Mapping[str, Any]) -> Figure:
    """Return ns per firm-month against the number of firms, both on logarithmic axes."""
    with styled():
        figure = new_figure(7.2, 4.6, "Cost of a month against size")
        axes = figure.add_subplot()
        for label, (costs, color) in _lines(found).items():
            sizes = sorted(costs)
            if not sizes:
                continue
            axes.plot(sizes, [costs[firms] for firms in sizes], marker="o", markersize=4.0, color=color)
            alone = "below" if label == "mesa-frames" else "above"  # clear of NumPy's line
            where = alone if len(sizes) == 1 else "right"
            annotate(axes, label, sizes[-1], costs[sizes[-1]], color=color, where=where)
        axes.set(xscale="log", yscale="log", xlabel="firms", ylabel="ns per firm-month, one thread")
        axes.set_xlim(right=axes.get_xlim()[1] * 12.0)
        for axis, marks in ((axes.xaxis, (1.0,)), (axes.yaxis, (1.0, 2.0, 5.0))):
            axis.set_major_locator(LogLocator(subs=marks))
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
            axis.set_minor_formatter(NullFormatter())
        axes.grid(axis="y")
        about = found["machine"]
        note = (
            f"Medians of pieces of work in turns, {about['processor']}, {about['date']}. Traffic alone: the month's "
            "memory accesses without its arithmetic. Others are drawn at the engine's cost times their ratio to it; "
            "NDlib and mesa-frames do adoption alone."
        )
        return finish(figure, note)
