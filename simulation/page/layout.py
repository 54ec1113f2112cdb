"""Where firms stand on the page: large makers in the middle with their tiers around, or by region and sector.

Both layouts fill the unit disc or square evenly and depend on nothing but the world, so that runs in one world look
alike. Networks have thousands of links: forces between firms would give a ball of wool, so places come from what a
firm is (size, tier, region, sector) and only the order within a ring from whom it sells to.
"""

from __future__ import annotations

from math import ceil, pi, sqrt
from typing import NamedTuple

import numpy as np

from simulation.state import Float, Index, World

__all__ = ["MIDDLE_BANDS", "Places", "around", "band_of", "by_region", "has_sector_cells", "wedges_of"]

_DEEPEST = 4
"""Tiers from here on share a band."""

MIDDLE_BANDS = 2
"""Bands of large firms: makers in the middle, then the others."""

_EASE = 2.5
"""Room of large firms over that of others: their dots are so unequal that they need more of it."""

_WEDGE_GAP = 0.16
"""Angle left free between regions, in radians; less where there are many."""

_BAND_GAP = 0.018
"""Radius left free between bands."""

_LEAST_WIDTH, _LEAST_ANGLE = 0.055, 0.12
"""Least width of a band, and least part of an even share of the circle that a region gets."""

_MOST_CELLS = 8

_GOLDEN = pi * (3.0 - sqrt(5.0))


class Places(NamedTuple):
    """Places of firms, the middle at (0, 0), all within 1 of it in either direction.

    Attributes
    ----------
    x, y : (n,) up is positive
    """

    x: Float
    y: Float


def band_of(world: World) -> Index:
    """Return (n,) the band of each firm from the middle outwards.

    0 large makers, 1 other large firms, 2 to 5 tiers 1 to 4 and deeper, 6 firms without a way to a large maker.
    """
    firms = world.firms
    tier = np.minimum(firms.tier.astype(np.int64), _DEEPEST)
    band = np.where(tier < 0, MIDDLE_BANDS + _DEEPEST, MIDDLE_BANDS - 1 + np.maximum(tier, 1))
    return np.where(firms.is_large == 1, np.where(tier == 0, 0, 1), band)


def wedges_of(world: World) -> Float:
    """Return (regions, 2) the first and last angle of each region: room as its firms need, from the top clockwise."""
    regions = len(world.groups.regions)
    count = np.bincount(world.firms.group % regions, minlength=regions).astype(np.float64)
    share = np.maximum(count / max(float(count.sum()), 1.0), _LEAST_ANGLE / regions)
    share /= share.sum()
    gap = min(_WEDGE_GAP, pi / (4.0 * regions)) if regions > 1 else 0.0
    ends = np.cumsum(share) * 2.0 * pi
    # The first region is centred on the right, where reading of a circle begins.
    turn = 0.5 * pi - pi * share[0]
    first, last = pi / 2.0 - turn - (ends - share * 2.0 * pi) - gap / 2.0, pi / 2.0 - turn - ends + gap / 2.0
    return np.stack([first, last], axis=1)


def around(world: World, room: Float) -> Places:
    """Return places on rings around the large makers, one wedge per region.

    Parameters
    ----------
    world : World
    room : (n,)
        Room that each firm takes, relative: the width of a ring follows from that of its firms.
    """
    band, wedges = band_of(world), wedges_of(world)
    region = world.firms.group % wedges.shape[0]
    edges = _edges(band, room)
    angle = np.zeros(band.size)
    x, y = np.zeros(band.size), np.zeros(band.size)
    for number in np.unique(band):
        wanted = _wanted(world, angle, band < number)
        for place in np.unique(region[band == number]):
            inside = np.flatnonzero((band == number) & (region == place))
            middle = wedges[place].mean()
            near = np.where(np.isnan(wanted[inside]), middle, _near(wanted[inside], middle))
            inside = inside[np.lexsort((-room[inside], -near))]
            radius, at = _ring(inside.size, edges[number], wedges[place])
            angle[inside] = at
            x[inside], y[inside] = radius * np.cos(at), radius * np.sin(at)
    return Places(x, y)


def _edges(band: Index, room: Float) -> Float:
    """Return (bands, 2) inner and outer radius of each band: area in proportion to the room of its firms."""
    needed = np.bincount(band, room, int(band.max()) + 1).astype(np.float64)
    needed[:MIDDLE_BANDS] *= _EASE
    width = np.diff(np.sqrt(np.cumsum(needed) / needed.sum()), prepend=0.0)
    width = np.where(needed > 0.0, np.maximum(width, _LEAST_WIDTH), 0.0)
    outer = np.cumsum(width) / width.sum()
    inner = np.concatenate([[0.0], outer[:-1]])
    return np.stack([inner + np.where(inner > 0.0, _BAND_GAP, 0.0), outer - _BAND_GAP], axis=1)


def _wanted(world: World, angle: Float, is_placed: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Float:
    """Return (n,) the direction of each firm's partners that have a place, weighted by value; NaN without any."""
    links, n = world.links, angle.size
    pull = np.zeros((2, n))
    for one, other in ((links.supplier, links.buyer), (links.buyer, links.supplier)):
        known = is_placed[other]
        weight = np.sqrt(np.maximum(links.value[known], 1e-12))
        for axis, part in enumerate((np.cos, np.sin)):
            pull[axis] += np.bincount(one[known], weight * part(angle[other[known]]), n)
    return np.where(np.hypot(*pull) > 0.0, np.arctan2(pull[1], pull[0]), np.nan)


def _near(angle: Float, middle: float) -> Float:
    """Return angles as those within half a turn of a middle."""
    turned: Float = middle + (angle - middle + pi) % (2.0 * pi) - pi
    return turned


def _ring(count: int, edge: Float, wedge: Float) -> tuple[Float, Float]:
    """Return radius and angle of so many evenly spread places in a part of a ring, in the order of their angles."""
    inner, outer = float(edge[0]), float(max(edge[1], edge[0]))
    high, low = float(wedge[0]), float(wedge[1])
    if count == 1:
        return np.array([0.5 * (inner + outer)]), np.array([0.5 * (high + low)])
    area = 0.5 * (outer**2 - inner**2) * (high - low)
    rows = max(1, min(count, round((outer - inner) / sqrt(max(area / count, 1e-12)))))
    radii = inner + (np.arange(rows) + 0.5) * (outer - inner) / rows
    share = np.cumsum(radii) / radii.sum() * count
    counts = np.diff(np.concatenate([[0], np.round(share)])).astype(np.int64)
    radius, angle = [], []
    for row, many in enumerate(counts):
        shift = 0.25 if row % 2 else 0.75  # neighbouring rows do not stand in line
        steps = (np.arange(many) + (shift if many > 1 else 0.5)) / max(many, 1)
        radius.append(np.full(many, radii[row]))
        angle.append(high - steps * (high - low))
    found, at = np.concatenate(radius), np.concatenate(angle)
    order = np.argsort(-at, kind="stable")
    return found[order], at[order]


def has_sector_cells(world: World) -> bool:
    """Say whether `by_region` gives every sector of a region a cell of its own: where cells are few."""
    return len(world.groups.regions) * len(world.groups.sectors) <= _MOST_CELLS


def by_region(world: World, room: Float) -> Places:
    """Return places in one cell per region, and per sector where cells are few; the largest firms in the middle."""
    regions, sectors = len(world.groups.regions), len(world.groups.sectors)
    sector, region = np.divmod(world.firms.cell.astype(np.int64), regions)
    if has_sector_cells(world):
        cells, across, down = region * sectors + sector, sectors, regions
    else:
        across = ceil(sqrt(regions))
        cells, down = region, ceil(regions / across)
    x, y = np.zeros(room.size), np.zeros(room.size)
    full = float(np.bincount(cells, room).max())
    for cell in np.unique(cells):
        inside = np.flatnonzero(cells == cell)
        inside = inside[np.lexsort((world.firms.key[inside], -room[inside]))]
        row, column = divmod(int(cell), across)
        wide, high = 1.0 / across, 1.0 / down
        radius = 0.9 * min(wide, high) * max(0.4, sqrt(float(room[inside].sum()) / full))
        taken = np.cumsum(room[inside]) - 0.5 * room[inside]
        reach = radius * np.sqrt(taken / max(float(room[inside].sum()), 1e-12))
        turn = _GOLDEN * np.arange(inside.size)
        x[inside] = -1.0 + (2 * column + 1) * wide + reach * np.cos(turn)
        y[inside] = 1.0 - (2 * row + 1) * high + reach * np.sin(turn)
    return Places(x, y)
