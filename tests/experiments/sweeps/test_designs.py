"""Every design: positions, blocks, and that a larger one continues a smaller one."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.errors import InputError
from simulation.experiments.sample import Factor
from simulation.experiments.sweeps.declaration import DesignKind
from simulation.experiments.sweeps.designs import Request, design_of

DESIGNS = DesignKind.__args__
FACTORS = (
    Factor("a", low=-1.0, high=3.0, group="a"),
    Factor("b", low=0.0, high=2.0, levels=("x", "y", "z"), group="b"),
    Factor("c", low=2.0, high=5.0, is_whole=True, group="c"),
)
USUAL = np.array([0.5, 0.5, 0.125])


def request(size=64, seed=3, factors=FACTORS, second=False, listed=None):
    return Request(factors, USUAL[: len(factors)], size, 4, seed, second, listed)


def place(name, **options):
    if name == "list":
        options["listed"] = np.array([[0.2, np.nan, 0.9], [0.4, 0.5, np.nan]])
    return design_of(name).place(request(**options))


@pytest.mark.parametrize("name", DESIGNS)
def test_positions_are_in_range_and_the_same_for_the_same_request(name):
    first, again = place(name), place(name)
    assert first.drawn.shape == (len(first.blocks), len(FACTORS))
    assert np.isfinite(first.drawn).all()
    assert (first.drawn >= 0.0).all()
    assert (first.drawn <= 1.0).all()
    assert np.array_equal(first.drawn, again.drawn)
    assert np.array_equal(first.blocks, again.blocks)


@pytest.mark.parametrize("name", [name for name in DESIGNS if design_of(name).has_size])
def test_a_larger_design_continues_a_smaller_one(name):
    small, large = place(name, size=64), place(name, size=256)
    count = len(small.drawn)
    assert np.array_equal(large.drawn[:count], small.drawn)
    assert np.array_equal(large.blocks[:count], small.blocks)
    assert len(large.drawn) == 4 * count


@pytest.mark.parametrize("name", [name for name in DESIGNS if design_of(name).has_size])
def test_another_seed_places_other_points(name):
    assert not np.array_equal(place(name, seed=3).drawn, place(name, seed=4).drawn)


def test_a_grid_has_every_combination_once():
    drawn = place("grid").drawn
    assert len(drawn) == 4 * 3 * 4
    assert len(np.unique(drawn, axis=0)) == len(drawn)
    values = {(a.value(x), b.value(y), c.value(z)) for x, y, z in drawn for a, b, c in [FACTORS]}
    assert {value[0] for value in values} == {-1.0, -1.0 + 4 / 3, -1.0 + 8 / 3, 3.0}
    assert {value[1:] for value in values} == {(word, number) for word in "xyz" for number in (2, 3, 4, 5)}


def test_a_grid_that_is_too_large_is_refused_before_it_is_made():
    many = tuple(Factor(str(number), levels=tuple(range(100))) for number in range(6))
    with pytest.raises(InputError, match="1,000,000,000,000 points"):
        design_of("grid").place(request(factors=many)._replace(usual=np.zeros(6)))


@pytest.mark.parametrize("size", [64, 128, 256])
def test_a_latin_hypercube_has_one_point_in_each_part(size):
    drawn = place("latin_hypercube", size=size).drawn
    last = drawn[size // 2 :] if size > 64 else drawn  # the hypercubes have 64, 64, 128, ... points
    for column in last.T:
        assert sorted(np.floor(column * len(last)).astype(int)) == list(range(len(last)))


@pytest.mark.parametrize(("second", "points"), [(False, 5), (True, 8)])
def test_a_block_of_saltelli_changes_one_factor_at_a_time(second, points):
    placed = place("sobol", size=16, second=second)
    assert np.bincount(placed.blocks).tolist() == [points] * 16
    for block in range(16):
        rows = placed.drawn[placed.blocks == block]
        different = [(rows[0] != row).sum() for row in rows]
        assert different[: len(FACTORS) + 1] == [0, 1, 1, 1]


def test_a_trajectory_of_morris_moves_every_factor_once_by_the_same_step():
    placed = place("morris", size=20)
    for block in range(20):
        rows = placed.drawn[placed.blocks == block]
        steps = np.diff(rows, axis=0)
        assert (np.count_nonzero(steps, axis=1) == 1).all()
        assert np.allclose(np.abs(steps).sum(axis=0), 2.0 / 3.0)


def test_factors_of_a_group_move_together():
    grouped = (FACTORS[0], FACTORS[2].__class__("c", low=0.0, high=1.0, group="a"), FACTORS[1])
    placed = place("morris", factors=grouped, size=8)
    assert np.bincount(placed.blocks).tolist() == [3] * 8
    placed = place("sobol", factors=grouped, size=8)
    assert np.bincount(placed.blocks).tolist() == [4] * 8


def test_one_at_a_time_moves_one_factor_through_its_levels():
    placed = place("one_at_a_time")
    assert placed.moved is not None
    assert placed.moved.sum(axis=1).tolist() == [0] + [1] * (4 + 3 + 4)
    assert np.array_equal(placed.drawn[0], USUAL)
    assert np.array_equal(np.where(placed.moved, USUAL, placed.drawn), np.tile(USUAL, (12, 1)))


def test_a_list_has_its_points_in_order_and_leaves_what_they_do_not_name():
    placed = place("list")
    assert placed.moved.tolist() == [[True, False, True], [True, True, False]]
    assert placed.drawn.tolist() == [[0.2, 0.5, 0.9], [0.4, 0.5, 0.125]]
