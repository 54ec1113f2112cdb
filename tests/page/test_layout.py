import numpy as np
import pytest

from simulation.page.layout import MIDDLE_BANDS, around, band_of, by_region, has_sector_cells, wedges_of
from simulation.scenario.scenario import Scenario
from simulation.world.build import build


def world_of_size(firms, **changes):
    return build(Scenario().with_({"population.firms": firms, **changes}), 1)


@pytest.fixture(scope="module")
def world():
    return world_of_size(600)


def room_of(world):
    return np.maximum(world.firms.workers, 1.0) ** 0.6 + 4.0


@pytest.mark.parametrize("place", [around, by_region])
@pytest.mark.parametrize("firms", [2, 7, 60, 600])
def test_all_firms_stand_within_the_picture_and_none_on_another(place, firms):
    world = world_of_size(firms, **{"network.mean_suppliers": 1.0} if firms < 10 else {})
    x, y = place(world, room_of(world))
    assert np.isfinite(x).all()
    assert np.abs(np.stack([x, y])).max() <= 1.0
    distance = np.hypot(x[:, None] - x, y[:, None] - y)[~np.eye(firms, dtype=bool)]
    assert distance.min() > 0.1 / np.sqrt(firms)


def test_places_depend_on_the_world_alone(world):
    for place in (around, by_region):
        for one, other in zip(place(world, room_of(world)), place(world, room_of(world)), strict=True):
            np.testing.assert_array_equal(one, other)


def test_large_makers_stand_in_the_middle_and_each_tier_around_the_one_before(world):
    x, y = around(world, room_of(world))
    radius, band = np.hypot(x, y), band_of(world)
    inner = -1.0
    for number in np.unique(band):
        assert radius[band == number].min() > inner
        inner = radius[band == number].max()
    assert (world.firms.is_large[band < MIDDLE_BANDS] == 1).all()
    assert (world.firms.tier[band == MIDDLE_BANDS] <= 1).all()


def test_every_region_has_a_wedge_of_its_own(world):
    x, y = around(world, room_of(world))
    wedges = wedges_of(world)
    for region in range(2):
        inside = world.firms.group % 2 == region
        middle = wedges[region].mean()
        away = (np.arctan2(y[inside], x[inside]) - middle + np.pi) % (2 * np.pi) - np.pi
        assert np.abs(away).max() <= (wedges[region, 0] - wedges[region, 1]) / 2 + 1e-9
    assert (wedges[:, 0] - wedges[:, 1]).sum() < 2 * np.pi


def test_firms_of_a_ring_stand_near_those_they_sell_to(world):
    """Ordering a ring by partners shortens the links: against the same ring in another order."""
    x, y = around(world, room_of(world))
    links, band, region = world.links, band_of(world), world.firms.group % 2

    def length(x, y):
        return np.hypot(x[links.supplier] - x[links.buyer], y[links.supplier] - y[links.buyer]).mean()

    shuffled_x, shuffled_y = x.copy(), y.copy()
    generator = np.random.default_rng(1)
    for number in np.unique(band):
        for place in range(2):
            inside = np.flatnonzero((band == number) & (region == place))
            other = generator.permutation(inside)
            shuffled_x[inside], shuffled_y[inside] = x[other], y[other]
    assert length(x, y) < 0.93 * length(shuffled_x, shuffled_y)


def test_few_cells_are_split_by_sector_and_many_regions_are_not(world):
    assert has_sector_cells(world)
    regions = tuple("abcdefghi")
    many = world._replace(groups=world.groups._replace(regions=regions, is_capital=(True,) + (False,) * 8))
    assert not has_sector_cells(many)
