"""The picture of a late delivery on its way."""

from __future__ import annotations

import pytest

from simulation.engines.explanation import Decision, Delivery, Explanation, Hop
from simulation.errors import InputError
from simulation.figures import delay
from simulation.figures.showing import Shown

WAY = (Hop("a", 93, 3, 20.0, 20.0), Hop("b", 94, 0, 1.0, 8.0), Hop("c", 94, 1, 0.0, 2.5))


@pytest.fixture
def explanation():
    rounds = [
        Delivery(0, 0.0, 0.0, 0.0, is_late=False, path=()),
        Delivery(1, 0.0, 3.6, 2.5, is_late=True, path=WAY),
        Delivery(2, 9.0, 0.0, 9.0, is_late=True, path=(Hop("c", 94, 2, 9.0, 9.0),)),
    ]
    decided = Decision("waits", "It waits.", 0.0, 0.5)
    return Explanation("c", "sme", "services", "capital", 94, 2023, decided, (), tuple(rounds), ())


def texts(figure) -> list[str]:
    axes = figure.axes[0]
    return [text.get_text() for text in (*axes.texts, *axes.get_xticklabels()) if text.get_text()]


def test_the_longest_way_is_drawn_with_what_each_firm_made_and_inherited(explanation):
    figure = delay.draw(explanation)
    assert [round(bar.get_height(), 6) for bar in figure.axes[0].patches[:6]] == [20.0, 0.0, 1.0, 7.0, 0.0, 2.5]
    assert "firm a, here it began\n20.0 own, 0.0 inherited" in texts(figure)
    assert "firm b, passed it on\n1.0 own, 7.0 inherited" in texts(figure)
    assert "firm c, late in the end\n0.0 own, 2.5 inherited" in texts(figure)
    assert "20.0 days\nOct 2030, round 4" in texts(figure)


def test_a_round_can_be_chosen(explanation):
    assert "firm c, here it began\n9.0 own, 0.0 inherited" in texts(delay.draw(explanation, 2))


def test_a_round_without_a_late_delivery_is_refused(explanation):
    with pytest.raises(InputError, match="firm c delivered nothing late in that round"):
        delay.draw(explanation, 0)


def test_notebooks_get_a_picture(explanation):
    shown = Shown(delay.draw(explanation))
    kind, picture = shown._mime_()
    assert kind == "image/svg+xml"
    assert picture == shown._repr_svg_()
    assert "</svg>" in picture
