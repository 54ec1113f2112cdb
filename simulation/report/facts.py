"""What was run, in figures and words: size, dates, money, failures, and the line that runs it again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from simulation.experiments.comparison import Comparison
from simulation.figures.dates import date, policy_window
from simulation.figures.summaries import seed_ranges
from simulation.report.tables import label_of
from simulation.report.view import View
from simulation.scenario.sections import Time
from simulation.store.experiment import Experiment
from simulation.texts import say
from simulation.texts.numbers import money

__all__ = ["facts_of", "failures", "key_facts", "reproduction", "span"]


def facts_of(comparison: Comparison) -> dict[str, Any]:
    """Return the size and the dates of the comparison, in words."""
    baseline, seeds = comparison.baseline, comparison.seeds
    time, window = baseline.time, policy_window(comparison.scenarios)
    failed, total = failures(comparison.experiment)
    return {
        "baseline": label_of(baseline),
        "firms": _firms(comparison),
        "first": date(time, 0),
        "last": date(time, time.months - 1),
        "survey": date(time, time.survey_month),
        "policy": _window(comparison) or say("fact.none"),
        "start": date(time, window[0] if window else 0),
        "seeds": seed_ranges(seeds),
        "n_seeds": len(seeds),
        "runs": f"{len(seeds) * len(comparison.scenarios):,}",
        "discount": f"{100.0 * baseline.budget.discount:.3g} %",
        "failed": failed,
        "total": total,
        "share_failed": f"{100.0 * failed / total:.2g}" if total else "0",
    }


def _firms(comparison: Comparison) -> str:
    population = comparison.baseline.population
    return (
        say("method.firms_own") if population.data is not None else say("method.firms_count", n=f"{population.firms:,}")
    )


def _window(comparison: Comparison, *, is_short: bool = False) -> str:
    window = policy_window(comparison.scenarios)
    time = comparison.baseline.time
    return span(time, *window, is_short=is_short) if window else ""


def span(time: Time, first: int, last: int, *, is_short: bool = False) -> str:
    """Return two months as "January 2026 to December 2030"."""
    return say("fact.span", first=date(time, first, is_short=is_short), last=date(time, last, is_short=is_short))


def failures(experiment: Experiment) -> tuple[int, int]:
    """Return how many runs of a folder failed, of how many."""
    runs = experiment.runs()
    return (0, 0) if runs.empty else (int((runs["status"] != "done").sum()), len(runs))


def key_facts(comparison: Comparison, view: View) -> list[tuple[str, str]]:
    """Return the strip of facts below the answer: names and values."""
    baseline = comparison.baseline
    time = baseline.time
    is_own = baseline.population.data is not None
    found = [
        (say("fact.firms"), say("fact.firms_own") if is_own else f"{baseline.population.firms:,}"),
        (say("fact.months"), span(time, 0, time.months - 1, is_short=True)),
        (say("fact.runs"), say("fact.runs_each", n=len(comparison.seeds))),
    ]
    if view.policies:
        amounts = {money(case.envelope) for case in view.judged if case.is_equal_money}
        is_equal = len(amounts) == 1 and len(view.judged) == len(view.policies)
        value = say("fact.money_value", amount=amounts.pop()) if is_equal else say("fact.money_unequal")
        found += [
            (say("fact.money"), value),
            (say("fact.policies"), _window(comparison, is_short=True) or say("fact.none")),
        ]
    failed, total = failures(comparison.experiment)
    if failed:
        share = f"{100.0 * failed / total:.2g}"
        found.append((say("fact.failed"), say("fact.failed_value", share=share, total=f"{total:,}")))
    return found


def reproduction(experiment: Experiment) -> dict[str, Any]:
    """Return what is needed to run it again: command, versions, source and digests."""
    manifest = experiment.manifest
    environment: Mapping[str, Any] = manifest.get("environment", {})
    command = environment.get("command") or []
    commit = str(environment.get("commit") or "")[:12]
    key = "again.changed_commit" if environment.get("has_local_changes") else "again.commit"
    return {
        "command": f"tierwise {shlex.join(command)}" if command else "",
        "versions": ", ".join(f"{name} {number}" for name, number in environment.get("versions", {}).items()),
        "python": environment.get("python", ""),
        "platform": environment.get("platform", ""),
        "commit": say(key, commit=commit) if commit else "",
        "source": str(environment.get("source", ""))[:16],
        "digests": [(name, str(entry.get("digest", ""))[:16]) for name, entry in manifest.get("scenarios", {}).items()],
    }
