"""Figures of boxes and trees show what was found."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from simulation.errors import InputError
from simulation.experiments.discovery.cases import cases_of
from simulation.experiments.discovery.condition import parse_where
from simulation.experiments.discovery.prim import Peeling, prim
from simulation.experiments.discovery.tree import grow_tree
from simulation.experiments.sample import Factor
from simulation.experiments.synthetic import Sampling, synthetic_sample
from simulation.figures.discovery import draw_box, draw_tree
from simulation.figures.style import rendered

FACTORS = (Factor("a", "Rate"), Factor("rule", "Rule", levels=("x", "y", "z")), Factor("b", "Other"))


def cases(function):
    sample = synthetic_sample(function, FACTORS, Sampling(size=300, replications=2))
    return cases_of(parse_where("y > 0.5"), lambda _: sample)


@pytest.fixture(scope="module")
def found():
    return prim(
        cases(lambda x, luck: ((x[:, 0] > 0.6) & (x[:, 1] != 1)) + 0.2 * luck), Peeling(resamples=2, shuffles=3)
    )


def test_a_box_is_drawn_with_its_trajectory_ranges_and_main_factors(found):
    figure = draw_box(found)
    trajectory, ranges, scatter = figure.axes[:3]
    np.testing.assert_allclose(trajectory.collections[0].get_offsets(), found.found[0].trajectory[:, :2])
    texts = [text.get_text() for text in ranges.texts]
    for limit in found.found[0].restrictions:
        assert str(limit) in " ".join(" ".join(texts).split())
    assert {scatter.get_xlabel(), scatter.get_ylabel()} == {"Rate", "Rule"}
    drawn = sum(line.get_xdata().size for line in scatter.lines)
    assert drawn == 300
    outlines = [patch for patch in scatter.patches if isinstance(patch, Rectangle)]
    assert len(outlines) == 2  # one for each level that stays
    note = " ".join(figure.get_supxlabel().split())
    assert note.startswith(
        f"{found.cases.count} cases among 300 points; at {found.cases.disagreeing} the 2 replications"
    )
    assert rendered(figure) == rendered(draw_box(found))


def test_a_box_of_one_factor_and_a_box_that_is_not_there():
    one = prim(cases(lambda x, luck: (x[:, 0] > 0.5) + 0.0 * luck), Peeling(resamples=2, shuffles=3))
    assert rendered(draw_box(one), "png", 40)
    with pytest.raises(InputError, match="boxes 1 to 1; there is no box 2"):
        draw_box(one, 2)


def test_leaves_are_bars_with_their_rules(found):
    tree = grow_tree(found.cases)
    axes = draw_tree(tree).axes[0]
    assert [patch.get_width() for patch in axes.patches] == pytest.approx([leaf.density for leaf in tree.leaves])
    assert axes.texts[0].get_text() == " and ".join(map(str, tree.leaves[0].restrictions))
