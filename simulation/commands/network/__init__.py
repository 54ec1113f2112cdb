"""``tierwise network``: commands about a supplier network itself, one per file; found by listing this folder."""

from __future__ import annotations

import importlib
import pkgutil

import typer

from simulation.commands.listing import Listed

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(cls=Listed, no_args_is_help=True)
    for found in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{found.name}").register(group)
    app.add_typer(group, name="network", help="Build, check, draw and export supplier networks.")
