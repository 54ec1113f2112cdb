"""Run one scenario with one seed: build the world, move it month by month, keep what happened."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np

from simulation.courses import Course
from simulation.engines.engine import CompiledEngine
from simulation.engines.strength import solve_strength
from simulation.errors import InputError
from simulation.records import Run
from simulation.scenario.scenario import Scenario
from simulation.state import World
from simulation.world.build import build

if TYPE_CHECKING:
    from simulation.mesa_model import SupplyChainModel

__all__ = ["THREADED_FIRMS", "check_seed", "run", "run_in_world"]

Engine = Literal["compiled", "agents"]

THREADED_FIRMS = 200_000
"""Firms from which on one run is divided among the processors; below, threads would wait for each other too often."""

_LARGEST_SEED = 2**63 - 1
"""Seeds stand in tables as whole numbers of 64 bits with a sign."""


def check_seed(seed: int) -> None:
    """Refuse a seed that cannot be stored, with an `InputError`."""
    if not 0 <= seed <= _LARGEST_SEED:
        message = f"the seed {seed} is not between 0 and {_LARGEST_SEED}"
        raise InputError(message)


def run(
    scenario: Scenario,
    seed: int = 1,
    *,
    engine: Engine = "compiled",
    has_origins: bool = True,
    threads: int | None = None,
    on_month: Callable[[int], None] | None = None,
) -> Run:
    """Run a scenario: a pure function of the scenario and the seed.

    Parameters
    ----------
    scenario : Scenario
        Strengths of levers are solved first unless ``budget.strength`` is fixed.
    seed : int
        Seed of the run's draws, and of the network where the scenario fixes none.
    engine : {"compiled", "agents"}
        Arrays and compiled loops, or one Mesa agent per firm (slow, the same history).
    has_origins : bool
        Whether defects and late days are split by origin and depth.
    threads : int, optional
        Threads among which the firms are divided, by default all processors from 200,000 firms on. The history does
        not depend on it.
    on_month : callable, optional
        Told the number of months done, for showing progress.

    Raises
    ------
    InputError
        A seed below 0 or of more than 63 bits, own tables that are wrong, or more firms than memory holds.
    """
    check_seed(seed)
    solved, _ = solve_strength(scenario)
    world = build(solved, seed)
    if threads is None:
        threads = (os.cpu_count() or 1) if world.firms.key.size >= THREADED_FIRMS else 1
    return run_in_world(world, solved, seed, engine=engine, has_origins=has_origins, threads=threads, on_month=on_month)


def run_in_world(  # noqa: PLR0913 - what a run may leave out
    world: World,
    scenario: Scenario,
    seed: int,
    *,
    engine: Engine = "compiled",
    has_origins: bool = True,
    threads: int = 1,
    on_month: Callable[[int], None] | None = None,
    real: type[np.floating] = np.float32,
    has_structure: bool = True,
) -> Run:
    """Run a scenario, with its strengths as they are, in a world built before from the same seed.

    ``real`` is the precision of what changes: double where formulas are verified to the last digit. Without
    ``has_structure`` the structural R_q and R_d, which take an eighth of a run of 2,000 firms, are not computed.
    """
    has_origins = has_origins and scenario.time.origin_months > 0
    mover: CompiledEngine | SupplyChainModel
    if engine == "agents":
        from simulation.mesa_model import SupplyChainModel

        as_written = scenario.with_({"budget.strength": "fixed"})
        mover = SupplyChainModel(as_written, seed, "agents", world=world, has_origins=has_origins, real=real)
    else:
        mover = CompiledEngine(world, scenario, seed, has_origins=has_origins, real=real, threads=threads)
    return Course(world, scenario, seed, mover, has_structure=has_structure).end(on_month)
