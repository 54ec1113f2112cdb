"""Figures of robustness show ranks, values and regret."""

from __future__ import annotations

import numpy as np
import pytest
from known import hand_made

from simulation.experiments.robustness.analysis import robustness
from simulation.figures.robustness import draw_ranks, draw_regret
from simulation.figures.style import rendered


@pytest.fixture(scope="module")
def found():
    state = np.linspace(0.0, 1.0, 40)
    cost = np.array([10.0 + state, 8.0 + state, np.where(state < 0.8, 4.0, 18.0)])
    values = cost[:, :, None] + np.zeros(2)
    return robustness(hand_made({"x": state}, values, scenarios=("baseline", "safe_one", "bold")), resamples=20)


def test_ranks_are_colours_with_values_and_probabilities(found):
    figure = draw_ranks(found)
    axes = figure.axes[0]
    known = np.isfinite(found.score).any(axis=1)
    np.testing.assert_allclose(axes.images[0].get_array(), (found.ranks[known] - 1.0) / 2.0)
    assert axes.texts[0].get_text() == "11\n0 %"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["baseline", "safe\none", "bold"]
    assert "↓" in axes.get_yticklabels()[0].get_text()
    assert rendered(figure) == rendered(draw_ranks(found))


def test_regret_is_ordered_by_its_maximum_and_marked(found):
    axes = draw_regret(found).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["safe one", "baseline", "bold"]
    regret = found.regret()[1]
    np.testing.assert_allclose(axes.lines[0].get_xdata(), regret)
    assert [line.get_xdata()[0] for line in axes.lines[1:4]] == pytest.approx(np.quantile(regret, [0.5, 0.9, 1.0]))
