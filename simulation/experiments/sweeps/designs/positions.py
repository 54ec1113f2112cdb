"""Positions of the values that a factor takes on a grid."""

from __future__ import annotations

import numpy as np

from simulation.experiments.sample import Factor
from simulation.state import Float

__all__ = ["positions"]


def positions(factor: Factor, levels: int) -> Float:
    """Return the positions of a factor's listed levels, or of equal steps through its range without repeated values."""
    if factor.levels is not None:
        return (np.arange(len(factor.levels)) + 0.5) / len(factor.levels)
    steps = np.linspace(0.0, 1.0, levels)
    _, first = np.unique([float(factor.value(step)) for step in steps], return_index=True)
    return steps[np.sort(first)]
