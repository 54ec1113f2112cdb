"""Exact limits of quality and schedule: noisy-OR, linear risk, max-plus with buffers, exponential excess, branching."""

from __future__ import annotations

from math import ceil, exp, sqrt
from typing import Any

import networkx as nx
import numpy as np

from simulation.engines.engine import CompiledEngine
from simulation.engines.structure import structural_defects, structural_late
from simulation.experiments.verification.check import Check, Limit
from simulation.experiments.verification.worlds import make_engine, make_scenario, make_world
from simulation.randomness import Stream, uniform
from simulation.state import COLUMNS, START_MONTH

__all__ = ["LIMITS"]

_ROUNDING = "rounding: logarithms and exponentials of a few terms"
_Lists = dict[int, list[int]]


def _delivering(suppliers: _Lists, firms: int, rounds: int, changes: dict[str, Any], **fields: Any) -> CompiledEngine:  # noqa: ANN401
    """Return an engine after so many rounds from the start, in which all delivered only their own."""
    scenario = make_scenario({"time.start_rounds": rounds, **changes}, firms=max(firms, 2))
    return make_engine(make_world(suppliers, scenario, firms=firms, **fields), scenario, 1, has_origins=True)


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
        engine = _delivering(
            {i: [i - 1] for i in range(1, steps)}, steps, steps, _inspecting(0.0, 1.0), own_defects=1 - share
        )
        found.append(Check(f"chain of {steps}, yield {share:g}", 1.0 - engine.state.defects[-1], share**steps, 1e-12))
    tree = {i: [3 * i + 1, 3 * i + 2, 3 * i + 3] for i in range(4)}
    engine = _delivering(tree, 13, 4, _inspecting(0.0, 3.0), own_defects=0.01)
    found.append(Check("tree of threes, 13 firms, yield 0.99", 1.0 - engine.state.defects[0], 0.99**13, 1e-12))
    return found


def _inspection() -> list[Check]:
    found = []
    for own, caught, bought in ((0.01, 0.8, (0.02, 0.05)), (0.1, 0.5, (0.3, 0.2, 0.01)), (0.0, 0.0, (0.4,))):
        k = len(bought)
        engine = _delivering(
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
            engine = _delivering(lists, k * depth, depth, _inspecting(caught, float(k)), own_defects=own)
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
        engine = _delivering(lists, n, 6, _inspecting(0.0, a), own_defects=[small, 0.0, 0.0, 0.0])
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
        engine = _delivering(lists, 4, 250, _inspecting(caught, 3.0), own_defects=own)
        share = own
        for _ in range(5000):
            share = 1.0 - (1.0 - own) * (1.0 - (1.0 - caught) * share) ** 3
        found.append(Check(f"all with all, e {caught:g}: d", float(engine.state.defects[0]), share, 1e-11))
        arguments = (engine.world.firms, engine.links, engine.state, engine.parameters)
        found.append(
            Check(f"all with all, e {caught:g}: R_q", structural_defects(*arguments), 3.0 * (1.0 - caught), 1e-9)
        )
    return found


def _late(buffer: float, passed: float = 1.0, tolerance: float = 0.0) -> dict[str, Any]:
    return {
        "lateness.buffer": buffer,
        "lateness.pass_through": passed,
        "lateness.tolerance": tolerance,
        "lateness.has_supplier_slack": False,
        "process.schedule_effect": 0.0,
    }


def _own_days(engine: CompiledEngine, firm: int, number: int) -> float:
    """Return a firm's own late days in a start round, from the addressed draws: an event is sure here."""
    key = engine.world.firms.key[firm]
    draw = uniform(np.uint64(engine.seed), int(Stream.LATE_EVENT), START_MONTH, number, key)
    return float(-engine.parameters.process.late_days * np.log(draw))


def _critical_path() -> list[Check]:
    """Compare lateness after some rounds with the longest path in the unrolled network, found by networkx."""
    projects = {
        "the project A to E": {1: [0], 2: [0], 3: [1, 2], 4: [2, 3]},
        "a ring of four": {i: [(i - 1) % 4] for i in range(4)},
        "a tree of six": {3: [0, 1], 4: [2], 5: [3, 4]},
    }
    found = []
    for name, lists in projects.items():
        firms = 1 + max(max(row, default=0) for row in [*lists.values(), list(lists)])
        for rounds in (3, 7):
            engine = _delivering(lists, firms, rounds, _late(0.0), late_chance=1.0)
            graph: nx.DiGraph[Any] = nx.DiGraph()
            for t in range(rounds):
                for i in range(firms):
                    own = _own_days(engine, i, t)
                    graph.add_edge("start", (t, i), weight=own)
                    if t:
                        graph.add_weighted_edges_from(((t - 1, j), (t, i), own) for j in lists.get(i, []))
            target = (rounds - 1, firms - 1)
            before = graph.subgraph(nx.ancestors(graph, target) | {target})
            longest = float(nx.dag_longest_path_length(before))
            found.append(Check(f"{name}, {rounds} rounds", float(engine.state.late[firms - 1]), longest, 1e-9))
    return found


def _buffers() -> list[Check]:
    """Follow delays of the first firm along a chain; each buffer takes b days off."""
    firms = 6
    found = []
    for buffer, passed in ((2.0, 1.0), (0.5, 1.0), (1.0, 0.8)):
        engine = _delivering(
            {i: [i - 1] for i in range(1, firms)},
            firms,
            firms,
            _late(buffer, passed),
            late_chance=[1.0] + [0.0] * (firms - 1),
        )
        for k in (1, 2, 4):
            days = _own_days(engine, 0, firms - 1 - k)
            for _ in range(k):
                days = passed * max(0.0, days - buffer)
            found.append(Check(f"b {buffer:g}, r {passed:g}, {k} links", float(engine.state.late[k]), days, 1e-11))
    return found


def _depth() -> list[Check]:
    """Count the firms of a chain that delays of its first firm reach, at r = 1."""
    firms = 40
    found = []
    for buffer in (0.5, 1.0, 3.0):
        engine = _delivering(
            {i: [i - 1] for i in range(1, firms)}, firms, firms, _late(buffer), late_chance=[1.0] + [0.0] * (firms - 1)
        )
        # A chain shows at once what left its first firm in one round after the other.
        reached = [k for k in range(firms) if engine.state.late[k] > 0.0]
        law = [k for k in range(firms) if ceil(_own_days(engine, 0, firms - 1 - k) / buffer) > k]
        found.append(Check(f"b {buffer:g}: firms late", float(len(reached)), float(len(law)), 0.0))
        found.append(Check(f"b {buffer:g}: farthest", float(reached[-1]), float(law[-1]), 0.0))
    return found


def _excess() -> list[Check]:
    """Sample copies of one link: what exceeds the buffer, and how often."""
    copies = 20_000
    found = []
    for theta, buffer in ((5.0, 3.0), (5.0, 10.0), (2.0, 1.0)):
        lists = {2 * c + 1: [2 * c] for c in range(copies)}
        chance = np.tile([1.0, 0.0], copies)
        changes = {**_late(buffer), "process.late_days": theta}
        engine = _delivering(lists, 2 * copies, 2, changes, late_chance=chance)
        late = engine.state.late[1::2]
        mean = theta * exp(-buffer / theta)
        error = sqrt(2.0 * theta**2 * exp(-buffer / theta) - mean**2) / sqrt(copies)
        found.append(Check(f"theta {theta:g}, b {buffer:g}: mean excess", float(late.mean()), mean, 5.0 * error))
        share = exp(-buffer / theta)
        error = sqrt(share * (1.0 - share) / copies)
        found.append(
            Check(f"theta {theta:g}, b {buffer:g}: share late", float((late > 0.0).mean()), share, 5.0 * error)
        )
    return found


def _latest_of_n() -> list[Check]:
    copies, theta = 10_000, 5.0
    found = []
    for n in (2, 3, 6):
        size = n + 1
        lists = {size * c + n: [size * c + j for j in range(n)] for c in range(copies)}
        engine = _delivering(
            lists,
            size * copies,
            2,
            {**_late(0.0), "process.late_days": theta},
            late_chance=np.tile([1.0] * n + [0.0], copies),
        )
        mean = theta * sum(1.0 / k for k in range(1, n + 1))
        error = theta * sqrt(sum(1.0 / k**2 for k in range(1, n + 1)) / copies)
        found.append(Check(f"n {n}, theta {theta:g}", float(engine.state.late[n::size].mean()), mean, 5.0 * error))
    return found


def _on_time() -> list[Check]:
    copies = 10_000
    found = []
    for n, chance in ((10, 0.05), (2, 0.1), (4, 0.3)):
        size = n + 1
        lists = {size * c + n: [size * c + j for j in range(n)] for c in range(copies)}
        engine = _delivering(lists, size * copies, 2, _late(0.0), late_chance=np.tile([chance] * n + [0.0], copies))
        law = (1.0 - chance) ** n
        model = float((engine.state.late[n::size] <= 0.0).mean())
        found.append(Check(f"n {n}, p {chance:g}", model, law, 5.0 * sqrt(law * (1.0 - law) / copies)))
    return found


def _branching() -> list[Check]:
    """Compare R_d of a ring in which each firm is a critical supplier of k others: structural and first generation."""
    firms, k = 600, 4
    lists = {i: [(i - j) % firms for j in range(1, k + 1)] for i in range(firms)}
    found = []
    for buffer, passed, theta in ((5.0, 0.7, 5.0), (8.0, 1.0, 5.0), (3.0, 0.5, 2.0)):
        changes = {
            **_late(buffer, passed, 1.0),
            "process.late_days": theta,
            "time.deliveries_per_month": 12,
            "adoption.hazard.maximum": 0.0,
        }
        scenario = make_scenario({**changes, "time.start_rounds": 1}, firms=firms, months=400)
        world = make_world(lists, scenario, firms=firms, late_chance=0.0005)
        engine = make_engine(world, scenario, 4)
        engine.advance()
        law = k * exp(-(buffer + 1.0 / passed) / theta)
        arguments = (world.firms, engine.links, engine.state, engine.parameters)
        name = f"B {buffer:g}, r {passed:g}, theta {theta:g}"
        found.append(Check(f"{name}: structural", structural_late(*arguments), law, 1e-9))
        sums = engine.tallies.groups.sum(axis=(0, 1))
        deliveries = sums[COLUMNS.index("deliveries")]
        own = deliveries * 0.0005
        made_late = float(engine.tallies.late_depth[:, 1].sum())  # one link away
        # An event makes all k buyers late or none, so the count is a compound Poisson variable of variance own k law.
        error = sqrt(k * law / own)
        # Hidden where the buyer's own event, or another of its suppliers that is late too, counts instead.
        hidden = law * (0.0005 + (k - 1) * (1.0 - sums[COLUMNS.index("on_time")] / deliveries))
        found.append(Check(f"{name}: realised, first generation", made_late / own, law, 5.0 * error + hidden))
    return found


LIMITS = (
    Limit("Q1", "Rolled yield", "product of q over the firms passed", "Kremer 1993 (O-ring)", _ROUNDING, _rolled_yield),
    Limit(
        "Q2",
        "Quality with inspection",
        "d = 1 - (1 - o) prod_j (1 - (1 - e) d_j)",
        "noisy-OR: Pearl 1988",
        _ROUNDING,
        _inspection,
    ),
    Limit("Q3", "Recursion over tiers", "d' = 1 - (1 - o)(1 - (1 - e) d)^k", "iteration of Q2", _ROUNDING, _tiers),
    Limit(
        "R_q",
        "Defects on cycles",
        "fixed point of Q3; R_q = k (1 - e)",
        "spectral radius of the linear risk matrix",
        "250 rounds against 5,000 iterations: 1e-11; the radius by power iteration: 1e-9",
        _saturation,
    ),
    Limit(
        "L2",
        "Linear risk",
        "r = (I - aD)^-1 s; by depth a^h D^h s",
        "Leontief 1936; Acemoglu et al. 2012",
        "own defects of 1e-9: what is not linear is of that order, 1e-7 with rounding",
        _linear_risk,
    ),
    Limit(
        "M1",
        "Critical path",
        "longest path in the network unrolled over rounds",
        "Kelley and Walker 1959; Baccelli et al. 1992",
        "rounding of a few sums, 1e-9 days",
        _critical_path,
    ),
    Limit("M2", "Buffers along a chain", "L' = r (L - b)+", "max-plus with buffers", _ROUNDING, _buffers),
    Limit(
        "M2b", "How far a delay reaches", "ceil(L / b) firms at r = 1", "max-plus with buffers", "whole numbers", _depth
    ),
    Limit(
        "M3",
        "Exponential excess",
        "E(X - b)+ = theta e^(-b/theta), Pr(X > b) = e^(-b/theta)",
        "memoryless distribution",
        "20,000 copies, seed 1, five standard errors: false alarm 6e-7 each",
        _excess,
    ),
    Limit(
        "M3b",
        "The latest of n suppliers",
        "theta (1 + 1/2 + ... + 1/n)",
        "Renyi 1953",
        "10,000 copies, seed 1, five standard errors: false alarm 6e-7 each",
        _latest_of_n,
    ),
    Limit(
        "M4",
        "On time with n critical suppliers",
        "(1 - p)^n",
        "independent suppliers without buffers",
        "10,000 copies, seed 1, five binomial standard errors: false alarm 6e-7 each",
        _on_time,
    ),
    Limit(
        "R_d",
        "Branching number of late deliveries",
        "k e^(-(B + tolerance/r)/theta)",
        "first generation of a branching process; Harris 1963",
        "structural: power iteration, 1e-9; realised: 600 firms in 4,800 rounds, seed 4, five standard errors of a "
        "count in which an event makes all k buyers late or none (false alarm 6e-7 each), and the share of events "
        "that can be hidden by another late delivery, below 0.5 %",
        _branching,
    ),
)
