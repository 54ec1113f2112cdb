"""The network of a run in chosen months: what firms were like, and who bought from whom."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.exports.graphs import write_network
from simulation.exports.networks import GRAPHS, Format
from simulation.exports.tables import write_table
from simulation.replays import Replay
from simulation.store.files import check_folder
from simulation.world.frames import link_frame, state_frame, with_names

if TYPE_CHECKING:
    import pandas as pd

    from simulation.engines.snapshots import Snapshot
    from simulation.state import World

__all__ = ["month_files", "month_frames", "save_months"]


def month_frames(world: World, snapshot: Snapshot) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the firms of a month, as in the results of a run, and its links; firms are named by their ids."""
    firms = state_frame(world, snapshot.state, snapshot.late_days)
    firms["served"] = snapshot.served
    firms["received"] = snapshot.received
    return with_names(world, firms), with_names(world, link_frame(snapshot.links))


def month_files(months: Collection[int], kind: Format) -> list[str]:
    """Return the names of the files that months are written to: one for each, or a table of firms and one of links."""
    if kind in GRAPHS:
        return [f"month-{month:03d}.{kind}" for month in sorted(set(months))]
    return [f"{name}.{kind}" for name in ("firms", "links")]


def save_months(
    run: Replay,
    months: Collection[int],
    folder: Path,
    kind: Format = "csv",
    *,
    on_month: Callable[[int], None] | None = None,
) -> list[Path]:
    """Write the network of a run in some months: a graph for each, or tables of firms and of links with the month.

    Parameters
    ----------
    run : Replay
    months : collection of int
    folder : Path
    kind : {"csv", "parquet", "graphml", "gexf"}
    on_month : callable, optional
        Told the number of months done, for showing progress.

    Raises
    ------
    InputError
        A month that the run has not lived.
    """
    import pandas as pd

    check_folder(folder)
    paths = [folder / name for name in month_files(months, kind)]
    kept: tuple[list[pd.DataFrame], list[pd.DataFrame]] = ([], [])
    for number, snapshot in enumerate(run.snapshots(months)):
        frames = month_frames(run.world, snapshot)
        if kind in GRAPHS:
            write_network(paths[number], *frames)
        else:
            for frame, others in zip(frames, kept, strict=True):
                frame.insert(0, "month", snapshot.month)
                others.append(frame)
        if on_month:
            on_month(number + 1)
    if kind not in GRAPHS:
        for path, parts in zip(paths, kept, strict=True):
            write_table(path, pd.concat(parts, ignore_index=True))
    return paths
