"""``tierwise sweep``: many runs from one file, one command per file; found by listing this folder."""

from __future__ import annotations

import importlib
import pkgutil

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(no_args_is_help=True)
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: _ORDER.index(module.name)):
        module = importlib.import_module(f"{__name__}.{found.name}")
        if hasattr(module, "register"):
            module.register(group)
    app.add_typer(group, name="sweep", help="Vary anything in scenarios: thousands of runs that can be stopped.")


_ORDER = ("plan", "run", "status", "retry", "extend", "job", "working")
"""Commands in the order of their help; the last is what they share."""
