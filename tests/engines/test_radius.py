"""The spectral radius of links, against the whole matrix."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engines.radius import spectral_radius


def radius_of(matrix):
    """Return the radius found from the positive entries of a matrix and from some of its zeros, as links of 0."""
    matrix = np.asarray(matrix, float)
    is_link = (matrix > 0.0) | (np.add.outer(np.arange(len(matrix)), np.arange(len(matrix))) % 3 == 0)
    buyer, supplier = np.nonzero(is_link)
    start = np.searchsorted(buyer, np.arange(len(matrix) + 1)).astype(np.int64)
    return spectral_radius(start, supplier.astype(np.int32), matrix[buyer, supplier])


@st.composite
def matrices(draw):
    """Matrices of firms of which a few buy from many, some from nobody, and some sell to nobody."""
    n = draw(st.integers(1, 24))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    density = rng.uniform(0.0, 0.6) * rng.pareto(2.0, n)[:, None]
    matrix = np.where(rng.random((n, n)) < density, rng.random((n, n)), 0.0)
    matrix[rng.random(n) < 0.2] = 0.0
    matrix[:, rng.random(n) < 0.2] = 0.0
    np.fill_diagonal(matrix, 0.0)
    return matrix


def iterated(matrix):
    """Return what the power iteration on M + c I gives with the whole matrix of the firms that may lie on cycles."""
    while len(keep := np.flatnonzero((matrix > 0.0).any(axis=0) & (matrix > 0.0).any(axis=1))) < len(matrix):
        matrix = matrix[np.ix_(keep, keep)]
    if len(matrix) == 0:
        return 0.0
    shift, vector = 0.25 * matrix.sum(axis=1).max(), np.ones(len(matrix))
    for _ in range(2000):
        following = matrix @ vector + shift * vector
        before, vector = vector, following / following.max()
        if np.abs(vector - before).max() < 1e-11:
            break
    return following.max() - shift


@given(matrices())
def test_entries_are_multiplied_as_in_the_whole_matrix(matrix):
    """Eigenvalues themselves would not do here: of chains they are computed with errors, and close ones settle late."""
    assert radius_of(matrix) == pytest.approx(iterated(matrix), rel=1e-9, abs=1e-9)


@given(st.integers(2, 20), st.integers(0, 2**32))
def test_it_is_the_largest_eigenvalue_where_all_buy_from_all(n, seed):
    matrix = np.random.default_rng(seed).uniform(0.2, 1.0, (n, n))
    assert radius_of(matrix) == pytest.approx(np.abs(np.linalg.eigvals(matrix)).max(), rel=1e-8)


@given(matrices())
def test_without_cycles_it_is_nought(matrix):
    assert radius_of(np.triu(matrix, 1)) == 0.0


@pytest.mark.parametrize("length", [2, 3, 7])
def test_a_cycle_alone_has_the_geometric_mean_of_its_entries(length):
    entry = np.linspace(0.2, 0.9, length)
    matrix = np.zeros((length + 3, length + 3))  # and three firms on no cycle: two without partners
    matrix[np.arange(length), (np.arange(length) + 1) % length] = entry
    matrix[length, 0] = 5.0  # and one from which nobody buys, whatever it pays
    assert radius_of(matrix) == pytest.approx(np.prod(entry) ** (1.0 / length), rel=1e-9)


def test_the_order_of_firms_is_no_matter():
    rng = np.random.default_rng(7)
    matrix = np.where(rng.random((40, 40)) < 0.15, rng.random((40, 40)), 0.0)
    order = rng.permutation(40)
    assert radius_of(matrix[np.ix_(order, order)]) == pytest.approx(radius_of(matrix), rel=1e-10)
