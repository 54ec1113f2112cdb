"""Runs moved side by side against the same runs one after the other: months, and the experiments that use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.timing import Found, Job, Table, interleaved
from benchmarks.worlds import SEED
from simulation.engines import together
from simulation.engines.engine import CompiledEngine
from simulation.engines.together import branches, most_lanes
from simulation.experiments.calibration import FREE, evaluate_all, number_at
from simulation.experiments.parallel import Batch
from simulation.experiments.targets import read_targets
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.scenario.shipped import shipped_folder
from simulation.world.build import build, groups_of

__all__ = ["measure"]

_FIXED = {"review.base": 0.0, "review.sensitivity": 0.0}
_CASES = {"partners are replaced": {}, "links are fixed": _FIXED}


def _policies(firms: int, count: int, changes: dict[str, float]) -> list[Scenario]:
    """Return scenarios that differ in how much money a subsidy has."""
    base = load("tierwise:cash_subsidy", [f"population.firms={firms}", "budget.strength=fixed"]).with_(changes)
    return [base.with_({"policy.subsidy.annual_budget": 2000.0 * (k + 1)}) for k in range(count)]


def _months(firms: int, count: int, changes: dict[str, float], turns: int) -> tuple[float, float, float]:
    """Return the ns of a firm-month alone and side by side, the way there and back included, and the gain."""
    scenarios = _policies(firms, count, changes)
    first = scenarios[0].policy["subsidy"].first
    stem = CompiledEngine(build(scenarios[0], SEED), scenarios[0], SEED, levers={})
    stem.advance(first)
    last = scenarios[0].time.months

    def alone() -> None:
        for scenario in scenarios:
            stem.branch(scenario).advance()

    jobs = {"alone": Job(alone), "side by side": Job(lambda: branches(stem, scenarios, last))}
    found = interleaved(jobs, turns)
    alone_ns, beside = (1e9 * found.median(name) / firms / count / (last - first) for name in jobs)
    return alone_ns, beside, found.ratio("alone", "side by side")


@contextmanager
def _alone() -> Iterator[None]:
    """Let nothing be moved side by side."""
    usual, together.MOST_ROWS = together.MOST_ROWS, 0
    try:
        yield
    finally:
        together.MOST_ROWS = usual


def _experiments(firms: int) -> dict[str, tuple[int, Callable[[], object]]]:
    """Return experiments on one seed, with their numbers of runs."""
    policies = _policies(firms, most_lanes(firms), {})
    batch = Batch(policies, has_origins=False)
    with_origins = Batch(policies)
    base = load("tierwise:baseline", [f"population.firms={firms}"])
    file = shipped_folder() / "targets" / "calibration.csv"
    targets = read_targets(file, groups_of(base), base.time.months)
    points = [base.with_({path: number_at(base, path) + 0.1 * step}) for path, step in FREE.items()]
    return {
        "policies, no origins": (len(policies), lambda: batch.runs(SEED)),
        "policies, origins of 12 months": (len(policies), lambda: with_origins.runs(SEED)),
        "slopes of a fit": (len(points), lambda: evaluate_all(points, targets, [SEED])),
    }


def measure(is_quick: bool = False) -> Found:
    """Return what moving runs side by side gains in months and in experiments."""
    sizes, turns = ((100,), 2) if is_quick else ((200, 500, 2_000, 5_000), 9)
    rows, values = [], {}
    for name, changes in _CASES.items():
        for firms in sizes:
            for count in sorted({4, 8, most_lanes(firms)} if most_lanes(firms) >= 8 else {most_lanes(firms)}):
                alone, beside, gain = _months(firms, count, changes, turns)
                values[f"{firms} firms, {name}"] = gain  # of the most
                rows.append([name, f"{firms:,}", str(count), f"{alone:.0f}", f"{beside:.0f}", f"{gain:.2f}"])
    months = Table(
        "Months of runs side by side against one after the other, from a common past",
        ["Case", "Firms", "Runs", "Alone, ns a firm-month", "Side by side", "Gain"],
        rows,
        "One thread, in turns; policies that differ in their money, for the months after the first of them begins. The "
        "way there and back is included. Each run has its own links; where these are fixed, from eight runs on one "
        "number finds a supplier's entries in all of them.",
    )
    rows = []
    for firms in sizes:
        for name, (runs, work) in _experiments(firms).items():

            def alone_too(work: Callable[[], object] = work) -> None:
                with _alone():
                    work()

            found = interleaved({"alone": Job(alone_too), "side by side": Job(work)}, turns)
            gain = found.ratio("alone", "side by side")
            values[f"{firms} firms, {name}"] = gain
            each = [f"{1e3 * found.median(which) / runs:.2f}" for which in ("alone", "side by side")]
            rows.append([name, f"{firms:,}", str(runs), *each, f"{gain:.2f}"])
    whole = Table(
        "Whole experiments on one seed, with and without moving runs side by side",
        ["Experiment", "Firms", "Runs", "One after the other, ms a run", "Side by side", "Gain"],
        rows,
        "One thread, in turns. Both build worlds and the past that runs have in common once.",
    )
    return Found(values, [months, whole])
