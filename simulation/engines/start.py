"""The start: who has adopted, how many use AI, and how late and faulty deliveries are, before month 0."""

from __future__ import annotations

from itertools import product

import numpy as np

from simulation.compiled import compiled, compiled_inner
from simulation.engines.adopting import partners_use
from simulation.engines.arrays import copy_into, fill
from simulation.engines.parameters import Parameters
from simulation.engines.workspace import Workspace
from simulation.randomness import Stream, Word, uniform
from simulation.rules.adoption import adoption_index
from simulation.rules.capacity import effective_use
from simulation.rules.defects import defect_hazard
from simulation.rules.process import own_defects
from simulation.rules.use import target_log_odds, user_share
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH, Firms, Float, Links, State, World

__all__ = ["begin_parts", "first_adopters", "settle_use", "start_choices", "tracked_months"]

_SWEEPS = 200
"""Most sweeps of the fixed point of use; each shrinks the error by b_N u_max / 4, less than one half."""

_SETTLED = 1e-14
"""Largest change of a user share after which the fixed point counts as reached."""


@compiled
def settle_use(firms: Firms, links: Links, state: State, work: Workspace, parameters: Parameters) -> None:
    """Put every user share at its target of month 0, given the adopters, and what follows from it.

    Partners' use is solved for; then effective use, own defects before anything travels, and in ``work.chance`` the
    adoption index without influence or subsidy.
    """
    for _ in range(_SWEEPS):
        change = 0.0
        for i in range(firms.key.size):
            partners = partners_use(i, links, state)
            state.log_odds[i] = target_log_odds(0, state.capacity[i], state.adopted[i], 0.0, partners, parameters.use)
            work.user_share[i] = user_share(state.log_odds[i], parameters.use)
            change = max(change, abs(work.user_share[i] - state.user_share[i]))
        copy_into(state.user_share, work.user_share)
        if change < _SETTLED:
            break
    for i in range(firms.key.size):
        state.effective[i] = effective_use(
            state.adopted[i], state.user_share[i], state.capacity[i], parameters.capacity
        )
        state.defects[i] = own_defects(firms.own_defects[i], state.effective[i], 1.0, parameters.process)
        work.chance[i] = adoption_index(
            0, state.capacity[i], state.user_share[i], 0.0, firms.adoption_cost[i], 0.0, parameters.hazard
        )


@compiled_inner
def begin_parts(firms: Firms, state: State, work: Workspace) -> None:
    """Begin to follow origins: all that a firm delivers now counts as its own group's."""
    for i in range(state.defect_parts.shape[0]):
        for g in range(state.defect_parts.shape[1]):
            fill(state.defect_parts[i, g], 0.0)
        fill(state.late_parts[i], 0.0)
        state.defect_parts[i, firms.group[i], 0] = defect_hazard(state.defects[i])
        state.late_parts[i, firms.group[i]] = state.late[i]
    work.tracking[0] = 1


def first_adopters(
    world: World, scenario: Scenario, index: Float, seed: Word
) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """Return (n,) 1 for the firms that have adopted before month 0.

    In each size and sector the firms with the highest adoption index (ties: the smaller key) up to the declared
    share. What is left of a firm is drawn, so that small groups are right on average over seeds.
    """
    groups, firms = world.groups, world.firms
    kind = firms.group // len(groups.regions)
    adopted = np.zeros(firms.key.size, np.uint8)
    for number, (size, sector) in enumerate(product(groups.sizes, groups.sectors)):
        members = np.flatnonzero(kind == number)
        order = members[np.lexsort((firms.key[members], -index[members]))]
        share = scenario.firms.adopters_start[size][sector]
        luck = uniform(np.uint64(seed), int(Stream.FIRST_ADOPTERS), START_MONTH, 0, np.uint64(number))
        adopted[order[: int(np.floor(share * members.size + luck))]] = 1
    return adopted


def tracked_months(scenario: Scenario) -> tuple[int, int]:
    """Return the months from which origins are followed and recorded.

    They are followed for as many rounds before as the start takes to settle; -1: from the start on.
    """
    recorded = max(0, scenario.time.months - scenario.time.origin_months)
    settling = -(-scenario.time.start_rounds // scenario.time.deliveries_per_month)
    followed = recorded - settling
    return (followed if followed > 0 else -1), recorded


def start_choices(
    world: World, scenario: Scenario, state: State, work: Workspace, parameters: Parameters, seed: Word
) -> None:
    """Fill capacity, adopters, use and effective use as they stand before month 0."""
    firms, links = world.firms, world.links
    state.capacity[:] = firms.capacity_start
    state.user_share[:] = parameters.use.ceiling / 2.0
    settle_use(firms, links, state, work, parameters)
    state.adopted[:] = first_adopters(world, scenario, work.chance, seed)
    # They adopted before month 0: no grant is due, and their transition is over.
    state.months_adopted[:] = state.adopted * np.int32(max(1, parameters.process.transition_months))
    settle_use(firms, links, state, work, parameters)
