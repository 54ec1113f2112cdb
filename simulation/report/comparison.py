"""The report of a comparison: one HTML file without any request to elsewhere."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.errors import InputError
from simulation.experiments.comparison import Comparison
from simulation.experiments.cost_effectiveness import cost_effectiveness
from simulation.experiments.frontier import frontier
from simulation.experiments.outcomes import outcomes_of
from simulation.experiments.ranking import ranking
from simulation.figures import Picture, all_pictures
from simulation.figures.dates import date, policy_window
from simulation.figures.style import rendered
from simulation.figures.summaries import seed_ranges
from simulation.report import tables
from simulation.report.choosing import common_draws_line, frontier_planes, precision_lines, ranking_lines
from simulation.report.mandate import mandate_lines
from simulation.report.money import bought, halving_lines, spending_lines
from simulation.report.numbers import level
from simulation.report.parameters import assumed_parameters, changed_parameters
from simulation.report.sentences import findings
from simulation.store import replace_file

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["write_report"]

QUESTION = (
    "Which use of public money closes the AI gap between large firms and their suppliers, and what happens to the "
    "quality and schedule risk that suppliers pass on?"
)
_LARGEST_DRAWING = 1_200_000
"""Bytes above which a figure is embedded as pixels."""

_DPI = 120.0


class _Shown(NamedTuple):
    """A figure in the report: its address with the content inside, or why there is none."""

    name: str
    title: str
    caption: str
    source: str
    missing: str


def write_report(comparison: Comparison, path: str | Path) -> Path:
    """Write the report of a comparison as one HTML file and return its path.

    Everything is computed from the stored runs; the file holds its figures and asks nothing of any other place.

    Raises
    ------
    RunError
        Where the file cannot be written.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,  # names of scenarios come from users
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("comparison.html")
    target = Path(path)
    with replace_file(target) as temporary:  # a folder that cannot be written is told before the work
        temporary.write_text(template.render(_content(comparison)), encoding="utf-8")
    return target


def _content(comparison: Comparison) -> dict[str, Any]:
    """Return everything that the template shows."""
    table, outcomes = comparison.differences(), comparison.outcomes()
    means = tables.baseline_means(comparison, outcomes)
    chosen = outcomes_of(comparison.baseline)
    assumed = assumed_parameters(comparison.baseline)
    heads, rows = tables.glance(comparison, table)
    member_heads, member_rows = tables.ensemble_glance(comparison)
    bought_heads, bought_rows = bought(cost_effectiveness(comparison), comparison)
    halving_heads, halving_rows = halving_lines(comparison)
    dates, structure = tables.structure_lines(comparison)
    return {
        "question": QUESTION,
        "findings": findings(
            table,
            tables.cases(comparison, outcomes),
            {name: mean for name, (mean, _, _) in means.items()},
            {outcome.name: outcome.unit for outcome in chosen},
            len(assumed),
        ),
        "facts": _facts(comparison),
        "scenarios": [
            (tables.label_of(scenario), scenario.name, scenario.description, ", ".join(scenario.policy))
            for scenario in comparison.scenarios
        ],
        "baseline_levels": [
            (outcome.label, outcome.unit, level(means[outcome.name][0]), _between(means[outcome.name]))
            for outcome in chosen
        ],
        "glance_heads": heads,
        "glance_rows": rows,
        "member_heads": member_heads,
        "member_rows": member_rows,
        "members": len(comparison.experiment.ensemble()["member"].unique()) if member_rows else 0,
        "blocks": tables.comparison_blocks(comparison, table),
        "n_compared": int(table["p_value"].notna().sum()) if len(table) else 0,
        "spending": spending_lines(comparison, outcomes),
        "planes": frontier_planes(frontier(comparison), comparison),
        "ranks": ranking_lines(ranking(comparison), comparison),
        "common_draws": common_draws_line(table),
        "precision": precision_lines(
            comparison.stopping, {s.name: tables.label_of(s) for s in comparison.scenarios}.__getitem__
        ),
        "look_ahead": (comparison.stopping or {}).get("look_ahead", 0),
        "bought_heads": bought_heads,
        "bought_rows": bought_rows,
        "mandates": mandate_lines(comparison),
        "halving_heads": halving_heads,
        "halving_rows": halving_rows,
        "figures": [_shown(picture, comparison, table) for picture in all_pictures()],
        "structure_dates": dates,
        "structure": structure,
        "changed": changed_parameters(comparison.scenarios),
        "assumed": assumed,
        "reproduction": _reproduction(comparison),
    }


def _between(values: tuple[float, float, float]) -> str:
    _, low, high = values
    return f"{level(low)} to {level(high)}" if low == low else ""


def _facts(comparison: Comparison) -> dict[str, str]:
    """Return the size and the dates of the comparison, in words."""
    baseline = comparison.baseline
    time = baseline.time
    window = policy_window(comparison.scenarios)
    seeds = comparison.seeds
    return {
        "baseline": tables.label_of(baseline),
        "firms": f"{baseline.population.firms:,} firms"
        if baseline.population.data is None
        else "Firms from own tables",
        "first": date(time, 0),
        "last": date(time, time.months - 1),
        "survey": date(time, time.survey_month),
        "policy": f"{date(time, window[0])} to {date(time, window[1])}" if window else "none",
        "start": date(time, window[0]) if window else "",
        "seeds": seed_ranges(seeds),
        "n_seeds": str(len(seeds)),
        "runs": f"{len(seeds) * len(comparison.scenarios):,}",
        "discount": f"{100.0 * baseline.budget.discount:.3g} %",
    }


def _shown(picture: Picture, comparison: Comparison, table: pd.DataFrame) -> _Shown:
    """Return a figure with its content inside the address, as a drawing where that is small enough."""
    caption = picture.caption(comparison)
    try:
        figure = picture.draw(comparison)
    except InputError as error:
        return _Shown(picture.name, picture.title, caption, "", str(error))
    content, kind = rendered(figure, "svg"), "image/svg+xml"
    if len(content) > _LARGEST_DRAWING:
        content, kind = rendered(figure, "png", _DPI), "image/png"
    source = f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
    return _Shown(picture.name, picture.title, caption, source, "")


def _reproduction(comparison: Comparison) -> dict[str, Any]:
    """Return what is needed to run the comparison again."""
    manifest = comparison.experiment.manifest
    environment: Mapping[str, Any] = manifest.get("environment", {})
    command = environment.get("command") or []
    return {
        "command": f"tierwise {shlex.join(command)}" if command else "called from Python",
        "versions": ", ".join(f"{name} {number}" for name, number in environment.get("versions", {}).items()),
        "python": environment.get("python", ""),
        "platform": environment.get("platform", ""),
        "commit": environment.get("commit") or "",
        "has_local_changes": bool(environment.get("has_local_changes")),
        "source": str(environment.get("source", ""))[:16],
        "digests": [(name, str(entry["digest"])[:16]) for name, entry in manifest.get("scenarios", {}).items()],
    }
