"""One late delivery on its way: from the firm where it began, link by link, to the firm that was late in the end."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.engines.explanation import Delivery, Explanation, Hop
from simulation.errors import InputError
from simulation.figures.dates import date
from simulation.figures.style import BLACK, BLUE, GREY, ORANGE, finish, new_figure, styled
from simulation.scenario.sections import Time

__all__ = ["TITLE", "draw"]

TITLE = "A delay on its way"
_BAR = 0.42


def draw(explanation: Explanation, number: int | None = None) -> Figure:
    """Return the way of a late delivery: days late at every firm, of its own making and inherited.

    Parameters
    ----------
    explanation : Explanation
        Of the firm that was late in the end.
    number : int, optional
        The round of that month, counted from 0, by default the one with the longest way, of equally long ones that of
        most days.

    Raises
    ------
    InputError
        In that round, or in all of the month, nothing was late.
    """
    way = list(_chosen(explanation, number).path)
    with styled():
        figure = new_figure(1.6 + 2.0 * max(len(way), 2), 3.6, TITLE)
        axes = figure.subplots()
        for place, hop in enumerate(way):
            _bar(axes, place, hop, explanation.start_year)
        for place in range(len(way) - 1):
            axes.annotate(
                "",
                (place + 1 - _BAR / 2.0 - 0.04, way[place + 1].late_days),
                (place + _BAR / 2.0 + 0.04, way[place].late_days),
                arrowprops={"arrowstyle": "->", "color": GREY, "lw": 1.2},
            )
        axes.set_xlim(-0.6, max(len(way), 2) - 0.4)
        axes.set_ylim(0.0, 1.22 * max(hop.late_days for hop in way))
        axes.set_ylabel("days late")
        axes.set_xticks(range(len(way)), [_name(hop, place, len(way)) for place, hop in enumerate(way)])
        axes.tick_params(axis="x", length=0)
        finish(
            figure,
            "Goods move one link a round, so what one firm delivers late its customer notices in the next round. The "
            "part that exceeds the customer's buffer is inherited; expediting recovers some of it.",
        )
    return figure


def _chosen(explanation: Explanation, number: int | None) -> Delivery:
    found = [one for one in explanation.deliveries if one.path and number in (None, one.round)]
    if not found:
        when = "that round" if number is not None else f"month {explanation.month}"
        message = f"firm {explanation.firm} delivered nothing late in {when}"
        raise InputError(message)
    return max(found, key=lambda one: (len(one.path), one.late_days))


def _bar(axes: Axes, place: int, hop: Hop, start_year: int) -> None:
    """Draw a firm's days late: what it inherited above what it made itself."""
    own = min(hop.own_days, hop.late_days)
    axes.bar(place, own, _BAR, color=BLUE)
    axes.bar(place, hop.late_days - own, _BAR, bottom=own, color=ORANGE)
    when = f"{date(Time(start_year=start_year), hop.month, is_short=True)}, round {hop.round + 1}"
    axes.annotate(
        f"{hop.late_days:.1f} days\n{when}",
        (place, hop.late_days),
        xytext=(0, 4),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=8.5,
        color=BLACK,
    )


def _name(hop: Hop, place: int, count: int) -> str:
    """Name a firm and what is its part; colours are told in words too."""
    part = "here it began" if place == 0 else "late in the end" if place == count - 1 else "passed it on"
    inherited = hop.late_days - min(hop.own_days, hop.late_days)
    return f"firm {hop.firm}, {part}\n{min(hop.own_days, hop.late_days):.1f} own, {inherited:.1f} inherited"
