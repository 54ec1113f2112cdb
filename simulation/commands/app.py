"""The application: which commands there are, and what becomes of errors.

A command is a file of this folder with ``register(app)``, which calls ``app.command(...)``. The file imports only
Typer, `output` and the standard library at the top, everything else inside its function: all files are imported
whenever the program starts, and ``--help`` has to answer at once.

Exit codes: 0 done, 1 failed while running, 2 bad input or usage, 130 interrupted.
"""

from __future__ import annotations

import importlib
import io
import pkgutil
import sys
import traceback
from typing import Annotated, Any

import typer

import simulation.commands
from simulation.commands.listing import Listed
from simulation.errors import TierwiseError

__all__ = ["application"]

ORDER = (
    "demo", "validate", "show", "network", "run", "explain", "compare", "sweep", "sensitivity", "discover", "robust",
    "optimise", "report", "page", "teach", "query", "rerun", "export", "systemic", "claims",
    "calibrate", "verify", "bench",
)  # fmt: skip
"""Commands in the order of the help; those that are not in it follow by name."""

_DEBUG = "--debug"
_INTERRUPTED = 130


class Commands(Listed):
    """All commands, with one place where errors become messages and exit codes."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - Typer's context, whose home depends on its version
        """Return the names of the commands in the order of the help."""
        names = super().list_commands(ctx)
        return sorted(names, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Run the command line; a terminal that lacks a character shows its code instead of failing."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        return super().main(*args, **kwargs)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        """Take ``--debug`` from wherever it stands."""
        if _DEBUG in args:
            args = [argument for argument in args if argument != _DEBUG]
            ctx.meta[_DEBUG] = True
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        """Run the command; errors end it with one message."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # the reader of our output went away: Typer ends quietly
        except (Exception, KeyboardInterrupt) as error:
            if type(error).__module__.startswith(("typer", "click")):
                raise  # ends and usage errors, which Typer reports itself
            if ctx.meta.get(_DEBUG):
                traceback.print_exc()
            message, code = _report(error)
            typer.echo(message, err=True)
            raise typer.Exit(code) from error


def _report(error: BaseException) -> tuple[str, int]:
    """Return what to tell about an error, and the exit code."""
    again = "Rerun with --debug for the details."
    match error:
        case TierwiseError():
            return str(error), error.exit_code
        case KeyboardInterrupt():
            return "Interrupted.", _INTERRUPTED
        case MemoryError():
            return "There is not enough memory for this. Try fewer firms (--set population.firms=...).", 1
        case OSError() if error.strerror:
            what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
            return f"{what}. {again}", 1
        case ModuleNotFoundError() if error.name and not error.name.startswith("simulation"):
            return f"The Python package {error.name!r} is not installed. {again}", 1
    fault = f"{type(error).__name__}: {error}".rstrip(": ")
    return (
        f"This is a fault in Tierwise, not in your input ({fault}). Please report it; {again[0].lower()}{again[1:]}",
        1,
    )


def application() -> typer.Typer:
    """Return the command line with all its commands."""
    app = typer.Typer(
        cls=Commands,
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # frames around the help would take as long to load as all the rest
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for found in pkgutil.iter_modules(simulation.commands.__path__):
        module = importlib.import_module(f"{simulation.commands.__name__}.{found.name}")
        if hasattr(module, "register"):
            module.register(app)
    return app


def _version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"tierwise {version('tierwise')}")
        except PackageNotFoundError:
            typer.echo("tierwise, run from a folder where it is not installed: the version is not known")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and end.", callback=_version, is_eager=True)
    ] = False,
    debug: Annotated[bool, typer.Option(_DEBUG, help="Show tracebacks of errors; works after a command too.")] = False,
) -> None:
    """How AI spreads through supply chains, and what policies make of it."""
