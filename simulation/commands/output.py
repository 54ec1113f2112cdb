"""What commands print: JSON for machines, progress and tables for people."""

from __future__ import annotations

import json
import math
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer

__all__ = ["Advance", "JsonOption", "duration", "emit_json", "json_text", "progress", "table"]

Advance = Callable[[int], None]
"""Reports that so many more steps are done."""

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of text.")]

SECONDS_BETWEEN_LINES = 5.0

_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of characters, as in the name of a file that is not UTF-8; they cannot be printed."""


def emit_json(value: Any) -> None:  # noqa: ANN401 - anything that JSON knows
    """Print a value as JSON; NaN and infinity, which JSON does not have, become null."""
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    typer.echo(json_text(value, is_unicode=is_unicode))


def json_text(value: Any, *, is_unicode: bool = True) -> str:  # noqa: ANN401
    """Return a value as JSON, in ASCII alone where the reader may not know more."""
    text = json.dumps(_finite(value), ensure_ascii=not is_unicode, indent=2, allow_nan=False)
    return _HALVES.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _finite(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _finite(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(entry) for entry in value]
    return value


@contextmanager
def progress(total: int, label: str, is_quiet: bool = False) -> Iterator[Advance]:
    """Show how far a long piece of work is, on standard error.

    A terminal shows a bar with the time left; elsewhere a plain line appears every few seconds. Safe to call from
    several threads.

    Parameters
    ----------
    total : int
        Number of steps.
    label : str
        What is being done.
    is_quiet : bool
        Show nothing, as with ``--json``.

    Yields
    ------
    advance
        To be called with the number of steps just done.
    """
    if is_quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        with _bar(total, label) as advance:
            yield advance
    else:
        yield _lines(total, label)


@contextmanager
def _bar(total: int, label: str) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=total)

        def advance(steps: int = 1) -> None:
            bar.advance(task, steps)

        yield advance


def _lines(total: int, label: str) -> Advance:
    start = last = time.monotonic()
    done = 0
    first: tuple[float, int] | None = None  # what came first took the start of all workers too, and says little

    def advance(steps: int = 1) -> None:
        nonlocal done, last, first
        if steps == 0:
            return
        done += steps
        now = time.monotonic()
        before, first = first, first or (now, done)
        if done < total and now - last < SECONDS_BETWEEN_LINES:
            return
        last = now
        begun, had = before or (start, 0)
        left = "" if done >= total else f", about {duration((now - begun) / (done - had) * (total - done))} left"
        typer.echo(f"{label}: {done:,} of {total:,}, {duration(now - start)}{left}", err=True)

    return advance


def duration(seconds: float) -> str:
    """Return a time in words: seconds, minutes or hours."""
    if seconds < 60.0:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: fitted to a terminal, in plain aligned columns elsewhere."""
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        shown = Table(*columns, box=None, header_style="bold", pad_edge=False)
        for row in rows:
            shown.add_row(*row)
        Console(markup=False, highlight=False).print(shown)
        return
    widths = [max(len(cell) for cell in column) for column in zip(columns, *rows, strict=True)]
    for row in (columns, *rows):
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
