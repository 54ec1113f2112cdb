"""Tables of a report about choosing: who is best in what, what lies on the frontier, and how many seeds that took."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10
from typing import TYPE_CHECKING, Any

from simulation.report.answer import listed
from simulation.report.tables import label_of
from simulation.texts import say, word
from simulation.texts.numbers import MISSING, fixed, interval, money, places, signed

if TYPE_CHECKING:
    import pandas as pd

    from simulation.experiments.comparison import Comparison

__all__ = [
    "Best",
    "Option",
    "Plane",
    "about",
    "common_draws_line",
    "frontier_planes",
    "percent",
    "precision_lines",
    "ranking_lines",
]

_NO_BREAK = "\u00a0"
"""A blank at which no line ends."""


def percent(share: float) -> str:
    """Return a share in per cent, never rounded to 0 or 100 where it is not; that of no runs is missing."""
    if not isfinite(share):
        return MISSING
    if 0.0 < share < 0.005:
        return "<1 %"
    return ">99 %" if 0.995 <= share < 1.0 else f"{100.0 * share:.0f} %"


def about(number: float) -> str:
    """Return a number above 0 with two figures."""
    return f"{number:.1f}" if number < 10.0 else f"{round(number, 1 - floor(log10(number))):,.0f}"


def precision_lines(stopping: Mapping[str, Any] | None, label: Callable[[str], str] = str) -> list[str]:
    """Return a sentence for each outcome that was to be precise, from `Comparison.stopping`.

    ``label`` says what a scenario is called.
    """
    if stopping is None:
        return []
    return [_precision(one, stopping, label) for one in stopping["outcomes"]]


def _precision(one: Mapping[str, Any], stopping: Mapping[str, Any], label: Callable[[str], str]) -> str:
    seeds = stopping["seeds"]
    text = say("precision.wanted", outcome=one["outcome"], wanted=format(one["wanted"], "g"), unit=word(one["unit"]))
    if one["is_reached"]:
        text += say("precision.held", n=one["held_from"])
    else:
        text += say("precision.stopped" if seeds < stopping["max_seeds"] else "precision.not_enough", n=seeds)
    got = one["got"]
    if got == 0.0:
        widest = say("precision.exact")
    elif got is None:
        widest = say("precision.undefined", label=label(one["widest"]))
    else:
        widest = say("precision.of_scenario", got=format(got, ".3g"), label=label(one["widest"]))
    text += say("precision.widest", n=seeds, got=widest)
    if not one["is_reached"] and got:
        text += say("precision.needed", n=about(seeds * (got / one["wanted"]) ** 2))
    if one["independent_seeds"]:
        text += say("precision.independent", n=about(one["independent_seeds"]))
    return f"{text}."


def common_draws_line(differences: pd.DataFrame) -> str:
    """Return how many times fewer runs common draws needed; empty where no difference has spread."""
    if differences.empty:
        return ""
    known = sorted(times for times in differences["variance_reduction"].tolist() if isfinite(times))
    if not known:
        return ""
    return say("sure.draws", median=about(known[len(known) // 2]), least=about(known[0]))


@dataclass(frozen=True)
class Best:
    """Who is best in an outcome: names with probabilities."""

    outcome: str
    direction: str
    best: str
    near: str
    n_apart: int
    members: str


def ranking_lines(table: pd.DataFrame, comparison: Comparison) -> list[Best]:
    """Return a row per outcome of `ranking`; none where there is nothing to choose between policies."""
    if table.empty or table["scenario"].nunique() < 3:
        return []
    names = {scenario.name: label_of(scenario) for scenario in comparison.scenarios}
    lines = []
    for _, part in table.groupby("outcome", sort=False):
        rows = part.to_dict("records")
        first = [row for row in rows if row["rank"] == 1]
        near = [row for row in rows if row["rank"] > 1 and not row["is_apart_from_best"]]
        better = say("sure.lower" if rows[0]["is_lower_better"] else "sure.higher")
        members = ""
        if rows[0]["members"]:
            ahead = sorted((row for row in rows if row["members_best"] > 0.0), key=lambda row: -row["members_best"])
            members = _with_shares(ahead, names, "members_best")
        lines.append(
            Best(
                outcome=word(str(rows[0]["label"])),
                direction=better,
                best=say("sure.all_same")
                if len(first) == len(rows)
                else _with_shares(first, names, "probability_best"),
                near=_with_shares(near, names, "probability_best") or MISSING,
                n_apart=len(rows) - len(first) - len(near),
                members=members,
            )
        )
    return lines


def _with_shares(rows: Sequence[Mapping[Any, Any]], names: Mapping[str, str], column: str) -> str:
    shares = [percent(row[column]).replace(" ", _NO_BREAK) for row in rows]
    return ", ".join(f"{names[row['scenario']]} ({share})" for row, share in zip(rows, shares, strict=True))


@dataclass(frozen=True)
class Option:
    """A policy in the plane of an effect."""

    scenario: str
    cost: str
    cost_interval: str
    gain: str
    gain_interval: str
    status: str
    icer: str
    icer_interval: str
    probability: str
    equal: str
    is_on_it: bool


@dataclass(frozen=True)
class Plane:
    """An effect with its policies, the cheapest first."""

    label: str
    unit: str
    options: list[Option]


def frontier_planes(table: pd.DataFrame, comparison: Comparison) -> list[Plane]:
    """Return the tables of `frontier`, one per effect; none where there are fewer than two policies."""
    if table.empty or table["scenario"].nunique() < 3:
        return []
    names = {scenario.name: label_of(scenario) for scenario in comparison.scenarios}
    planes = []
    for _, part in table.groupby("effect", sort=False):
        shown = places((0.5 * (part["gain_high"] - part["gain_low"])).tolist(), part["gain"].tolist())
        options = [
            _option(row, names, shown, is_baseline=row["scenario"] == comparison.baseline.name)
            for row in part.to_dict("records")
        ]
        planes.append(Plane(word(str(part.iloc[0]["label"])), word(str(part.iloc[0]["unit"])), options))
    return planes


def _option(row: Mapping[Any, Any], names: Mapping[str, str], shown: int, *, is_baseline: bool) -> Option:
    """Return a row of a plane as text."""
    icer, between = MISSING, word(str(row["remark"]))
    if isfinite(row["icer"]):
        decimals = places([0.5 * (row["icer_high"] - row["icer_low"])], [row["icer"]])
        icer = f"{fixed(row['icer'], decimals)}"
        between = interval(row["icer_low"], row["icer_high"], decimals) + (f"; {between}" if between else "")
    status = say("frontier.on")
    if row["compared_with"]:
        status = say("frontier.above", name=names[row["compared_with"]])
    elif row["dominated_by"]:
        by = names.get(row["dominated_by"]) or listed([names.get(n, n) for n in row["dominated_by"].split(" + ")])
        status = say("frontier.dominated" if row["status"] == "dominated" else "frontier.extended", names=by)
    return Option(
        scenario=names[row["scenario"]],
        cost=money(row["cost"]),
        cost_interval="" if is_baseline else interval(row["cost_low"], row["cost_high"], 0),
        gain=signed(row["gain"], shown),
        gain_interval="" if is_baseline else interval(row["gain_low"], row["gain_high"], shown),
        status=status,
        icer=icer,
        icer_interval=between,
        probability=percent(row["probability"]),
        equal=percent(row["probability_equal_cost"]),
        is_on_it=row["status"] == "frontier",
    )
