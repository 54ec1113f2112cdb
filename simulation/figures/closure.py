"""What closes with a firm: the index of all firms against their rank, large and small apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.figures.style import BLUE, GREY, ORANGE, annotate, finish, new_figure, styled
from simulation.measures.measure import pool_label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulation.state import Groups

__all__ = ["TITLE", "draw"]

TITLE = "What is lost when a firm closes"

_PANELS = (
    ("closure", "Others of its sector step in"),
    ("closure_unreplaced", "Nobody steps in"),
)
_COLORS = {False: BLUE, True: ORANGE}


def draw(firms: pd.DataFrame, groups: Groups, note: str) -> Figure:
    """Draw the index of the firms' closures, ranked, on log axes.

    Parameters
    ----------
    firms : DataFrame
        Of `systemic_firms`: closure, closure_unreplaced, sales_share, size.
    groups : Groups
        Which sizes are small or medium.
    note : str
        Which network it is; stands under the figure.
    """
    small = dict(zip(groups.sizes, groups.is_sme, strict=True))
    is_sme = np.array([small[str(size)] for size in firms["size"]])
    with styled():
        figure = new_figure(9.0, 4.4, TITLE)
        panels = figure.subplots(1, 2, sharey=True)
        for axes, (column, title) in zip(panels, _PANELS, strict=True):
            _ranked(axes, firms[column].to_numpy(), firms["sales_share"].to_numpy(), is_sme)
            axes.set_title(title)
        panels[0].set_ylabel("% of all sales lost")
        for place, (kind, color) in enumerate(_COLORS.items()):
            if (is_sme == kind).any():
                label = "SMEs" if kind and pool_label(groups, True) == "sme" else pool_label(groups, kind)
                panels[0].text(
                    0.98, 0.95 - 0.075 * place, label, transform=panels[0].transAxes, color=color, fontweight="bold",
                    ha="right", va="top",
                )  # fmt: skip
        finish(figure, f"{note} Grey: the firm's own part of all sales, the least that is lost.")
    return figure


def _ranked(axes: Axes, index: np.ndarray, own: np.ndarray, is_sme: np.ndarray) -> None:
    """Draw a dot per firm at its rank, coloured by size, above its own share of sales."""
    order = np.argsort(-index, kind="stable")
    rank = np.arange(1, index.size + 1)
    axes.scatter(rank, 100.0 * own[order], s=3.0, color=GREY, alpha=0.35, linewidths=0.0, rasterized=True)
    for kind, color in reversed(_COLORS.items()):  # the few large firms on top
        mine = is_sme[order] == kind
        axes.scatter(
            rank[mine], 100.0 * index[order][mine], s=9.0, color=color, linewidths=0.0, rasterized=True, zorder=3
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(0.8, 1.25 * max(index.size, 2))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel("rank of the firm")
    axes.grid(axis="y")
    largest = 100.0 * float(index[order[0]])
    annotate(axes, f"{largest:.3g} %", 1.0, 1.25 * largest)
