"""Tierwise: how AI spreads through supply chains, and what policies make of it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.scenario.reading import load
    from simulation.scenario.scenario import Scenario

__all__ = ["Scenario", "load"]

_HOMES = {
    "Scenario": "simulation.scenario.scenario",
    "load": "simulation.scenario.reading",
}
"""Where each public name lives: it is imported when it is first used."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
