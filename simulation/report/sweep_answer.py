"""The answer of a sweep in three sentences, made from its runs and from the tables of analyses beside it."""

from __future__ import annotations

from collections.abc import Sequence

from simulation.experiments.outcomes import Outcome
from simulation.experiments.sweeps.results import SweepResults
from simulation.report.answer import listed
from simulation.report.moving import Moving
from simulation.report.robust import Robust
from simulation.report.sweep_tables import Change, Spread
from simulation.report.tables import label_of
from simulation.texts import say

__all__ = ["primary_outcome", "sweep_answer"]


def primary_outcome(results: SweepResults, found: Sequence[Moving]) -> Outcome:
    """Return the outcome that the sweep is about: the first that was analysed, else the first with a direction."""
    outcomes = results.study.outcomes
    analysed = {one.outcome for one in found}
    for outcome in outcomes:
        if outcome.name in analysed:
            return outcome
    return next((outcome for outcome in outcomes if outcome.is_lower_better is not None), outcomes[0])


def sweep_answer(
    results: SweepResults,
    outcome: Outcome,
    levels: Sequence[Spread],
    changes: Sequence[Change],
    found: Sequence[Moving],
    robustness: Sequence[Robust],
) -> list[str]:
    """Return three sentences: how far the outcome varies, what moves it, and which policy is safe or what failed."""
    status = results.status()
    if status.done == 0:
        return [say("sweep.no_runs")]
    mine = [change for change in changes if change.outcome == outcome.name and change.points]
    first = _best(results, mine) if mine else _spread(results, outcome, levels)
    return [first, _moves(outcome, found), _last(results, outcome, robustness)]


def _spread(results: SweepResults, outcome: Outcome, levels: Sequence[Spread]) -> str:
    row = next(one for one in levels if one.outcome == outcome.name)
    return say(
        "sweep.points",
        points=f"{row.points:,}",
        factors=len(results.study.factors),
        outcome=row.label,
        baseline=label_of(results.study.scenarios[0]),
        mean=row.mean,
        unit=row.unit,
        low=row.low,
        high=row.high,
    )


def _best(results: SweepResults, mine: Sequence[Change]) -> str:
    ordered = sorted(mine, key=lambda change: -change.share)
    best = ordered[0]
    names = [change.scenario for change in ordered[1:] if change.share_high < best.share_low]
    return say(
        "sweep.best",
        baseline=label_of(results.study.scenarios[0]),
        policy=best.scenario,
        outcome=best.label,
        share=f"{100.0 * best.share:.0f}",
        low=f"{100.0 * best.share_low:.0f}",
        high=f"{100.0 * best.share_high:.0f}",
        mean=best.mean,
        unit=best.unit,
        range_low=best.low,
        range_high=best.high,
        others=say("sweep.best_others", names=listed(names)) if names else "",
    )


def _moves(outcome: Outcome, found: Sequence[Moving]) -> str:
    one = next((one for one in found if one.outcome == outcome.name and one.movers), None)
    if one is None:
        return say("sweep.unknown", outcome=outcome.name)
    first, *others = one.movers
    second = ""
    if others:
        row = others[0]
        second = say("sweep.moves_second", factor=row.label, value=row.value, low=row.low, high=row.high)
    return say(
        "sweep.moves",
        factor=first.label,
        index=one.index,
        value=first.value,
        low=first.low,
        high=first.high,
        second=second,
    )


def _last(results: SweepResults, outcome: Outcome, robustness: Sequence[Robust]) -> str:
    status = results.status()
    if status.failed or status.left:
        missing = f"{100.0 * (status.failed + status.left) / status.total:.2g}"
        return say("sweep.failed", share=missing, total=f"{status.total:,}")
    one = next((one for one in robustness if one.outcome == outcome.name), None)
    if one is not None and one.firsts:
        (policy, best), *others = one.firsts.items()
        told = say("sweep.robust_others", names=listed([name for name, _ in others])) if others else ""
        return say("sweep.robust", n=len(one.rows), policy=policy, best=best, others=told)
    return say("sweep.complete", total=f"{status.total:,}", baseline=label_of(results.study.scenarios[0]))
