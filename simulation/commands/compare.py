"""``tierwise compare``: several scenarios on the same seeds, with paired differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.commands.output import JsonOption, SetOption, emit_json, progress, table

if TYPE_CHECKING:
    from simulation.experiments.comparison import Comparison

__all__ = ["announce_compilation", "compare", "headline", "register", "stages"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(compare)


def compare(
    scenarios: Annotated[list[str], typer.Argument(help="Scenario files, or names of shipped scenarios.")],
    baseline: Annotated[
        str | None, typer.Option(help="Name of the scenario that the others are compared with; added if missing.")
    ] = None,
    reps: Annotated[int, typer.Option(min=1, help="Number of seeds.")] = 30,
    seed: Annotated[int, typer.Option(min=0, help="First seed.")] = 1,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path("out/comparison"),
    firms: Annotated[int | None, typer.Option(min=1, help="Number of firms; short for --set population.firms.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Threads; by default one per processor.")] = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run scenarios on the same seeds and show mean differences with 95 % intervals; write tables and a report."""
    from simulation.experiments.comparison import compare as compare_scenarios
    from simulation.report import write_report
    from simulation.scenario.reading import load

    changes = list(sets or [])
    if firms is not None:
        changes.append(f"population.firms={firms}")
    loaded = [load(file, changes) for file in scenarios]
    if baseline is not None and baseline not in {scenario.name for scenario in loaded}:
        first = load(baseline, changes)
        if first.name not in {scenario.name for scenario in loaded}:
            loaded.insert(0, first)
        baseline = first.name
    announce_compilation(as_json)
    with stages(as_json) as tell:
        comparison = compare_scenarios(
            loaded, range(seed, seed + reps), baseline=baseline, folder=output, workers=workers, on_progress=tell
        )
    report = write_report(comparison, output / "report.html")
    if as_json:
        rows = comparison.differences().to_dict("records")
        emit_json({"folder": str(output), "report": str(report), "differences": rows, "spending": comparison.spending})
        return
    headline(comparison)
    typer.echo(f"Report: {report}")


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
        typer.echo("Compiling the model: once after each change of its code, about 20 seconds ...", err=True)


def headline(comparison: Comparison) -> None:
    """Print the baseline's outcomes and what each policy changes, with 95 % intervals."""
    frame = comparison.differences()
    policies = [scenario.name for scenario in comparison.scenarios[1:]]
    if not policies:
        values = comparison.outcomes().groupby("outcome", sort=False)["value"].mean()
        table(["outcome", comparison.baseline.name], [[str(name), f"{value:,.4g}"] for name, value in values.items()])
        return
    rows = []
    for _, group in frame.groupby("outcome", sort=False):
        by_name = group.set_index("scenario")
        first = by_name.iloc[0]
        cells = [_interval(*by_name.loc[name, ["difference", "low", "high"]]) for name in policies]
        rows.append([f"{first['label']} ({first['unit']})", f"{first['mean_baseline']:,.4g}", *cells])
    names = [f"{name} - {comparison.baseline.name}" for name in policies]
    table(["outcome", comparison.baseline.name, *names], rows)
    typer.echo(f"Mean paired differences over {len(comparison.seeds)} seeds with 95 % intervals.")
    for name, spent in comparison.spending.items():
        if not spent["can_spend"]:
            whole, paid = sum(spent["target"].values()), sum(spent["spent"].values())
            typer.echo(f"{name} cannot spend its envelope: {paid:,.0f} of {whole:,.0f} million won.")


def _interval(difference: float, low: float, high: float) -> str:
    if not math.isfinite(difference):
        return "-"
    if not math.isfinite(low):
        return f"{difference:+,.3g}"
    return f"{difference:+,.3g} [{low:,.3g}, {high:,.3g}]"
