"""From a sweep's file to a study: everything that is wrong with it is found before anything is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from simulation.errors import InputError, Problem
from simulation.experiments.members import Member, read_ensemble
from simulation.experiments.outcomes import Outcome
from simulation.experiments.sample import Factor
from simulation.experiments.sweeps.constraints import ConstraintError, parse_constraint
from simulation.experiments.sweeps.declaration import FactorEntry, Sweep
from simulation.experiments.sweeps.designs import Request
from simulation.experiments.sweeps.factors import FactorError, Varied, resolve_factor
from simulation.experiments.sweeps.kept import KeptError, check_series, kept_outcomes
from simulation.experiments.sweeps.study import ENSEMBLE, MOST_BLOCKS, Study
from simulation.scenario.declarations import Path, leaves
from simulation.scenario.scenario import Scenario
from simulation.state import Bool, Float, Index

__all__ = ["study_of"]

Places = Callable[[Path], str]

_MOST_TRIED = 1000
"""Levels of a factor, or points of a list, that are tried on the scenarios beforehand."""


def study_of(sweep: Sweep, scenarios: Sequence[Scenario], places: Places = lambda path: "") -> Study:
    """Return a sweep made ready.

    Parameters
    ----------
    sweep : Sweep
    scenarios : sequence of Scenario
        Those that it names, with ``set`` applied.
    places : callable
        Where a path of the sweep's file was set, for messages.

    Raises
    ------
    InputError
        Everything that is wrong with factors, points, constraints and outcomes.
    """
    problems: list[Problem] = []

    def fault(message: object, *path: str) -> None:
        where = path[:1] if path[-1].isdigit() else path  # entries of a list have the place of the list
        problems.append(Problem(str(message), places(where), ".".join(path)))

    ready = [_prepared(sweep, scenario) for scenario in scenarios]
    entries: dict[str, Path] = {name: ("factors", name) for name in sweep.factors}
    declared = dict(sweep.factors)
    if sweep.design == "list":
        declared, entries = _listed(sweep, fault)
    varied: list[Varied] = []
    for name, entry in declared.items():
        try:
            varied.append(resolve_factor(name, entry, ready))
        except FactorError as error:
            fault(error, *entries[name], *((error.key,) if error.key and sweep.design != "list" else ()))
    if not declared and sweep.ensemble is None:
        fault("a sweep varies something: name factors, or the points of a list", "factors")
    _refuse_overlap(varied, entries, fault)
    members = _members(sweep, varied, fault)
    outcomes: tuple[Outcome, ...] = ()
    try:
        outcomes = kept_outcomes(sweep.outcomes, ready[0])
    except KeptError as error:
        fault(error, "outcomes", str(error.number))
    try:
        check_series(sweep.series)
    except KeptError as error:
        fault(error, "series", str(error.number))
    if not problems:
        if sweep.design == "list":
            _try_points(sweep, varied, ready, fault)
        else:
            _try_ends(varied, ready, entries, fault)
    if problems:
        raise InputError(problems)
    if members:
        levels = tuple(str(member.number) for member in members)
        varied.append(Varied(Factor(ENSEMBLE, "calibrated parameter set", levels=levels, group=ENSEMBLE), ()))
    return _placed(Study(sweep, tuple(ready), tuple(varied), members, *_nothing(), outcomes), fault, problems)


def _nothing() -> tuple[Index, Float, Bool, Index, float]:
    return np.empty(0, np.int64), np.empty((0, 0)), np.empty((0, 0), bool), np.empty(0, np.int64), 0.0


def _prepared(sweep: Sweep, scenario: Scenario) -> Scenario:
    """Return a scenario with the sweep's way of solving strengths."""
    if not scenario.policy or scenario.budget.strength == "fixed":
        return scenario
    if sweep.strength == "solve":
        return scenario.with_({"budget.seeds": sweep.solve_seeds})
    return scenario if sweep.strength == "once" else scenario.with_({"budget.strength": "fixed"})


def _listed(sweep: Sweep, fault: Callable[..., None]) -> tuple[dict[str, FactorEntry], dict[str, Path]]:
    """Return the factors of a list of points: every path that a point names, with the values that it takes."""
    values: dict[str, list[Any]] = {}
    places: dict[str, Path] = {}
    if sweep.factors:
        fault("a list names its values point by point: under points, not under factors", "factors")
    if not sweep.points:
        fault("a list needs points, each with paths and values, such as - {lateness.lean: 0.4}", "points")
    for number, point in enumerate(sweep.points):
        for name, value in point.items():
            places.setdefault(name, ("points", str(number)))
            known = values.setdefault(name, [])
            if not any(value == other and type(value) is type(other) for other in known):
                known.append(value)
    return {name: FactorEntry(values=tuple(known)) for name, known in values.items()}, places


def _refuse_overlap(varied: Sequence[Varied], entries: Mapping[str, Path], fault: Callable[..., None]) -> None:
    seen: dict[str, str] = {}
    for entry in varied:
        for path in entry.paths:
            if path in seen:
                fault(f"{path!r} is varied by {seen[path]!r} too", *entries[entry.factor.name])
            seen[path] = entry.factor.name


def _members(sweep: Sweep, varied: Sequence[Varied], fault: Callable[..., None]) -> tuple[Member, ...]:
    if sweep.ensemble is None:
        return ()
    if sweep.design in ("list", "one_at_a_time"):
        fault(f"the design {sweep.design} does not go together with an ensemble; a grid does", "ensemble")
        return ()
    try:
        found = read_ensemble(sweep.ensemble.file)[: sweep.ensemble.members]
    except InputError as error:
        fault(error, "ensemble", "file")
        return ()
    for entry in varied:
        if taken := [path for path in entry.paths if path in found[0].values]:
            message = f"{taken[0]!r} is one of the values that a member of the ensemble sets; vary one or the other"
            fault(message, "factors", entry.factor.name)
    return found


def _try_ends(
    varied: Sequence[Varied], scenarios: Sequence[Scenario], entries: Mapping[str, Path], fault: Callable[..., None]
) -> None:
    """Find values that scenarios refuse before anything is run."""
    for entry in varied:
        factor = entry.factor
        for value in (factor.levels or (factor.value(0.0), factor.value(1.0)))[:_MOST_TRIED]:
            if refused := _refusal(scenarios, {entry: value}):
                fault(f"{_shown(value)} is refused by {refused}", *entries[factor.name])
                break


def _try_points(
    sweep: Sweep, varied: Sequence[Varied], scenarios: Sequence[Scenario], fault: Callable[..., None]
) -> None:
    """Find points of a list that scenarios refuse before anything is run."""
    named = {entry.factor.name: entry for entry in varied}
    for number, point in enumerate(sweep.points[:_MOST_TRIED]):
        if refused := _refusal(scenarios, {named[name]: value for name, value in point.items()}):
            fault(f"this point is refused by {refused}", "points", str(number))


def _refusal(scenarios: Sequence[Scenario], chosen: Mapping[Varied, Any]) -> str:
    """Return which scenario refuses values and why, nothing where all take them."""
    for scenario in scenarios:
        own = {".".join(path): value for path, value in leaves(scenario.resolved())}
        changes: dict[str, Any] = {}
        for entry, value in chosen.items():
            changes |= entry.changes(value, own)
        try:
            scenario.with_(changes)
        except InputError as error:
            return f"{scenario.name}: {error.problems[0].message}"
    return ""


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else repr(value)


def _placed(study: Study, fault: Callable[..., None], problems: list[Problem]) -> Study:
    """Return the study with its points."""
    sweep, factors, design = study.sweep, study.factors, study.design
    usual = np.array([entry.factor.position(study.usual(entry)) for entry in study.varied])
    listed = None
    if sweep.design == "list":
        listed = np.array(
            [[f.position(point[f.name]) if f.name in point else np.nan for f in factors] for point in sweep.points]
        )
    try:
        placed = design.place(
            Request(factors, usual, sweep.size, sweep.levels, sweep.seed, sweep.has_second_order, listed)
        )
    except InputError as error:
        fault(error, "design")
        raise InputError(problems) from error
    if placed.blocks.size and int(placed.blocks[-1]) + sweep.first_seed >= MOST_BLOCKS:
        fault(f"there are more than {MOST_BLOCKS:,} blocks, and each needs seeds of its own", "size")
    moved = placed.moved if placed.moved is not None else np.ones(placed.drawn.shape, bool)
    whole = replace(study, numbers=np.arange(len(placed.drawn)), drawn=placed.drawn, moved=moved, blocks=placed.blocks)
    keep = _kept(whole, fault)
    if problems:
        raise InputError(problems)
    if not keep.any():
        fault("no point of the design meets the constraints", "constraints")
        raise InputError(problems)
    return replace(
        whole,
        numbers=whole.numbers[keep],
        drawn=whole.drawn[keep],
        moved=whole.moved[keep],
        blocks=whole.blocks[keep],
        left_out=float(1.0 - keep.mean()),
    )


def _kept(study: Study, fault: Callable[..., None]) -> Bool:
    """Return (P,) whether a point meets all constraints."""
    keep = np.ones(len(study.numbers), bool)
    if not study.sweep.constraints:
        return keep
    if not study.design.can_lose_points:
        message = (
            f"the design {study.sweep.design} needs all of its points, and constraints leave some out; use "
            "latin_hypercube, or ranges in which every point is allowed"
        )
        fault(message, "constraints")
        return keep
    points = study.points()
    known = {factor.name: factor.is_number for factor in study.factors}
    for number, text in enumerate(study.sweep.constraints):
        try:
            constraint = parse_constraint(text, known)
        except ConstraintError as error:
            fault(error, "constraints", str(number))
            continue
        keep &= constraint.holds({name: points[name].to_numpy(np.float64) for name in constraint.names})
    return keep
