"""Adoption by the textbook's rules: Bass, thresholds, logit. They are for teaching and run firm by firm."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties
from simulation.engines.workspace import Workspace
from simulation.randomness import Stream, Word, uniform
from simulation.rules.adoption import (
    BASS_HAZARD,
    BASS_STEP,
    CUSTOMERS,
    EVERYONE,
    INPUTS,
    LOGIT,
    SALES,
    SUPPLIERS,
    THRESHOLD,
    bass_hazard,
    bass_step,
    logit_chance,
    probability,
    threshold_adopts,
    threshold_of,
)
from simulation.rules.money import purchase_value
from simulation.state import START_MONTH, Firms, State

__all__ = ["adopt_by_other_rule", "partners_adopted"]

_ADOPTION = int(Stream.ADOPTION)
_THRESHOLD = int(Stream.THRESHOLD)


@compiled_inner
def partners_adopted(
    i: int, others: float, run: int, ties: Ties, state: State, work: Workspace, p: Parameters
) -> float:
    """Return the share of adopters among a firm's partners, 0 without any; ``others``: that among all other firms."""
    if p.partners == EVERYONE:
        return others
    whole, adopters = 0.0, 0.0
    if p.partners != CUSTOMERS:
        rows = ties.run[run + 1] - ties.run[run]
        for at in range(ties.base[run] + i - ties.run[run], ties.base[run + 1], rows):
            j = ties.supplier[at] >> np.uint32(1)
            if ties.weight[at] == 0.0:
                continue
            counts = 1.0
            if p.weights == INPUTS:
                counts = np.float64(ties.weight[at])
            elif p.weights == SALES:
                value = purchase_value(ties.weight[at], work.purchases[i], p.steps.money)
                counts = value / state.sales[j] if state.sales[j] > 0.0 else 0.0
            whole += counts
            adopters += counts * (1.0 if work.signal[j] >= 1.0 else 0.0)
    if p.partners != SUPPLIERS:
        told, all_told = work.heard[0, 2 * i], work.all_heard[i]
        if p.weights == SALES and state.sales[i] > 0.0:
            told, all_told = told / state.sales[i], all_told / state.sales[i]
        whole += all_told
        adopters += told
    return adopters / whole if whole > 0.0 else 0.0


@compiled_inner
def adopt_by_other_rule(
    seed: Word, month: int, block: int, adopters: float, firms: Firms, ties: Ties, state: State, work: Workspace,
    p: Parameters,
) -> None:  # fmt: skip
    """Let the firms of a block choose under one of the rules for teaching."""
    n = firms.key.size
    for run in range(ties.block[block], ties.block[block + 1]):
        for i in range(ties.run[run], ties.run[run + 1]):
            has = state.adopted[i] == 1
            others = (adopters - int(state.adopted[i])) / (n - 1) if n > 1 else 0.0
            if p.rule == BASS_STEP:
                work.chance[i] = bass_step(others, p.bass)
            elif p.rule == BASS_HAZARD:
                work.chance[i] = probability(bass_hazard(others, p.bass))
            else:
                share = partners_adopted(i, others, run, ties, state, work, p)
                if p.rule == LOGIT:
                    work.chance[i] = logit_chance(share, p.logit)
                else:
                    own = threshold_of(uniform(seed, _THRESHOLD, START_MONTH, 0, firms.key[i]), p.threshold)
                    work.chance[i] = 1.0 if threshold_adopts(share, own) else 0.0
            draw = uniform(seed, _ADOPTION, month, 0, firms.key[i])
            stays = draw < work.chance[i]
            if has and p.rule != LOGIT:
                stays = p.rule == THRESHOLD or draw >= p.bass.quitting
            state.months_adopted[i] = state.months_adopted[i] + 1 if has and stays else 0
            state.adopted[i] = 1 if stays else 0
            state.wait[i] = 0
