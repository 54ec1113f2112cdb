"""Compare scenarios on common draws: the same seeds, the same firms and links, the same luck."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.engines.strength import Spending, policy_start, solve_strength
from simulation.errors import InputError
from simulation.experiments.members import Member
from simulation.experiments.outcomes import outcome_groups, outcome_values, outcomes_of
from simulation.experiments.over_ensemble import effects_by_member, summary
from simulation.experiments.overlap import save_overlaps
from simulation.experiments.parallel import SEEDS_SAVED, runs_by_seed
from simulation.experiments.provenance import what_was_run
from simulation.experiments.seeds import Reps, plan_seeds
from simulation.experiments.statistics import bootstrap_interval, holm, mean_interval, paired_difference
from simulation.experiments.stopping import Watch
from simulation.records import Run
from simulation.scenario.scenario import Scenario
from simulation.store.experiment import Experiment, open_experiment
from simulation.store.files import check_folder
from simulation.store.manifest import write_manifest
from simulation.store.parts import save_frame, save_runs

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEMBER_REPS", "Comparison", "as_comparison", "compare", "open_comparison"]

MEMBER_REPS = 4
"""Seeds of each member of an ensemble, where no other number is asked for."""


_NAMED = (
    "outcome", "label", "unit", "is_lower_better", "scenario", "baseline", "mean_baseline", "mean_scenario",
)  # fmt: skip
_STATISTICS = (
    "difference", "low", "high", "boot_low", "boot_high", "n", "correlation", "variance_reduction", "p_value", "p_holm",
)  # fmt: skip


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
        Those whose runs are saved; fewer than were asked for after an interruption.
    spending : dict
        By scenario with solved levers: ``target`` and ``spent`` by lever in million won, present value; the ``seeds``
        of the mean; ``can_spend``, whether all is within the tolerance.
    """

    experiment: Experiment
    scenarios: tuple[Scenario, ...]
    seeds: tuple[int, ...]
    spending: dict[str, dict[str, Any]]

    @property
    def stopping(self) -> dict[str, Any] | None:
        """The rule by which the number of seeds was found and what it has come to; None where seeds were given.

        ``precision``, ``confidence``, ``look_ahead``, ``min_seeds``, ``max_seeds`` (see `Rule`); ``seeds`` that were
        run; ``is_reached``; and ``outcomes``, a mapping each with the half-width ``wanted`` and the ``widest`` that
        was ``got`` and in which scenario, ``is_reached``, ``held_from`` how many seeds, and ``independent_seeds``: how
        many seeds of each scenario would have been needed if every run had had its own.
        """
        found: dict[str, Any] | None = self.experiment.manifest.get("stopping")
        return found

    @property
    def baseline(self) -> Scenario:
        """The scenario that the others are compared with."""
        return self.scenarios[0]

    def outcomes(self) -> pd.DataFrame:
        """Return a row per run and outcome: outcome, scenario, seed, value."""
        return self._outcomes.copy()

    @cached_property
    def _outcomes(self) -> pd.DataFrame:
        """The outcomes, read once: every table of a comparison is made from them."""
        import pandas as pd

        chosen = outcomes_of(self.baseline)
        series = self.experiment.series(sorted({outcome.measure for outcome in chosen}))
        start = min((policy_start(s.policy) for s in self.scenarios if s.policy), default=0)
        groups, discount = outcome_groups(self.scenarios), self.baseline.budget.discount
        frames = [
            outcome_values(series, outcome, start, discount, groups[outcome.name]).assign(outcome=outcome.name)
            for outcome in chosen
        ]
        return pd.concat(frames, ignore_index=True)

    def levels(self, confidence: float = 0.95) -> pd.DataFrame:
        """Return a row per outcome and scenario: outcome, label, unit, scenario, its mean with interval, n."""
        import pandas as pd

        values = self.outcomes().set_index(["outcome", "scenario"])["value"].sort_index()
        rows: list[dict[str, Any]] = []
        for outcome in outcomes_of(self.baseline):
            for scenario in self.scenarios:
                key = (outcome.name, scenario.name)  # without firms of a kind there is no row of them
                found = values.loc[[key]].to_numpy() if key in values.index else np.full(1, np.nan)
                mean, low, high = mean_interval(found, confidence)
                named = {"outcome": outcome.name, "label": outcome.label, "unit": outcome.unit}
                n = int(np.isfinite(found).sum())
                rows.append(named | {"scenario": scenario.name, "mean": mean, "low": low, "high": high, "n": n})
        return pd.DataFrame(rows)

    def differences(self, confidence: float = 0.95) -> pd.DataFrame:
        """Return a row per outcome and scenario: the mean paired difference from the baseline with its interval.

        Columns: outcome, label, unit, is_lower_better, scenario, baseline, mean_baseline, mean_scenario, difference,
        low, high (t), boot_low, boot_high (`bootstrap_interval`), n, correlation, variance_reduction
        (`PairedDifference`), p_value, p_holm. Holm's correction counts all rows of the table.
        """
        import pandas as pd

        values = self.outcomes().pivot(index=["outcome", "seed"], columns="scenario", values="value")
        rows: list[dict[str, Any]] = []
        for outcome in outcomes_of(self.baseline):
            table = values.loc[outcome.name]
            old = table[self.baseline.name].to_numpy()
            for scenario in self.scenarios[1:]:
                new = table[scenario.name].to_numpy() if scenario.name in table else np.full(old.size, np.nan)
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
                        **dict(zip(("boot_low", "boot_high"), bootstrap_interval(new - old, confidence), strict=True)),
                    }
                )
        if not rows:
            return pd.DataFrame()
        frame = pd.DataFrame(rows)
        frame["p_holm"] = holm(frame["p_value"].to_numpy())
        return frame[[*_NAMED, *_STATISTICS]]

    def ensemble(self) -> pd.DataFrame:
        """Return a row per outcome and scenario: how differences from the baseline spread over the ensemble's members.

        Columns: outcome, label, unit, scenario, mean, low, high (95 % of the members' means), seed_error, same_sign,
        members. Empty where the comparison was made without an ensemble.
        """
        found = self.experiment.ensemble()
        if found.empty:
            return found
        chosen = {outcome.name: outcome for outcome in outcomes_of(self.baseline)}
        table = summary(found, ["outcome", "unit", "scenario"], "difference")
        table.insert(1, "label", [chosen[name].label for name in table["outcome"]])
        return table


def _ordered(scenarios: Sequence[Scenario], baseline: str | None) -> list[Scenario]:
    """Return the scenarios with the baseline first, refusing what cannot be compared."""
    names = [scenario.name for scenario in scenarios]
    if not names:
        message = "a comparison needs at least one scenario"
        raise InputError(message)
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


def compare(  # noqa: PLR0913 - what is not given has a default
    scenarios: Sequence[Scenario],
    seeds: Sequence[int] | None = None,
    *,
    reps: Reps | None = None,
    precision: Mapping[str, float] | None = None,
    max_reps: int | None = None,
    baseline: str | None = None,
    folder: str | Path = "out/comparison",
    members: Sequence[Member] = (),
    member_reps: int = MEMBER_REPS,
    workers: int | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> Comparison:
    """Run scenarios on the same seeds, save them, and return their comparison.

    Parameters
    ----------
    scenarios : sequence of Scenario
        The first is the baseline unless ``baseline`` names another.
    seeds : sequence of int, optional
        Each scenario runs once per seed; run s of every scenario shares firms, links and draws. By default 1 to 30.
    reps : int or "auto", optional
        Instead of ``seeds``: a number of them, or "auto" for as many as ``precision`` needs (see `plan_seeds`).
    precision : mapping, optional
        With ``reps="auto"``: by name of an outcome the half-width that the 95 % interval of the difference of every
        scenario may have, in the outcome's unit. `Comparison.stopping` says whether that was reached.
    max_reps : int, optional
        With ``reps="auto"``: seeds at most.
    folder : path
        Where results go: ``parts/*.parquet`` and ``manifest.json``.
    members : sequence of Member
        Of a calibrated ensemble (`read_ensemble`), in each of which the comparison is made again.
    member_reps : int
        Seeds of each member.
    workers : int, optional
        Threads, by default one per processor.
    on_progress : callable, optional
        Told a label, how much is done and how much there is.
    """
    ordered = _ordered(scenarios, baseline)
    chosen, rule = plan_seeds(seeds, reps, precision, max_reps)
    watch = Watch(rule, ordered) if rule else None
    target = Path(folder)
    check_folder(target)
    tell = on_progress or (lambda label, done, total: None)
    solved: list[Scenario] = []
    spending: dict[str, Spending] = {}
    for number, scenario in enumerate(ordered):
        tell("Solving budgets, scenarios", number, len(ordered))
        ready, spent = solve_strength(scenario)
        solved.append(ready)
        if spent is not None:
            spending[scenario.name] = spent
    tell("Solving budgets, scenarios", len(ordered), len(ordered))
    finished: list[int] = []
    parts: list[Path] = []
    chunk: dict[int, list[Run]] = {}

    def save() -> None:
        if chunk:  # firms and links are kept of the first seed alone
            parts.extend(save_runs(target, [run for runs in chunk.values() for run in runs], has_firms=not finished))
            parts.extend(save_overlaps(target, chunk))
        finished.extend(chunk)
        chunk.clear()
        content = {"kind": "comparison", "baseline": solved[0].name, **what_was_run(solved, finished, spending)}
        write_manifest(target, content | ({"stopping": watch.summary()} if watch else {}), parts)

    total = len(solved) * len(chosen)
    label = f"Running until precise, of {total} runs at most" if watch else "Running, runs"
    tell(label, 0, total)
    try:
        with closing(runs_by_seed(solved, chosen, workers or os.cpu_count() or 1)) as results:
            for number, (seed, runs) in enumerate(results, 1):
                tell(label, number * len(solved), total)
                chunk[seed] = runs
                if watch:
                    watch.add(runs)
                if not finished or len(chunk) == SEEDS_SAVED:
                    save()
                if watch and watch.is_reached:
                    tell("Precise enough, seeds", number, number)
                    break
    except KeyboardInterrupt as error:
        if chunk:
            save()
        if finished:
            error.add_note(f"The runs of {len(finished)} of {len(chosen)} seeds are saved in {target}.")
        raise
    if chunk:
        save()
    if members and len(ordered) > 1:
        found = effects_by_member(
            ordered,
            members,
            reps=member_reps,
            workers=workers or os.cpu_count() or 1,
            on_done=lambda done: tell("Ensemble, members", done, len(members)),
        )
        parts.append(save_frame(target, "ensemble", found))
        save()
    return open_comparison(target)


def open_comparison(folder: str | Path) -> Comparison:
    """Open a comparison saved in a folder; `InputError` where there is none."""
    experiment = open_experiment(folder)
    if experiment.manifest.get("kind") != "comparison":
        message = f"{folder} holds results of kind '{experiment.manifest.get('kind')}', not a comparison"
        raise InputError(message)
    return as_comparison(experiment)


def as_comparison(experiment: Experiment) -> Comparison:
    """Return the runs of a folder as a comparison: a single run is one of one scenario on one seed.

    Raises
    ------
    InputError
        The manifest was changed or damaged.
    """
    try:
        entries = experiment.manifest["scenarios"].values()
        scenarios = tuple(Scenario.model_validate(entry["resolved"]) for entry in entries)
        seeds = tuple(int(seed) for seed in experiment.manifest["seeds"])
        return Comparison(experiment, scenarios, seeds, dict(experiment.manifest["spending"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"{experiment.folder / 'manifest.json'} was changed or damaged: what was run cannot be read from it"
        raise InputError(message) from error
