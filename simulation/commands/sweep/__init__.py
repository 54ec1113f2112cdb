"""``tierwise sweep``: many runs from one file, one command per file; found by listing this folder."""

from __future__ import annotations

import importlib
import pkgutil

import typer

from simulation.commands.listing import Listed

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(cls=Listed, no_args_is_help=True)
    names = [found.name for found in pkgutil.iter_modules(__path__)]
    for name in sorted(names, key=lambda one: (_ORDER.index(one) if one in _ORDER else len(_ORDER), one)):
        module = importlib.import_module(f"{__name__}.{name}")
        if hasattr(module, "register"):
            module.register(group)
    app.add_typer(group, name="sweep", help="Vary anything in scenarios: thousands of runs that can be stopped.")


_ORDER = ("plan", "run", "status", "retry", "extend", "job")
"""Commands in the order of the help; those that are not in it follow by name."""
