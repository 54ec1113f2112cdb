"""Opening a folder of results as what it holds."""

from __future__ import annotations

from pathlib import Path

from simulation.experiments.sweeps.ledger import KIND
from simulation.experiments.sweeps.results import open_sweep
from simulation.store.experiment import Experiment, open_experiment

__all__ = ["open_results"]


def open_results(folder: str | Path) -> Experiment:
    """Open a folder of results, that of a sweep with its points; `InputError` where it holds none."""
    found = open_experiment(folder)
    return open_sweep(folder) if found.manifest.get("kind") == KIND else found
