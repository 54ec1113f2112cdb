"""What is kept of a run: its measures as a tidy series, and its firms and links at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulation.compiled import source_digest
from simulation.measures import Record, all_measures, labels
from simulation.measures.imported import (
    defects_at_depth,
    defects_from,
    late_days_from,
    late_deliveries_at_depth,
    late_deliveries_at_depth_by_size,
    late_deliveries_from,
)
from simulation.measures.measure import pool_label, side_by_side
from simulation.replays import Replay
from simulation.scenario.scenario import Scenario
from simulation.state import Awards, Bool, Float, Links, State, World
from simulation.world.frames import link_frame, state_frame

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Row", "Run", "alike", "run_key", "series_rows"]


class Row(NamedTuple):
    """One line of the series: a measure of a group, by month; NaN where it is not defined.

    Of several runs ``values`` are those of one after the other, each with the same ``months``.
    """

    measure: str
    group: str
    origin: str | None
    depth: int | None
    months: np.ndarray[tuple[int], np.dtype[np.int64]]
    values: Float


def run_key(scenario: Scenario, seed: int) -> str:
    """Return the key of a run: SHA-256 of the resolved scenario with its data, the model's source, and the seed."""
    return hashlib.sha256(f"{scenario.digest()}:{source_digest()}:{seed}".encode()).hexdigest()


@dataclass(frozen=True)
class Run:
    """One scenario with one seed, run to the end.

    Attributes
    ----------
    scenario : Scenario
        As it was run, with strengths solved.
    seed : int
    world : World
    record : Record
        Sums by month and group from which all measures follow.
    structure : mapping
        By month: structural R_q of defects and R_d of lateness.
    state : State
        At the end of the last month.
    late_days : (n,) mean late days per delivery in the last month
    final_links : Links
        At the end, after the last review of partners.
    """

    scenario: Scenario
    seed: int
    world: World
    record: Record
    structure: Mapping[int, tuple[float, float]]
    state: State
    late_days: Float
    final_links: Links

    @property
    def awards(self) -> Awards:
        """The books of the policy."""
        return self.record.awards

    @property
    def adopted(self) -> Bool:
        """(n,) 1 for each firm that has adopted at the end."""
        return self.state.adopted

    @cached_property
    def key(self) -> str:
        """Key of the run: what was run, with which model."""
        return run_key(self.scenario, self.seed)

    @cached_property
    def series(self) -> pd.DataFrame:
        """Tidy frame: key, scenario, seed, month, group, origin, depth, measure, value."""
        import pandas as pd

        rows = list(series_rows([self]))
        repeats = [row.values.size for row in rows]

        def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
            return np.repeat(np.array([getattr(row, name) for row in rows], dtype=object), repeats)

        series = pd.DataFrame(
            {
                "month": np.concatenate([row.months for row in rows]),
                "group": column("group"),
                "origin": column("origin"),
                "depth": column("depth"),
                "measure": column("measure"),
                "value": np.concatenate([row.values for row in rows]),
            }
        ).astype({"origin": "string", "depth": "Int16"})
        series.insert(0, "seed", self.seed)
        series.insert(0, "scenario", self.scenario.name)
        series.insert(0, "key", self.key)
        return series

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all recorded numbers and the final state: equal for equal runs, bit for bit."""
        total = hashlib.sha256()
        for part in (*self.record.tallies, *self.record.awards, *self.state, self.final_links.supplier):
            total.update(np.ascontiguousarray(part).tobytes())
        return total.hexdigest()

    @cached_property
    def firms(self) -> pd.DataFrame:
        """Frame of the firms at the end of the last month, one row per firm."""
        frame = state_frame(self.world, self.state, self.late_days)
        frame["served"] = self.awards.served
        frame["received"] = self.awards.received.sum(axis=0)
        frame.insert(0, "seed", self.seed)
        frame.insert(0, "scenario", self.scenario.name)
        frame.insert(0, "key", self.key)
        return frame

    @cached_property
    def links(self) -> pd.DataFrame:
        """Frame of the links at the end: supplier and buyer as row numbers of `firms`, weight, value, critical."""
        return link_frame(self.final_links)

    def events(self, months: Collection[int] | None = None) -> pd.DataFrame:
        """Return every late delivery, of all or of some months (`Replay.events`); the run is lived again for that."""
        return Replay(self.scenario, self.seed, self.world, self.state.capacity.dtype.type).events(months)


def alike(runs: Iterable[Run]) -> list[list[Run]]:
    """Return the runs in lists whose series have the same lines and months."""
    found: dict[tuple[object, ...], list[Run]] = {}
    for run in runs:
        tallies = run.record.tallies
        shapes = (tallies.groups.shape, tallies.late_days.shape, tallies.defects.shape)
        months = (*run.structure, run.scenario.time.origin_months)
        found.setdefault((run.record.groups, run.record.ceiling, shapes, months), []).append(run)
    return list(found.values())


def series_rows(runs: Sequence[Run], measures: Collection[str] | None = None) -> Iterator[Row]:
    """Yield every line of the series of runs that are `alike`, their values one run after the other.

    Measures by group in every month, origins and depths where they were followed; or some measures by group alone.
    """
    first, record = runs[0], side_by_side([run.record for run in runs])
    every = np.arange(first.record.tallies.groups.shape[0])
    for measure in all_measures().values():
        if measures is not None and measure.name not in measures:
            continue
        for label, mask in labels(record.groups, measure.scope).items():
            yield Row(measure.name, label, None, None, every, measure.of(record, mask))
    if measures is not None:
        return
    months = np.array(sorted(first.structure))
    for place, name in enumerate(("structural_defects", "structural_late")):
        values = np.array([run.structure[month][place] for run in runs for month in months])
        yield Row(name, "all", None, None, months, values)
    followed = every[max(0, every.size - first.scenario.time.origin_months) :]
    for row in _origin_rows(record, (np.arange(len(runs))[:, np.newaxis] * every.size + followed).ravel()):
        yield row._replace(months=followed)


def _origin_rows(record: Record, months: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Iterator[Row]:
    """Yield the lines of origins and depths."""
    if months.size == 0:
        return
    cells = [" ".join(member) for member in record.groups.members()]
    tables = {"late_deliveries_from": late_deliveries_from}
    if record.tallies.late_days.shape[1] > 0:
        tables |= {"late_days_from": late_days_from, "defects_from": defects_from}
    for name, table in tables.items():
        values = table(record)[months]
        for o, origin in enumerate(cells):
            for b, bearer in enumerate(cells):
                yield Row(name, bearer, origin, None, months, values[:, o, b])
    depths = late_deliveries_at_depth(record)[months]
    for depth in range(depths.shape[1]):
        yield Row("late_deliveries_at_depth", "all", None, depth, months, depths[:, depth])
    sizes = {"late_deliveries_at_depth": late_deliveries_at_depth_by_size}
    if record.tallies.defects.shape[1] > 0:
        sizes |= {"defects_at_depth": defects_at_depth}
    for name, table in sizes.items():
        by_size = table(record)[months]
        for place, is_sme in enumerate((False, True)):
            for depth in range(by_size.shape[1]):
                yield Row(name, pool_label(record.groups, is_sme), None, depth, months, by_size[:, depth, place])
