"""``tierwise network export``: the network of a run in chosen months."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulation.commands.compare import announce_compilation, stages
from simulation.commands.explain import warn_of_changes
from simulation.commands.network.build import Format, ReplaceOption, refuse_to_overwrite
from simulation.commands.output import JsonOption, emit_json

__all__ = ["MonthsOption", "export", "month_numbers", "register"]

MonthsOption = Annotated[
    str | None, typer.Option("--months", metavar="M,M,...", help="Months such as 0,33,95.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(export)


def export(
    folder: Annotated[Path, typer.Argument(help="Folder of a run or of a comparison.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the files.")],
    months: MonthsOption = None,
    kind: Annotated[Format, typer.Option("--format", help="A graph for each month, or tables.")] = Format.graphml,
    scenario: Annotated[str | None, typer.Option(help="Scenario of a comparison; by default its first.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed; by default the first.")] = None,
    is_to_replace: ReplaceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write who bought from whom and what firms were like in some months of a run, by default the last one."""
    from simulation.engines.replaying import checked_months
    from simulation.exports.months import month_files, save_months
    from simulation.store.experiment import open_experiment

    wanted = month_numbers(months)
    again = open_experiment(folder).run_again(scenario, seed)
    chosen = checked_months(again.scenario, [again.scenario.time.months - 1] if wanted is None else wanted)
    refuse_to_overwrite((output / name for name in month_files(chosen, kind.value)), is_to_replace)
    warn_of_changes(again)
    announce_compilation(as_json)
    with stages(as_json) as tell:
        label = f"Living {again.scenario.name} again, months to write"
        paths = save_months(again, chosen, output, kind.value, on_month=lambda done: tell(label, done, len(chosen)))
    names = [path.name for path in paths]
    if as_json:
        emit_json(
            {
                "folder": str(output),
                "files": names,
                "scenario": again.scenario.name,
                "seed": again.seed,
                "months": chosen,
            }
        )
        return
    told = f"month{'' if len(chosen) == 1 else 's'} {', '.join(map(str, chosen))}"
    typer.echo(f"{again.scenario.name}, seed {again.seed}, {told}: written to {output}: {', '.join(names)}")


def month_numbers(text: str | None) -> list[int] | None:
    """Return the months of an option such as ``0,33,95``; none where it was not given.

    Raises
    ------
    InputError
        Something between the commas is not a whole number.
    """
    from simulation.errors import InputError, Problem

    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    wrong = [part for part in parts if not (part.isascii() and part.isdigit() and len(part) < 10)]
    if wrong:
        raise InputError(
            [Problem(f"{part!r} is not a month; give numbers such as 0,33,95", "--months") for part in wrong]
        )
    return [int(part) for part in parts]
