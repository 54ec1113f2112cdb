"""Figures of a report: each inside of the page, its title and its note as text below it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from simulation.errors import InputError
from simulation.figures.fonts import has_korean
from simulation.figures.style import noted_lines, rendered
from simulation.texts import language_now, speaking, word

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Shown", "address_of", "is_font_missing", "shown"]

_LARGEST_DRAWING = 900_000
"""Bytes above which a figure is embedded as pixels."""

_DPI = 200.0
_TITLE, _LINE = 0.3, 0.155
"""Inches that a title and a line of the note take."""


class Shown(NamedTuple):
    """A figure in the report: its address with the content inside, or why there is none.

    Attributes
    ----------
    title, caption, note : str
        What it is, what it shows, and over how many runs, which seeds and with which interval.
    source, missing : str
        A ``data:`` address, or why there is none.
    """

    title: str
    caption: str
    note: str
    source: str
    missing: str


def is_font_missing() -> bool:
    """Say whether figures stay in English because no installed font has the letters of the language."""
    return language_now().code == "ko" and not has_korean()


def shown(title: str, caption: str, draw: Callable[[], Figure]) -> Shown:
    """Draw a figure for the page; why it cannot be drawn is said where it would stand.

    Its note, which comes with the figure, is in the language of the figure.
    """
    named = word(title)
    with speaking("en" if is_font_missing() else language_now().code):
        try:
            figure = draw()
        except InputError as error:
            return Shown(named, caption, "", "", str(error))
        note = " ".join(figure.get_supxlabel().split())
        _bare(figure)
        return Shown(named, caption, note, address_of(figure), "")


def _bare(figure: Figure) -> None:
    """Take title and note out of a figure, with the room that they had: the page has them as text."""
    lines = len(noted_lines(figure.get_supxlabel(), figure.get_figwidth())) if figure.get_supxlabel() else 0
    said = {figure.get_suptitle(), figure.get_supxlabel()}
    for text in figure.texts:
        if text.get_text() in said:
            text.set_in_layout(False)
            text.set_visible(False)
    if figure.get_layout_engine() is not None:
        figure.set_figheight(figure.get_figheight() - _TITLE - _LINE * lines)


def address_of(figure: Figure) -> str:
    """Return a figure as an address that holds it: as a drawing where that is small enough, else as pixels."""
    is_canvas = figure.get_layout_engine() is None  # what is hidden has left room
    content, kind = rendered(figure, "svg", is_tight=is_canvas), "image/svg+xml"
    if len(content) > _LARGEST_DRAWING:
        content, kind = rendered(figure, "png", _DPI, is_tight=is_canvas), "image/png"
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
