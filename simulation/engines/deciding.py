"""Explain a decision: the terms of the adoption index, who of the partners stands behind them, chance and draw."""

from __future__ import annotations

import numpy as np

from simulation.engines.engine import CompiledEngine
from simulation.engines.explanation import Decision, Partner, Term
from simulation.engines.replaying import Month
from simulation.randomness import Stream, uniform
from simulation.rules import adoption
from simulation.rules.influence import peer_influence
from simulation.state import START_MONTH, World

__all__ = ["decision_of"]


def decision_of(world: World, engine: CompiledEngine, month: Month, i: int) -> Decision:
    """Return why firm i adopted, quit or did neither in the engine's next month, given that month in slow motion."""
    p, before = engine.parameters, month.before
    draw = uniform(np.uint64(engine.seed), int(Stream.ADOPTION), engine.month, 0, world.firms.key[i])
    was, has = int(before.adopted[i]), int(month.rounds[-1].adopted[i])
    outcome = {
        (0, 0): "waits" if before.wait[i] > 1 else "does not adopt",
        (0, 1): "adopts",
        (1, 0): "quits",
        (1, 1): "stays an adopter",
    }[was, has]
    if p.rule != adoption.HAZARD:
        chance, reason = _teaching(world, engine, month, i, draw)
        return Decision(outcome, reason, chance, draw)
    if was:
        chance = adoption.probability(adoption.quitting_hazard(float(before.effective[i]), p.quitting))
        reason = f"Effective use of {before.effective[i]:.2f} leaves a chance of {chance:.2%} of quitting"
        return Decision(outcome, f"{reason}; its draw was {draw:.4f}.", chance, draw)
    if before.wait[i] > 1:
        return Decision(outcome, f"It quit before and may adopt again in {before.wait[i] - 1} months.", 0.0, draw)
    chance = float(month.chance[i])
    terms = _terms(world, engine, month, i)
    index = float(sum(term.value for term in terms))
    return Decision(
        outcome,
        f"The chance was {chance:.2%} in this month; its draw was {draw:.4f}.",
        chance,
        draw,
        index=index,
        hazard=adoption.adoption_hazard(index, p.hazard.maximum),
        terms=terms,
        pressed_by=_pressed_by(world, engine, month, i),
    )


def _terms(world: World, engine: CompiledEngine, month: Month, i: int) -> tuple[Term, ...]:
    """Return the terms of the adoption index."""
    firms, before, links = world.firms, month.before, month.links
    hazard, weights, number = engine.parameters.hazard, engine.parameters.influence, engine.month
    sold = links.sales_link[links.sales_start[i] : links.sales_start[i + 1]]
    bought = slice(links.start[i], links.start[i + 1])
    customers = float(links.sales_share[sold] @ before.adopted[links.buyer[sold]])
    suppliers = float(links.weight[bought] @ before.adopted[links.supplier[bought]])
    peers = _peers(world, month, i, weights.spillover)
    cost, borne = float(firms.adoption_cost[i]), float(month.channels.adoption_subsidy[i])
    capacity, user_share = float(before.capacity[i]), float(before.user_share[i])
    return (
        Term("level", hazard.level),
        Term(f"{number} months of growth", hazard.trend * number),
        Term(f"absorptive capacity {capacity:.2f}", hazard.capacity * (capacity - 0.5)),
        Term(f"user share {user_share:.0%}", hazard.use * user_share),
        Term(f"customers who adopted, {customers:.0%} of sales", weights.customers * customers),
        Term(f"suppliers who adopted, {suppliers:.0%} of inputs", weights.suppliers * suppliers),
        Term(f"peers who adopted, {peers:.0%}", weights.peers * peers),
        Term("pressed by a programme", float(month.channels.pressure[i])),
        Term("cost", -cost),
        Term(f"{borne:.0%} of the cost borne by others", cost * borne),
    )


def _peers(world: World, month: Month, i: int, spillover: float) -> float:
    """Return the adopter share among the firm's peers: its sector without itself, here and in the other regions."""
    cells, regions = world.firms.cell, len(world.groups.regions)
    own = int(cells[i])
    firms = np.bincount(cells, minlength=own + regions)
    adopters = np.bincount(cells, month.before.adopted, firms.size)
    others = [c for c in range(own - own % regions, own - own % regions + regions) if c != own and firms[c]]
    elsewhere = float(np.mean(adopters[others] / firms[others])) if others else 0.0
    here = float((adopters[own] - month.before.adopted[i]) / (firms[own] - 1)) if firms[own] > 1 else 0.0
    return peer_influence(here, elsewhere, spillover)


def _pressed_by(world: World, engine: CompiledEngine, month: Month, i: int) -> tuple[Partner, ...]:
    """Return the partners that had adopted, strongest first."""
    links, adopted, weights = month.links, month.before.adopted, engine.parameters.influence
    sales = links.sales_link[links.sales_start[i] : links.sales_start[i + 1]]
    sold = [("customer", int(links.buyer[e]), float(links.sales_share[e]), weights.customers) for e in sales]
    bought = [
        ("supplier", int(links.supplier[e]), float(links.weight[e]), weights.suppliers)
        for e in range(links.start[i], links.start[i + 1])
    ]
    found = [
        Partner(world.name(partner), role, share, weight * share)
        for role, partner, share, weight in (*sold, *bought)
        if adopted[partner]
    ]
    return tuple(sorted(found, key=lambda partner: -partner.effect))


def _teaching(world: World, engine: CompiledEngine, month: Month, i: int, draw: float) -> tuple[float, str]:
    """Return chance and reason under the rules for teaching."""
    p, before, n = engine.parameters, month.before, month.before.adopted.size
    others = (int(before.adopted.sum()) - int(before.adopted[i])) / (n - 1) if n > 1 else 0.0
    drawn = f"its draw was {draw:.4f}."
    chance = float(month.chance[i])
    if p.rule in {adoption.BASS_STEP, adoption.BASS_HAZARD}:
        if before.adopted[i]:
            return p.bass.quitting, f"Adopters quit with a chance of {p.bass.quitting:.2%} a month; {drawn}"
        return chance, f"{others:.0%} of all others had adopted, which gave a chance of {chance:.2%}; {drawn}"
    share = _partners_adopted(month, i, others, p.partners, p.weights)
    seen = f"{share:.0%} of those it looks at had adopted"
    if p.rule == adoption.LOGIT:
        return chance, f"{seen}, which gave a chance of {chance:.2%} of using AI; {drawn}"
    if before.adopted[i]:
        return 0.0, "Under the threshold rule adopters stay."
    luck = uniform(np.uint64(engine.seed), int(Stream.THRESHOLD), START_MONTH, 0, world.firms.key[i])
    return chance, f"{seen}; its threshold is {adoption.threshold_of(luck, p.threshold):.0%}."


def _partners_adopted(month: Month, i: int, others: float, partners: int, weights: int) -> float:
    """Return the share of adopters among those that the rules ``threshold`` and ``logit`` look at."""
    if partners == adoption.EVERYONE:
        return others
    links, adopted = month.links, month.before.adopted
    seen = []
    if partners != adoption.CUSTOMERS:
        seen += [(e, int(links.supplier[e])) for e in range(links.start[i], links.start[i + 1])]
    if partners != adoption.SUPPLIERS:
        sold = links.sales_link[links.sales_start[i] : links.sales_start[i + 1]]
        seen += [(int(e), int(links.buyer[e])) for e in sold]
    counts = {e: (1.0, float(links.weight[e]), float(links.sales_share[e]))[weights] for e, _ in seen}
    whole = sum(counts.values())
    return sum(counts[e] for e, partner in seen if adopted[partner]) / whole if whole > 0.0 else 0.0
