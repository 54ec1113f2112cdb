"""Compare scenarios on common draws: the same seeds, the same firms and links, the same luck."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.engines.strength import Spending, policy_start, solve_strength
from simulation.errors import InputError
from simulation.experiments.outcomes import outcome_values, outcomes_of
from simulation.experiments.statistics import holm, mean_interval, paired_difference
from simulation.records import Run
from simulation.runs import run_in_world
from simulation.scenario.scenario import Scenario
from simulation.store import Experiment, open_experiment, save_runs, write_manifest
from simulation.world.build import build

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Comparison", "compare", "open_comparison"]

_CHUNK = 5
"""Seeds whose runs are written together: what an interruption can cost."""


@dataclass(frozen=True)
class Comparison:
    """Scenarios run on the same seeds, read from disk.

    Attributes
    ----------
    experiment : Experiment
        The folder of results.
    scenarios : tuple of Scenario
        As they were run, strengths solved; the baseline first.
    seeds : tuple of int
    spending : dict
        By scenario: sentences about what its levers spend, and whether they can spend their money.
    """

    experiment: Experiment
    scenarios: tuple[Scenario, ...]
    seeds: tuple[int, ...]
    spending: dict[str, dict[str, Any]]

    @property
    def baseline(self) -> Scenario:
        """The scenario that the others are compared with."""
        return self.scenarios[0]

    def outcomes(self) -> pd.DataFrame:
        """Return a row per run and outcome: outcome, scenario, seed, value."""
        import pandas as pd

        chosen = outcomes_of(self.baseline)
        series = self.experiment.series(sorted({outcome.measure for outcome in chosen}))
        start = min((policy_start(s.policy) for s in self.scenarios if s.policy), default=0)
        frames = [
            outcome_values(series, outcome, start, self.baseline.budget.discount).assign(outcome=outcome.name)
            for outcome in chosen
        ]
        return pd.concat(frames, ignore_index=True)

    def differences(self, confidence: float = 0.95) -> pd.DataFrame:
        """Return a row per outcome and scenario: the mean paired difference from the baseline with its interval.

        Columns: outcome, label, unit, is_lower_better, scenario, baseline, mean_baseline, mean_scenario, difference,
        low, high, n, correlation, p_value, p_holm. Holm's correction counts all rows of the table.
        """
        import pandas as pd

        values = self.outcomes().pivot(index=["outcome", "seed"], columns="scenario", values="value")
        rows: list[dict[str, Any]] = []
        for outcome in outcomes_of(self.baseline):
            table = values.loc[outcome.name]
            old = table[self.baseline.name].to_numpy()
            for scenario in self.scenarios[1:]:
                new = table[scenario.name].to_numpy()
                rows.append(
                    {
                        "outcome": outcome.name,
                        "label": outcome.label,
                        "unit": outcome.unit,
                        "is_lower_better": outcome.is_lower_better,
                        "scenario": scenario.name,
                        "baseline": self.baseline.name,
                        "mean_baseline": mean_interval(old)[0],
                        "mean_scenario": mean_interval(new)[0],
                        **paired_difference(new, old, confidence)._asdict(),
                    }
                )
        frame = pd.DataFrame(rows)
        if rows:
            frame["p_holm"] = holm(frame["p_value"].to_numpy())
        return frame


def _ordered(scenarios: Sequence[Scenario], baseline: str | None) -> list[Scenario]:
    """Return the scenarios with the baseline first, refusing what cannot be compared."""
    names = [scenario.name for scenario in scenarios]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = f"two scenarios are both named '{twice[0]}'; give each its own name"
        raise InputError(message)
    chosen = names[0] if baseline is None else baseline
    if chosen not in names:
        message = f"the baseline '{chosen}' is not among the scenarios ({', '.join(names)})"
        raise InputError(message)
    first = next(scenario for scenario in scenarios if scenario.name == chosen)
    for scenario in scenarios:
        if scenario.time != first.time:
            message = f"'{scenario.name}' and '{first.name}' do not share their months; they cannot be compared"
            raise InputError(message)
    return [first, *(scenario for scenario in scenarios if scenario is not first)]


def _world_key(scenario: Scenario) -> str:
    """Return what decides which world a seed gives, so that scenarios which agree in it share one."""
    parts = scenario.resolved()
    return json.dumps([parts[name] for name in ("population", "network", "firms")], sort_keys=True, default=str)


def _runs_of_seed(scenarios: Sequence[Scenario], seed: int, stop: threading.Event) -> list[Run]:
    """Run all scenarios on one seed, building each world once."""
    worlds: dict[str, Any] = {}
    runs = []
    for scenario in scenarios:
        if stop.is_set():
            return []
        key = _world_key(scenario)
        if key not in worlds:
            worlds[key] = build(scenario, seed)
        runs.append(run_in_world(worlds[key], scenario, seed))
    return runs


def _in_parallel(
    scenarios: Sequence[Scenario], seeds: Sequence[int], workers: int, on_runs: Callable[[int], None]
) -> Iterator[list[Run]]:
    """Yield the runs of each seed in the order of the seeds."""
    stop = threading.Event()
    waiting: dict[int, list[Run]] = {}
    with ThreadPoolExecutor(workers) as pool:
        try:
            futures = {pool.submit(_runs_of_seed, scenarios, seed, stop): seed for seed in seeds}
            following = iter(seeds)
            wanted = next(following, None)
            for future in as_completed(futures):
                waiting[futures[future]] = future.result()
                on_runs(len(scenarios))
                while wanted in waiting:
                    yield waiting.pop(wanted)
                    wanted = next(following, None)
        finally:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)


def compare(
    scenarios: Sequence[Scenario],
    seeds: Sequence[int] = range(1, 31),
    *,
    baseline: str | None = None,
    folder: str | Path = "out/comparison",
    workers: int | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> Comparison:
    """Run scenarios on the same seeds, save them, and return their comparison.

    Parameters
    ----------
    scenarios : sequence of Scenario
        The first is the baseline unless ``baseline`` names another.
    seeds : sequence of int
        Each scenario runs once per seed; run s of every scenario shares firms, links and draws.
    folder : path
        Where results go: ``parts/*.parquet`` and ``manifest.json``.
    workers : int, optional
        Threads, by default one per processor.
    on_progress : callable, optional
        Told a label, how much is done and how much there is.
    """
    if not seeds:
        message = "a comparison needs at least one seed"
        raise InputError(message)
    tell = on_progress or (lambda label, done, total: None)
    ordered = _ordered(scenarios, baseline)
    target = Path(folder)
    solved: list[Scenario] = []
    spending: dict[str, Spending] = {}
    for number, scenario in enumerate(ordered):
        tell("Solving budgets, scenarios", number, len(ordered))
        ready, spent = solve_strength(scenario)
        solved.append(ready)
        if spent is not None:
            spending[scenario.name] = spent
    tell("Solving budgets, scenarios", len(ordered), len(ordered))
    total = len(solved) * len(seeds)
    done = 0

    def count(runs: int) -> None:
        nonlocal done
        done += runs
        tell("Running, runs", done, total)

    chunk: list[Run] = []
    is_first = True
    workers = workers or os.cpu_count() or 1
    for runs in _in_parallel(solved, list(seeds), workers, count):
        if is_first:
            save_runs(target, runs, has_firms=True)
            is_first = False
            continue
        chunk.extend(runs)
        if len(chunk) >= _CHUNK * len(solved):
            save_runs(target, chunk)
            chunk = []
    if chunk:
        save_runs(target, chunk)
    write_manifest(target, _manifest(solved, list(seeds), spending))
    return open_comparison(target)


def _manifest(scenarios: Sequence[Scenario], seeds: Sequence[int], spending: dict[str, Spending]) -> dict[str, Any]:
    return {
        "kind": "comparison",
        "baseline": scenarios[0].name,
        "seeds": [int(seed) for seed in seeds],
        "scenarios": {
            scenario.name: {"digest": scenario.digest(), "resolved": scenario.resolved()} for scenario in scenarios
        },
        "spending": {
            name: {
                "target": dict(spent.target),
                "spent": dict(spent.spent),
                "seeds": list(spent.seeds),
                "can_spend": spent.can_spend,
            }
            for name, spent in spending.items()
        },
    }


def open_comparison(folder: str | Path) -> Comparison:
    """Open a comparison saved in a folder; `InputError` where there is none."""
    experiment = open_experiment(folder)
    if experiment.manifest.get("kind") != "comparison":
        message = f"{folder} holds results of kind '{experiment.manifest.get('kind')}', not a comparison"
        raise InputError(message)
    scenarios = tuple(Scenario.model_validate(entry["resolved"]) for entry in experiment.manifest["scenarios"].values())
    return Comparison(experiment, scenarios, tuple(experiment.manifest["seeds"]), dict(experiment.manifest["spending"]))
