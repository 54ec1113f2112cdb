"""One look for all figures: colours that colour-blind readers can tell apart, direct labels, a note with the method."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.ticker import MaxNLocator
from scipy.optimize import isotonic_regression

from simulation.figures.dates import date, policy_window, year
from simulation.figures.fonts import families
from simulation.scenario.scenario import Scenario
from simulation.texts import language_now, word

__all__ = [
    "BLACK", "BLUE", "GREEN", "GREY", "LIGHT", "ORANGE", "SKY", "VERMILION", "WIDTH", "Ending", "Look", "annotate",
    "apart", "clipped", "finish", "format_of", "label_endings", "letters_of", "looks", "new_figure", "noted_lines",
    "rendered", "save", "scenario_label", "styled", "time_axis",
]  # fmt: skip

WIDTH = 7.2
"""Inches across: the text of an A4 page, so that letters are printed in the size that is written here."""

BLACK, GREY, LIGHT = "#000000", "#595959", "#d9d9d9"
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY = "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9"
"""Okabe and Ito's colours (2008), without the yellow that paper swallows."""

_CYCLE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
_DASHES: tuple[str | tuple[int, tuple[float, ...]], ...] = (
    "solid",
    (0, (4.0, 1.5)),
    (0, (1.0, 1.2)),
    (0, (6.0, 1.5, 1.0, 1.5)),
)
_SETTINGS: dict[Any, Any] = {
    "font.size": 9.0,
    "axes.titlesize": 9.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": BLACK,
    "ytick.labelcolor": BLACK,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.6,
    "text.parse_math": False,  # a dollar in the name of a scenario is a dollar
    "svg.fonttype": "path",  # the reader's machine need not have the font
    "svg.hashsalt": "tierwise",
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}
_BESIDE = 1.035
"""Where labels of lines begin, in widths of the axes."""

_NOTE_SIZE = 8.0
_NOTE_LETTERS = 15.6
_TITLE_LETTERS = 9.5
"""Letters of a note and of a title per inch of the figure's width."""

Format = Literal["svg", "png", "pdf"]


class Look(NamedTuple):
    """Colour and dashes of a scenario."""

    color: str
    dashes: str | tuple[int, tuple[float, ...]]
    width: float


class Ending(NamedTuple):
    """A line's label and where the line ends."""

    label: str
    x: float
    y: float
    color: str


@contextmanager
def styled() -> Iterator[None]:
    """Draw, or save, in the project's style, leaving the settings of the caller as they were."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS | {"font.family": list(families(language_now().code))})
        yield


def new_figure(width: float, height: float, title: str) -> Figure:
    """Return an empty figure (inches) with a title at the left; call inside `styled`."""
    figure = Figure(figsize=(width, height), layout="constrained")
    lines = textwrap.wrap(title, letters_of(int(_TITLE_LETTERS * width)))
    figure.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=11.5, fontweight="bold")
    return figure


def finish(figure: Figure, note: str) -> Figure:
    """Put the note under the figure: what was averaged, over how many runs, with which interval."""
    text = "\n".join(noted_lines(note, figure.get_figwidth()))
    figure.supxlabel(text, x=0.01, ha="left", fontsize=_NOTE_SIZE, color=GREY, linespacing=1.35)
    return figure


def noted_lines(note: str, width: float) -> list[str]:
    """Return the lines of a note below a figure that is so many inches wide."""
    return textwrap.wrap(note, int(_NOTE_LETTERS * width), break_long_words=True)


def rendered(figure: Figure, kind: Format = "svg", dpi: float = 160.0, *, is_tight: bool = False) -> bytes:
    """Return a figure as the bytes of a file, without its empty edges where it is tight; equal figures, equal bytes."""
    buffer = io.BytesIO()
    dated = {"svg": {"Date": None}, "png": {"Software": None}, "pdf": {"CreationDate": None}}[kind]
    with styled():
        figure.savefig(buffer, format=kind, dpi=dpi, metadata=dated, bbox_inches="tight" if is_tight else None)
    return buffer.getvalue()


def format_of(path: str | Path) -> Format:
    """Return the format that the ending of a path asks for; `InputError` where figures are not written so."""
    from simulation.errors import InputError

    target = Path(path)
    match target.suffix.lower():
        case ".svg":
            return "svg"
        case ".png":
            return "png"
        case ".pdf":
            return "pdf"
    message = f"{target.name}: figures are written as .svg, .png or .pdf"
    raise InputError(message)


def save(figure: Figure, path: str | Path, dpi: float = 160.0) -> Path:
    """Write a figure in the format of the path's ending (svg, png or pdf) and return the path."""
    from simulation.store.files import replace_file

    target = Path(path)
    content = rendered(figure, format_of(target), dpi)
    with replace_file(target) as temporary:
        temporary.write_bytes(content)
    return target


def clipped(text: str, letters: int) -> str:
    """Return a text cut to so many letters, with an ellipsis where it was cut, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= letters else f"{line[: letters - 1].rstrip()}…"


def letters_of(letters: int) -> int:
    """Return how many letters of the language that is spoken now take the room of so many Latin ones."""
    return int(letters / 1.5) if language_now().code == "ko" else letters


def scenario_label(scenario: Scenario, letters: int = 30) -> str:
    """Return what figures call a scenario: its title where that is short, else its name in words."""
    name = scenario.name.replace("_", " ")
    title = word(scenario.title)
    chosen = title if 0 < len(title) <= letters else name
    return clipped(chosen, letters)


def looks(scenarios: Sequence[Scenario]) -> dict[str, Look]:
    """Return by name how scenarios look: the first thick and black, the others in colours, then dashed."""
    found = {scenarios[0].name: Look(BLACK, "solid", 2.6)}
    for place, scenario in enumerate(scenarios[1:]):
        dashes = _DASHES[min(place // len(_CYCLE), len(_DASHES) - 1)]
        found[scenario.name] = Look(_CYCLE[place % len(_CYCLE)], dashes, 1.7)
    return found


def annotate(axes: Axes, text: str, x: float, y: float, *, color: str = GREY, where: str = "right") -> None:
    """Write a small text beside a place of the data: right or left of it, above, or below with an end there."""
    offset, ha, va = {
        "right": ((7, 1), "left", "center"),
        "left": ((-7, 3), "right", "center"),
        "above": ((0, 4), "center", "bottom"),
        "below": ((-8, -14), "right", "top"),
        "under": ((7, -3), "left", "top"),
    }[where]
    axes.annotate(
        text, (x, y), xytext=offset, textcoords="offset points", color=color, fontsize=8.0, ha=ha, va=va, zorder=6,
        path_effects=[withStroke(linewidth=2.5, foreground="white", alpha=0.85)],
    )  # fmt: skip


def time_axis(axes: Axes, scenarios: Sequence[Scenario], *, has_labels: bool = True) -> None:
    """Give an axis of decimal years: burn-in shaded, the first month of the policies marked."""
    time = scenarios[0].time
    start, survey, end = year(time, 0), year(time, time.survey_month), year(time, time.months - 1)
    axes.set_xlim(start, max(end, start + 1e-3))
    across = axes.get_position().width * (figure.get_figwidth() if (figure := axes.get_figure(root=True)) else WIDTH)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=max(2, min(8, int(across / 0.5))), integer=True, min_n_ticks=1))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    axes.grid(axis="y")
    top = axes.get_xaxis_transform()
    if survey > start:
        axes.axvspan(start, min(survey, end), color="#f2f2f2", linewidth=0.0, zorder=0)
        if has_labels:
            axes.text(
                start + 0.03 * (end - start), 0.985, word("start-up, not history"), transform=top, fontsize=7.5,
                color=GREY, va="top",
            )  # fmt: skip
    window = policy_window(tuple(scenarios))
    if window is not None and start < year(time, window[0]) < end:
        first = year(time, window[0])
        axes.axvline(first, color=GREY, linewidth=0.8, linestyle=(0, (2.0, 2.0)), zorder=1)
        if has_labels:
            axes.text(
                first, 0.9, " " + word("policies from {date}", date=date(time, window[0], is_short=True)),
                transform=top, fontsize=7.5,
                color=GREY, va="top",
            )  # fmt: skip


def label_endings(panels: Sequence[tuple[Axes, Sequence[Ending]]], size: float = 8.0) -> None:
    """Write the labels of lines right of their axes, moved apart where they would overlap.

    Positions are settled from the layout of the figure, so call this when the figure is complete.
    """
    written = [
        (axes, known, [_ending(axes, ending, size) for ending in known])
        for axes, endings in panels
        if (known := sorted((end for end in endings if np.isfinite(end.y)), key=lambda end: end.y))
    ]
    if not written:
        return
    figure = written[0][0].get_figure(root=True)
    if figure is None:
        return
    figure.draw_without_rendering()
    for axes, known, texts in written:
        low, high = axes.get_ylim()
        inches = axes.get_position().height * figure.get_figheight()
        gap = (high - low) * size * 1.25 / 72.0 / inches
        for text, place in zip(texts, apart([end.y for end in known], gap, low, high), strict=True):
            text.xyann = (_BESIDE, place)


def _ending(axes: Axes, ending: Ending, size: float) -> Annotation:
    """Write a label at the height of its line's end, joined to it by a thin line."""
    return axes.annotate(
        ending.label, (ending.x, ending.y), xytext=(_BESIDE, ending.y), textcoords=axes.get_yaxis_transform(),
        color=ending.color, fontsize=size, va="center", ha="left", annotation_clip=False,
        arrowprops={"arrowstyle": "-", "color": ending.color, "linewidth": 0.6, "shrinkA": 2.0, "shrinkB": 0.0,
                    "relpos": (0.0, 0.5)},
    )  # fmt: skip


def apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return ordered places moved as little as possible (least squares), each at least ``gap`` above the one before."""
    steps = gap * np.arange(len(places))
    level = isotonic_regression(np.asarray(places) - steps).x
    ceiling = max(low, high - float(steps[-1]))
    return [float(place) for place in np.clip(level, low, ceiling) + steps]
