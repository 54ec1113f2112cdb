"""Elementary effects against those that are known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from known import ishigami, linear, response, with_values

from simulation.errors import InputError
from simulation.experiments.response import response_of
from simulation.experiments.sample import Factor
from simulation.experiments.sensitivity.morris import elementary_effects


def test_a_linear_function_has_its_slopes_whatever_the_luck():
    found = elementary_effects(response(design="morris", size=12, replications=3))
    assert found.mu_star == pytest.approx([2.0, 1.0, 0.0], abs=1e-12)
    assert found.mu == pytest.approx([2.0, 1.0, 0.0], abs=1e-12)
    assert found.sigma == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    assert found.mu_star_half == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    assert found.trajectories == 12
    assert "They could be fixed." in " ".join(found.sentences())
    assert "± 0)" in found.sentences()[0]


def test_effects_that_depend_on_the_place_are_named():
    """x1 x2: the effect of each is the other, whose four levels 0, 1/3, 2/3, 1 are equally likely: mu = 1/2."""
    found = elementary_effects(response(lambda x, _: (x[:, 0] - 0.5) * x[:, 1], design="morris", size=200))
    assert found.mu_star[0] == pytest.approx(0.5, abs=0.06)  # standard error 0.37 / sqrt(200) = 0.026
    assert found.mu[1] == pytest.approx(0.0, abs=0.06)
    assert "Effects that depend on where one stands (sigma above mu*): Factor B." in found.sentences()


def test_groups_have_no_sign():
    factors = (Factor("a", group="both"), Factor("b", group="both"), Factor("c"))
    found = elementary_effects(response(linear, factors, design="morris", size=10))
    assert found.names == ("both", "c")
    assert np.isnan(found.mu[0])
    assert np.isnan(found.sigma[0])
    assert 1.0 <= found.mu_star[0] <= 3.0  # together up to 3, against each other 1
    assert found.mu_star[1] == 0.0


def test_few_trajectories_are_said():
    found = elementary_effects(response(ishigami, design="morris", size=4))
    assert any(line.startswith("4 trajectories are few") for line in found.warnings())
    assert any("wider than ± a quarter of the largest mu*" in line for line in found.warnings())


def test_gaps_take_their_trajectory_along():
    whole = response(design="morris", size=6, replications=2)

    def lose(values):
        values[9, 0] = np.nan

    gap = with_values(whole, lose)
    with pytest.raises(InputError, match="leave out each trajectory"):
        elementary_effects(gap)
    found = elementary_effects(gap, on_missing="drop")
    assert found.trajectories == 5
    assert found.left_out == pytest.approx(1 / 6)
    assert found.mu_star == pytest.approx([2.0, 1.0, 0.0], abs=1e-12)


def test_points_that_are_no_trajectories_are_refused():
    whole = response(design="morris", size=6).sample
    mixed = dataclasses.replace(whole, blocks=np.arange(whole.blocks.size))
    with pytest.raises(InputError, match="need two or more whole trajectories of 4 points"):
        elementary_effects(response_of(mixed))
    moved = whole.drawn.copy()
    moved[0] += 0.01
    with pytest.raises(InputError, match="not those of a Morris design"):
        elementary_effects(response_of(dataclasses.replace(whole, drawn=moved)))


def test_the_table_is_ordered_and_has_the_noise():
    table = elementary_effects(response(design="morris", size=10, replications=2)).table()
    assert table["mu_star"].is_monotonic_decreasing
    assert table["noise"].between(0.0, 1.0).all()
