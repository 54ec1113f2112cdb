"""Lessons run on several seeds, and what their scenarios measure there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pytest
from teach.asking import PORT

from simulation.engines.strength import solve_strength
from simulation.measures import all_measures
from simulation.measures.measure import labels
from simulation.rules.lateness import Lateness
from simulation.runs import run_in_world
from simulation.scenario.declarations import plain
from simulation.scenario.scenario import Scenario
from simulation.teach.lessons import Lesson, load_lesson
from simulation.world.build import build

SOLVED: dict[str, dict[str, float]] = {}


def with_strengths(scenario: Scenario) -> Scenario:
    """Solve a policy once, whatever the buffers are: spending is solved without deliveries."""
    if not scenario.policy:
        return scenario
    key = scenario.with_({"lateness": plain(Lateness())}).digest()
    if key not in SOLVED:
        solved, _ = solve_strength(scenario)
        SOLVED[key] = {name: lever.strength for name, lever in solved.policy.items()}
    strengths = {f"policy.{name}.strength": strength for name, strength in SOLVED[key].items()}
    return scenario.with_(strengths | {"budget.strength": "fixed"})


class Classroom:
    """A lesson on several seeds; ``of(scenario, measure, group)`` gives (seeds, months) values."""

    def __init__(
        self,
        lesson: Lesson,
        seeds: Iterable[int],
        moved: Mapping[str, Any] | None = None,
        only: tuple[str, ...] | None = None,
    ) -> None:
        self.lesson = lesson
        shown = lesson.moved(moved or {})
        scenarios = {name: with_strengths(shown[name]) for name in only or shown}
        first = next(iter(scenarios.values()))
        assert all((s.population, s.network) == (first.population, first.network) for s in scenarios.values())
        self.records = {name: [] for name in scenarios}
        for seed in seeds:
            world = build(first, seed)
            for name, scenario in scenarios.items():
                run = run_in_world(world, scenario, seed, has_origins=False, has_structure=False)
                self.records[name].append(run.record)

    def of(self, scenario: str, measure: str, group: str = "all") -> np.ndarray:
        found = all_measures()[measure]
        rows = [found.of(record, labels(record.groups, found.scope)[group]) for record in self.records[scenario]]
        return np.asarray(rows, np.float64)

    def last(self, scenario: str, measure: str, group: str = "all") -> np.ndarray:
        """Return (seeds,) values of the last month."""
        return self.of(scenario, measure, group)[:, -1]

    def year(self, scenario: str, measure: str, group: str = "all") -> np.ndarray:
        """Return (seeds,) means of the last twelve months."""
        return self.of(scenario, measure, group)[:, -12:].mean(axis=1)


@pytest.fixture(scope="session")
def classroom():
    """Return a function that runs a shipped lesson on seeds."""

    def run(name: str, *arguments: Any, **options: Any) -> Classroom:
        return Classroom(load_lesson(f"tierwise:{name}"), *arguments, **options)

    return run


@pytest.fixture(scope="module")
def catalogue():
    """Return what the server knows of lessons and sliders."""
    from simulation.teach.catalogue import Catalogue

    return Catalogue()


@pytest.fixture(scope="module")
def laboratory(catalogue):
    """Return what lives runs for the server."""
    from simulation.teach.laboratory import Laboratory

    made = Laboratory(catalogue, threads=2)
    yield made
    made.close()


@pytest.fixture(scope="module")
def app(laboratory):
    """Return the live server."""
    from simulation.teach.server import application

    return application(laboratory, PORT, "lean_chains")
