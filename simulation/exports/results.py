"""The results of a folder as flat files: series, runs, firms, links and, on request, late events."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.experiments.sweeps.results import SweepResults
from simulation.exports.tables import write_table
from simulation.store.experiment import Experiment
from simulation.store.files import check_folder
from simulation.world.frames import with_names

if TYPE_CHECKING:
    import pandas as pd

    from simulation.replays import Replay

__all__ = ["event_table", "result_tables", "save_tables"]

_RUN = ["scenario", "seed"]


def result_tables(experiment: Experiment) -> dict[str, pd.DataFrame]:
    """Return by name the frames that a folder of results holds; firms are named by their ids.

    A sweep also has its ``points``, and ``results``: its runs with the factors of their points.
    """
    firms = experiment.firms()
    found = {"runs": experiment.runs()}
    if isinstance(experiment, SweepResults):
        found |= {"points": experiment.points(), "results": experiment.table()}
    found |= {
        "series": experiment.series(),
        "firms": _named(firms, firms, ("root",)),
        "links": _named(experiment.links(), firms, ("supplier", "buyer")),
        "overlaps": experiment.overlaps(),
        "ensemble": experiment.ensemble(),
    }
    return {name: frame for name, frame in found.items() if len(frame)}


def _named(frame: pd.DataFrame, firms: pd.DataFrame, titles: Sequence[str]) -> pd.DataFrame:
    """Return a frame with the ids of firms in place of their row numbers among the firms of the same run."""
    import pandas as pd

    if frame.empty:
        return frame
    names = {run: part["firm"].to_numpy() for run, part in firms.groupby(_RUN, sort=False)}
    return pd.concat(
        [
            rows.assign(**{title: names[run][rows[title].to_numpy()] for title in titles})
            for run, rows in frame.groupby(_RUN, sort=False)
        ],
        ignore_index=True,
    )


def event_table(run: Replay, months: Sequence[int] | None = None) -> pd.DataFrame:
    """Return the late deliveries of a run with its scenario and seed; firms are named by their ids."""
    events = with_names(run.world, run.events(months))
    events.insert(0, "seed", run.seed)
    events.insert(0, "scenario", run.scenario.name)
    return events


def save_tables(tables: dict[str, pd.DataFrame], folder: Path, ending: str) -> list[Path]:
    """Write frames as ``NAME.csv`` or ``NAME.parquet``."""
    check_folder(folder)
    paths = []
    for name, frame in tables.items():
        paths.append(folder / f"{name}.{ending}")
        write_table(paths[-1], frame)
    return paths
