"""What all figure functions share: they return a figure of Matplotlib, and speak Korean where a font can write it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import simulation.figures
from simulation.figures import all_pictures
from simulation.figures.fonts import has_korean
from simulation.texts import speaking

MODULES = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(simulation.figures.__path__, "simulation.figures.")
]
PUBLIC = {
    f"{module.__name__}.{name}": getattr(module, name)
    for module in MODULES
    for name in getattr(module, "__all__", ())
    if re.match(r"draw(_|$)", name) and ".drawing." not in module.__name__
}
"""Figure functions; the pieces in ``drawing`` draw onto an axes that they are given."""


def test_there_are_figure_functions_in_most_modules():
    assert len(PUBLIC) > 15


@pytest.mark.parametrize("name", PUBLIC)
def test_a_figure_function_takes_a_result_and_returns_a_figure(name):
    function = PUBLIC[name]
    hints = dict(function.__annotations__)
    assert hints.pop("return") == "Figure"
    assert function.__globals__.get("Figure", Figure) is Figure  # some name it for annotations alone
    first = next(iter(inspect.signature(function).parameters.values()))
    assert first.default is inspect.Parameter.empty
    assert first.name in hints


@pytest.mark.parametrize("picture", all_pictures(), ids=lambda picture: picture.name)
def test_figures_of_a_report_are_figures_and_have_no_english_left_in_korean(comparison, picture):
    if not has_korean():
        pytest.skip("no installed font has Hangul")
    with speaking("ko"):
        figure = picture.draw(comparison)
        caption = picture.caption(comparison)
    assert isinstance(figure, Figure)
    texts = [caption, *(text.get_text() for text in figure.findobj(Text) if text.get_visible())]
    for text in texts:
        bare = text.replace("Cash <for> $adopters$", "").replace("baseline", "").replace("alone", "")
        assert not re.search(r"\b(?!ppm\b|max\b|ln\b)[a-zA-Z]{3,}\b", bare), text
