"""The firms and links of chosen months of a run, found by living it again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from simulation.engines.replaying import at_months
from simulation.engines.turning import Change
from simulation.scenario.scenario import Scenario
from simulation.state import Bool, Float, Links, State, World

__all__ = ["Snapshot", "snapshots"]


class Snapshot(NamedTuple):
    """A month of a run.

    Attributes
    ----------
    month : int
    state : State
        At the end of the month; its sales are those of the month.
    late_days : (n,) mean late days per delivery
    links : Links
        Over which the goods of the month were delivered: partners are reviewed after that.
    served : (n,) 1 for each firm that has held an award
    received : (n,) public money that has reached the firm, million won
    """

    month: int
    state: State
    late_days: Float
    links: Links
    served: Bool
    received: Float


def snapshots(
    world: World,
    scenario: Scenario,
    seed: int,
    months: Collection[int],
    *,
    changes: Sequence[Change] = (),
    real: type[np.floating] = np.float32,
) -> Iterator[Snapshot]:
    """Yield months of a run in order; of the arrays nothing changes afterwards.

    Parameters
    ----------
    world : World
    scenario : Scenario
        As it was run, with strengths solved.
    seed : int
    months : collection of int
    changes : sequence of (month, levers)
        Changes of policy during the run.
    real : type
        Precision of the run.

    Raises
    ------
    InputError
        A month that the run has not lived.
    """
    for engine in at_months(world, scenario, seed, months, changes, real):
        month = engine.month
        links, sales = engine.links, engine.state.sales.copy()
        engine.advance(1)
        state = State._make(field.copy() for field in engine.state)
        yield Snapshot(
            month=month,
            state=state._replace(sales=sales),
            late_days=engine.work.late_days / engine.parameters.rounds,
            links=links,
            served=engine.awards.served.copy(),
            received=engine.awards.received.sum(axis=0),
        )
