"""Levers of policy: one file each, found by listing this folder."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from simulation.policies.lever import Lever, Row, Target

__all__ = ["Lever", "Row", "Target", "lever_kinds"]


@cache
def lever_kinds() -> dict[str, type[Lever]]:
    """Return every lever of this folder by its name in scenario files."""
    kinds: dict[str, type[Lever]] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if (
                isinstance(value, type)
                and issubclass(value, Lever)
                and value.__module__ == module.name
                and value is not Lever
            ):
                kinds[value.model_fields["lever"].default] = value
    return kinds
