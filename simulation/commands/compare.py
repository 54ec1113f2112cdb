"""``tierwise compare``: several scenarios on the same seeds, with paired differences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.commands.changes import FirmsOption, SetOption, changes
from simulation.commands.headline import headline
from simulation.commands.output import JsonOption, emit_json, progress
from simulation.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

    from simulation.experiments.comparison import Comparison
    from simulation.experiments.members import Member
    from simulation.experiments.seeds import Reps
    from simulation.scenario.scenario import Scenario

__all__ = [
    "FILES",
    "announce_compilation",
    "compare",
    "compare_and_report",
    "register",
    "show",
    "stages",
]

FILES = (
    "cost_effectiveness.csv",
    "differences.csv",
    "ensemble.csv",
    "frontier.csv",
    "halving.csv",
    "manifest.json",
    "ranking.csv",
    "report.html",
)
"""What the command writes beside the runs; the table of an ensemble where one was asked for."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(compare)


def compare(
    scenarios: Annotated[list[str], typer.Argument(help="Scenario files, or names of shipped scenarios.")],
    baseline: Annotated[
        str | None,
        typer.Option(help="Scenario that the others are compared with, by default the first; added if missing."),
    ] = None,
    reps: Annotated[
        str,
        typer.Option(
            metavar="N|auto",
            help='Number of seeds, of which intervals need at least 2; "auto": as many as --precision needs.',
        ),
    ] = "30",
    precision: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OUTCOME=WIDTH",
            help="With --reps auto: half-width that the 95 % interval of every difference in an outcome may have.",
        ),
    ] = None,
    max_reps: Annotated[
        int | None, typer.Option(min=1, help="With --reps auto: seeds at most.", show_default="200")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="First seed.")] = 1,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path("out/comparison"),
    firms: FirmsOption = None,
    ensemble: Annotated[
        int, typer.Option(min=0, help="Members of the shipped ensemble in which the comparison is made again.")
    ] = 0,
    member_reps: Annotated[int, typer.Option(min=1, help="Seeds of each member.")] = 4,
    workers: Annotated[int | None, typer.Option(min=1, help="Threads; by default one per processor.")] = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run scenarios on the same seeds, show mean differences with 95 % intervals and write a report.

    Results replace those that the folder held before.
    """
    from simulation.experiments.members import read_ensemble
    from simulation.experiments.seeds import plan_seeds
    from simulation.experiments.stopping import MAX_SEEDS
    from simulation.scenario.reading import load

    number, widths = _reps(reps), _widths(precision or [])
    count = number if number != "auto" else MAX_SEEDS if max_reps is None else max_reps
    seeds = range(seed, seed + count)
    plan_seeds(seeds, "auto" if number == "auto" else None, widths, max_reps)  # before the scenarios are read
    changed = changes(sets, firms)
    loaded = [load(file, changed) for file in scenarios]
    if baseline is not None and baseline not in {scenario.name for scenario in loaded}:
        first = load(baseline, changed)
        if first.name not in {scenario.name for scenario in loaded}:
            loaded.insert(0, first)
        baseline = first.name
    announce_compilation(as_json)
    comparison, report = compare_and_report(
        loaded,
        seeds,
        output,
        baseline,
        workers,
        as_json,
        reps="auto" if number == "auto" else None,
        precision=widths,
        max_reps=max_reps,
        members=read_ensemble()[:ensemble] if ensemble else (),
        member_reps=member_reps,
    )
    show(comparison, report, as_json)


def _reps(text: str) -> Reps:
    """Return a number of seeds, or "auto"."""
    if text == "auto":
        return "auto"
    if not text.isdecimal() or int(text) < 1:
        message = f"{text!r} is neither a number of seeds from 1 nor auto"
        raise InputError(Problem(message, "--reps"))
    return int(text)


def _widths(texts: Sequence[str]) -> dict[str, float]:
    """Return the half-widths that were asked for, by outcome."""
    found: dict[str, float] = {}
    for text in texts:
        name, _, width = text.partition("=")
        try:
            number = float(width)
        except ValueError:
            message = f"{text!r} does not name an outcome and a half-width, as adopter_gap=0.1 does"
            raise InputError(Problem(message, "--precision")) from None
        if name in found:
            message = f"{name} is given twice"
            raise InputError(Problem(message, "--precision"))
        found[name] = number
    return found


def compare_and_report(
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    folder: Path,
    baseline: str | None = None,
    workers: int | None = None,
    is_quiet: bool = False,
    *,
    reps: Reps | None = None,
    precision: Mapping[str, float] | None = None,
    max_reps: int | None = None,
    members: Sequence[Member] = (),
    member_reps: int = 1,
) -> tuple[Comparison, Path]:
    """Run a comparison and write its report, with progress; say what an interruption has left."""
    from simulation.experiments.comparison import compare as compare_scenarios
    from simulation.report import write_report

    try:
        with stages(is_quiet) as tell:
            comparison = compare_scenarios(
                scenarios,
                seeds,
                reps=reps,
                precision=precision,
                max_reps=max_reps,
                baseline=baseline,
                folder=folder,
                members=members,
                member_reps=member_reps,
                workers=workers,
                on_progress=tell,
            )
            tell("Writing the report", 0, 1)
            report = write_report(comparison, folder / "report.html")
            _write_tables(comparison, folder)
            tell("Writing the report", 1, 1)
    except KeyboardInterrupt as interruption:
        for note in getattr(interruption, "__notes__", ()):
            typer.echo(f"{note} tierwise report {folder} shows them.", err=True)
        raise
    return comparison, report


def _tables(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Return the tables of a comparison by the name of their file."""
    from simulation.experiments.cost_effectiveness import cost_effectiveness
    from simulation.experiments.frontier import frontier
    from simulation.experiments.halving import halving
    from simulation.experiments.ranking import ranking

    return {
        "differences": comparison.differences(),
        "cost_effectiveness": cost_effectiveness(comparison),
        "frontier": frontier(comparison),
        "ranking": ranking(comparison),
        "halving": halving(comparison),
        "ensemble": comparison.ensemble(),
    }


def _write_tables(comparison: Comparison, folder: Path) -> None:
    """Write the tables of a comparison as CSV; that of an ensemble goes where this comparison has none."""
    from simulation.exports.tables import write_table

    for name, frame in _tables(comparison).items():
        path = folder / f"{name}.csv"
        if name == "ensemble" and frame.empty:
            path.unlink(missing_ok=True)
            continue
        write_table(path, frame, digits=6)


def show(comparison: Comparison, report: Path, as_json: bool) -> None:
    """Print a comparison for people, or all its numbers as JSON."""
    if not as_json:
        headline(comparison)
        typer.echo(f"Report: {report}")
        return
    emit_json(
        {
            "folder": str(comparison.experiment.folder),
            "report": str(report),
            "baseline": comparison.baseline.name,
            "seeds": comparison.seeds,
            "stopping": comparison.stopping,
            "levels": comparison.levels().to_dict("records"),
            **{name: frame.to_dict("records") for name, frame in _tables(comparison).items()},
            "spending": comparison.spending,
        }
    )


@contextmanager
def stages(is_quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show progress over the stages of a longer piece of work, each with its own bar or lines."""
    with ExitStack() as stack:
        current, done = "", 0
        advance: Callable[[int], None] = lambda steps: None  # noqa: E731 - replaced by each stage

        def tell(label: str, now: int, total: int) -> None:
            nonlocal current, done, advance
            if label != current:
                stack.close()
                advance = stack.enter_context(progress(total, label, is_quiet))
                current, done = label, 0
            if now > done:
                advance(now - done)
                done = now

        yield tell


def announce_compilation(is_quiet: bool) -> None:
    """Say that the model has to be compiled first, where it was not before."""
    from simulation.compiled import cache_folder, is_compilation_on

    folder = cache_folder()
    if not is_quiet and is_compilation_on() and not (folder.is_dir() and any(folder.iterdir())):
        typer.echo("Compiling the model: once after each change of its code, about two minutes ...", err=True)
