"""Calibration: move the free parameters until the baseline meets the targets, on fixed seeds."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.engines.engine import CompiledEngine
from simulation.engines.together import advance_together, most_lanes
from simulation.errors import InputError
from simulation.experiments.parallel import world_key
from simulation.experiments.targets import Target, target_value
from simulation.measures import Record
from simulation.runs import check_seed
from simulation.scenario.scenario import Scenario
from simulation.state import Float, World
from simulation.world.build import build

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FREE", "Fit", "calibrate", "evaluate", "evaluate_all", "fit_table", "free_parameters", "number_at"]

FREE: Mapping[str, float] = {
    "firms.capacity.large.manufacturing": 0.5,
    "firms.capacity.large.services": 0.5,
    "firms.capacity.sme.manufacturing": 0.5,
    "firms.capacity.sme.services": 0.5,
    "firms.capacity_region.elsewhere": 0.5,
    "use.growth": 0.005,
    "adoption.hazard.level": 0.3,
    "adoption.hazard.trend": 0.005,
    "firms.adoption_cost.sme": 0.3,
}
"""Free parameters of the baseline, each with the size of a step that matters."""

_STEP = 0.1
"""Part of a step by which slopes are measured: large enough to move many firms, small enough to be nearly linear."""


@dataclass(frozen=True)
class Fit:
    """A calibrated scenario and how it meets its targets.

    Attributes
    ----------
    scenario : Scenario
        With the fitted values of the free parameters.
    values : dict
        The fitted values by path.
    targets : tuple of Target
    model : (seeds, targets)
        The model's values on every seed.
    seeds : tuple of int
    """

    scenario: Scenario
    values: dict[str, float]
    targets: tuple[Target, ...]
    model: Float
    seeds: tuple[int, ...]


def free_parameters(paths: Sequence[str] | None = None) -> dict[str, float]:
    """Return the free parameters with their steps, all or those of the given paths."""
    if unknown := [path for path in paths or () if path not in FREE]:
        message = f"{unknown[0]} is not one of the free parameters: {', '.join(FREE)}"
        raise InputError(message)
    return {path: step for path, step in FREE.items() if not paths or path in paths}


def evaluate(scenario: Scenario, targets: Sequence[Target], seeds: Sequence[int]) -> Float:
    """Return (seeds, targets) the model's values without any policy.

    Deliveries are left out: use and adoption do not depend on them.
    """
    values: Float = evaluate_all([scenario], targets, seeds)[0]
    return values


def evaluate_all(scenarios: Sequence[Scenario], targets: Sequence[Target], seeds: Sequence[int]) -> Float:
    """Return (scenarios, seeds, targets) the values of `evaluate`, those of small worlds on a seed side by side."""
    for seed in seeds:
        check_seed(seed)
    last = max(target.month_to for target in targets)

    def of_seed(seed: int) -> list[list[float]]:
        values: list[list[float]] = []
        while len(values) < len(scenarios):
            values += some(scenarios[len(values) :], seed)
        return values

    def some(scenarios: Sequence[Scenario], seed: int) -> list[list[float]]:
        """Return the values of as many scenarios, from the first on, as gain by being moved together."""
        worlds: dict[str, World] = {}
        engines = []
        for scenario in scenarios:
            where = world_key(scenario)
            if where not in worlds:
                worlds[where] = build(scenario, seed)
            engines.append(CompiledEngine(worlds[where], scenario, seed, has_deliveries=False, levers={}))
            if len(engines) == most_lanes(worlds[where].firms.key.size):
                break
        advance_together(engines, last + 1)
        records = [
            Record(engine.world.groups, engine.tallies, engine.awards, engine.scenario.use.ceiling)
            for engine in engines
        ]
        return [[target_value(target, record) for target in targets] for record in records]

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        values: Float = np.array(list(pool.map(of_seed, seeds))).swapaxes(0, 1)
    return values


def number_at(scenario: Scenario, path: str) -> float:
    """Return the number at a dotted path; raises `InputError` where the scenario has none."""
    value: Any = scenario.resolved()
    for step in path.split("."):
        if not isinstance(value, dict) or step not in value:
            message = f"the free parameter {path} is not part of the scenario"
            raise InputError(message)
        value = value[step]
    return float(value)


def calibrate(
    scenario: Scenario,
    targets: Sequence[Target],
    *,
    seeds: Sequence[int] = range(1, 21),
    free: Mapping[str, float] = FREE,
    on_evaluation: Callable[[int, float], None] | None = None,
) -> Fit:
    """Fit free parameters to targets by weighted least squares on the mean over seeds.

    Parameters
    ----------
    scenario : Scenario
        Where the search starts; levers are ignored.
    targets : sequence of Target
        Those with ``is_fitted`` are fitted, the others reported.
    seeds : sequence of int
        Common to all evaluations, so that the distance is a function of the parameters alone.
    free : mapping of path to step
        Parameters that move, and what step of each matters.
    on_evaluation : callable, optional
        Told the number of evaluations done and the distance.
    """
    from scipy.optimize import least_squares

    fitted = [number for number, target in enumerate(targets) if target.is_fitted]
    if len(fitted) < len(free):
        message = f"{len(free)} free parameters need at least as many fitted targets; there are {len(fitted)}"
        raise InputError(message)
    start = {path: number_at(scenario, path) for path in free}
    wanted = np.array([targets[number].value for number in fitted])
    weight = np.array([targets[number].weight for number in fitted])
    count = 0

    def parameters(point: Float) -> dict[str, float]:
        steps = np.asarray(point, np.float64) - 1.0
        return {path: start[path] + float(move) * free[path] for path, move in zip(free, steps, strict=True)}

    def distances(points: Sequence[Float]) -> list[Float]:
        moved = [scenario.with_(parameters(point)) for point in points]
        return [distance(values.mean(axis=0)[fitted]) for values in evaluate_all(moved, targets, seeds)]

    def distance(mean: Float) -> Float:
        nonlocal count
        if not np.isfinite(mean).all():
            unmet = targets[fitted[int(np.flatnonzero(~np.isfinite(mean))[0])]]
            message = (
                f"the target {unmet.id} has no value in the model: nobody, or everybody, has adopted; try more firms"
            )
            raise InputError(message)
        residual: Float = (mean - wanted) * weight
        count += 1
        if on_evaluation:
            on_evaluation(count, float(np.sqrt(np.mean(residual**2))))
        return residual

    known: dict[bytes, Float] = {}

    def known_distance(point: Float) -> Float:
        known[point.tobytes()] = distances([point])[0]
        return known[point.tobytes()]

    def slope(point: Float) -> Float:
        """Return the Jacobian by differences of so many steps, wherever the point is."""
        here = known[point.tobytes()]
        moved = [point + _STEP * axis for axis in np.eye(len(free))]
        return np.column_stack([(there - here) / _STEP for there in distances(moved)])

    found = least_squares(
        known_distance, np.ones(len(free)), slope, method="trf", xtol=1e-3, ftol=1e-4, gtol=1e-6, max_nfev=12
    )
    values = {path: float(f"{value:.4g}") for path, value in parameters(found.x).items()}
    fit = scenario.with_(values)
    return Fit(fit, values, tuple(targets), evaluate(fit, targets, seeds), tuple(seeds))


def fit_table(fit: Fit) -> pd.DataFrame:
    """Return a row per target: value, range, the model's mean, its standard error, and whether the range is met."""
    import pandas as pd

    mean = fit.model.mean(axis=0)
    count = len(fit.seeds)
    error = fit.model.std(axis=0, ddof=1) / np.sqrt(count) if count > 1 else np.full(mean.size, np.nan)
    rows = [
        {
            "id": target.id,
            "label": target.label,
            "target": target.value,
            "low": target.low,
            "high": target.high,
            "model": float(mean[number]),
            "standard_error": float(error[number]),
            "is_met": bool(target.low <= mean[number] <= target.high),
            "is_fitted": target.is_fitted,
            "unit": target.unit,
            "source": target.source,
        }
        for number, target in enumerate(fit.targets)
    ]
    return pd.DataFrame(rows)
