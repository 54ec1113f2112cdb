"""Scenarios: what is simulated, read from files and checked before anything runs."""

from __future__ import annotations

from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario

__all__ = ["Scenario", "load"]
