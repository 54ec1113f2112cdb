"""How far defects and lateness would spread: reproduction numbers that follow from links and parameters alone."""

from __future__ import annotations

from math import exp, inf, isfinite, log
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar

from simulation.compiled import compiled
from simulation.engines.influence import Influence, influence
from simulation.engines.parameters import Parameters
from simulation.engines.radius import spectral_radius
from simulation.engines.structure import passing_chances, passing_defects
from simulation.rules.defects import Defects, inspection, mismatch, passing_factor
from simulation.rules.lateness import buffer_days, full_buffer
from simulation.rules.process import late_chance, own_defects
from simulation.state import Firms, Float, World
from simulation.world.assembly import sales_of

__all__ = ["Case", "Risks", "defect_links", "late_links", "risks_of", "worst_passing"]


class Case(NamedTuple):
    """Reproduction numbers at one level of effective use.

    Attributes
    ----------
    defects : R_q, spectral radius of m w_ij x_ij (1 - v_i), the linear risk matrix
    late : structural R_d, spectral radius of Pr(r (X - B_i)+ > tolerance) over critical links
    """

    defects: float
    late: float


class Risks(NamedTuple):
    """How far risk would spread.

    Attributes
    ----------
    start : at the effective use before month 0
    everybody : when all firms have adopted and use AI as effectively as is possible
    worst : the largest that any pattern of use may give: of defects, each link with its buyer at the use that hurts
        most and its supplier without AI; of lateness, the larger of nobody and everybody using AI
    passed_on : mean over firms with suppliers of m (1 - v), defects passed on per small defect share of all suppliers
    multiplier : delivered over own defects at the start, by sales, in the linear approximation; NaN if R_q is 1 or more
    late_buyers, most_late_buyers : expected number of buyers that one own late event makes late directly at the start:
        mean over firms, and largest
    is_bounded : whether lateness is known to stay bounded, at the start and with everybody using AI
    """

    start: Case
    everybody: Case
    worst: Case
    passed_on: float
    multiplier: float
    late_buyers: float
    most_late_buyers: float
    is_bounded: tuple[bool, bool]


class _Alone(NamedTuple):
    """Of each firm (n,): own defect share, chance of an own late event, m (1 - v), buffer in days."""

    defects: Float
    late_chance: Float
    passed: Float
    slack: Float


def worst_passing(ceiling: float, parameters: Defects) -> float:
    """Return the largest (1 - v(e)) x(e, 0) for a buyer's effective use e from 0 to the ceiling.

    Both factors are linear in e up to where v is 1, so the product is largest at an end or at its vertex.
    """
    gained, hurt = parameters.inspection_effect, parameters.mismatch
    ends = [0.0, ceiling]
    if gained * hurt > 0.0:
        vertex = ((1.0 - parameters.inspection) * hurt - gained) / (2.0 * gained * hurt)
        ends.append(min(max(vertex, 0.0), ceiling))
    return max((1.0 - inspection(e, parameters)) * mismatch(e, 0.0, parameters) for e in ends)


def defect_links(world: World, effective: Float, parameters: Parameters) -> Float:
    """Return (m,) the entries of the linear risk matrix of defects."""
    links = world.links
    entry: Float = passing_defects(links.buyer, links.supplier, links.weight, effective, parameters.defects)
    return entry


def late_links(world: World, effective: Float, parameters: Parameters) -> Float:
    """Return (m,) chances that an own late event of the supplier makes the buyer late."""
    links = world.links
    critical, mean_days = world.firms.critical_suppliers, parameters.process.late_days
    entry: Float = passing_chances(links.buyer, links.is_critical, critical, effective, mean_days, parameters.lateness)
    return entry


@compiled
def _alone(firms: Firms, effective: Float, parameters: Parameters) -> _Alone:
    """Return what firms are at effective use (n,), whoever their partners are."""
    n = effective.size
    defects, late, passed, slack = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for i in range(n):
        defects[i] = own_defects(firms.own_defects[i], effective[i], 1.0, parameters.process)
        late[i] = late_chance(firms.late_chance[i], effective[i], parameters.process)
        passed[i] = passing_factor(effective[i], parameters.defects)
        full = full_buffer(firms.critical_suppliers[i], parameters.process.late_days, parameters.lateness)
        slack[i] = buffer_days(full, effective[i], parameters.lateness)
    return _Alone(defects, late, passed, slack)


def _radius(world: World, entry: Float) -> float:
    return float(spectral_radius(world.links.start, world.links.supplier, entry))


def _is_bounded(world: World, firms_alone: _Alone, parameters: Parameters) -> bool:
    """Say whether lateness is known to stay bounded: surely where r < 1, else by a bound on its large values.

    With r = 1 the lateness of a delivery is the largest sum of own late days minus buffers over the ways to it. It
    stays bounded in probability if for some s > 0 the matrix with entries E[exp(s own_j)] exp(-s B_i) over critical
    links has a spectral radius below 1 (union bound over ways and Chernoff's inequality). The logarithm of the radius
    is convex in s (Kingman 1961), so that one search finds the least. Sufficient, not necessary.
    """
    lateness, mean_days = parameters.lateness, parameters.process.late_days
    if lateness.pass_through < 1.0 or mean_days == 0.0:
        return True
    links = world.links
    own, is_critical = firms_alone.late_chance[links.supplier], links.is_critical == 1
    slack = firms_alone.slack[links.buyer]

    def log_radius(part: float) -> float:
        rate = part / mean_days
        entry = np.where(is_critical, (1.0 - own + own / (1.0 - part)) * np.exp(-rate * slack), 0.0)
        radius = _radius(world, entry)
        return log(radius) if radius > 0.0 else -inf

    if not isfinite(log_radius(0.5)):
        return True
    found = minimize_scalar(log_radius, bounds=(1e-3, 1.0 - 1e-3), method="bounded", options={"xatol": 1e-3})
    return bool(exp(found.fun) < 1.0)


def risks_of(
    world: World, effective: Float, ceiling: float, parameters: Parameters
) -> tuple[Risks, Influence, Influence]:
    """Return the risks of a world at effective use (n,), and what each firm is behind in defects and in lateness.

    ``ceiling`` is the largest effective use that the parameters allow.
    """
    firms, links = world.firms, world.links
    n = firms.key.size
    sales = firms.weight * sales_of(firms, links)
    by_sales: Float = sales / sales.sum() if sales.sum() > 0.0 else np.full(n, 1.0 / max(n, 1))
    defects = influence(links, defect_links(world, effective, parameters), by_sales)
    late = influence(links, late_links(world, effective, parameters), np.ones(n))
    # Where all firms are alike, the matrix of defects is the input shares times a number.
    inputs = _radius(world, links.weight)
    worst = parameters.defects.critical_inputs * worst_passing(ceiling, parameters.defects)
    nobody_late, everybody_late = (
        _radius(world, late_links(world, np.full(n, use), parameters)) for use in (0.0, ceiling)
    )
    at_start = _alone(firms, effective, parameters)
    passed = at_start.passed[np.diff(links.start) > 0]
    own = float(by_sales @ at_start.defects)
    risks = Risks(
        start=Case(defects.radius, late.radius),
        everybody=Case(passing_factor(ceiling, parameters.defects) * inputs, everybody_late),
        worst=Case(worst * inputs, max(nobody_late, everybody_late)),
        passed_on=float(passed.mean()) if passed.size else float("nan"),
        multiplier=float(defects.total @ at_start.defects) / own if own > 0.0 else float("nan"),
        late_buyers=float(late.direct.mean()) if n else float("nan"),
        most_late_buyers=float(late.direct.max(initial=0.0)),
        is_bounded=(
            _is_bounded(world, at_start, parameters),
            _is_bounded(world, _alone(firms, np.full(n, ceiling), parameters), parameters),
        ),
    )
    return risks, defects, late
