"""Imported risk: who made whom late, and whose defects are whose."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from matplotlib.figure import Figure

from simulation.errors import InputError
from simulation.experiments.comparison import Comparison
from simulation.figures.dates import date
from simulation.figures.style import GREY, WIDTH, finish, new_figure, scenario_label, styled
from simulation.figures.summaries import chosen_scenario, group_name, last_year, rows_of, seed_ranges
from simulation.measures.measure import pool_label, region_pool_label
from simulation.scenario.scenario import Scenario
from simulation.state import Float, Groups
from simulation.texts import say, word
from simulation.world.build import groups_of

__all__ = ["TITLE", "caption", "draw"]

TITLE = "Imported risk: where it begins and who bears it"
_WIDE = 8
"""Most groups for which the cells are wide enough for numbers of the usual size."""

_PRINTED = 14
"""Most groups for which values are printed into the cells."""

_MOST = 24
"""Most groups that have rows of their own; of more, sizes and regions are taken together."""

_PAPER_TO_BLUE = LinearSegmentedColormap.from_list(
    "paper to blue", ["#ffffff", "#cfe3f1", "#6baed6", "#0072b2", "#08306b"]
)


def caption(comparison: Comparison, scenario: str | None = None) -> str:
    """Return what the figure shows, for people."""
    return say("figure.imported_caption", scenario=scenario_label(chosen_scenario(comparison, scenario)))


def draw(comparison: Comparison, scenario: str | None = None) -> Figure:
    """Return the heat maps of one scenario, by default the baseline: origin in rows, bearer in columns.

    Raises
    ------
    InputError
        Where the runs were made without recording origins, or hold no such scenario, or groups are many and firms were
        not kept.
    """
    chosen = chosen_scenario(comparison, scenario)
    late = _table(comparison, chosen, "late_days_from", 100.0)
    defects = _table(comparison, chosen, "defects_from", 1.0)
    members = groups_of(chosen).members()
    is_pooled = len(members) > _MOST
    if is_pooled:
        pools = _pools(groups_of(chosen))
        firms, sales = _bearing(comparison, chosen)
        members = list(dict.fromkeys(pools))
        late, defects = _pooled(late, pools, firms), _pooled(defects, pools, sales)
    count = len(members)
    with styled():
        figure = new_figure(WIDTH, 2.3 + 0.38 * (count + 1), word(TITLE))
        left, right = figure.subplots(2, 1, sharex=True)
        _draw_table(left, late, members, word("Late days per 100 deliveries"))
        _draw_table(right, defects, members, word("Defects, ppm of deliveries"))
        for axes in (left, right):
            axes.set_ylabel(word("began in"))
        right.set_xlabel(word("borne by"))
        finish(figure, _note(comparison, chosen, is_pooled=is_pooled))
    return figure


def _note(comparison: Comparison, chosen: Scenario, *, is_pooled: bool) -> str:
    count = len(comparison.seeds)
    told = say(
        "figure.imported_note" if count > 1 else "figure.imported_single",
        n=count,
        seeds=seed_ranges(comparison.seeds),
        scenario=scenario_label(chosen),
        last=date(chosen.time, chosen.time.months - 1),
    )
    return told + (say("figure.imported_pooled") if is_pooled else "")


def _table(comparison: Comparison, scenario: Scenario, measure: str, scale: float) -> Float:
    """Return (G, G) means of the last year: origin in rows, bearer in columns."""
    cells = [" ".join(member) for member in groups_of(scenario).members()]
    rows = rows_of(comparison, measure)
    means = last_year(rows[rows["scenario"] == scenario.name], ["origin", "group"])
    table = means.pivot_table(index="origin", columns="group", values="mean", observed=True, dropna=False)
    values: Float = scale * table.reindex(index=cells, columns=cells).to_numpy(dtype=np.float64)
    return values


def _pools(groups: Groups) -> list[tuple[str, str, str]]:
    """Return for each group all large firms or SMEs, its sector, and in or out of the capital."""
    is_sme = dict(zip(groups.sizes, groups.is_sme, strict=True))
    is_capital = dict(zip(groups.regions, groups.is_capital, strict=True))
    return [
        (
            pool_label(groups, is_sme[size]).removeprefix("all "),
            sector,
            region_pool_label(groups, is_capital[region]).removeprefix("all "),
        )
        for size, sector, region in groups.members()
    ]


def _bearing(comparison: Comparison, scenario: Scenario) -> tuple[Float, Float]:
    """Return (G,) firms and sales by group, weighted, of the runs whose firms were kept."""
    frame = comparison.experiment.firms()
    if len(frame):
        frame = frame[frame["scenario"] == scenario.name]
    if frame.empty:
        message = f"groups cannot be taken together, because the firms of '{scenario.name}' were not kept"
        raise InputError(message)
    cells = [" ".join(member) for member in groups_of(scenario).members()]
    group = frame["size"].astype(str) + " " + frame["sector"].astype(str) + " " + frame["region"].astype(str)
    firms = frame["weight"].groupby(group).sum().reindex(cells, fill_value=0.0).to_numpy(dtype=np.float64)
    sales = (frame["weight"] * frame["sales"]).groupby(group).sum().reindex(cells, fill_value=0.0)
    return firms, sales.to_numpy(dtype=np.float64)


def _pooled(values: Float, pools: list[tuple[str, str, str]], size: Float) -> Float:
    """Return (P, P) rates of pooled groups: sums over origins, means over bearers weighted by their size."""
    names = list(dict.fromkeys(pools))
    inside = np.array([[pool == name for pool in pools] for name in names], np.float64)
    weight = inside * size
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = weight / weight.sum(axis=1, keepdims=True)
    rates: Float = inside @ np.nan_to_num(values) @ weight.T
    return rates


def _draw_table(axes: Axes, values: Float, members: list[tuple[str, str, str]], title: str) -> None:
    count = len(members)
    size = 7.5 if count <= _WIDE else 6.0
    total = np.nansum(values, axis=0)
    top = float(np.nanmax(values, initial=0.0)) or 1.0
    norm = PowerNorm(0.5, vmin=0.0, vmax=top)
    axes.pcolormesh(
        np.arange(count + 1), np.arange(count + 1), values, cmap=_PAPER_TO_BLUE, norm=norm, edgecolors="white",
        linewidth=1.5,
    )  # fmt: skip
    if count <= _PRINTED:
        for (row, column), value in np.ndenumerate(values):
            color = "white" if np.isfinite(value) and norm(value) > 0.5 else "black"
            axes.text(column + 0.5, row + 0.5, _short(value), ha="center", va="center", fontsize=size, color=color)
    for column, value in enumerate(total):
        axes.text(column + 0.5, count + 0.62, _short(value), ha="center", va="center", fontsize=size, fontweight="bold")
    names = [f"{group_name(f'{kind} {sector}')}, {group_name(region)}" for kind, sector, region in members]
    axes.set_xlim(0, count)
    axes.set_ylim(count + 1.0, 0)
    axes.set_yticks([*(np.arange(count) + 0.5), count + 0.62], [*names, word("all")], fontsize=size)
    axes.set_xticks(np.arange(count) + 0.5, names, rotation=25, ha="right", rotation_mode="anchor", fontsize=size)
    axes.tick_params(length=0)
    axes.axhline(count + 0.12, color=GREY, linewidth=0.8)
    axes.set_title(title)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _short(value: float) -> str:
    """Return a number with about three figures."""
    if not np.isfinite(value):
        return "–"
    if value == 0.0:
        return "0"
    if value < 0.01:
        return "<0.01"
    if value >= 1000.0:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100.0 else f"{value:.1f}" if value >= 10.0 else f"{value:.2f}"
