"""The cost-effectiveness plane: points where the table says, filled on the frontier, with names that do not overlap."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from simulation.errors import InputError
from simulation.experiments.frontier import EFFECTS, frontier
from simulation.figures import frontier as figure_of
from simulation.figures.style import BLUE


@pytest.fixture(scope="module")
def table(comparison):
    return frontier(comparison)


@pytest.fixture(scope="module")
def figure(comparison, table):
    return figure_of.draw(comparison, table)


def points(axes):
    """Return (x, y, is filled) of the points of a panel."""
    found = set()
    for line in axes.lines:
        if line.get_marker() == "o":
            filled = to_hex(line.get_markerfacecolor()) == BLUE
            found |= {(float(x), float(y), filled) for x, y in zip(*line.get_data(), strict=True)}
    return found


def test_every_effect_has_a_panel_with_its_policies(figure, table):
    assert len(figure.axes) == len(EFFECTS)
    for axes, (_, part) in zip(figure.axes, table.groupby("effect", sort=False), strict=True):
        assert axes.get_title(loc="left").replace("\n", " ") == part["label"].iloc[0]
        expected = {(row["gain"], row["cost"], row["status"] == "frontier") for row in part.to_dict("records")}
        assert points(axes) == expected
        names = {text.get_text() for text in axes.texts}
        assert names == {"baseline", "Cash <for> $adopters$"}


def test_the_frontier_is_a_line_through_its_policies(figure, table):
    for axes, (_, part) in zip(figure.axes, table.groupby("effect", sort=False), strict=True):
        on_it = part[part["status"] == "frontier"].sort_values("gain")
        lines = [line for line in axes.lines if line.get_linewidth() == 1.8 and line.get_linestyle() == "-"]
        assert len(lines) == 1
        np.testing.assert_array_equal(lines[0].get_xdata(), on_it["gain"])


def test_names_of_policies_with_the_same_effect_stand_apart(comparison, table, base):
    names = [f"policy_{number}" for number in range(7)]
    row = table[(table["effect"] == "late_days_avoided") & (table["scenario"] != "baseline")].iloc[0].to_dict()
    crowd = pd.DataFrame([row | {"scenario": name, "gain": 1.0 + 1e-6 * place} for place, name in enumerate(names)])
    wide = pd.DataFrame([row | {"scenario": "far", "gain": 9.0}])
    many = dataclasses.replace(comparison, scenarios=(base, *(base.with_({"name": n}) for n in (*names, "far"))))
    axes = figure_of.draw(many, pd.concat([crowd, wide])).axes[0]
    places = sorted(text.get_position()[0] for text in axes.texts)
    assert len(places) == 8
    width = axes.get_position().width * 9.6
    low, high = axes.get_xlim()
    assert min(np.diff(places)) >= 1.9 * 8.0 / 72.0 * (high - low) / width


def test_without_a_policy_there_is_nothing_to_draw(single):
    with pytest.raises(InputError, match="there is no policy"):
        figure_of.draw(single)
