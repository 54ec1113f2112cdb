"""The world of a scenario before any run, as files with which the same runs can be made again."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from simulation.errors import InputError, Problem, RunError
from simulation.exports.graphs import write_network
from simulation.exports.tables import looks_like_formula, write_table
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.scenario.writing import shown_values, to_yaml
from simulation.state import World
from simulation.store.files import check_folder, replace_file
from simulation.world.build import build
from simulation.world.frames import firm_names, world_frames

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GRAPHS", "SCENARIO_FILE", "Format", "files_of", "save_world"]

SCENARIO_FILE = "scenario.yaml"


Format = Literal["csv", "parquet", "graphml", "gexf"]
"""How firms and links are written; graphs hold both in one file."""

GRAPHS = ("graphml", "gexf")


def files_of(kind: Format) -> dict[str, str]:
    """Return the names of the files of a format by what a scenario calls them."""
    if kind in GRAPHS:
        return {"links": f"network.{kind}"}
    return {name: f"{name}.{kind}" for name in ("firms", "links")}


def save_world(scenario: Scenario, seed: int, folder: Path, kind: Format = "csv") -> World:
    """Write the world of a scenario and a scenario that reads it: firms, links and ``scenario.yaml``.

    The files are read again before they get their names: firms and links must be the same to the last bit. A run of
    the written scenario is that of the given one with ``network.seed`` set to this seed, to the last bit; where no
    budget is solved for, it is that of the given one with this seed, too.

    Returns
    -------
    World

    Raises
    ------
    InputError
        The world cannot be built, or has names that a table of text cannot hold safely.
    """
    world = build(scenario, seed)
    firms, links = world_frames(world)
    if kind == "csv":
        _refuse_formulas(firms)
    check_folder(folder)
    with tempfile.TemporaryDirectory(prefix=".build-", dir=folder) as made:
        here = Path(made)
        _write_data(here, firms, links, kind)
        (here / SCENARIO_FILE).write_text(_scenario_text(scenario, kind), encoding="utf-8")
        _check_same(world, _read_again(here / SCENARIO_FILE, seed))
        (folder / SCENARIO_FILE).unlink(missing_ok=True)  # it is there only with the tables that belong to it
        for name in (*files_of(kind).values(), SCENARIO_FILE):
            with replace_file(folder / name) as temporary:
                (here / name).replace(temporary)
    return world


def _write_data(folder: Path, firms: pd.DataFrame, links: pd.DataFrame, kind: Format) -> None:
    names = files_of(kind)
    if kind in GRAPHS:
        write_network(folder / names["links"], firms, links)
        return
    write_table(folder / names["firms"], firms)
    write_table(folder / names["links"], links)


def _scenario_text(scenario: Scenario, kind: Format) -> str:
    """Return all values of a scenario as YAML, with the files in place of a population made from shares."""
    values = shown_values(scenario)
    values["population"]["data"] = files_of(kind)
    return to_yaml(values)


def _refuse_formulas(firms: pd.DataFrame) -> None:
    """Refuse names that would be a formula in a spreadsheet: escaped they would not be the same when read again."""
    problems = [
        Problem(
            f"the {title} {name!r} begins as a spreadsheet's formula does, and no table of text holds it both safely "
            "and unchanged; rename it, or take --format parquet",
            path=f"population.{title}s",
        )
        for title in ("size", "sector", "region")
        for name in sorted(firms[title].unique())
        if looks_like_formula(name)
    ]
    if problems:
        raise InputError(problems)


def _read_again(file: Path, seed: int) -> World:
    """Return the world of what was written; a world that no own data may be is the fault of who asked for it."""
    try:
        return build(load(file), seed)
    except InputError as error:
        raise InputError(
            [Problem(f"this world cannot be read as own data: {problem.message}") for problem in error.problems]
        ) from error


def _check_same(world: World, again: World) -> None:
    """Refuse files that do not give the same world to the last bit."""
    differing = [
        name
        for part, other in ((world.firms, again.firms), (world.links, again.links))
        for name, array, read in zip(part._fields, part, other, strict=True)
        if np.asarray(array).tobytes() != np.asarray(read).tobytes()
    ]
    if differing or firm_names(world) != firm_names(again):
        message = f"what was written is not what was built ({', '.join(differing) or 'ids'}); nothing was saved"
        raise RunError(message)
