"""Designs: how a sweep places its points, one file each."""

from __future__ import annotations

import importlib
from functools import cache

from simulation.experiments.sweeps.designs.design import Design, Placed, Request

__all__ = ["Design", "Placed", "Request", "design_of"]


@cache
def design_of(name: str) -> Design:
    """Return the design that the file of that name declares as ``DESIGN``."""
    design: Design = importlib.import_module(f"{__name__}.{name}").DESIGN
    return design
