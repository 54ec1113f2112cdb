"""Exact limits of quality: rolled yield, noisy-OR with inspection, linear risk, saturation on cycles."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.engines.structure import structural_defects
from simulation.experiments.verification.check import ROUNDING, Check, Limit
from simulation.experiments.verification.worlds import delivering

__all__ = ["LIMITS"]


def _inspecting(found: float, m: float) -> dict[str, Any]:
    return {
        "defects.inspection": found,
        "defects.inspection_effect": 0.0,
        "defects.critical_inputs": m,
        "process.schedule_effect": 0.0,
    }


def _rolled_yield() -> list[Check]:
    found = []
    for share, steps in ((0.99, 5), (0.9, 3), (0.999, 40)):
        engine = delivering(
            {i: [i - 1] for i in range(1, steps)}, steps, steps, _inspecting(0.0, 1.0), own_defects=1 - share
        )
        found.append(Check(f"chain of {steps}, yield {share:g}", 1.0 - engine.state.defects[-1], share**steps, 1e-12))
    tree = {i: [3 * i + 1, 3 * i + 2, 3 * i + 3] for i in range(4)}
    engine = delivering(tree, 13, 4, _inspecting(0.0, 3.0), own_defects=0.01)
    found.append(Check("tree of threes, 13 firms, yield 0.99", 1.0 - engine.state.defects[0], 0.99**13, 1e-12))
    return found


def _inspection() -> list[Check]:
    found = []
    for own, caught, bought in ((0.01, 0.8, (0.02, 0.05)), (0.1, 0.5, (0.3, 0.2, 0.01)), (0.0, 0.0, (0.4,))):
        k = len(bought)
        engine = delivering(
            {0: list(range(1, k + 1))}, k + 1, 3, _inspecting(caught, float(k)), own_defects=[own, *bought]
        )
        formula = 1.0 - (1.0 - own) * float(np.prod([1.0 - (1.0 - caught) * d for d in bought]))
        found.append(Check(f"o {own:g}, e {caught:g}, d {bought}", float(engine.state.defects[0]), formula, 1e-13))
    return found


def _tiers() -> list[Check]:
    found = []
    for k, caught, own in ((3, 0.8, 0.01), (3, 0.6, 0.01), (2, 0.0, 0.001), (5, 0.9, 0.3)):
        for depth in (2, 6):
            lists = {t * k + i: [(t - 1) * k + j for j in range(k)] for t in range(1, depth) for i in range(k)}
            engine = delivering(lists, k * depth, depth, _inspecting(caught, float(k)), own_defects=own)
            share = own
            for _ in range(depth - 1):
                share = 1.0 - (1.0 - own) * (1.0 - (1.0 - caught) * share) ** k
            name = f"k {k}, e {caught:g}, o {own:g}, tier {depth}"
            found.append(Check(name, float(engine.state.defects[-1]), share, 1e-12))
    return found


def _linear_risk() -> list[Check]:
    """Compare small defects on the links 1 -> 2, 1 and 2 -> 3, 3 -> 4 with (I - aD)^-1 s, a = m (1 - v)."""
    lists, n = {1: [0], 2: [0, 1], 3: [2]}, 4
    found = []
    for a, small in ((0.5, 1e-9), (0.9, 1e-9), (0.2, 1e-9)):
        dependence = np.zeros((n, n))
        for buyer, row in lists.items():
            dependence[buyer, row] = 1.0 / len(row)
        law = np.linalg.solve(np.eye(n) - a * dependence, np.array([small, 0.0, 0.0, 0.0])) / small
        engine = delivering(lists, n, 6, _inspecting(0.0, a), own_defects=[small, 0.0, 0.0, 0.0])
        for i in range(1, n):
            model = float(engine.state.defects[i] / small)
            found.append(Check(f"a {a:g}, firm {i + 1}", model, float(law[i]), 1e-7))
        by_depth = engine.state.defect_parts[3].sum(axis=0) / small
        step = a * dependence
        for h in (2, 3):
            exact = float(np.linalg.matrix_power(step, h)[3, 0])
            found.append(Check(f"a {a:g}, firm 4, {h} links", float(by_depth[h]), exact, 1e-7))
    return found


def _saturation() -> list[Check]:
    found = []
    for caught, own in ((0.8, 0.01), (0.6, 0.01), (0.2, 0.001), (0.75, 0.02)):
        lists = {i: [j for j in range(4) if j != i] for i in range(4)}
        engine = delivering(lists, 4, 250, _inspecting(caught, 3.0), own_defects=own)
        share = own
        for _ in range(5000):
            share = 1.0 - (1.0 - own) * (1.0 - (1.0 - caught) * share) ** 3
        found.append(Check(f"all with all, e {caught:g}: d", float(engine.state.defects[0]), share, 1e-11))
        arguments = (engine.world.firms, engine.links, engine.state, engine.parameters)
        found.append(
            Check(f"all with all, e {caught:g}: R_q", structural_defects(*arguments), 3.0 * (1.0 - caught), 1e-9)
        )
    return found


LIMITS = (
    Limit(
        "Q1",
        "Rolled yield",
        "product of q over the firms passed",
        "Kremer 1993, The O-Ring Theory of Economic Development",
        ROUNDING,
        _rolled_yield,
    ),
    Limit(
        "Q2",
        "Quality with inspection",
        "d = 1 - (1 - o) prod_j (1 - (1 - e) d_j)",
        "Pearl 1988, Probabilistic Reasoning in Intelligent Systems: the noisy-OR",
        ROUNDING,
        _inspection,
    ),
    Limit(
        "Q3",
        "Recursion over tiers",
        "d' = 1 - (1 - o)(1 - (1 - e) d)^k",
        "Pearl 1988, Probabilistic Reasoning in Intelligent Systems: Q2 tier by tier",
        ROUNDING,
        _tiers,
    ),
    Limit(
        "R_q",
        "Defects on cycles",
        "fixed point of Q3; R_q = k (1 - e)",
        "Diekmann, Heesterbeek and Metz 1990, On the Definition and the Computation of the Basic Reproduction Ratio R0 "
        "in Models for Infectious Diseases in Heterogeneous Populations: the spectral radius",
        "250 rounds against 5,000 iterations: 1e-11; the radius by power iteration: 1e-9",
        _saturation,
    ),
    Limit(
        "L2",
        "Linear risk",
        "r = (I - aD)^-1 s; by depth a^h D^h s",
        "Leontief 1936, Quantitative Input and Output Relations in the Economic System of the United States; "
        "Acemoglu et al. 2012, The Network Origins of Aggregate Fluctuations",
        "own defects of 1e-9: what is not linear is of that order, 1e-7 with rounding",
        _linear_risk,
    ),
)
