"""Sweeps: a file says what is varied, a design places the points, runs are made once and kept."""

from simulation.experiments.sweeps.reading import load_sweep, shipped_sweeps, sweep_of
from simulation.experiments.sweeps.results import SweepResults, open_sweep
from simulation.experiments.sweeps.study import Study
from simulation.experiments.sweeps.sweeping import extend, resume, run_sweep

__all__ = [
    "Study",
    "SweepResults",
    "extend",
    "load_sweep",
    "open_sweep",
    "resume",
    "run_sweep",
    "shipped_sweeps",
    "sweep_of",
]
