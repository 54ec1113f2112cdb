"""An ensemble of calibrated parameter sets: what the survey's own errors and the assumed numbers leave open.

Each member draws targets from the sampling distribution of the survey and from the ranges of what is assumed, draws the
assumed parameters on which the fit depends from their ranges, and fits the free parameters anew (randomised maximum
likelihood: Oliver, He and Reynolds 1996; Chen and Oliver 2012).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from math import exp, log
from typing import Any

import numpy as np

from simulation.errors import InputError
from simulation.experiments.calibration import FREE, evaluate, evaluate_all, free_parameters, number_at
from simulation.experiments.members import Member
from simulation.experiments.targets import Target
from simulation.scenario.register import register
from simulation.scenario.scenario import Scenario
from simulation.state import Float

__all__ = ["ASSUMED", "CLOSE", "drawn", "ensemble"]

ASSUMED = (
    "influence.customers",
    "influence.suppliers",
    "influence.peers",
    "influence.spillover",
    "adoption.hazard.capacity",
    "adoption.hazard.use",
    "adoption.hazard.maximum",
    "adoption.quitting.level",
    "adoption.quitting.protection",
    "use.capacity",
    "use.adoption",
    "use.partners",
    "use.ceiling",
    "use.speed",
    "capacity.learning",
    "capacity.learning_share",
    "capacity.spill_in",
    "capacity.forgetting",
)
"""Assumed parameters that use or adoption depend on; each is drawn evenly from the range of its declaration."""

CLOSE: Mapping[str, float] = {
    "use_large": 0.005,
    "use_gap_manufacturing": 0.005,
    "use_gap_services": 0.005,
    "use_sme_capital": 0.005,
    "use_sme_elsewhere": 0.005,
    "use_growth": 0.03,
    "adopters_sme_manufacturing": 0.0025,
    "adopters_large_manufacturing": 0.015,
    "adopters_growth": 0.06,
}
"""How near a member must come to each of its own drawn targets, on the fit's seeds: a third of what the source leaves
open, or less.

Growth of adoption among large manufacturers, of whom there are few, is not fitted: it follows from that of SMEs.
"""

_SURVEY = {"large": 0.017, "sme": 0.011, "gap_manufacturing": 0.035, "gap_services": 0.025, "gap_region": 0.021}
"""Binomial standard errors of the survey of 3,000 workers."""

_SME_CAPITAL = 0.516
"""Share of the SMEs' workers who work in the capital region."""

_TRIES = 12
_LARGEST_STEP = 6.0
_HOPELESS_AFTER, _HOPELESS = 4, 4.0
"""A draw that is still so many tolerances away after so many tries is given up: most such targets are out of reach."""


def drawn(number: int, seed: int, scenario: Scenario) -> tuple[dict[str, float], dict[str, float]]:
    """Return assumed values by path and targets by id of a draw; the same for the same number and seed."""
    random = np.random.default_rng([seed, number])
    ranges = {entry.path: entry for entry in register()}
    values = {path: float(random.uniform(_low(ranges, path), _high(ranges, path))) for path in ASSUMED}
    while True:
        large, small = float(random.uniform(0.33, 0.50)), float(random.uniform(0.15, 0.30))
        if large - small >= 0.10:
            break
    part = scenario.population
    share = float(part.region_share["sme"]["manufacturing"]["capital"])
    inside = (_SME_CAPITAL - small * share) / (1.0 - small)
    values |= {
        "population.sector_share.large.manufacturing": large,
        "population.sector_share.large.services": 1.0 - large,
        "population.sector_share.sme.manufacturing": small,
        "population.sector_share.sme.services": 1.0 - small,
        "population.region_share.sme.services.capital": inside,
        "population.region_share.sme.services.elsewhere": 1.0 - inside,
    }
    sme, gap = 0.527 + _SURVEY["sme"] * random.normal(), 0.095 + _SURVEY["gap_region"] * random.normal()
    growth = float(random.uniform(0.4, 0.6))
    while True:
        adopters = {"large": float(random.uniform(0.10, 0.20)), "sme": exp(random.uniform(log(0.005), log(0.03)))}
        if 1.6 <= _logit(adopters["large"]) - _logit(adopters["sme"]) <= 2.4:
            break
    targets = {
        "use_large": 0.665 + _SURVEY["large"] * random.normal(),
        "use_gap_manufacturing": 0.242 + _SURVEY["gap_manufacturing"] * random.normal(),
        "use_gap_services": 0.092 + _SURVEY["gap_services"] * random.normal(),
        "use_sme_capital": sme + (1.0 - _SME_CAPITAL) * gap,
        "use_sme_elsewhere": sme - _SME_CAPITAL * gap,
        "use_growth": float(random.uniform(0.4, 0.6)),
        "adopters_sme_manufacturing": adopters["sme"],
        "adopters_large_manufacturing": adopters["large"],
        "adopters_growth": growth,
    }
    # Adopters of month 0 follow from those of the survey's month at the drawn pace.
    years = scenario.time.survey_month / 12.0
    for size, adopted in adopters.items():
        start = 1.0 / (1.0 + exp(growth * years - _logit(adopted)))
        values |= {f"firms.adopters_start.{size}.{sector}": start for sector in ("manufacturing", "services")}
    return values, {name: float(value) for name, value in targets.items()}


def _logit(share: float) -> float:
    return log(share / (1.0 - share))


def _low(ranges: Mapping[str, Any], path: str) -> float:
    return float(ranges[path].low)


def _high(ranges: Mapping[str, Any], path: str) -> float:
    return float(ranges[path].high)


def ensemble(
    scenario: Scenario,
    targets: Sequence[Target],
    size: int,
    *,
    seed: int = 1,
    fit_seeds: Sequence[int] = (1, 2),
    on_member: Callable[[int, int, bool], None] | None = None,
) -> tuple[list[Member], int]:
    """Return accepted members, at least ``size``, and the number of draws that could not be fitted.

    The calibrated scenario meets its targets on many seeds. A member is compared with it on a few common ones: what the
    member gives minus what the calibrated scenario gives there must be the drawn target minus the calibrated one. The
    luck of the few seeds is in both and falls out.

    Parameters
    ----------
    scenario : Scenario
        The calibrated baseline, with the number of firms for the fit.
    targets : sequence of Target
        Those of the calibration; the fitted ones count.
    size : int
    seed : int
        Of the draws.
    fit_seeds : sequence of int
    on_member : callable, optional
        Told number of the draw, accepted so far, and whether this one was.
    """
    fitted = [target for target in targets if target.id in CLOSE]
    if missing := sorted(set(CLOSE) - {target.id for target in fitted}):
        message = f"an ensemble is drawn for the shipped targets, and {missing[0]} is not among these"
        raise InputError(message)
    usual = evaluate(scenario, fitted, fit_seeds).mean(axis=0)
    slopes = _slopes(scenario, fitted, fit_seeds, usual)
    found: list[Member] = []
    tried = 0
    for number in count():
        if len(found) >= size:
            break
        tried += 1
        values, wanted = drawn(number, seed, scenario)
        member = _fit(scenario, fitted, fit_seeds, usual, slopes, number, values, wanted)
        if member is not None:
            found.append(member)
        if on_member:
            on_member(number, len(found), member is not None)
    return found, tried - len(found)


def _slopes(scenario: Scenario, fitted: Sequence[Target], seeds: Sequence[int], usual: Float) -> Float:
    """Return (targets, free) changes of the targets per step of each free parameter."""
    half = 0.5
    moved = [scenario.with_({path: number_at(scenario, path) + half * step}) for path, step in FREE.items()]
    slopes: Float = (evaluate_all(moved, fitted, seeds).mean(axis=1) - usual) / half
    return slopes.T


def _fit(
    scenario: Scenario,
    fitted: Sequence[Target],
    seeds: Sequence[int],
    usual: Float,
    slopes: Float,
    number: int,
    values: Mapping[str, float],
    wanted: Mapping[str, float],
) -> Member | None:
    """Return the fitted member, or None where no free parameters bring it near its targets.

    Gauss-Newton steps with Broyden's (1965) update of the slopes, which one evaluation each serves.
    """
    scale = np.array([1.0 / CLOSE[target.id] for target in fitted])
    aim = np.array([wanted[target.id] - target.value for target in fitted])
    start = np.array([number_at(scenario, path) for path in free_parameters()])
    steps = np.array(list(FREE.values()))
    point, slope = np.zeros(start.size), slopes.copy()
    before: tuple[Float, Float] | None = None
    for tried in range(1, _TRIES + 1):
        free = dict(zip(FREE, (start + point * steps).tolist(), strict=True))
        try:
            model = evaluate(scenario.with_({**values, **free}), fitted, seeds).mean(axis=0)
        except InputError:
            return None  # a value beyond its hard limit
        if not np.isfinite(model).all():
            return None
        miss = model - usual - aim
        if (np.abs(miss * scale) <= 1.0).all():
            values = {path: float(f"{value:.6g}") for path, value in {**values, **free}.items()}
            reached = {
                target.id: float(target.value + gap + aim_) for target, gap, aim_ in zip(fitted, miss, aim, strict=True)
            }
            return Member(number, values, dict(wanted), reached)
        if tried >= _HOPELESS_AFTER and float(np.abs(miss * scale).max()) > _HOPELESS:
            return None
        if before is not None:
            moved, changed = point - before[0], miss - before[1]
            slope += np.outer(changed - slope @ moved, moved) / (moved @ moved)
        before = (point.copy(), miss.copy())
        move = -np.linalg.lstsq(slope * scale[:, None], miss * scale, rcond=None)[0]
        longest = float(np.abs(move).max())
        point = point + move * min(1.0, _LARGEST_STEP / longest)
    return None
