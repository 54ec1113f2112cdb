"""Adopting or quitting, using and learning: the monthly phases of a firm's own choices, block by block."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties
from simulation.engines.workspace import Bench, Workspace
from simulation.randomness import Stream, Word, as_uniform, firm_words, uniform
from simulation.rules.adoption import (
    AdoptionHazard,
    Quitting,
    adoption_hazard,
    adoption_index,
    bass_hazard,
    bass_step,
    logit_chance,
    probability,
    quitting_hazard,
    threshold_adopts,
    threshold_of,
)
from simulation.rules.capacity import Capacity, effective_use, learning, next_capacity
from simulation.rules.influence import Influence, peer_influence, pressure
from simulation.rules.money import purchase_value
from simulation.rules.use import Use, next_log_odds, target_log_odds, user_share
from simulation.state import START_MONTH, Bool, Channels, Class, Firms, Float, Key, Real, Short, Small, State

__all__ = ["adopt_or_quit", "average_cells", "learn", "partners_adopted", "use"]

_ADOPTION = int(Stream.ADOPTION)
_THRESHOLD = int(Stream.THRESHOLD)


@compiled_inner
def average_cells(regions: int, work: Workspace) -> None:
    """Average the adopter shares of each sector's other regions, given the counts of all."""
    for own in range(work.cell_firms.size):
        first = own - own % regions
        total = 0.0
        count = 0
        for cell in range(first, first + regions):
            if cell != own and work.cell_firms[cell] > 0:
                total += work.cell_adopters[cell] / work.cell_firms[cell]
                count += 1
        work.cell_others[own] = total / count if count > 0 else 0.0


@compiled_inner
def _write_peers(cells: Class, adopted: Bool, peers: Float, work: Workspace, spillover: float) -> None:
    """Write P: adopters among the other firms of the sector, in the own region and, less, in the other regions."""
    for i in range(cells.size):
        cell = cells[i]
        here = 0.0
        if work.cell_firms[cell] > 1:
            here = (work.cell_adopters[cell] - adopted[i]) / (work.cell_firms[cell] - 1)
        peers[i] = peer_influence(here, work.cell_others[cell], spillover)


@compiled_kernel
def _write_chances(
    month: int,
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
    weights: Influence,
) -> None:
    """Write the chance of adopting of every firm, whether it may adopt or not."""
    for i in range(chance.size):
        pressed = pressure(customers[i], suppliers[i], peers[i], weights) + pushed[i]
        index = adoption_index(
            month, np.float64(capacity[i]), np.float64(user_share[i]), pressed, np.float64(cost[i]), subsidy[i], hazard
        )
        chance[i] = probability(adoption_hazard(index, hazard.maximum))


@compiled_kernel
def _choose(
    seed: Word,
    month: int,
    key: Key,
    effective: Real,
    chance: Float,
    adopted: Bool,
    months_adopted: Short,
    wait: Short,
    quitting: Quitting,
) -> None:
    """Let every firm adopt, quit, wait or stay under the rule ``hazard``."""
    for i in range(key.size):
        draw = as_uniform(firm_words(seed, _ADOPTION, month, 0, key[i])[0])
        has = adopted[i] == 1
        quits = has and draw < probability(quitting_hazard(np.float64(effective[i]), quitting))
        waits = max(wait[i] - 1, 0)
        adopts = not has and waits == 0 and draw < chance[i]
        adopted[i] = 1 if (has and not quits) or adopts else 0
        months_adopted[i] = months_adopted[i] + 1 if has and not quits else 0
        left = quitting.readopt_months if quits else 0
        wait[i] = left if has else waits


@compiled_inner
def partners_adopted(i: int, others: float, run: int, ties: Ties, state: State, work: Workspace, p: Parameters) -> float:
    """Return the share of adopters among a firm's partners, 0 without any; ``others``: that among all other firms."""
    if p.partners == 3:
        return others
    whole, adopters = 0.0, 0.0
    if p.partners != 1:
        rows = ties.run[run + 1] - ties.run[run]
        for at in range(ties.base[run] + i - ties.run[run], ties.base[run + 1], rows):
            j = ties.supplier[at] >> np.uint32(1)
            if ties.weight[at] == 0.0:
                continue
            counts = 1.0
            if p.weights == 1:
                counts = np.float64(ties.weight[at])
            elif p.weights == 2:
                value = purchase_value(ties.weight[at], work.purchases[i], p.steps.money)
                counts = value / state.sales[j] if state.sales[j] > 0.0 else 0.0
            whole += counts
            adopters += counts * (1.0 if work.signal[j] >= 1.0 else 0.0)
    if p.partners != 0:
        told, all_told = work.heard[2 * i], work.all_heard[i]
        if p.weights == 2 and state.sales[i] > 0.0:
            told, all_told = told / state.sales[i], all_told / state.sales[i]
        whole += all_told
        adopters += told
    return adopters / whole if whole > 0.0 else 0.0


@compiled_inner
def _teach(
    seed: Word, month: int, block: int, adopters: int, firms: Firms, ties: Ties, state: State, work: Workspace,
    p: Parameters,
) -> None:  # fmt: skip
    """Let the firms of a block choose under one of the rules for teaching."""
    n = firms.key.size
    for run in range(ties.block[block], ties.block[block + 1]):
        for i in range(ties.run[run], ties.run[run + 1]):
            has = state.adopted[i] == 1
            others = (adopters - int(state.adopted[i])) / (n - 1) if n > 1 else 0.0
            if p.rule == 1:
                work.chance[i] = bass_step(others, p.bass)
            elif p.rule == 2:
                work.chance[i] = probability(bass_hazard(others, p.bass))
            else:
                share = partners_adopted(i, others, run, ties, state, work, p)
                if p.rule == 4:
                    work.chance[i] = logit_chance(share, p.logit)
                else:
                    own = threshold_of(uniform(seed, _THRESHOLD, START_MONTH, 0, firms.key[i]), p.threshold)
                    work.chance[i] = 1.0 if threshold_adopts(share, own) else 0.0
            draw = uniform(seed, _ADOPTION, month, 0, firms.key[i])
            stays = draw < work.chance[i]
            if has and p.rule != 4:
                stays = p.rule == 3 or draw >= p.bass.quitting
            state.months_adopted[i] = state.months_adopted[i] + 1 if has and stays else 0
            state.adopted[i] = 1 if stays else 0
            state.wait[i] = 0


@compiled_inner
def adopt_or_quit(
    seed: Word,
    month: int,
    block: int,
    adopters: int,
    firms: Firms,
    ties: Ties,
    state: State,
    channels: Channels,
    work: Workspace,
    bench: Bench,
    parameters: Parameters,
) -> None:
    """Let every firm of a block adopt, quit or stay, all from the values before the phase."""
    if parameters.rule != 0:
        _teach(seed, month, block, adopters, firms, ties, state, work, parameters)
        return
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    rows = slice(low, high)
    count = high - low
    for r in range(count):
        sales = state.sales[low + r]
        bench.customers[r] = work.heard[2 * (low + r)] / sales if sales > 0.0 else 0.0
    _write_peers(firms.cell[rows], state.adopted[rows], bench.peers[:count], work, parameters.influence.spillover)
    _write_chances(
        month,
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
        parameters.influence,
    )
    _choose(
        seed,
        month,
        firms.key[rows],
        state.effective[rows],
        work.chance[rows],
        state.adopted[rows],
        state.months_adopted[rows],
        state.wait[rows],
        parameters.quitting,
    )


@compiled_kernel
def _use(
    month: int,
    capacity: Real,
    adopted: Bool,
    access: Float,
    suppliers_use: Float,
    buyers_use: Float,
    partners: Small,
    log_odds: Real,
    user_share_now: Real,
    steps: float,
    parameters: Use,
) -> None:
    """Move user shares towards their targets; ``partners`` are the numbers of suppliers and buyers together."""
    for i in range(capacity.size):
        count = np.float64(max(partners[i], 1))
        mean = (suppliers_use[i] + buyers_use[i]) / count if partners[i] > 0 else 0.5
        target = target_log_odds(month, np.float64(capacity[i]), np.float64(adopted[i]), access[i], mean, parameters)
        log_odds[i] = next_log_odds(np.float64(log_odds[i]), target, parameters)
        user_share_now[i] = user_share(np.float64(log_odds[i]), steps, parameters)


@compiled_inner
def use(
    month: int, block: int, ties: Ties, state: State, channels: Channels, work: Workspace, bench: Bench, p: Parameters
) -> None:
    """Move the user share of every firm of a block towards its target."""
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    rows = slice(low, high)
    for r in range(high - low):
        bench.customers[r] = work.heard[2 * (low + r) + 1]
    _use(
        month,
        state.capacity[rows],
        state.adopted[rows],
        channels.access_subsidy[rows],
        bench.use[: high - low],
        bench.customers[: high - low],
        work.partners[rows],
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
    effective: Real,
    p: Capacity,
) -> None:
    for i in range(adopted.size):
        used = np.float64(user_share_now[i])
        gain = learning(used, np.float64(adopted[i]), min(1.0, np.float64(reinvested[i]) + reinvestment[i]), training[i], p)
        capacity[i] = next_capacity(np.float64(capacity[i]), np.float64(start[i]), gain, p)
        effective[i] = effective_use(np.float64(adopted[i]), used, np.float64(capacity[i]), p)


@compiled_inner
def learn(
    block: int, firms: Firms, ties: Ties, state: State, channels: Channels, parameters: Parameters
) -> None:
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
        state.effective[rows],
        parameters.capacity,
    )
