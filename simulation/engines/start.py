"""The start: who has adopted, how many use AI, and how late and faulty deliveries are, before month 0."""

from __future__ import annotations

from itertools import product
from math import floor

import numpy as np

from simulation.compiled import compiled, compiled_kernel
from simulation.engines.bench import Bench, new_bench
from simulation.engines.empty import new_state
from simulation.engines.looking import average_partners, look_at_suppliers, tell_partners
from simulation.engines.parameters import Parameters, parameters_of
from simulation.engines.ties import Ties, first_row, new_ties
from simulation.engines.workspace import Workspace, new_workspace
from simulation.randomness import Stream, Word, uniform
from simulation.rules.adoption import adoption_index
from simulation.rules.capacity import effective_use
from simulation.rules.money import in_steps, purchase_value
from simulation.rules.process import own_defects
from simulation.rules.use import Use, target_log_odds, user_share
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH, Bool, Firms, Float, Real, State, World

__all__ = ["add_sales", "first_adopters", "settle_use", "start_choices", "state_before", "tracked_months"]

_SWEEPS = 200
"""Most sweeps of the fixed point of use; each shrinks the error by b_N u_max / 4, less than one half."""


@compiled_kernel
def _settle(
    capacity: Real, adopted: Bool, mean: Float, log_odds: Real, user_share_now: Real, steps: float, parameters: Use
) -> int:
    """Put user shares at the targets that follow from those of partners; say whether any moved by more than a step."""
    moved = 0
    for i in range(capacity.size):
        log_odds[i] = target_log_odds(0, np.float64(capacity[i]), np.float64(adopted[i]), 0.0, mean[i], parameters)
        now = user_share(np.float64(log_odds[i]), steps, parameters)
        moved |= 1 if abs(now - np.float64(user_share_now[i])) >= 1.5 / steps else 0
        user_share_now[i] = now
    return moved


@compiled
def settle_use(firms: Firms, ties: Ties, state: State, work: Workspace, bench: Bench, p: Parameters) -> None:
    """Put every user share at its target of month 0, given the adopters, and what follows from it.

    Partners' use is solved for; then effective use, own defects before anything travels, and in ``work.chance`` the
    adoption index without influence or subsidy.
    """
    for _ in range(_SWEEPS):
        moved = 0
        tell_partners(firms, ties, state, work, p)
        for block in range(ties.block.size - 1):
            look_at_suppliers(block, ties, work, bench)
            average_partners(block, ties, work, bench)
            low, high = first_row(block, ties), first_row(block + 1, ties)
            moved += _settle(
                state.capacity[low:high],
                state.adopted[low:high],
                bench.peers[: high - low],
                state.log_odds[low:high],
                state.user_share[low:high],
                p.steps.share,
                p.use,
            )
        if moved == 0:
            break
    for i in range(firms.key.size):
        used, capacity = np.float64(state.user_share[i]), np.float64(state.capacity[i])
        state.effective[i] = effective_use(np.float64(state.adopted[i]), used, capacity, p.capacity)
        own = own_defects(np.float64(firms.own_defects[i]), np.float64(state.effective[i]), 1.0, p.process)
        work.goods.shown[i] = state.defects[i] = own
        work.chance[i] = adoption_index(0, capacity, used, 0.0, np.float64(firms.adoption_cost[i]), 0.0, p.hazard)


@compiled
def add_sales(firms: Firms, ties: Ties, state: State, work: Workspace, steps: float) -> None:
    """Write sales: final demand and what the buyers purchase, all in steps, so that their order does not matter."""
    for i in range(firms.key.size):
        state.sales[i] = in_steps(firms.final_demand[i], steps)
    for run in range(ties.run.size - 1):
        rows = ties.run[run + 1] - ties.run[run]
        for at in range(ties.base[run], ties.base[run + 1]):
            i = ties.run[run] + (at - ties.base[run]) % rows
            if ties.weight[at] > 0.0:
                state.sales[ties.supplier[at] >> np.uint32(1)] += purchase_value(
                    np.float64(ties.weight[at]), work.purchases[i], steps
                )


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
    world: World, scenario: Scenario, ties: Ties, state: State, work: Workspace, parameters: Parameters, seed: Word
) -> None:
    """Fill sales, capacity, adopters, use and effective use as they stand before month 0."""
    firms = world.firms
    bench = new_bench(ties, world.groups.count, work.signal.dtype.type)
    add_sales(firms, ties, state, work, parameters.steps.money)
    state.capacity[:] = firms.capacity_start
    state.user_share[:] = floor(parameters.use.ceiling / 2.0 * parameters.steps.share) / parameters.steps.share
    settle_use(firms, ties, state, work, bench, parameters)
    state.adopted[:] = first_adopters(world, scenario, work.chance, seed)
    # They adopted before month 0: no grant is due, and their transition is over.
    state.months_adopted[:] = state.adopted * np.int16(max(1, parameters.process.transition_months))
    settle_use(firms, ties, state, work, bench, parameters)


def state_before(world: World, scenario: Scenario, seed: int) -> State:
    """Return the state before month 0 and before anything is delivered: who has adopted and how effectively AI is used.

    The same values as those with which a run of this seed starts, without making the months of a run ready.
    """
    real = np.float32
    parameters, ties = parameters_of(scenario, real), new_ties(world.links, real)
    work = new_workspace(world, parameters, ties, False, real)
    state = new_state(world.firms.key.size, work.goods)
    start_choices(world, scenario, ties, state, work, parameters, seed)
    return state
