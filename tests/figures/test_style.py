from __future__ import annotations

from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.figures.style import (
    Ending,
    apart,
    clipped,
    finish,
    label_endings,
    looks,
    new_figure,
    rendered,
    save,
    scenario_label,
    styled,
)  # fmt: skip
from simulation.scenario.scenario import Scenario


@given(st.lists(st.floats(-10, 20), min_size=1, max_size=12), st.floats(0.01, 0.5))
def test_labels_moved_apart_keep_their_order_their_distance_and_the_axes(places, gap):
    moved = apart(sorted(places), gap, 0.0, 10.0)
    assert all(above - below >= gap - 1e-9 for below, above in pairwise(moved))
    assert min(moved) >= -1e-9
    assert max(moved) <= 10.0 + 1e-9


def test_labels_that_do_not_overlap_stay_where_their_lines_end():
    assert apart([1.0, 5.0, 9.0], 1.0, 0.0, 10.0) == pytest.approx([1.0, 5.0, 9.0])


def test_labels_of_lines_without_an_end_are_left_out():
    with styled():
        figure = new_figure(4, 3, "t")
        axes = figure.subplots()
        axes.set_ylim(0, 1)
        label_endings([(axes, [Ending("known", 1.0, 0.5, "black"), Ending("unknown", 1.0, np.nan, "black")])])
    assert [text.get_text() for text in axes.texts] == ["known"]


def test_drawing_leaves_the_settings_of_the_caller_alone():
    before = mpl.rcParams["font.size"]
    with mpl.rc_context({"font.size": 31.0}):
        with styled():
            assert mpl.rcParams["font.size"] != 31.0
        assert mpl.rcParams["font.size"] == 31.0
    assert mpl.rcParams["font.size"] == before


def test_scenarios_can_be_told_apart_by_colour_or_dashes():
    scenarios = [Scenario().with_({"name": f"s{number}"}) for number in range(14)]
    seen = looks(scenarios)
    assert len({(look.color, look.dashes) for look in seen.values()}) == 14
    assert seen["s0"].color == "#000000"


def test_a_scenario_is_called_by_its_title_where_that_is_short_else_by_its_name():
    scenario = Scenario().with_({"name": "cash_subsidy"})
    assert scenario_label(scenario) == "cash subsidy"
    assert scenario_label(scenario.with_({"title": "Cash"})) == "Cash"
    assert (
        scenario_label(scenario.with_({"title": "A title much too long for the margin of a figure"})) == "cash subsidy"
    )


def test_long_texts_are_cut_on_one_line():
    assert clipped("one\n two", 20) == "one two"
    assert clipped("abcdefghij", 5) == "abcd…"


def test_titles_and_notes_are_wrapped_to_the_width_of_the_figure():
    with styled():
        words = "User gap of SMEs, capital - elsewhere, mean since policy start, minus baseline, "
        figure = finish(new_figure(4.0, 3.0, words * 2), words * 4)
    figure.draw_without_rendering()
    for text in figure.texts:
        assert len(text.get_text().split("\n")) > 2
        assert text.get_window_extent().width <= 4.0 * figure.dpi


def test_figures_are_saved_in_the_format_of_the_ending(tmp_path):
    with styled():
        figure = new_figure(2, 2, "t")
    for ending, start in (("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        path = save(figure, tmp_path / f"figure.{ending}")
        assert path.read_bytes().startswith(start)
    with pytest.raises(InputError, match=r"figure\.gif"):
        save(figure, tmp_path / "figure.gif")


def test_dollars_in_names_are_not_read_as_formulas():
    with styled():
        figure = new_figure(3, 2, "costs $5 or $x_{")
    assert rendered(figure, "svg").startswith(b"<?xml")
