"""The figure of closures: firms in the order of their rank, sizes apart."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import PathCollection

from simulation.experiments.systemic import systemic_firms
from simulation.figures.closure import TITLE, draw
from simulation.figures.style import rendered
from simulation.runs import run


@pytest.fixture(scope="module")
def firms(base):
    short = base.with_({"time.months": 2, "time.survey_month": 0})
    done = run(short, 1, has_origins=False)
    return systemic_firms(done).firms, done.world.groups


def test_every_firm_stands_at_its_rank_in_both_panels_coloured_by_size(firms):
    table, groups = firms
    figure = draw(table, groups, "A network.")
    assert figure.get_suptitle() == TITLE
    assert "A network. Grey" in " ".join(figure.get_supxlabel().split())
    assert {text.get_text() for text in figure.axes[0].texts} >= {"large", "SMEs"}
    for axes, column in zip(figure.axes, ("closure", "closure_unreplaced"), strict=True):
        own, *sizes = (child for child in axes.collections if isinstance(child, PathCollection))
        dots = np.concatenate([np.asarray(part.get_offsets()) for part in sizes])
        dots = dots[np.argsort(dots[:, 0])]
        np.testing.assert_array_equal(dots[:, 0], np.arange(1, len(table) + 1))
        assert dots[:, 1] == pytest.approx(100.0 * np.sort(table[column])[::-1])
        assert [len(part.get_offsets()) for part in sizes] == [
            (table["size"] == size).sum() for size in ("sme", "large")
        ]
        assert len(own.get_offsets()) == len(table)
        assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


def test_equal_tables_give_equal_bytes(firms):
    assert rendered(draw(*firms, "A network.")) == rendered(draw(*firms, "A network."))


def test_firms_of_one_size_are_drawn_without_the_name_of_the_other(firms):
    table, groups = firms
    figure = draw(table[table["size"] == "sme"], groups, "Small.")
    assert "large" not in {text.get_text() for text in figure.axes[0].texts}
