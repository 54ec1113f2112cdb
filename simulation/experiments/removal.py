"""What the risk of single firms does to all others: the same draws with and without it.

The risk of a firm is taken away by setting its own defects and its chance of own late events to 0. It keeps trading,
adopting and passing on what it gets from its suppliers. Deleting the firm instead would change who buys from whom, and
with that everything; its buyers would be compared with themselves having another supplier. Here nothing else changes
at first, and all draws are the same, so that what differs later follows from the risk alone, the reactions of buyers
included (partners are reviewed by their record).

Effects of several firms do not add up: each is of one firm alone, with the risk of all others in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulation.engines.engine import CompiledEngine
from simulation.errors import InputError
from simulation.experiments.statistics import mean_interval, paired_difference
from simulation.scenario.scenario import Scenario
from simulation.state import Float, Groups, World

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Burden", "Removal", "burden", "remove_risk", "without_risk"]

OUTCOMES = (("late_days", "days"), ("defects", "million won"))
"""Sums since the month of the survey: late days over all deliveries, and the value of defective deliveries."""


class Burden(NamedTuple):
    """What each firm bears from the month of the survey to the end, (n,), times the weight of the firm.

    Attributes
    ----------
    late_days : (n,) sum over its deliveries
    defects : (n,) value of its defective deliveries, million won
    """

    late_days: Float
    defects: Float


def without_risk(world: World, firm: int) -> World:
    """Return the world in which a firm makes no defects and no late events of its own; all else is shared."""
    own_defects, late_chance = world.firms.own_defects.copy(), world.firms.late_chance.copy()
    own_defects[firm] = late_chance[firm] = 0.0
    return world._replace(firms=world.firms._replace(own_defects=own_defects, late_chance=late_chance))


def burden(world: World, scenario: Scenario, seed: int) -> Burden:
    """Run a scenario, with its strengths as they are, and return what every firm bears."""
    engine = CompiledEngine(world, scenario, seed)
    engine.advance(scenario.time.survey_month)
    weight = world.firms.weight
    late, defects = np.zeros(weight.size), np.zeros(weight.size)
    for _ in range(scenario.time.survey_month, scenario.time.months):
        sales = engine.state.sales.copy()  # those of the month, before partners are reviewed
        engine.advance(1)
        late += weight * engine.work.late_days
        defects += weight * sales * engine.state.defects / 12.0
    return Burden(late, defects)


@dataclass(frozen=True)
class Removal:
    """What others bear with and without the risk of single firms.

    Attributes
    ----------
    groups : Groups
    firms : tuple of int
        Whose risk was taken away, each alone.
    seeds : tuple of int
        Seeds of the draws; firms and links are the same in all runs.
    borne : (firms, seeds, 2, 2, G)
        What the others of each group bear: by outcome (late days, defects), with and without the risk.
    """

    groups: Groups
    firms: tuple[int, ...]
    seeds: tuple[int, ...]
    borne: Float

    def effects(self, confidence: float = 0.95) -> pd.DataFrame:
        """Return a row per firm, outcome and bearing group ("all" first): what the firm's risk adds, with interval.

        Columns: firm, outcome, unit, group, mean, with the mean of what others bear; effect (with the risk minus
        without it, the mean over paired seeds), low, high, n, p_value.
        """
        import pandas as pd

        labels = ["all", *(" ".join(member) for member in self.groups.members())]
        whole = np.concatenate([self.borne.sum(axis=4, keepdims=True), self.borne], axis=4)
        rows: list[dict[str, Any]] = []
        for place, firm in enumerate(self.firms):
            for number, (outcome, unit) in enumerate(OUTCOMES):
                for column, group in enumerate(labels):
                    with_it, without_it = whole[place, :, number, :, column].T
                    found = paired_difference(with_it, without_it, confidence)
                    named = {"firm": firm, "outcome": outcome, "unit": unit, "group": group}
                    effect = {"effect": found.difference, "low": found.low, "high": found.high}
                    mean = mean_interval(with_it)[0]
                    rows.append(named | {"mean": mean} | effect | {"n": found.n, "p_value": found.p_value})
        return pd.DataFrame(rows)


def _by_group(world: World, borne: Burden, firm: int) -> Float:
    """Return (2, G) what the others bear, by outcome and group."""
    is_other = np.arange(world.firms.key.size) != firm
    sums: Float = np.array(
        [np.bincount(world.firms.group, np.where(is_other, values, 0.0), world.groups.count) for values in borne]
    )
    return sums


def remove_risk(
    world: World,
    scenario: Scenario,
    firms: Sequence[int],
    seeds: Sequence[int],
    *,
    workers: int = 1,
    on_run: Callable[[], None] | None = None,
) -> Removal:
    """Run a scenario with and without the risk of each of some firms, on the same draws.

    Parameters
    ----------
    world : World
        Firms and links of all runs.
    scenario : Scenario
        Strengths of its levers as they are: solve them before.
    firms : sequence of int
        Numbers of firms in the world, each taken by itself.
    seeds : sequence of int
        Seeds of the draws; two or more give intervals.
    workers : int
        Threads, one seed each.
    on_run : callable, optional
        Called after each of the (1 + firms) x seeds runs.

    Raises
    ------
    InputError
        A number that no firm has, no firm, or no seed.
    """
    n = world.firms.key.size
    if not firms or not seeds:
        message = "removing risk needs at least one firm and one seed"
        raise InputError(message)
    if not 0 <= min(firms) <= max(firms) < n:
        message = f"the firms are numbered from 0 to {n - 1}"
        raise InputError(message)

    def told(chosen: World, seed: int) -> Burden:
        found = burden(chosen, scenario, seed)
        if on_run:
            on_run()
        return found

    def of_seed(seed: int) -> Float:
        usual = told(world, seed)
        pairs = [(usual, told(without_risk(world, firm), seed)) for firm in firms]
        found: Float = np.array(
            [[_by_group(world, borne, firm) for borne in pair] for firm, pair in zip(firms, pairs, strict=True)]
        )
        return found

    with ThreadPoolExecutor(workers) as pool:
        found = np.array(list(pool.map(of_seed, seeds)))  # seed, firm, with or without, outcome, group
    return Removal(world.groups, tuple(firms), tuple(seeds), found.transpose(1, 0, 3, 2, 4))
