"""Tables of a report about money: what policies were given and spent, and what it bought."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.experiments.comparison import Comparison
from simulation.experiments.cost_effectiveness import QUANTITIES
from simulation.experiments.halving import halving
from simulation.experiments.statistics import mean_interval
from simulation.report.answer import listed
from simulation.report.tables import cases, label_of, lever_name
from simulation.report.view import View, is_clear
from simulation.texts import say, word
from simulation.texts.numbers import MISSING, fixed, interval, money, places

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Amount", "bought", "halving_lines", "spending_lines", "spending_remarks"]

_BOUGHT = (
    "public_cost",
    "additional_adopters",
    "deadweight_money",
    "cost_per_adopter",
    "defects_avoided",
    "cost_per_defect",
    "late_days_avoided",
    "value_added",
    "benefit_cost",
)
"""Quantities that the page shows; the others stand in the file."""


class Amount(NamedTuple):
    """A quantity of a policy: its value and interval, or why there is none."""

    value: str
    interval: str
    is_clear: bool


def bought(table: pd.DataFrame, comparison: Comparison) -> tuple[list[str], list[tuple[str, list[Amount]]]]:
    """Return headings with units, and for each policy the cells, of `cost_effectiveness`."""
    quantities = [quantity for quantity in QUANTITIES if quantity.name in _BOUGHT]
    decimals = {}
    for quantity in quantities:
        part = table[table["quantity"] == quantity.name]
        decimals[quantity.name] = places((0.5 * (part["high"] - part["low"])).tolist(), part["value"].tolist())
    rows = []
    for scenario in comparison.scenarios:
        own = {row["quantity"]: row for row in table[table["scenario"] == scenario.name].to_dict("records")}
        if not own:
            continue
        cells = []
        for quantity in quantities:
            row, shown = own[quantity.name], decimals[quantity.name]
            if isfinite(row["value"]):
                between = interval(row["low"], row["high"], shown)
                cells.append(Amount(fixed(row["value"], shown), between, is_clear(row["low"], row["high"])))
            else:
                cells.append(Amount(MISSING, word(str(row["remark"])), is_clear=False))
        rows.append((label_of(scenario), cells))
    return [f"{word(quantity.label)}, {word(quantity.unit)}" for quantity in quantities], rows


def halving_lines(comparison: Comparison) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return the gaps as headings, and for each scenario when each has halved, in words."""
    rows = halving(comparison).to_dict("records")
    heads = list(dict.fromkeys(str(row["label"]) for row in rows))
    table = {(row["scenario"], row["label"]): _halved(row) for row in rows}
    shown = [(label_of(s), [table.get((s.name, head), MISSING) for head in heads]) for s in comparison.scenarios]
    return [_gap(head) for head in heads], shown


def _gap(label: str) -> str:
    """Return the name of a gap, of all firms or within a sector, in the language that is spoken now."""
    gap, _, group = label.partition(", ")
    return f"{word(gap)}, {word(group)}" if group else word(gap)


def _halved(row: Mapping[Any, Any]) -> str:
    """Return when a gap has halved, in words."""
    runs = say("paths.halved", halved=row["halved"], n=row["n"])
    if row["n"] == 0:
        return say("paths.not_defined")
    if isfinite(row["median"]):
        return say("paths.median", months=f"{row['median']:.0f}", runs=runs)
    return say("paths.not_by", n=row["n"]) if row["halved"] == 0 else say("paths.not_most", runs=runs)


def spending_lines(comparison: Comparison, outcomes: pd.DataFrame) -> list[dict[str, str]]:
    """Return the money of every policy: envelope, what its levers spend, and what these runs spent."""
    lines = []
    cost = outcomes[outcomes["outcome"] == "public_cost"]
    for scenario, case in zip(comparison.scenarios, cases(comparison, outcomes), strict=True):
        if not case.is_policy:
            continue
        values = cost[cost["scenario"] == scenario.name]["value"].to_numpy()
        mean, low, high = mean_interval(values)
        share = case.spent / case.envelope if isfinite(case.envelope) and case.envelope else nan
        levers = ", ".join(
            f"{lever_name(name)} ({say('money.strength', value=format(lever.strength, '.3g'))})"
            for name, lever in scenario.policy.items()
        )
        lines.append(
            {
                "scenario": case.label,
                "levers": levers,
                "envelope": money(case.envelope),
                "spent": money(case.spent),
                "share": f"{fixed(100.0 * share, 1)} %" if isfinite(share) else MISSING,
                "verdict": say("money.as_written")
                if not isfinite(case.envelope)
                else say("money.yes" if case.can_spend else "money.no"),
                "here": money(mean),
                "here_interval": interval(low, high, 0) or MISSING,
            }
        )
    return lines


def spending_remarks(view: View) -> list[str]:
    """Return sentences about policies that are not at equal money, or changed more than a policy."""
    short = [case.label for case in view.policies if not case.can_spend and isfinite(case.envelope)]
    unsolved = [case.label for case in view.policies if not isfinite(case.envelope)]
    mixed = [case.label for case in view.cases[1:] if case.is_policy and case.is_mixed]
    told = (("money.short", short), ("money.unsolved", unsolved), ("money.mixed", mixed))
    return [say(key, names=listed(names), n=len(names)) for key, names in told if names]
