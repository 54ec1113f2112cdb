"""The cost-effectiveness frontier: which policies buy an effect at a price that no other policy or mixture beats.

The terms are those of health economics (Karlsson and Johannesson 1996; Drummond et al. 2015). A policy is *dominated*
where another costs no more and brings no less, and is better in one of the two. It is *extendedly dominated* where a
mixture of two others is: they are joined by a line in the plane of cost against effect that passes below it. What is
left is the frontier. Along it each policy has an incremental cost-effectiveness ratio (ICER) over its neighbour, the
further cost per further effect, and these rise. The baseline is a choice like the others: to do nothing more.

At equal cost there is nothing to trade: the policy with the largest effect dominates all others, and the frontier leads
from the baseline to it. Policies that were given one envelope do not spend exactly the same in every run, though, and
which of two is a little cheaper then is chance. So the frontier is given twice, at what was paid in the runs and with
the policies of one envelope at one cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.experiments.choices import choices, resampled_means
from simulation.experiments.comparison import Comparison
from simulation.experiments.cost_effectiveness import QUANTITIES, paired_sums
from simulation.experiments.statistics import mean_interval, ratio_interval
from simulation.state import Bool, Float, Index

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "EFFECTS", "frontier", "is_on_frontier", "statuses"]

EFFECTS = ("additional_adopters", "defects_avoided", "late_days_avoided", "value_added")
"""Quantities of `cost_effectiveness` that the money is to buy."""

COLUMNS = (
    "effect", "label", "unit", "scenario", "cost", "cost_low", "cost_high", "gain", "gain_low", "gain_high", "n",
    "status", "dominated_by", "compared_with", "icer", "icer_low", "icer_high", "remark", "probability",
    "status_equal_cost", "probability_equal_cost",
)  # fmt: skip


def frontier(comparison: Comparison, scenarios: Sequence[str] | None = None, confidence: float = 0.95) -> pd.DataFrame:
    """Return a row per effect and policy, the cheapest first, the baseline among them.

    Parameters
    ----------
    comparison : Comparison
    scenarios : sequence of str, optional
        Names of those to choose among; by default the baseline and the policies (see `choices`).
    confidence : float
        Of the intervals.

    Returns
    -------
    DataFrame
        effect, label, unit, scenario;

        - cost, gain with _low and _high: public money (million won, present value) and effect, as mean paired
          differences from the baseline with t intervals; n seeds.
        - status: "frontier", "dominated" or "extendedly dominated". dominated_by: by what; two names joined by " + "
          are a mixture.
        - compared_with, icer, icer_low, icer_high: the neighbour below on the frontier, and the ICER over it with
          Fieller's interval, million won per unit of the effect.
        - remark: why there is no ICER ("no detectable difference in effect"), or "no detectable difference in cost".
        - probability: of being on the frontier, over resamples of the seeds that keep costs and effects of all
          policies together.
        - status_equal_cost, probability_equal_cost: the same with the policies of one envelope at their common mean
          cost; empty and NaN where no two share an envelope.

        Empty where there is no policy.
    """
    import pandas as pd

    chosen = choices(comparison, scenarios)
    names = [scenario.name for scenario in chosen]
    if not any(scenario.policy for scenario in chosen[1:]):
        return pd.DataFrame(columns=COLUMNS)
    sums = paired_sums(comparison)
    labels = {quantity.name: quantity for quantity in QUANTITIES}
    shares = _envelopes(comparison, names)
    rows: list[dict[str, Any]] = []
    for effect in EFFECTS:
        both = pd.concat([sums["public_cost"][names], sums[effect][names]], axis="columns").dropna()
        cost, gain = np.hsplit(both.to_numpy(np.float64), 2)
        named = {"effect": effect, "label": labels[effect].label, "unit": labels[effect].unit}
        rows += [named | row for row in _rows(names, cost, gain, shares, confidence)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _envelopes(comparison: Comparison, names: Sequence[str]) -> Float | None:
    """Return (S, S) shares by which each policy's cost is that of others: the mean over those of its envelope.

    None where no two policies were given the same envelope and spend it.
    """
    given = [comparison.spending.get(name) for name in names]
    envelope = [round(sum(one["target"].values()), 3) if one and one["can_spend"] else None for one in given]
    alike = np.array(
        [[a == b if a is not None else i == j for j, b in enumerate(envelope)] for i, a in enumerate(envelope)]
    )
    if (alike.sum(axis=1) == 1).all():
        return None
    shares: Float = alike / alike.sum(axis=1, keepdims=True)
    return shares


def _rows(
    names: Sequence[str], cost: Float, gain: Float, shares: Float | None, confidence: float
) -> list[dict[str, Any]]:
    """Return the rows of one effect, from costs and effects (n, S)."""
    if not len(cost):
        return []
    n = len(cost)
    means = (cost.sum(axis=0) / n, gain.sum(axis=0) / n)
    drawn = (resampled_means(cost), resampled_means(gain))
    status, probability = statuses(*means), is_on_frontier(*drawn).mean(axis=0)
    equal, probability_equal = [""] * len(names), np.full(len(names), np.nan)
    if shares is not None:
        equal = statuses(_shared(means[0], shares), means[1])
        probability_equal = is_on_frontier(_shared(drawn[0], shares), drawn[1]).mean(axis=0)
    below = _neighbours(status, *means)
    rows = []
    for place, name in enumerate(names):
        rows.append(
            {
                "scenario": name,
                **dict(zip(("cost", "cost_low", "cost_high"), mean_interval(cost[:, place], confidence), strict=True)),
                **dict(zip(("gain", "gain_low", "gain_high"), mean_interval(gain[:, place], confidence), strict=True)),
                "n": n,
                "status": status[place],
                "dominated_by": _dominators(place, status, names, *means),
                "compared_with": names[below[place]] if place in below else "",
                **_icer(cost, gain, place, below.get(place), confidence),
                "probability": float(probability[place]),
                "status_equal_cost": equal[place],
                "probability_equal_cost": float(probability_equal[place]),
            }
        )
    order = sorted(range(len(names)), key=lambda place: (means[0][place], -means[1][place]))
    return [rows[place] for place in order]


def _shared(cost: Float, shares: Float) -> Float:
    """Return costs (..., S) with each policy at the mean of those of its envelope, equal to the last bit."""
    alike = shares > 0.0
    columns = [cost[..., is_alike].sum(axis=-1) / is_alike.sum() for is_alike in alike]
    return np.stack(columns, axis=-1)


def is_on_frontier(cost: Float, gain: Float) -> Bool:
    """Return (..., S) which choices are on the frontier of costs and effects (..., S); equal ones share their place.

    From the cheapest choice (of several, that with the largest effect) the frontier goes on to the choice with a larger
    effect that costs least per further effect, until no choice brings more.
    """
    flat_cost, flat_gain = cost.reshape(-1, cost.shape[-1]), gain.reshape(-1, gain.shape[-1])
    is_cheapest = flat_cost == flat_cost.min(axis=1, keepdims=True)
    top = np.where(is_cheapest, flat_gain, -np.inf).max(axis=1, keepdims=True)
    bottom = flat_cost.min(axis=1, keepdims=True)
    found = is_cheapest & (flat_gain == top)
    for _ in range(cost.shape[-1] - 1):
        is_more = flat_gain > top
        if not is_more.any():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(is_more, (flat_cost - bottom) / (flat_gain - top), np.inf)
        is_next = is_more & (slope == slope.min(axis=1, keepdims=True))
        found |= is_next
        goes_on = is_next.any(axis=1, keepdims=True)
        furthest = np.where(is_next, flat_gain, -np.inf).max(axis=1, keepdims=True)
        reached = np.where(is_next & (flat_gain == furthest), flat_cost, np.inf).min(axis=1, keepdims=True)
        top, bottom = np.where(goes_on, furthest, top), np.where(goes_on, reached, bottom)
    shaped: Bool = found.reshape(cost.shape)
    return shaped


def statuses(cost: Float, gain: Float) -> list[str]:
    """Return (S,) "frontier", "dominated" or "extendedly dominated" of each choice."""
    on_it = is_on_frontier(cost, gain)
    return [
        "frontier" if on_it[place] else "dominated" if len(_over(place, cost, gain)) else "extendedly dominated"
        for place in range(cost.size)
    ]


def _over(place: int, cost: Float, gain: Float) -> Index:
    """Return the choices that cost no more and bring no less than one, and are better in one of the two."""
    is_no_worse = (cost <= cost[place]) & (gain >= gain[place])
    return np.flatnonzero(is_no_worse & ((cost < cost[place]) | (gain > gain[place])))


def _line(status: Sequence[str], cost: Float, gain: Float) -> list[int]:
    """Return the choices on the frontier in its order, the first of equal ones alone."""
    order = sorted((place for place, word in enumerate(status) if word == "frontier"), key=lambda place: gain[place])
    return [place for rank, place in enumerate(order) if rank == 0 or gain[place] > gain[order[rank - 1]]]


def _neighbours(status: Sequence[str], cost: Float, gain: Float) -> dict[int, int]:
    """Return by choice on the frontier the one below it; equal choices have the same."""
    line = _line(status, cost, gain)
    found = {}
    for place, word in enumerate(status):
        below = [other for other in line if gain[other] < gain[place]]
        if word == "frontier" and below:
            found[place] = below[-1]
    return found


def _dominators(place: int, status: Sequence[str], names: Sequence[str], cost: Float, gain: Float) -> str:
    """Return what dominates a choice: the one with the largest effect, if possible of the frontier, or a mixture."""
    if status[place] == "frontier":
        return ""
    if len(over := _over(place, cost, gain)):
        best: int = max(over.tolist(), key=lambda other: (status[other] == "frontier", gain[other], -cost[other]))
        return names[best]
    line = _line(status, cost, gain)
    upper = next(rank for rank, other in enumerate(line) if gain[other] > gain[place])
    return f"{names[line[upper - 1]]} + {names[line[upper]]}"


def _icer(cost: Float, gain: Float, place: int, below: int | None, confidence: float) -> dict[str, Any]:
    """Return the ICER of a choice over its neighbour below, and a remark."""
    value, remark = (np.nan, np.nan, np.nan), ""
    if below is not None:
        further_cost, further_gain = cost[:, place] - cost[:, below], gain[:, place] - gain[:, below]
        if mean_interval(further_gain, confidence)[1] > 0.0:
            value = ratio_interval(further_cost, further_gain, confidence)
            _, low, high = mean_interval(further_cost, confidence)
            remark = "no detectable difference in cost" if low <= 0.0 <= high else ""
        else:
            remark = "no detectable difference in effect"
    return {**dict(zip(("icer", "icer_low", "icer_high"), value, strict=True)), "remark": remark}
