"""The supplier network of one run: who has adopted, and where lateness is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from simulation.errors import InputError
from simulation.experiments.comparison import Comparison
from simulation.figures.dates import date
from simulation.figures.layout import Layout, dot_areas, tier_layout
from simulation.figures.sampling import Sample, sample_around
from simulation.figures.style import BLUE, VERMILION, finish, new_figure, scenario_label, styled
from simulation.figures.summaries import chosen_scenario
from simulation.measures.measure import Mask
from simulation.scenario.scenario import Scenario
from simulation.state import Float
from simulation.world.build import groups_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LARGEST", "TITLE", "caption", "draw"]

TITLE = "The supplier network at the end of one run"
LARGEST = 400
"""Most firms drawn: more would be a grey cloud."""

_LATE = LinearSegmentedColormap.from_list("late", ["#f6c9a8", "#e69f00", "#d55e00", "#7a2500"])
_PLAIN, _LINK = "#c9ced3", "#5f6b76"


def caption(comparison: Comparison) -> str:
    """Return what the figure shows, for people."""
    return (
        "Goods flow from left to right, from suppliers to the large manufacturers at whom the tiers begin. The area of "
        "a dot grows with the firm's workers. Left: firms that have adopted. Right: mean late days per delivery in the "
        "last month, with the links over which late firms deliver; an arrow leads from the firm where an inherited "
        "lateness began to the firm that delivered late."
    )


def draw(comparison: Comparison, scenario: str | None = None, largest: int = LARGEST) -> Figure:
    """Return the network of the first seed of a scenario, by default of the baseline, in two panels.

    Parameters
    ----------
    comparison : Comparison
    scenario : str, optional
        Name of another scenario.
    largest : int
        Most firms drawn; of larger networks, firms around some large manufacturers.

    Raises
    ------
    InputError
        Where firms and links were not kept, or there is no such scenario.
    """
    chosen = chosen_scenario(comparison, scenario)
    firms, links, seed = _first_run(comparison, chosen)
    sample = sample_around(firms, links, largest)
    layout = tier_layout(sample.firms, groups_of(chosen))
    with styled():
        figure = new_figure(10.6, 7.0, TITLE)
        left, right = figure.subplots(1, 2, sharex=True, sharey=True)
        _draw_adoption(left, sample, layout)
        bar = figure.colorbar(
            _draw_lateness(right, sample, layout), ax=right, shrink=0.5, aspect=22, pad=0.01, extend="max"
        )
        bar.set_label("mean late days per delivery, last month", fontsize=8.5)
        bar.outline.set_visible(False)
        count = f"{len(sample.firms):,} of {len(firms):,} firms"
        what = f"{count}: {sample.rule}. Shares in the picture are not those of the whole network"
        note = (
            f"One run of {scenario_label(chosen)} (seed {seed}), {date(chosen.time, chosen.time.months - 1)}; "
            f"{'all firms' if sample.is_whole else what}. {len(sample.links):,} links between them. One run, so no "
            "interval; measures with intervals are in the other figures."
        )
        finish(figure, note)
    return figure


def _first_run(comparison: Comparison, scenario: Scenario) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Return firms and links of the first seed for which they were kept."""
    firms, links = comparison.experiment.firms(), comparison.experiment.links()
    kept = firms[firms["scenario"] == scenario.name] if len(firms) else firms
    if kept.empty or links.empty:
        message = f"the firms and links of '{scenario.name}' were not kept, so its network cannot be drawn"
        raise InputError(message)
    present = set(kept["seed"])
    seed = next((seed for seed in comparison.seeds if seed in present), min(present))
    mine = links[(links["scenario"] == scenario.name) & (links["seed"] == seed)]
    return kept[kept["seed"] == seed].reset_index(drop=True), mine.reset_index(drop=True), int(seed)


def _draw_links(axes: Axes, links: pd.DataFrame, layout: Layout, alpha: float) -> None:
    ends = links[["supplier", "buyer"]].to_numpy()
    axes.add_collection(LineCollection(layout.position[ends], colors=_LINK, linewidths=0.3, alpha=alpha, zorder=1))


def _draw_firms(
    axes: Axes, sample: Sample, layout: Layout, chosen: Mask, color: str | None = None, days: Float | None = None
) -> PathCollection:
    """Draw some firms as dots, of one colour or coloured by late days up to the largest 5 %."""
    x, y = layout.position[chosen].T
    areas = dot_areas(sample.firms)[chosen]
    if days is None:
        return axes.scatter(x, y, s=areas, c=color, edgecolors="white", linewidths=0.4, zorder=2, clip_on=False)
    top = float(np.quantile(days, 0.95)) if days.size else 1.0
    return axes.scatter(
        x, y, s=areas, c=days, cmap=_LATE, vmin=0.0, vmax=top, edgecolors="white", linewidths=0.4, zorder=3,
        clip_on=False,
    )  # fmt: skip


def _frame(axes: Axes, layout: Layout, title: str) -> None:
    axes.set_xticks(list(layout.columns.values()), list(layout.columns))
    axes.set_yticks(list(layout.rows.values()), list(layout.rows))
    axes.tick_params(length=0)
    axes.set_xlim(0.0, layout.size[0])
    axes.set_ylim(layout.size[1], 0.0)
    axes.set_title(title)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _draw_adoption(axes: Axes, sample: Sample, layout: Layout) -> None:
    adopted = sample.firms["adopted"].to_numpy(dtype=bool)
    _draw_links(axes, sample.links, layout, 0.13)
    _draw_firms(axes, sample, layout, ~adopted, _PLAIN)
    _draw_firms(axes, sample, layout, adopted, BLUE)
    _frame(axes, layout, f"Adopted (blue): {int(adopted.sum()):,} of {len(sample.firms):,} firms drawn")


def _draw_lateness(axes: Axes, sample: Sample, layout: Layout) -> PathCollection:
    """Draw who was late, and from where lateness was inherited; return the coloured dots."""
    days = sample.firms["late_days"].to_numpy(dtype=float)
    is_late = days > 0.0
    _draw_links(axes, sample.links[is_late[sample.links["supplier"]]], layout, 0.22)
    _draw_firms(axes, sample, layout, ~is_late, _PLAIN)
    dots = _draw_firms(axes, sample, layout, is_late, days=days[is_late])
    arrow = {
        "arrowstyle": "-|>", "color": VERMILION, "linewidth": 1.3, "shrinkA": 2, "shrinkB": 2, "mutation_scale": 9,
        "connectionstyle": "arc3,rad=0.18",
    }  # fmt: skip
    for root, victim in sample.inherited:
        axes.annotate("", xy=layout.position[victim], xytext=layout.position[root], zorder=4, arrowprops=arrow)
    count = len(sample.inherited)
    _frame(axes, layout, f"Late in the last month: {int(is_late.sum()):,}; {count} inherited at the end (arrows)")
    axes.tick_params(axis="y", labelleft=False)
    return dots
