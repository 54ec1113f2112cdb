"""Factors in the form that SALib reads, and SALib where it is installed."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from simulation.errors import RunError
from simulation.experiments.sample import Factor

__all__ = ["group_labels", "group_names", "package", "problem_of"]


def package(name: str) -> ModuleType:
    """Return a module of an optional package; `RunError` with what to install where it is missing."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        message = f'this analysis needs the package {name.split(".")[0]}: pip install "tierwise[analysis]"'
        raise RunError(message) from error


def _group(factor: Factor) -> str:
    return factor.group or factor.name


def group_names(factors: Sequence[Factor]) -> tuple[str, ...]:
    """Return the groups in the order in which they first appear; a factor that stands alone is its own group."""
    return tuple(dict.fromkeys(_group(factor) for factor in factors))


def group_labels(factors: Sequence[Factor]) -> tuple[str, ...]:
    """Return what the groups are called for people: the factor's label, or the name of a group of several."""
    members = {name: [factor for factor in factors if _group(factor) == name] for name in group_names(factors)}
    return tuple(
        found[0].label or found[0].name if len(found) == 1 else f"{name} ({len(found)} factors)"
        for name, found in members.items()
    )


def problem_of(factors: Sequence[Factor]) -> dict[str, Any]:
    """Return SALib's description of the factors as positions from 0 to 1, with groups."""
    groups = [_group(factor) for factor in factors]
    problem: dict[str, Any] = {
        "num_vars": len(factors),
        "names": [factor.name for factor in factors],
        "bounds": [[0.0, 1.0]] * len(factors),
    }
    return problem if len(set(groups)) == len(groups) else problem | {"groups": groups}
