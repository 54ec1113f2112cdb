"""Adopting or quitting, using and learning: the monthly phases of a firm's own choices, block by block."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.elementary import SMALL_HAZARD
from simulation.engines.arrays import spread
from simulation.engines.bench import Bench
from simulation.engines.looking import average_partners
from simulation.engines.other_rules import adopt_by_other_rule
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties
from simulation.engines.workspace import SUMS, Workspace
from simulation.randomness import Stream, Word, as_uniform, firm_words
from simulation.rules.adoption import (
    HAZARD,
    AdoptionHazard,
    Quitting,
    adoption_index,
    choice_hazard,
    probability,
    small_probability,
)
from simulation.rules.capacity import Capacity, effective_use, learning, linear_use, next_capacity
from simulation.rules.influence import Influence, peer_influence, pressure
from simulation.rules.use import Use, next_log_odds, target_log_odds, user_share
from simulation.state import Bool, Channels, Class, Firms, Float, Key, Real, Short, State

__all__ = ["adopt_or_quit", "average_cells", "learn", "use"]

_ADOPTION = int(Stream.ADOPTION)


@compiled_inner
def average_cells(regions: int, work: Workspace, p: Parameters) -> None:
    """Add up adopters by sector and region, and write what each firm sees of its peers.

    That is P: adopters among the other firms of the sector, in the own region and, less, in the other regions.
    """
    cells = work.cell_adopters.size
    for cell in range(cells):
        work.cell_adopters[cell] = 0.0
        for strip in range(work.adopters_by.shape[0]):
            for place in range(SUMS):
                work.cell_adopters[cell] += work.adopters_by[strip, place * cells + cell]
    for own in range(work.cell_firms.size):
        first = own - own % regions
        total = 0.0
        count = 0
        for cell in range(first, first + regions):
            if cell != own and work.cell_firms[cell] > 0:
                total += work.cell_adopters[cell] / work.cell_firms[cell]
                count += 1
        elsewhere = total / count if count > 0 else 0.0
        others = work.cell_firms[own] - 1.0
        for has in range(2):
            here = (work.cell_adopters[own] - has) / others if others > 0.0 else 0.0
            work.peers[2 * own + has] = peer_influence(here, elsewhere, p.influence.spillover)


@compiled_kernel
def _write_customers(heard: Float, sales: Float, customers: Float) -> None:
    """Write C: the share of sales that goes to buyers that adopted."""
    for i in range(np.uint64(sales.size)):
        customers[i] = heard[np.uint64(2) * i] / sales[i] if sales[i] > 0.0 else 0.0


@compiled_kernel
def _write_peers(cell: Class, adopted: Bool, of_cell: Float, peers: Float) -> None:
    """Write what each firm sees of its peers, which hangs on its sector and region and on whether it has adopted."""
    for i in range(np.uint64(cell.size)):
        peers[i] = of_cell[np.uint64(2) * np.uint64(cell[i]) + np.uint64(adopted[i])]


@compiled_kernel
def _write_hazards(
    month: int,
    adopted: Bool,
    effective: Real,
    capacity: Real,
    user_share: Real,
    customers: Float,
    suppliers: Float,
    peers: Float,
    pushed: Float,
    cost: Real,
    subsidy: Float,
    chance: Float,
    hazard: AdoptionHazard,
    quitting: Quitting,
    weights: Influence,
) -> None:
    """Write the hazard of adopting of every firm, whether it may or not, and of adopters that of quitting."""
    for i in range(chance.size):
        pressed = pressure(customers[i], suppliers[i], peers[i], weights) + pushed[i]
        index = adoption_index(
            month, np.float64(capacity[i]), np.float64(user_share[i]), pressed, np.float64(cost[i]), subsidy[i], hazard
        )
        chance[i] = choice_hazard(np.float64(adopted[i]), index, np.float64(effective[i]), hazard, quitting)


@compiled_kernel
def _small_chances(chance: Float) -> None:
    for i in range(chance.size):
        chance[i] = small_probability(chance[i])


@compiled_inner
def _turn_into_chances(hazard: Float, largest: float) -> None:
    """Turn hazards into chances; where none can be large, by a series of which several are summed at once."""
    if largest < SMALL_HAZARD:
        _small_chances(hazard)
    else:
        for i in range(hazard.size):
            hazard[i] = probability(hazard[i])


@compiled_kernel
def _draw(seed: Word, month: int, key: Key, luck: Float) -> None:
    for i in range(key.size):
        luck[i] = as_uniform(firm_words(seed, _ADOPTION, month, 0, key[i])[0])


@compiled_kernel
def _turn(luck: Float, chance: Float, adopted: Bool, months_adopted: Short, wait: Short, readopt_months: int) -> None:
    """Let firms adopt, quit, wait or stay under the rule ``hazard``: luck below its chance lets a firm change."""
    again = np.int16(readopt_months)
    for i in range(luck.size):
        has = np.int16(adopted[i])
        turns_now = np.int16(1 if luck[i] < chance[i] else 0)
        waits = max(np.int16(wait[i] - np.int16(1)), np.int16(0))
        stays = has * (np.int16(1) - turns_now)
        adopts = (np.int16(1) - has) * turns_now * np.int16(waits == 0)
        adopted[i] = np.uint8(stays + adopts)
        months_adopted[i] = stays * np.int16(months_adopted[i] + np.int16(1))
        wait[i] = has * turns_now * again + (np.int16(1) - has) * waits


@compiled_inner
def adopt_or_quit(
    seed: Word,
    month: int,
    block: int,
    adopters: float,
    firms: Firms,
    ties: Ties,
    state: State,
    channels: Channels,
    work: Workspace,
    bench: Bench,
    parameters: Parameters,
) -> None:
    """Let every firm of a block adopt, quit or stay, all from the values before the phase."""
    if parameters.rule != HAZARD:
        adopt_by_other_rule(seed, month, block, adopters, firms, ties, state, work, parameters)
        return
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    rows = slice(low, high)
    count = high - low
    _write_customers(work.heard[0, 2 * low : 2 * high], state.sales[rows], bench.customers[:count])
    _write_peers(
        firms.cell[rows],
        state.adopted[rows],
        work.peers,
        bench.peers[:count],
    )
    _write_hazards(
        month,
        state.adopted[rows],
        state.effective[rows],
        state.capacity[rows],
        state.user_share[rows],
        bench.customers[:count],
        bench.suppliers[:count],
        bench.peers[:count],
        channels.pressure[rows],
        firms.adoption_cost[rows],
        channels.adoption_subsidy[rows],
        work.chance[rows],
        parameters.hazard,
        parameters.quitting,
        parameters.influence,
    )
    _turn_into_chances(work.chance[rows], max(parameters.hazard.maximum, parameters.quitting.level))
    lanes = work.lanes[0]
    _draw(seed, month, work.key[low // lanes : high // lanes], bench.hazard[: count // lanes])
    spread(bench.hazard[:count], lanes)
    _turn(
        bench.hazard[:count],
        work.chance[rows],
        state.adopted[rows],
        state.months_adopted[rows],
        state.wait[rows],
        parameters.quitting.readopt_months,
    )


@compiled_kernel
def _use(
    month: int,
    capacity: Real,
    adopted: Bool,
    access: Float,
    mean: Float,
    log_odds: Real,
    user_share_now: Real,
    steps: float,
    parameters: Use,
) -> None:
    """Move user shares towards their targets."""
    for i in range(capacity.size):
        target = target_log_odds(month, np.float64(capacity[i]), np.float64(adopted[i]), access[i], mean[i], parameters)
        log_odds[i] = next_log_odds(np.float64(log_odds[i]), target, parameters)
        user_share_now[i] = user_share(np.float64(log_odds[i]), steps, parameters)


@compiled_inner
def use(
    month: int, block: int, ties: Ties, state: State, channels: Channels, work: Workspace, bench: Bench, p: Parameters
) -> None:
    """Move the user share of every firm of a block towards its target."""
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    rows = slice(low, high)
    average_partners(block, ties, work, bench)
    _use(
        month,
        state.capacity[rows],
        state.adopted[rows],
        channels.access_subsidy[rows],
        bench.peers[: high - low],
        state.log_odds[rows],
        state.user_share[rows],
        p.steps.share,
        p.use,
    )


@compiled_kernel
def _learn(
    user_share_now: Real,
    adopted: Bool,
    reinvested: Real,
    reinvestment: Float,
    training: Float,
    start: Real,
    capacity: Real,
    p: Capacity,
) -> None:
    for i in range(adopted.size):
        used = np.float64(user_share_now[i])
        gain = learning(
            used, np.float64(adopted[i]), min(1.0, np.float64(reinvested[i]) + reinvestment[i]), training[i], p
        )
        capacity[i] = next_capacity(np.float64(capacity[i]), np.float64(start[i]), gain, p)


@compiled_kernel
def _use_effectively(adopted: Bool, user_share_now: Real, capacity: Real, effective: Real) -> None:
    for i in range(adopted.size):
        effective[i] = linear_use(np.float64(adopted[i]), np.float64(user_share_now[i]), np.float64(capacity[i]))


@compiled_inner
def learn(block: int, firms: Firms, ties: Ties, state: State, channels: Channels, parameters: Parameters) -> None:
    """Let every firm of a block learn from use and training, and turn use into effective use."""
    rows = slice(ties.run[ties.block[block]], ties.run[ties.block[block + 1]])
    _learn(
        state.user_share[rows],
        state.adopted[rows],
        firms.reinvested[rows],
        channels.reinvestment[rows],
        channels.training[rows],
        firms.capacity_start[rows],
        state.capacity[rows],
        parameters.capacity,
    )
    adopted, used, capacity, effective = (
        state.adopted[rows], state.user_share[rows], state.capacity[rows], state.effective[rows],
    )  # fmt: skip
    if parameters.capacity.exponent == 1.0:
        _use_effectively(adopted, used, capacity, effective)
    else:
        for i in range(adopted.size):
            effective[i] = effective_use(
                np.float64(adopted[i]), np.float64(used[i]), np.float64(capacity[i]), parameters.capacity
            )
