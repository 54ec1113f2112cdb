"""Tierwise: how AI spreads through supply chains, and what policies make of it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.experiments.comparison import compare, open_comparison
    from simulation.experiments.cost_effectiveness import cost_effectiveness
    from simulation.experiments.frontier import frontier
    from simulation.experiments.halving import halving
    from simulation.experiments.members import read_ensemble
    from simulation.experiments.opening import open_results as open  # noqa: A004 - tw.open(DIR)
    from simulation.experiments.ranking import ranking
    from simulation.experiments.sweeps import load_sweep, run_sweep, sweep_of
    from simulation.exports.datasets import to_xarray
    from simulation.exports.query import query
    from simulation.mesa_model import SupplyChainModel
    from simulation.runs import run
    from simulation.scenario.reading import load
    from simulation.scenario.scenario import Scenario
    from simulation.teach.lessons import lessons, load_lesson
    from simulation.world.frames import world_frames
    from simulation.world.graphs import to_networkx
    from simulation.world.own.objects import own_network

__all__ = [
    "Scenario",
    "SupplyChainModel",
    "compare",
    "cost_effectiveness",
    "frontier",
    "halving",
    "lessons",
    "load",
    "load_lesson",
    "load_sweep",
    "open",
    "open_comparison",
    "own_network",
    "query",
    "ranking",
    "read_ensemble",
    "run",
    "run_sweep",
    "sweep_of",
    "to_networkx",
    "to_xarray",
    "world_frames",
]

_HOMES = {
    "Scenario": ("simulation.scenario.scenario", "Scenario"),
    "SupplyChainModel": ("simulation.mesa_model", "SupplyChainModel"),
    "compare": ("simulation.experiments.comparison", "compare"),
    "cost_effectiveness": ("simulation.experiments.cost_effectiveness", "cost_effectiveness"),
    "frontier": ("simulation.experiments.frontier", "frontier"),
    "halving": ("simulation.experiments.halving", "halving"),
    "lessons": ("simulation.teach.lessons", "lessons"),
    "load": ("simulation.scenario.reading", "load"),
    "load_lesson": ("simulation.teach.lessons", "load_lesson"),
    "load_sweep": ("simulation.experiments.sweeps", "load_sweep"),
    "open": ("simulation.experiments.opening", "open_results"),
    "open_comparison": ("simulation.experiments.comparison", "open_comparison"),
    "own_network": ("simulation.world.own.objects", "own_network"),
    "ranking": ("simulation.experiments.ranking", "ranking"),
    "query": ("simulation.exports.query", "query"),
    "read_ensemble": ("simulation.experiments.members", "read_ensemble"),
    "run": ("simulation.runs", "run"),
    "run_sweep": ("simulation.experiments.sweeps", "run_sweep"),
    "sweep_of": ("simulation.experiments.sweeps", "sweep_of"),
    "to_networkx": ("simulation.world.graphs", "to_networkx"),
    "to_xarray": ("simulation.exports.datasets", "to_xarray"),
    "world_frames": ("simulation.world.frames", "world_frames"),
}
"""Where each public name lives: it is imported when it is first used."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(importlib.import_module(_HOMES[name][0]), _HOMES[name][1])
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
