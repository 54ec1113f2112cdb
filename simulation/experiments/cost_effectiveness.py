"""What the public money of each policy buys: additional adopters, deadweight, cost per effect, benefit over cost.

All effects are differences from the baseline on the same seeds, at the end or discounted to the first month of a policy
like the money. A ratio is that of the means, with Fieller's interval. A cost per effect is given only where the effect
itself can be told from none and goes the right way: a cost per nothing has no value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.engines.strength import policy_start
from simulation.experiments.comparison import Comparison
from simulation.experiments.outcomes import Outcome, outcome_values
from simulation.experiments.statistics import Values, mean_interval, ratio_interval

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["QUANTITIES", "Quantity", "cost_effectiveness", "paired_sums"]


@dataclass(frozen=True)
class Quantity:
    """A row of the table: its name, words for people, and its unit."""

    name: str
    label: str
    unit: str


QUANTITIES = (
    Quantity("public_cost", "Public money", "million won"),
    Quantity("own_cost", "Firms' own cost of installing, programmes and suppliers", "million won"),
    Quantity("additional_adopters", "Additional adopters", "firms"),
    Quantity("served", "Firms served", "firms"),
    Quantity("deadweight", "Deadweight: served firms that adopt in the baseline too", "%"),
    Quantity("deadweight_money", "Public money to firms that adopt in the baseline too", "%"),
    Quantity("defects_avoided", "Defective deliveries avoided", "million won"),
    Quantity("late_days_avoided", "Late days avoided", "days"),
    Quantity("value_added", "Value added", "million won"),
    Quantity("cost_per_adopter", "Public money per additional adopter", "million won"),
    Quantity("cost_per_defect", "Public money per million won of defective deliveries avoided", "million won"),
    Quantity("cost_per_late_day", "Public money per late day avoided", "million won"),
    Quantity("benefit_cost", "Value added per won of public money", "won"),
    Quantity("benefit_cost_all", "Value added before own cost, per won of public money and own cost", "won"),
)
"""Rows of `cost_effectiveness` in their order; all carry the firms' weights: money and effects are of one economy."""

_SUMS = (
    Outcome("public_cost", "", "", "public_cost", "all", "present value"),
    Outcome("own_cost", "", "", "own_cost", "all", "present value"),
    Outcome("additional_adopters", "", "", "adopters", "all", "last"),
    Outcome("defects_avoided", "", "", "defective_value", "all", "present value", -1.0),
    Outcome("late_days_avoided", "", "", "late_days_total", "all", "present value", -1.0),
    Outcome("value_added", "", "", "value_added", "all", "present value"),
)


def cost_effectiveness(comparison: Comparison, confidence: float = 0.95) -> pd.DataFrame:
    """Return a row per policy and quantity: scenario, quantity, label, unit, value, low, high, n, remark.

    ``remark`` says why there is no value: "no detectable effect", "the effect goes the wrong way", "no public money" or
    "other firms" (where a scenario's firms are not the baseline's, nobody can say who would have adopted anyway).
    Scenarios without levers have no rows.
    """
    import pandas as pd

    policies = [scenario.name for scenario in comparison.scenarios[1:] if scenario.policy]
    if not policies:
        return pd.DataFrame(columns=["scenario", "quantity", "label", "unit", "value", "low", "high", "n", "remark"])
    differences = paired_sums(comparison)
    overlaps = comparison.experiment.overlaps()
    rows: list[dict[str, Any]] = []
    for name in policies:
        own = overlaps[overlaps["scenario"] == name] if len(overlaps) else overlaps
        found = _of_policy({key: table[name].to_numpy() for key, table in differences.items()}, own, confidence)
        for quantity in QUANTITIES:
            value, low, high, n, remark = found[quantity.name]
            named = {"scenario": name, "quantity": quantity.name, "label": quantity.label, "unit": quantity.unit}
            rows.append(named | {"value": value, "low": low, "high": high, "n": n, "remark": remark})
    return pd.DataFrame(rows)


def paired_sums(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Return by sum (`public_cost`, `additional_adopters`, ...) differences from the baseline, seed x scenario."""
    series = comparison.experiment.series(sorted({one.measure for one in _SUMS}))
    start = min((policy_start(s.policy) for s in comparison.scenarios if s.policy), default=0)
    found = {}
    for one in _SUMS:
        values = outcome_values(series, one, start, comparison.baseline.budget.discount)
        table = values.pivot(index="seed", columns="scenario", values="value")
        found[one.name] = table.sub(table[comparison.baseline.name], axis=0)
    return found


_Found = tuple[float, float, float, int, str]


def _of_policy(change: Mapping[str, Values], overlaps: pd.DataFrame, confidence: float) -> dict[str, _Found]:
    """Return by quantity its value, interval, number of pairs and remark."""
    n = int(change["public_cost"].size)
    found: dict[str, _Found] = {one.name: (*mean_interval(change[one.name], confidence), n, "") for one in _SUMS}
    found |= _deadweight(overlaps, confidence)
    for name, cost, effect in (
        ("cost_per_adopter", "public_cost", "additional_adopters"),
        ("cost_per_defect", "public_cost", "defects_avoided"),
        ("cost_per_late_day", "public_cost", "late_days_avoided"),
    ):
        found[name] = _cost_per(change[cost], change[effect], confidence)
    public, own, gain = change["public_cost"], change["own_cost"], change["value_added"]
    found["benefit_cost"] = _ratio(gain, public, confidence)
    found["benefit_cost_all"] = _ratio(gain + own, public + own, confidence)
    return found


def _deadweight(overlaps: pd.DataFrame, confidence: float) -> dict[str, _Found]:
    """Return the firms served, and how many of them and how much money would not have been needed, in per cent."""
    if overlaps.empty:
        nothing: _Found = (np.nan, np.nan, np.nan, 0, "other firms")
        return dict.fromkeys(("served", "deadweight", "deadweight_money"), nothing)
    served, paid = overlaps["served"].to_numpy(float), overlaps["paid"].to_numpy(float)
    n = int(served.size)
    found: dict[str, _Found] = {"served": (*mean_interval(served, confidence), n, "")}
    for name, part, whole in (("deadweight", "deadweight", served), ("deadweight_money", "paid_deadweight", paid)):
        value, low, high = ratio_interval(100.0 * overlaps[part].to_numpy(float), whole, confidence)
        found[name] = (value, low, high, n, "" if np.isfinite(value) else "nobody was served")
    return found


def _cost_per(cost: Values, effect: Values, confidence: float) -> _Found:
    """Return what a unit of an effect costs, where there is one."""
    _, low, high = mean_interval(effect, confidence)
    if not low > 0.0:
        remark = "the effect goes the wrong way" if high < 0.0 else "no detectable effect"
        return (np.nan, np.nan, np.nan, int(effect.size), remark)
    return (*ratio_interval(cost, effect, confidence), int(effect.size), "")


def _ratio(gain: Values, cost: Values, confidence: float) -> _Found:
    """Return gain over cost, where there is a cost."""
    value, low, high = ratio_interval(gain, cost, confidence)
    return (value, low, high, int(cost.size), "" if np.isfinite(value) else "no public money")
