"""Figures of sensitivity show the numbers of their analyses."""

from __future__ import annotations

import numpy as np
import pytest
from known import THREE, hand_made, ishigami, linear, response

from simulation.experiments.response import response_of
from simulation.experiments.sample import Factor
from simulation.experiments.sensitivity.analysis import analyse_sensitivity
from simulation.experiments.words import percent
from simulation.figures.sensitivity import draw_sensitivity
from simulation.figures.style import rendered


def bars(axes):
    return [patch.get_width() for patch in axes.patches]


def note(figure):
    return " ".join(figure.get_supxlabel().split())


def test_bars_are_the_indices_and_luck_has_its_own():
    found = analyse_sensitivity(response(design="sobol", size=64, replications=3))
    figure = draw_sensitivity(found)
    axes = figure.axes[0]
    order = np.argsort(-found.total)
    assert bars(axes) == pytest.approx([*found.total[order], *found.first[order], found.noise.of_mean])
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "Factor A", "Factor B", "Factor C", "Luck, in the mean over replications",
    ]  # fmt: skip
    assert note(figure).startswith("64 Saltelli blocks")
    assert f"Luck: {percent(found.noise.share)} of the variance of a run" in note(figure)
    assert rendered(figure) == rendered(draw_sensitivity(found))


def test_effects_are_bars_and_points():
    found = analyse_sensitivity(response(ishigami, design="morris", size=10))
    left, right = draw_sensitivity(found).axes
    order = np.argsort(-found.mu_star)
    assert bars(left) == pytest.approx(found.mu_star[order])
    points = [(line.get_xdata()[0], line.get_ydata()[0]) for line in right.lines[1:]]
    assert points == [pytest.approx((found.mu_star[j], found.sigma[j])) for j in order]
    grouped = tuple(Factor(name, group="all") for name in "abc")
    assert rendered(
        draw_sensitivity(analyse_sensitivity(response(linear, grouped, design="morris", size=4))), "png", 40
    )


def test_distances_stand_beside_their_floors():
    found = analyse_sensitivity(response(design="latin_hypercube", size=100))
    left, right = draw_sensitivity(found).axes
    order = np.argsort(-found.distance)
    assert bars(left) == pytest.approx(found.distance[order])
    assert bars(right) == pytest.approx(found.first[order])


def test_curves_have_a_panel_per_factor_with_the_default_marked():
    words = Factor("rule", "Rule $1$", levels=("x", "y"))
    columns = {"a": [0.5, 0.0, 1.0, 0.5], "rule": ["x", "x", "x", "y"]}
    values = np.array([[[2.0, 4.0], [1.0, 3.0], [5.0, 7.0], [2.5, 4.5]]])
    found = analyse_sensitivity(
        response_of(hand_made(columns, values, "one_at_a_time", factors=(Factor("a", is_logarithmic=True), words)))
    )
    figure = draw_sensitivity(found)
    first, second, third = figure.axes
    assert first.lines[0].get_ydata().tolist() == [2.0, 3.0, 6.0]
    assert first.lines[1].get_xdata().tolist() == [0.5]
    assert second.get_title(loc="left") == "Rule $1$"
    assert not third.get_visible()
    assert note(figure).startswith("Means over 2 common seeds")
    assert rendered(figure, "png", 40)


def test_of_many_factors_the_largest_are_shown():
    many = tuple(Factor(f"f{j}", f"Factor with quite a long name that goes on and on {j}") for j in range(25))
    figure = draw_sensitivity(
        analyse_sensitivity(response(lambda x, _: x @ np.arange(25.0), many, design="morris", size=4))
    )
    assert len(bars(figure.axes[0])) == 20
    assert "The 5 smallest of 25 factors are left out." in note(figure)
    assert len(THREE) == 3
