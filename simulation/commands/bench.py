"""``tierwise bench``: what a month costs on this machine, beside the hardware's bound and other programs."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from simulation.commands.output import JsonOption, emit_json, table

__all__ = ["bench", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(bench)


def bench(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path("out/bench"),
    only: Annotated[
        list[str] | None, typer.Option(help="Benchmark to run, by default all; may be repeated.", metavar="NAME")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Small sizes and few turns: seconds, not minutes.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure the model on this machine, from a source checkout: about 15 minutes, or --quick.

    Writes bench.json, bench.md and cost.svg. On a busy machine trust the ratios more than the times, and a quick pass
    in neither.
    """
    from simulation.errors import InputError
    from simulation.store.files import check_folder

    report = _report()
    if unknown := [name for name in only or () if name not in report.NAMES]:
        message = f"there is no benchmark '{unknown[0]}'; there are {', '.join(report.NAMES)}"
        raise InputError(message)
    check_folder(output)

    def tell(name: str) -> None:
        if not as_json:
            typer.echo(f"Measuring: {name} ...", err=True)

    found = report.measured([name for name in report.NAMES if not only or name in only], quick, tell)
    paths = report.write(found, output)
    if as_json:
        emit_json(found)
        return
    for entry in found["benchmarks"].values():
        for part in entry["tables"]:
            typer.echo(f"\n{part['title']}")
            table(part["columns"], part["rows"])
            if part["note"]:
                typer.echo(part["note"])
    typer.echo(f"\nWritten: {', '.join(str(path) for path in paths)}")


def _report() -> ModuleType:
    """Return the module that runs the benchmarks, which only a source checkout has."""
    import importlib
    import sys

    import simulation
    from simulation.errors import InputError

    root = Path(simulation.__file__).resolve().parents[1]
    if not (root / "benchmarks" / "report.py").is_file():
        message = "the benchmarks are not part of the installed package; run tierwise bench from a source checkout"
        raise InputError(message)
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return importlib.import_module("benchmarks.report")
