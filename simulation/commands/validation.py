"""``tierwise calibrate --validation``: put the model beside facts that were not fitted, with a verdict on each."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from simulation.commands.compare import announce_compilation
from simulation.commands.output import emit_json, progress, table

if TYPE_CHECKING:
    import pandas as pd

    from simulation.scenario.scenario import Scenario

__all__ = ["validate_model", "validation_lines"]

_HEADER = ("fact", "source says", "agrees within", "model", "s.e.", "verdict")
_KINDS = {
    "independent": "Facts that no parameter was chosen by",
    "related": "Facts that, or whose like, set a default or a fitted target",
    "other concept": "Facts that count something the model does not have",
}


def validate_model(scenario: Scenario, seeds: Sequence[int], folder: Path, as_json: bool) -> None:
    """Evaluate the facts on the seeds, print the table, and write ``validation.csv`` and ``validation.md``."""
    from simulation.experiments.validation import observe, read_facts, validation_table
    from simulation.exports.tables import write_table
    from simulation.store.files import check_folder, replace_file
    from simulation.store.manifest import write_manifest

    facts = read_facts()
    if scenario.time.months <= (last := max(fact.month_to for fact in facts)):
        message = f"validation looks at month {last}; the scenario has only {scenario.time.months} months"
        raise typer.BadParameter(message)
    check_folder(folder)
    announce_compilation(as_json)
    with progress(len(seeds), "runs", as_json) as advance:
        rows = validation_table(facts, observe(scenario, facts, seeds, advance))
    write_table(folder / "validation.csv", rows)
    lines = validation_lines(rows, seeds, scenario.population.firms)
    with replace_file(folder / "validation.md") as temporary:
        temporary.write_text("\n".join([*lines, ""]), encoding="utf-8")
    values = {"digest": scenario.digest(), "resolved": scenario.resolved()}
    write_manifest(folder, {"kind": "validation", "scenario": values, "seeds": list(seeds)})
    records = rows.to_dict("records")
    if as_json:
        emit_json({"folder": str(folder), "facts": records})
        return
    table(list(_HEADER), [_cells(row) for row in records])
    typer.echo(f"Written to {folder}: validation.csv, validation.md")


def validation_lines(rows: pd.DataFrame, seeds: Sequence[int], firms: int) -> list[str]:
    """Return the lines of a Markdown page: the count of verdicts, tables by relation, and what to say of each."""
    judged = rows[rows["relation"] == "independent"]["verdict"].str.split(" ").str[0].value_counts()
    lines = [
        f"Mean of {len(seeds)} seeds ({seeds[0]}-{seeds[-1]}) at {firms:,} firms. Of the facts that no parameter was "
        f"chosen by, the model agrees with {judged.get('agrees', 0)} and misses {judged.get('misses', 0)}; "
        f"{judged.get('cannot', 0)} cannot be judged.",
    ]
    for relation, title in _KINDS.items():
        chosen = rows[rows["relation"] == relation].to_dict("records")
        lines += ["", f"### {title}", "", "| Fact | Source says | Agrees within | Model | s.e. | Verdict |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += ["| " + " | ".join(_cells(row)).replace("<", "&lt;") + " |" for row in chosen]
    lines += ["", "### What to say of each", ""]
    for comment, same in rows.groupby("comment", sort=False):
        lines.append(f"- **{'; '.join(same['label'])}.** {comment} *{'; '.join(dict.fromkeys(same['source']))}.*")
    return lines


def _cells(row: Mapping[Hashable, Any]) -> list[str]:
    model, error = (_number(row[name]) for name in ("model", "standard_error"))
    span = f"{_number(row['low'])} - {_number(row['high'])}"
    return [f"{row['label']} ({row['unit']})", _number(row["value"]), span, model, error, str(row["verdict"])]


def _number(value: float) -> str:
    if value != value:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"
