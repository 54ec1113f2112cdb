"""The notebooks run from top to bottom, show what they promise, and are kept without outputs."""

from __future__ import annotations

import ast
import importlib.util
import json
import tempfile
from pathlib import Path

import pytest

from simulation.figures.showing import Shown

FOLDER = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="module")
def cells():
    notebook = json.loads((FOLDER / "first_steps.ipynb").read_text(encoding="utf-8"))
    assert notebook["nbformat"] == 4
    return notebook["cells"]


def last_value(source: str, names: dict[str, object]) -> object:
    """Run a cell as Jupyter does: its statements, then its last expression, which is shown."""
    tree = ast.parse(source)
    shown = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(shown.value), "cell", "eval"), names) if shown else None


@pytest.fixture(scope="module")
def first_steps(cells, tmp_path_factory):
    """Return the names that the notebook's cells define, and what each cell shows."""
    names: dict[str, object] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("notebook")))
        shown = [last_value("".join(cell["source"]), names) for cell in cells if cell["cell_type"] == "code"]
    return names, shown


def test_first_steps_has_no_outputs_and_every_cell_an_id_of_its_own(cells):
    codes = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in codes)
    assert len({cell["id"] for cell in cells}) == len(cells)


def test_first_steps_shows_figures_and_that_both_engines_agree(first_steps):
    _, shown = first_steps
    figures = [value for value in shown if isinstance(value, Shown)]
    assert len(figures) == 3
    assert all(figure._repr_svg_().startswith("<?xml") for figure in figures)
    assert [value for value in shown if isinstance(value, bool)] == [True]


def test_first_steps_finds_a_delay_that_came_from_elsewhere_and_who_pays(first_steps):
    names, shown = first_steps
    assert names["victim"]["links"] >= 1
    table = shown[-1].set_index("label")["difference"]
    assert table["Large firms' late days"] > table["SMEs' late days"] > 0.0


@pytest.fixture(scope="module")
def follow_a_delay():
    """Return the outputs and the names of the marimo notebook."""
    pytest.importorskip("marimo")
    place = importlib.util.spec_from_file_location("follow_a_delay", FOLDER / "follow_a_delay.py")
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module.app.run()


def test_follow_a_delay_runs_and_draws_the_longest_way(follow_a_delay):
    outputs, names = follow_a_delay
    assert sum(isinstance(output, Shown) for output in outputs) == 1
    victim, late = names["victim"], names["late"]
    assert victim["links"] == late["links"].max() >= 1
    way = names["explanation"].deliveries[int(victim["round"])].path
    assert len(way) == victim["links"] + 1
    assert way[-1].late_days == pytest.approx(victim["days"])
    assert [hop.late_days for hop in way] == sorted((hop.late_days for hop in way), reverse=True)
