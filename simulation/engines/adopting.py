"""Adopting or quitting, using and learning: the monthly phases of a firm's own choices."""

from __future__ import annotations

from simulation.compiled import compiled_inner
from simulation.engines.arrays import copy_into, fill
from simulation.engines.parameters import Parameters
from simulation.engines.workspace import Workspace
from simulation.randomness import Stream, Word, uniform
from simulation.rules.adoption import (
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
from simulation.rules.capacity import effective_use, learning, next_capacity
from simulation.rules.influence import peer_influence, pressure
from simulation.rules.use import next_log_odds, target_log_odds, user_share
from simulation.state import START_MONTH, Channels, Firms, Links, State

__all__ = [
    "adopt_or_quit",
    "count_cells",
    "customers_share",
    "learn",
    "partners_use",
    "peers_share",
    "suppliers_share",
    "use",
]

_ADOPTION = int(Stream.ADOPTION)
_THRESHOLD = int(Stream.THRESHOLD)


@compiled_inner
def customers_share(i: int, links: Links, state: State) -> float:
    """Return C: the share of the firm's sales that goes to firms which adopted, buyers in order of their keys."""
    total = 0.0
    for s in range(links.sales_start[i], links.sales_start[i + 1]):
        link = links.sales_link[s]
        total += links.sales_share[link] * state.adopted[links.buyer[link]]
    return total


@compiled_inner
def suppliers_share(i: int, links: Links, state: State) -> float:
    """Return S: the share of the firm's inputs that comes from firms which adopted, in slot order."""
    total = 0.0
    for link in range(links.start[i], links.start[i + 1]):
        total += links.weight[link] * state.adopted[links.supplier[link]]
    return total


@compiled_inner
def count_cells(regions: int, firms: Firms, state: State, work: Workspace) -> None:
    """Count firms and adopters of every sector in every region, and average the sector's other regions."""
    fill(work.cell_firms, 0)
    fill(work.cell_adopters, 0)
    for i in range(firms.key.size):
        work.cell_firms[firms.cell[i]] += 1
        work.cell_adopters[firms.cell[i]] += state.adopted[i]
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
def peers_share(cell: int, adopted: int, work: Workspace, spillover: float) -> float:
    """Return P: adopters among the other firms of the sector, in the own region and, less, in the other regions."""
    here = 0.0
    if work.cell_firms[cell] > 1:
        here = (work.cell_adopters[cell] - adopted) / (work.cell_firms[cell] - 1)
    return peer_influence(here, work.cell_others[cell], spillover)


@compiled_inner
def _count(link: int, links: Links, weights: int) -> float:
    """Return what a partner counts: 1, the link's share in the buyer's inputs, or that in the supplier's sales."""
    if weights == 0:
        return 1.0
    return links.weight[link] if weights == 1 else links.sales_share[link]


@compiled_inner
def partners_adopted(i: int, others: float, links: Links, state: State, partners: int, weights: int) -> float:
    """Return the share of adopters among a firm's partners, 0 without any; ``others``: that among all other firms."""
    if partners == 3:
        return others
    whole, adopters = 0.0, 0.0
    if partners != 1:
        for link in range(links.start[i], links.start[i + 1]):
            weight = _count(link, links, weights)
            whole += weight
            adopters += weight * state.adopted[links.supplier[link]]
    if partners != 0:
        for s in range(links.sales_start[i], links.sales_start[i + 1]):
            link = links.sales_link[s]
            weight = _count(link, links, weights)
            whole += weight
            adopters += weight * state.adopted[links.buyer[link]]
    return adopters / whole if whole > 0.0 else 0.0


@compiled_inner
def _teaching_chance(seed: Word, key: Word, others: float, partners: float, parameters: Parameters) -> float:
    """Return the chance of adopting under the rules for teaching, given adopter shares of others and of partners."""
    if parameters.rule == 1:
        return bass_step(others, parameters.bass)
    if parameters.rule == 2:
        return probability(bass_hazard(others, parameters.bass))
    if parameters.rule == 4:
        return logit_chance(partners, parameters.logit)
    own = threshold_of(uniform(seed, _THRESHOLD, START_MONTH, 0, key), parameters.threshold)
    return 1.0 if threshold_adopts(partners, own) else 0.0


@compiled_inner
def _adoption_chances(
    seed: Word,
    month: int,
    firms: Firms,
    links: Links,
    state: State,
    channels: Channels,
    work: Workspace,
    parameters: Parameters,
) -> None:
    """Write the chance of adopting of every firm that has not adopted and does not wait (logit: of every firm)."""
    n = firms.key.size
    adopters = 0
    for i in range(n):
        adopters += int(state.adopted[i])  # in plain Python a sum of bytes stays a byte
    for i in range(n):
        if parameters.rule != 4 and (state.adopted[i] == 1 or state.wait[i] > 1):
            continue
        if parameters.rule != 0:
            others = (adopters - int(state.adopted[i])) / (n - 1) if n > 1 else 0.0
            partners = 0.0
            if parameters.rule >= 3:
                partners = partners_adopted(i, others, links, state, parameters.partners, parameters.weights)
            work.chance[i] = _teaching_chance(seed, firms.key[i], others, partners, parameters)
            continue
        # Spelled out here: calls that hand over whole states cost more than what they compute.
        customers = customers_share(i, links, state)
        suppliers = suppliers_share(i, links, state)
        peers = peers_share(firms.cell[i], state.adopted[i], work, parameters.influence.spillover)
        index = adoption_index(
            month,
            state.capacity[i],
            state.user_share[i],
            pressure(customers, suppliers, peers, parameters.influence) + channels.pressure[i],
            firms.adoption_cost[i],
            channels.adoption_subsidy[i],
            parameters.hazard,
        )
        work.chance[i] = probability(adoption_hazard(index, parameters.hazard.maximum))


@compiled_inner
def _quits(draw: float, effective: float, chance: float, parameters: Parameters) -> bool:
    """Say whether an adopter quits this month; ``chance`` is that of adopting, which the logit rule asks anew."""
    if parameters.rule == 0:
        return draw < probability(quitting_hazard(effective, parameters.quitting))
    if parameters.rule == 4:
        return draw >= chance
    return parameters.rule != 3 and draw < parameters.bass.quitting


@compiled_inner
def adopt_or_quit(
    seed: Word,
    month: int,
    regions: int,
    firms: Firms,
    links: Links,
    state: State,
    channels: Channels,
    work: Workspace,
    parameters: Parameters,
) -> None:
    """Let every firm adopt, quit or stay, all from the values before the phase."""
    count_cells(regions, firms, state, work)
    _adoption_chances(seed, month, firms, links, state, channels, work, parameters)
    for i in range(firms.key.size):
        draw = uniform(seed, _ADOPTION, month, 0, firms.key[i])
        if state.adopted[i] == 1:
            state.months_adopted[i] += 1
            if _quits(draw, state.effective[i], work.chance[i], parameters):
                state.adopted[i] = 0
                state.months_adopted[i] = 0
                state.wait[i] = parameters.quitting.readopt_months if parameters.rule == 0 else 0
            continue
        if state.wait[i] > 0:
            state.wait[i] -= 1
        if state.wait[i] == 0 and draw < work.chance[i]:
            state.adopted[i] = 1


@compiled_inner
def partners_use(i: int, links: Links, state: State) -> float:
    """Return the mean user share of suppliers and buyers, 1/2 (no effect) for a firm without partners."""
    total = 0.0
    for link in range(links.start[i], links.start[i + 1]):
        total += state.user_share[links.supplier[link]]
    for s in range(links.sales_start[i], links.sales_start[i + 1]):
        total += state.user_share[links.buyer[links.sales_link[s]]]
    count = links.start[i + 1] - links.start[i] + links.sales_start[i + 1] - links.sales_start[i]
    if count == 0:
        return 0.5
    return total / count


@compiled_inner
def use(
    month: int, firms: Firms, links: Links, state: State, channels: Channels, work: Workspace, parameters: Parameters
) -> None:
    """Move every firm's user share towards its target."""
    for i in range(firms.key.size):
        target = target_log_odds(
            month,
            state.capacity[i],
            state.adopted[i],
            channels.access_subsidy[i],
            partners_use(i, links, state),
            parameters.use,
        )
        state.log_odds[i] = next_log_odds(state.log_odds[i], target, parameters.use)
        work.user_share[i] = user_share(state.log_odds[i], parameters.use)
    copy_into(state.user_share, work.user_share)


@compiled_inner
def learn(firms: Firms, state: State, channels: Channels, parameters: Parameters) -> None:
    """Let every firm learn from use and training, and turn use into effective use."""
    for i in range(firms.key.size):
        reinvested = min(1.0, firms.reinvested[i] + channels.reinvestment[i])
        gain = learning(state.user_share[i], state.adopted[i], reinvested, channels.training[i], parameters.capacity)
        state.capacity[i] = next_capacity(state.capacity[i], firms.capacity_start[i], gain, parameters.capacity)
        state.effective[i] = effective_use(
            state.adopted[i], state.user_share[i], state.capacity[i], parameters.capacity
        )
