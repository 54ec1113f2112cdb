"""The report of a sweep: what was varied, what came out, and what the analyses beside it have found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simulation.experiments.sweeps.results import SweepResults
from simulation.figures.summaries import seed_ranges
from simulation.report.discovered import discovered
from simulation.report.document import write_document
from simulation.report.facts import reproduction, span
from simulation.report.moving import moving
from simulation.report.parameters import assumed_parameters, counts, parts_of_the_model
from simulation.report.resting import influence_line
from simulation.report.robust import robust
from simulation.report.sweep_answer import primary_outcome, sweep_answer
from simulation.report.sweep_tables import changes_of, levels_of, varied_of
from simulation.report.tables import has_influence, label_of, lever_name
from simulation.report.view import Case, View
from simulation.texts import say, speaking, word

__all__ = ["write_sweep_report"]


def write_sweep_report(results: SweepResults, path: str | Path, language: str = "en") -> Path:
    """Write the report of a sweep as one HTML file and return its path.

    Sensitivities, discoveries and robustness are taken from the folders that ``tierwise sensitivity``, ``discover`` and
    ``robust`` write inside of the sweep's own; what is not there is said to be missing.

    Raises
    ------
    InputError
        There is no such language, or the folder is damaged.
    RunError
        The file cannot be written.
    """
    with speaking(language):
        return write_document("sweep.html", lambda: _content(results), Path(path))


def _content(results: SweepResults) -> dict[str, Any]:
    study, scenarios = results.study, results.study.scenarios
    found = moving(results)
    outcome = primary_outcome(results, found)
    levels, changes = levels_of(results), changes_of(results)
    robustness = robust(results)
    baseline = scenarios[0]
    key = "question.sweep_policies" if len(scenarios) > 1 else "question.sweep"
    cases = [Case(baseline.name, label_of(baseline), has_influence=has_influence(baseline))]
    return {
        "question": say(key, outcome=word(outcome.label)),
        "answer": sweep_answer(results, outcome, levels, changes, found, robustness),
        "key_facts": _key_facts(results),
        "figures": {},
        "is_font_missing": False,
        "name": word(study.sweep.title) or study.sweep.name,
        "description": " ".join(study.sweep.description.split()),
        "baseline": label_of(baseline),
        "scenarios": [
            (label_of(one), one.name, word(" ".join(one.description.split())), ", ".join(map(lever_name, one.policy)))
            for one in scenarios
        ],
        "points": f"{len(study.numbers):,}",
        "design": say(f"varied.designs_{study.sweep.design}"),
        "replications": study.sweep.replications,
        "varied": varied_of(study),
        "levels": levels,
        "changes": changes,
        "found": found,
        "discoveries": discovered(results),
        "robustness": robustness,
        "numbers": counts(scenarios),
        "parts_of_it": parts_of_the_model(scenarios),
        "influence": "" if _varies_influence(results) else influence_line(View(results.runs().iloc[:0], cases, {}, {})),
        "assumed": assumed_parameters(scenarios),
        "facts": _facts(results),
        "status": results.status(),
        "errors": "; ".join(f"{text} ({count})" for text, count in results.status().errors.items()),
        "reproduction": reproduction(results),
    }


def _varies_influence(results: SweepResults) -> bool:
    return any("influence" in path for entry in results.study.varied for path in entry.paths or ())


def _key_facts(results: SweepResults) -> list[tuple[str, str]]:
    study, status = results.study, results.status()
    time = study.scenarios[0].time
    found = [
        (say("fact.points"), f"{len(study.numbers):,}"),
        (say("fact.scenarios"), str(len(study.scenarios))),
        (say("fact.firms"), f"{study.scenarios[0].population.firms:,}"),
        (
            say("fact.months"),
            span(time, 0, time.months - 1, is_short=True),
        ),
        (say("fact.runs"), f"{status.done:,}"),
    ]
    if status.failed:
        share = f"{100.0 * status.failed / status.total:.2g}"
        found.append((say("fact.failed"), say("fact.failed_value", share=share, total=f"{status.total:,}")))
    return found


def _facts(results: SweepResults) -> dict[str, Any]:
    study = results.study
    population = study.scenarios[0].population
    runs = results.runs()
    seeds = sorted({int(seed) for seed in runs["seed"]}) if len(runs) else []
    return {
        "baseline": label_of(study.scenarios[0]),
        "firms": say("method.firms_own")
        if population.data is not None
        else say("method.firms_count", n=f"{population.firms:,}"),
        "seeds": seed_ranges(seeds[:3]) + (" …" if len(seeds) > 3 else ""),
        "policy": "",
        "first_seed": study.sweep.first_seed,
    }
