"""What the model says about a fact of the real world: one function per kind of fact, from one run.

Each takes the history of a run, a group of firms, and a first and a last month, and returns a number. A group is a
label of the measures ("sme manufacturing"), a span of workers ("10-49 workers", "250+ workers"), "all", or two of
these with a bar between them, which are compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.engines.engine import CompiledEngine
from simulation.measures import Measure, Record, all_measures, labels
from simulation.measures.imported import late_deliveries_at_depth
from simulation.measures.measure import pooled_label
from simulation.rules.money import value_of_time
from simulation.scenario.scenario import Scenario
from simulation.state import Float, Real, Small, State, World

__all__ = ["FACTS", "History", "Snapshot", "needs_snapshot"]

Members = NDArray[np.bool_]
Kind = Callable[["History", str, int, int], float]
_WORKERS = re.compile(r"(\d+)(?:-(\d+)|\+) workers")


@dataclass(frozen=True)
class Snapshot:
    """Firms and suppliers at the end of a month: copies of what later months overwrite."""

    state: State
    supplier: Small
    value: Float

    @classmethod
    def of(cls, engine: CompiledEngine) -> Snapshot:
        """Return a copy of an engine's present."""
        state = State._make(np.array(field) for field in engine.state)
        links = engine.links
        return cls(state, links.supplier, links.value)


@dataclass(frozen=True)
class History:
    """One run: who there is, what was recorded, and snapshots of some months."""

    world: World
    scenario: Scenario
    record: Record
    seen: Mapping[int, Snapshot]

    def members(self, group: str) -> Members:
        """Return (n,) the firms of a group."""
        if span := _WORKERS.fullmatch(group):
            low, high = int(span[1]), int(span[2] or 10**9)
            return (self.world.firms.workers >= low) & (self.world.firms.workers <= high)
        mask = labels(self.world.groups, "every")[pooled_label(self.world.groups, group)]
        return np.asarray(mask[self.world.firms.group], dtype=np.bool_)

    def mean(self, values: Real, members: Members, weight: Float | None = None) -> float:
        """Return the mean of (n,) values over members, weighted by the firms that each stands for; NaN over nobody."""
        scale = (self.world.firms.weight if weight is None else weight)[members]
        return float(values[members] @ scale / scale.sum()) if scale.sum() > 0.0 else float("nan")


def _log_odds(share: float) -> float:
    return float(np.log(share / (1.0 - share))) if 0.0 < share < 1.0 else float("nan")


def _adopters(history: History, group: str, month: int) -> float:
    return history.mean(history.seen[month].state.adopted.astype(np.float64), history.members(group))


def _users(history: History, group: str, month: int) -> float:
    firms = history.world.firms
    return history.mean(history.seen[month].state.user_share, history.members(group), firms.weight * firms.workers)


def _level(share: Callable[[History, str, int], float]) -> Kind:
    return lambda history, group, first, last: share(history, group, first)


def _growth(share: Callable[[History, str, int], float]) -> Kind:
    def kind(history: History, group: str, first: int, last: int) -> float:
        rise = _log_odds(share(history, group, last)) - _log_odds(share(history, group, first))
        return rise * 12.0 / (last - first)

    return kind


def _adopter_gap(history: History, group: str, first: int, last: int) -> float:
    above, below = group.split(" | ")
    return _log_odds(_adopters(history, above, first)) - _log_odds(_adopters(history, below, first))


def _measured(measure: Measure) -> Kind:
    """Return the mean of a measure over the months."""

    def kind(history: History, group: str, first: int, last: int) -> float:
        mask = labels(history.world.groups, measure.scope)[pooled_label(history.world.groups, group)]
        return float(measure.of(history.record, mask)[first : last + 1].mean())

    return kind


def _gap_given_capacity(history: History, group: str, first: int, last: int) -> float:
    """Return what being large adds to the user share beside capacity and adoption: a regression weighted by workers."""
    firms, state = history.world.firms, history.seen[first].state
    is_large = history.members("large").astype(np.float64)
    columns = np.stack(
        [np.ones(is_large.size), is_large, state.capacity, state.capacity**2, state.adopted.astype(np.float64)], axis=1
    )
    scale = np.sqrt(firms.weight * firms.workers)
    found = np.linalg.lstsq(columns * scale[:, None], state.user_share * scale, rcond=None)[0]
    return float(found[1])


def _quitters(history: History, group: str, first: int, last: int) -> float:
    """Return the share of the adopters of the first month who have not adopted in the last."""
    before = history.seen[first].state.adopted == 1
    after = history.seen[last].state.adopted.astype(np.float64)
    return 1.0 - history.mean(after, before & history.members(group))


def _schedule_effect(history: History, group: str, first: int, last: int) -> float:
    """Return the mean relative cut of own late events per adopter, phi_s e."""
    state = history.seen[first].state
    effect = history.scenario.process.schedule_effect * state.effective
    return history.mean(effect, (state.adopted == 1) & history.members(group))


def _time_gain(history: History, group: str, first: int, last: int) -> float:
    """Return the output made in the time saved over value added before costs, mean of adopters."""
    firms, state, scenario = history.world.firms, history.seen[first].state, history.scenario
    gain = np.array(
        [
            value_of_time(
                1.0, 1.0, float(u), rho, scenario.capacity.learning_share, scenario.capacity.time_saved, scenario.money
            )
            for u, rho in zip(state.user_share, firms.reinvested, strict=True)
        ]
    )
    return history.mean(gain / (1.0 - firms.input_share), (state.adopted == 1) & history.members(group))


def _best_ppm(history: History, group: str, first: int, last: int) -> float:
    """Return the delivered defects per million that one firm in a hundred of the group stays below."""
    return float(1e6 * np.quantile(history.seen[first].state.defects[history.members(group)], 0.01))


def _links_replaced(history: History, group: str, first: int, last: int) -> float:
    """Return the share of supply relations of the first month whose slot has another supplier in the last."""
    changed = history.seen[first].supplier != history.seen[last].supplier
    return float(changed[history.members(group)[history.world.links.buyer]].mean())


def _top_buyer(history: History, group: str, first: int, last: int) -> float:
    """Return the largest buyer's share of a firm's sales to firms, mean of the firms with buyers."""
    seen, n = history.seen[first], history.world.firms.key.size
    largest, total = np.zeros(n), np.zeros(n)
    np.maximum.at(largest, seen.supplier, seen.value)
    np.add.at(total, seen.supplier, seen.value)
    return history.mean(
        np.divide(largest, total, out=np.zeros(n), where=total > 0.0), history.members(group) & (total > 0.0)
    )


def _small_suppliers(history: History, group: str, first: int, last: int) -> float:
    """Return the number of SME suppliers of a firm, mean of the group."""
    is_small = history.members("sme").astype(np.float64)
    count = np.bincount(history.world.links.buyer, is_small[history.seen[first].supplier], history.world.firms.key.size)
    return history.mean(count.astype(np.float64), history.members(group))


def _same_region(history: History, group: str, first: int, last: int) -> float:
    """Return the share of links within a region."""
    links, regions = history.world.links, len(history.world.groups.regions)
    region = history.world.firms.group % regions
    return float((region[links.buyer] == region[history.seen[first].supplier]).mean())


def _tier(number: int) -> Kind:
    """Return the share of a tier among the group's firms with a way to a large manufacturer."""

    def kind(history: History, group: str, first: int, last: int) -> float:
        tier = history.world.firms.tier
        return history.mean((tier == number).astype(np.float64), history.members(group) & (tier >= 1))

    return kind


def _part_of(name: str) -> Kind:
    """Return the group's part of a weighted sum over all firms."""

    def kind(history: History, group: str, first: int, last: int) -> float:
        values = getattr(history.seen[first].state, name) * history.world.firms.weight
        return float(values[history.members(group)].sum() / values.sum())

    return kind


def _inherited_at(depth: int) -> Kind:
    """Return, of late deliveries that began in another firm, the share that travelled so many links."""

    def kind(history: History, group: str, first: int, last: int) -> float:
        shares = late_deliveries_at_depth(history.record)[first : last + 1].mean(axis=0)
        return float(shares[depth] / shares[1:].sum())

    return kind


_MEASURED = ("on_time_share", "defect_ppm_firms", "quality_effect")
FACTS: Mapping[str, Kind] = {
    "adopters": _level(_adopters),
    "adopters_growth": _growth(_adopters),
    "adopters_gap": _adopter_gap,
    "users": _level(_users),
    "users_growth": _growth(_users),
    "gap_given_capacity": _gap_given_capacity,
    "quitters": _quitters,
    "schedule_effect": _schedule_effect,
    "time_gain": _time_gain,
    "best_ppm": _best_ppm,
    "links_replaced": _links_replaced,
    "top_buyer": _top_buyer,
    "small_suppliers": _small_suppliers,
    "same_region": _same_region,
    "tier_1": _tier(1),
    "tier_2": _tier(2),
    "sales_part": _part_of("sales"),
    "value_added_part": _part_of("value_added"),
    "inherited_1": _inherited_at(1),
    "inherited_2": _inherited_at(2),
} | {name: _measured(all_measures()[name]) for name in _MEASURED}
"""Kinds of fact by the name in the table."""


def needs_snapshot(name: str) -> bool:
    """Say whether a kind of fact needs the firms of its months, beside what is recorded by group."""
    return name not in {*_MEASURED, "inherited_1", "inherited_2"}
