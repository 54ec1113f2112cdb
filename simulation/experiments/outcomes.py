"""The outcomes by which policies are compared: one number per run, from its series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from simulation.measures.measure import labels, pool_label, pooled_label
from simulation.policies.programmes import present_value_factors
from simulation.scenario.scenario import Scenario
from simulation.state import Float, Index
from simulation.world.build import groups_of

if TYPE_CHECKING:
    import pandas as pd

    from simulation.records import Run

__all__ = ["Outcome", "outcome_groups", "outcome_of_run", "outcome_values", "outcomes_of"]

When = Literal["last", "last year", "since start", "present value"]


@dataclass(frozen=True)
class Outcome:
    """One number of a run.

    Attributes
    ----------
    name, label, unit : str
        Name in tables, words for people, unit after scaling.
    measure, group : str
        Line of the series that it is taken from.
    when : {"last", "last year", "since start", "present value"}
        The last month (for states), the mean of the last twelve months (for flows), the mean of all months since the
        first policy of the comparison starts (for what is much the same for all in the end), or the discounted sum.
    scale : float
        Factor from the measure's unit to the outcome's.
    is_lower_better : bool or None
        Direction of improvement; None where there is none.
    """

    name: str
    label: str
    unit: str
    measure: str
    group: str
    when: When = "last"
    scale: float = 1.0
    is_lower_better: bool | None = None


def outcomes_of(scenario: Scenario) -> tuple[Outcome, ...]:
    """Return the outcomes of a comparison in the order of its tables, without those of firms that it does not have."""
    groups = groups_of(scenario)
    large, small = pool_label(groups, False), pool_label(groups, True)
    present = labels(groups, "every")
    goods = [s for s, is_goods in zip(groups.sectors, groups.is_manufacturing, strict=True) if is_goods]
    makers = [
        Outcome(
            f"sme_{sector}_adopters",
            f"SME adopters, {sector}",
            "% of firms",
            "adopter_share",
            f"{small} {sector}",
            scale=100.0,
            is_lower_better=False,
        )
        for sector in goods
    ]
    every = (
        Outcome(
            "adopter_gap", "Adopter gap, large - SME", "points", "adopter_gap", "all", scale=100.0, is_lower_better=True
        ),
        Outcome(
            "user_gap",
            "User gap, large - SME, mean since policy start",
            "points",
            "user_gap",
            "all",
            "since start",
            scale=100.0,
            is_lower_better=True,
        ),
        *makers,
        Outcome(
            "additional_adopters",
            "Adopters (difference: additional adopters)",
            "firms",
            "adopters",
            "all",
            is_lower_better=False,
        ),
        Outcome(
            "large_defect_ppm",
            "Large firms' delivered defects",
            "ppm",
            "defect_ppm",
            large,
            "last year",
            is_lower_better=True,
        ),
        Outcome(
            "large_on_time",
            "Large firms' deliveries on time",
            "%",
            "on_time_share",
            large,
            "last year",
            scale=100.0,
            is_lower_better=False,
        ),
        Outcome(
            "large_late_days",
            "Large firms' late days",
            "days per delivery",
            "late_days",
            large,
            "last year",
            is_lower_better=True,
        ),
        Outcome(
            "large_defects_from_sme",
            "Large firms' defects that began in SMEs",
            "%",
            "sme_share_of_defects",
            large,
            "last year",
            scale=100.0,
        ),
        Outcome(
            "large_late_from_sme",
            "Large firms' late days that began in SMEs",
            "%",
            "sme_share_of_late_days",
            large,
            "last year",
            scale=100.0,
        ),
        Outcome(
            "sme_defect_ppm", "SMEs' delivered defects", "ppm", "defect_ppm", small, "last year", is_lower_better=True
        ),
        Outcome(
            "sme_on_time",
            "SMEs' deliveries on time",
            "%",
            "on_time_share",
            small,
            "last year",
            scale=100.0,
            is_lower_better=False,
        ),
        Outcome(
            "sme_late_days",
            "SMEs' late days",
            "days per delivery",
            "late_days",
            small,
            "last year",
            is_lower_better=True,
        ),
        Outcome(
            "regional_user_gap",
            "User gap of SMEs, capital - elsewhere, mean since policy start",
            "points",
            "regional_user_gap",
            "all",
            "since start",
            scale=100.0,
            is_lower_better=True,
        ),
        Outcome("public_cost", "Public cost, present value", "million won", "public_cost", "all", "present value"),
        Outcome(
            "private_cost", "Adopters' own cost, present value", "million won", "private_cost", "all", "present value"
        ),
    )
    return tuple(outcome for outcome in every if outcome.group in present)


def outcome_groups(scenarios: Sequence[Scenario]) -> dict[str, dict[str, str]]:
    """Return by outcome and scenario the group it is taken from: what is "sme" in one may be "all smes" in another."""
    found: dict[str, dict[str, str]] = {}
    for scenario in scenarios:
        for outcome in outcomes_of(scenario):
            found.setdefault(outcome.name, {})[scenario.name] = outcome.group
    return found


def outcome_values(
    series: pd.DataFrame, outcome: Outcome, start: int, discount: float, groups: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return a frame (scenario, seed, value) of an outcome for all runs of a series.

    ``groups`` names the group by scenario where it is not the outcome's own (see `outcome_groups`).
    ``start`` is the month to which money is discounted; what was paid before it does not count. Months in which the
    measure is not defined (a share of late days where none was late) are left out of means.
    """
    chosen = series[series["measure"] == outcome.measure]
    if groups is None or set(groups.values()) == {outcome.group}:
        chosen = chosen[chosen["group"] == outcome.group]
    else:
        chosen = chosen[chosen["group"].astype(str) == chosen["scenario"].astype(str).map(groups)]
    table = chosen.astype({"scenario": str}).pivot(index=["scenario", "seed"], columns="month", values="value")
    months = table.columns.to_numpy()
    values = table.to_numpy()
    number = _numbers(values, months, outcome, start, discount)
    frame = table.index.to_frame(index=False)
    frame["value"] = number * outcome.scale
    return frame


def outcome_of_run(run: Run, outcome: Outcome, start: int, discount: float) -> float:
    """Return an outcome of one run; NaN where it is not defined or the run has no firms of the outcome's group."""
    from simulation.measures import all_measures

    mask = labels(run.record.groups, "every").get(pooled_label(run.record.groups, outcome.group))
    if mask is None:
        return float("nan")
    values = np.asarray(all_measures()[outcome.measure].of(run.record, mask), np.float64)
    months = np.arange(values.size)
    return float(_numbers(values[np.newaxis], months, outcome, start, discount)[0] * outcome.scale)


def _numbers(values: Float, months: Index, outcome: Outcome, start: int, discount: float) -> Float:
    """Return (runs,) an outcome, not scaled, from (runs, months) values of its measure."""
    if outcome.when == "last":
        return values[:, -1]
    if outcome.when == "last year":
        return _mean(values[:, -12:])
    if outcome.when == "since start":
        return _mean(values[:, months >= start])
    factors = present_value_factors(int(months[-1]) + 1, start, discount)
    total: Float = np.where(months >= start, values * factors[months], 0.0).sum(axis=1)
    return total


def _mean(values: Float) -> Float:
    """Return (runs,) means of the months with a value, NaN without any."""
    is_known = np.isfinite(values)
    count = is_known.sum(axis=1)
    total = np.where(is_known, values, 0.0).sum(axis=1)
    mean: Float = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean
