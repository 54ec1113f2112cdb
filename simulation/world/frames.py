"""Firms and links as frames: who exists, what firms are like in a month, and tables that can be read again.

Every table and graph of firms comes from here: the results of runs, exports, and the network of the Mesa model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.state import Float, Links, State, World

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["STATES", "firm_frame", "firm_names", "link_frame", "state_frame", "with_names", "world_frames"]

_NAMING = ("supplier", "buyer", "root")

STATES = ("adopted", "months_adopted", "user_share", "capacity", "effective", "defects", "late")
"""Columns of a state that say what a firm is like in a month, beside where its lateness began and what it sells."""


def firm_names(world: World) -> tuple[str, ...]:
    """Return the ids of all firms as text, in order."""
    return world.names or tuple(map(str, world.firms.key.tolist()))


def firm_frame(world: World) -> pd.DataFrame:
    """Return who exists: firm, size, sector, region, tier, workers, weight; one row per firm in order."""
    import pandas as pd

    firms = world.firms
    frame = pd.DataFrame({"firm": firm_names(world)})
    for title, codes, classes in _classes(world):
        frame[title] = pd.Categorical.from_codes(codes, categories=pd.Index(classes))
    for name in ("tier", "workers", "weight"):
        frame[name] = getattr(firms, name)
    return frame


def _classes(world: World) -> list[tuple[str, np.ndarray[tuple[int], np.dtype[np.int64]], tuple[str, ...]]]:
    """Return title, (n,) codes and names of the three classes of firms."""
    groups, group = world.groups, world.firms.group.astype(np.int64)
    regions, sectors = len(groups.regions), len(groups.sectors)
    return [
        ("size", group // (sectors * regions), groups.sizes),
        ("sector", group // regions % sectors, groups.sectors),
        ("region", group % regions, groups.regions),
    ]


def state_frame(world: World, state: State, late_days: Float | None = None) -> pd.DataFrame:
    """Return `firm_frame` and what the firms are like.

    Parameters
    ----------
    world : World
    state : State
    late_days : (n,) mean late days per delivery, optional
    """
    frame = firm_frame(world)
    for name in STATES:
        frame[name] = getattr(state, name)
    if late_days is not None:
        frame["late_days"] = late_days
    for name in ("root", "travelled", "sales"):
        frame[name] = getattr(state, name)
    return frame


def link_frame(links: Links) -> pd.DataFrame:
    """Return the links by buyer in slot order: supplier and buyer as row numbers, weight, value, critical."""
    import pandas as pd

    return pd.DataFrame(
        {
            "supplier": links.supplier,
            "buyer": links.buyer,
            "weight": links.weight,
            "value": links.value,
            "critical": links.is_critical,
        }
    )


def world_frames(world: World) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the firms and links of a world as own tables have them: read again, they are the same world.

    Returns
    -------
    firms : frame
        id, size, sector, region, workers, capacity (without learning, 0 to 1), weight (firms of the economy that the
        firm stands for, relative), final_demand (million won a year) and input_share (purchases over sales).
    links : frame
        supplier and buyer (ids), weight (share in the buyer's inputs), value (million won a year) and critical (0 or
        1); by buyer in slot order.
    """
    own = world.firms
    firms = firm_frame(world).rename(columns={"firm": "id"})[["id", "size", "sector", "region", "workers"]]
    firms = firms.astype(dict.fromkeys(("size", "sector", "region"), object))
    firms["capacity"] = own.capacity_start
    for name in ("weight", "final_demand", "input_share"):
        firms[name] = getattr(own, name)
    return firms, with_names(world, link_frame(world.links))


def with_names(world: World, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with the ids of firms in place of their numbers, in columns that name firms."""
    names = np.array(firm_names(world), dtype=object)
    return frame.assign(**{title: names[frame[title].to_numpy()] for title in _NAMING if title in frame})
