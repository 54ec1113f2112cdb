"""Outcomes of one run: one family per file, found by listing this folder."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from simulation.measures.measure import Measure, Record, labels

__all__ = ["Measure", "Record", "all_measures", "labels"]


@cache
def all_measures() -> dict[str, Measure]:
    """Return every measure of this folder by name."""
    found: dict[str, Measure] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        for measure in getattr(importlib.import_module(module.name), "MEASURES", ()):
            found[measure.name] = measure
    return found
