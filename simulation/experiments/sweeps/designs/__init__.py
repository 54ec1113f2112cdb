"""Designs: how a sweep places its points, one file each."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from simulation.experiments.sweeps.designs.design import Design, Placed, Request

__all__ = ["Design", "Placed", "Request", "design_of"]


@cache
def design_of(name: str) -> Design:
    """Return a design by its name; every file of this folder that declares ``DESIGN`` is one."""
    found = {module.name for module in pkgutil.iter_modules(__path__)}
    module = importlib.import_module(f"{__name__}.{name if name in found else 'grid'}")
    design: Design = module.DESIGN
    return design
