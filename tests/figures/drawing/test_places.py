"""Cells, places of firms and wedges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks_to_draw import network_of, world
from scipy.spatial import KDTree

from simulation.figures.drawing.dots import dot_areas
from simulation.figures.drawing.flows import between_cells, wedges
from simulation.figures.drawing.grid import cells_of, laid_out
from simulation.figures.drawing.packing import fitted_areas, pitch_of, spirals, unit_bars


def cells(firms, name="baseline"):
    content = world(firms, name)
    return content, cells_of(content.firms, content.links, content.groups)


def test_tiers_run_from_left_to_right_and_firms_that_sell_to_nobody_end_the_row():
    content = network_of([(1, 0), (2, 1), (3, 2), (3, 4), (0, 5)], 7)
    firms = content.firms.assign(tier=[0, 1, 2, 3, -1, -1, -1])
    links = content.links
    found = cells_of(firms, links, content.groups)
    assert found.column.tolist() == [3, 2, 1, 0, 4, 4, 4]
    assert found.columns[-1].startswith("sells to")
    deaf = cells_of(firms.assign(tier=[0, 1, 2, -1, -1, -1, -1]), links, content.groups)
    assert deaf.columns[0].startswith("no way")
    assert deaf.column[3] == 0


def test_every_firm_is_counted_in_one_cell_and_seventeen_provinces_have_a_band_each():
    content, found = cells(2000, "provinces")
    assert found.counts.sum() == 2000
    assert [band.name for band in found.bands] == list(content.groups.regions)
    assert len(found.rows) == 34


def test_of_very_many_rows_sectors_then_regions_are_taken_together():
    content, _ = cells(2000, "provinces")
    names = [f"region {number}" for number in range(45)]
    groups = content.groups._replace(regions=tuple(names), is_capital=(True,) * 3 + (False,) * 42)
    region = np.array(names)[np.arange(2000) % 45]
    pooled = cells_of(content.firms.assign(region=region), content.links, groups)
    assert [band.name for band in pooled.bands] == ["capital", "elsewhere"]
    fewer = groups._replace(regions=tuple(names[:30]), is_capital=groups.is_capital[:30])
    alone = cells_of(content.firms.assign(region=np.array(names)[np.arange(2000) % 30]), content.links, fewer)
    assert len(alone.rows) == 30


@pytest.mark.parametrize(("firms", "name"), [(60, "baseline"), (2000, "baseline"), (2000, "provinces")])
def test_cells_fill_the_page_and_leave_room_for_names(firms, name):
    _, found = cells(firms, name)
    grid = laid_out(found, 1.0, 7.0, 6.0, (0.5, 0.15), 0.1)
    assert grid.left[0] == pytest.approx(1.0)
    assert grid.left[-1] + grid.width[-1] == pytest.approx(8.0)
    assert grid.height.sum() == pytest.approx(6.0)
    assert grid.width.min() >= 0.5 - 1e-9
    assert grid.height.min() >= 0.15 - 1e-9


@pytest.mark.parametrize(("firms", "name"), [(300, "baseline"), (5000, "baseline"), (3000, "provinces")])
def test_dots_of_bars_stay_in_their_cell_and_apart_with_the_largest_first(firms, name):
    content, found = cells(firms, name)
    grid = laid_out(found, 0.0, 7.0, 7.0, (0.5, 0.19), 0.1)
    pitch = pitch_of(found, grid, 0.02)
    workers = content.firms["workers"].to_numpy()
    place = unit_bars(found, grid, workers, pitch, 0.02)
    inside = place - np.stack([grid.left[found.column], grid.top[found.row]], axis=1)
    assert (inside > 0.0).all()
    assert (inside < np.stack([grid.width[found.column], grid.height[found.row]], axis=1)).all()
    assert KDTree(place).query(place, k=2)[0][:, 1].min() >= pitch * (1.0 - 1e-9)
    for number in np.unique(found.cell):
        mine = np.flatnonzero(found.cell == number)
        assert workers[mine[np.lexsort((place[mine, 1], place[mine, 0]))][0]] == workers[mine].max()


def test_the_largest_firm_of_a_spiral_lies_in_the_middle_and_dots_are_smaller_where_crowded():
    content, found = cells(250)
    grid = laid_out(found, 0.0, 7.0, 6.0, (0.5, 0.2), 0.1)
    area = fitted_areas(found, grid, dot_areas(content.firms["workers"].to_numpy(dtype=float)))
    place = spirals(found, grid, area)
    for number in np.unique(found.cell):
        mine = np.flatnonzero(found.cell == number)
        column, row = divmod(int(number), len(found.rows))
        middle = grid.middle(np.array([column]), np.array([row]))[0]
        away = np.linalg.norm((place[mine] - middle) / [grid.width[column], grid.height[row]], axis=1)
        assert away.max() <= 0.5
        assert area[mine[away.argmin()]] == area[mine].max()
    tight = laid_out(found, 0.0, 3.0, 2.0, (0.2, 0.1), 0.0)
    assert fitted_areas(found, tight, area).max() < area.max()


def test_dots_grow_with_workers_within_limits():
    areas = dot_areas(np.array([1.0, 5.0, 50.0, 1e6]))
    assert (np.diff(areas) >= 0.0).all()
    assert areas.max() <= 500.0


points = st.floats(0.0, 10.0)


@given(points, points, points, points)
def test_wedges_are_wide_where_they_begin_and_thin_where_they_end(ax, ay, bx, by):
    for bend in ("level", "none", "inward"):
        (shape,) = wedges([[ax, ay]], [[bx, by]], [0.4], [0.1], 9, bend=bend)
        first, last = (shape[0] + shape[-1]) / 2.0, (shape[8] + shape[9]) / 2.0
        np.testing.assert_allclose(first, [ax, ay], atol=1e-9)
        np.testing.assert_allclose(last, [bx, by], atol=1e-9)
        assert np.linalg.norm(shape[0] - shape[-1]) == pytest.approx(0.4) or (ax, ay) == pytest.approx((bx, by))


def test_there_and_back_lie_apart():
    there, back = wedges([[0.0, 0.0], [0.0, 2.0]], [[0.0, 2.0], [0.0, 0.0]], [0.1, 0.1], [0.1, 0.1], 9)
    assert abs(there[4, 0] - back[4, 0]) > 0.3


def test_flows_between_cells_add_up():
    generator = np.random.default_rng(3)
    start, end = generator.integers(0, 6, (2, 500))
    value = generator.uniform(0.0, 5.0, 500)
    flows = between_cells(start, end, value, 6)
    assert flows.value.sum() + flows.inside == pytest.approx(value.sum())
    assert flows.inside == pytest.approx(value[start == end].sum())
    assert (np.diff(flows.value) <= 0.0).all()
    assert (flows.start != flows.end).all()
    assert flows.value[0] == pytest.approx(value[(start == flows.start[0]) & (end == flows.end[0])].sum())
