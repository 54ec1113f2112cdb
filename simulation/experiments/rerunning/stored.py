"""The runs of a folder, ready to be made again beside what was stored of them."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from simulation.compiled import source_digest
from simulation.engines.strength import solve_strength
from simulation.errors import InputError, TierwiseError
from simulation.experiments.outcomes import outcome_of_run
from simulation.experiments.parallel import world_key
from simulation.experiments.rerunning.numbers import Gap, outcome_gaps, series_gaps
from simulation.experiments.rerunning.surroundings import Change, changed_data
from simulation.experiments.sweeps.results import SweepResults
from simulation.experiments.sweeps.working import METADATA
from simulation.records import Run
from simulation.runs import run_in_world
from simulation.scenario.scenario import Scenario
from simulation.state import World
from simulation.store.experiment import Experiment
from simulation.store.parts import series_table
from simulation.world.build import build

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KINDS", "Again", "Stored", "records", "stored_runs"]

KINDS = ("run", "comparison", "sweep")
"""Kinds of results that can be made again."""


class Again(NamedTuple):
    """A stored run and what became of it: the run as it is now and the numbers that differ, or why there is none."""

    row: dict[str, Any]
    run: Run | None
    gaps: list[Gap]
    error: str = ""


class Stored(Protocol):
    """Runs of a folder, each with scenario, seed and digest.

    ``shared`` is the column whose runs are made together, because they share a world or solved strengths.
    """

    @property
    def shared(self) -> str:
        """Return the column."""

    def rows(self) -> pd.DataFrame:
        """Return a row per run, failed ones too."""

    def again(self, rows: list[dict[str, Any]]) -> Iterator[Again]:
        """Make runs again that agree in the shared column."""

    def data_changes(self) -> list[Change]:
        """Return which own data have changed."""


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as mappings by column."""
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def stored_runs(results: Experiment) -> Stored:
    """Return the runs of a folder of a run, a comparison or a sweep; `InputError` for anything else."""
    kind = results.manifest.get("kind")
    if kind not in KINDS:
        message = f"{results.folder} holds results of kind '{kind}'; only those of {', '.join(KINDS)} are made again"
        raise InputError(message)
    return SweepRuns(results) if isinstance(results, SweepResults) else SeedRuns(results)


class _Scenarios:
    """Scenarios of a manifest, with what is known of their data."""

    def __init__(self, results: Experiment) -> None:
        try:
            entries = dict(results.manifest["scenarios"])
            self.of = {name: Scenario.model_validate(entry["resolved"]) for name, entry in entries.items()}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            message = (
                f"{results.folder / 'manifest.json'} does not say what was run in a way that this version of the "
                "model reads; install the version that it names, or see whether it was changed"
            )
            raise InputError(message) from error
        is_of_this_model = results.manifest.get("environment", {}).get("source") == source_digest()
        self.changed = {
            name: changed_data(scenario, entries[name], is_of_this_model) for name, scenario in self.of.items()
        }

    def data_changes(self) -> list[Change]:
        return [change for found in self.changed.values() for change in found]

    def refuse(self, name: str) -> None:
        """Refuse a scenario whose data are not what they were: it would be another one."""
        if self.changed[name]:
            message = "its own data are not what they were"
            raise InputError(message)


class _Worlds:
    """Worlds of one seed, which scenarios share; those of the seed before are let go."""

    def __init__(self) -> None:
        self.seed = -1
        self.kept: dict[str, World] = {}

    def of(self, scenario: Scenario, seed: int) -> World:
        if seed != self.seed:
            self.seed, self.kept = seed, {}
        key = world_key(scenario)
        if key not in self.kept:
            self.kept[key] = build(scenario, seed)
        return self.kept[key]


@dataclass(frozen=True)
class SeedRuns:
    """Runs of a comparison, or the one of a run: all origins are followed, and the whole series is kept."""

    results: Experiment
    shared: str = "seed"

    @functools.cached_property
    def _scenarios(self) -> _Scenarios:
        return _Scenarios(self.results)

    def rows(self) -> pd.DataFrame:
        """Return a row per run."""
        return self.results.runs()

    def data_changes(self) -> list[Change]:
        """Return which own data have changed."""
        return self._scenarios.data_changes()

    def again(self, rows: list[dict[str, Any]]) -> Iterator[Again]:
        """Make the runs of a seed again."""
        worlds, then = _Worlds(), _series(self.results, self.results.parts("series"), ("seed", "=", rows[0]["seed"]))
        for row in rows:
            try:
                self._scenarios.refuse(row["scenario"])
                scenario = self._scenarios.of[row["scenario"]]
                run = run_in_world(worlds.of(scenario, row["seed"]), scenario, row["seed"])
            except Exception as error:  # noqa: BLE001 - one run that fails is a difference; all others go on
                yield Again(row, None, [], _told(error))
                continue
            now = series_table([run]).to_pandas()
            yield Again(row, run, series_gaps(then[then["scenario"] == row["scenario"]], now))


@dataclass(frozen=True)
class SweepRuns:
    """Runs of a sweep, every row that a worker wrote: two that contradict each other are both looked at."""

    results: SweepResults
    shared: str = "point"

    @functools.cached_property
    def _scenarios(self) -> _Scenarios:
        return _Scenarios(self.results)

    def rows(self) -> pd.DataFrame:
        """Return a row per run, two where a run was made twice with different results."""
        rows, study = self.results.written(), self.results.study
        if rows.empty:
            return rows
        rows = rows[rows["point"].isin(study.numbers)].sort_values(["point", "scenario", "seed"], kind="stable")
        done = rows[rows["status"] == "done"].drop_duplicates(["request", "digest"])
        failed = rows[(rows["status"] != "done") & ~rows["request"].isin(done["request"])]
        import pandas as pd

        return pd.concat([done, failed.drop_duplicates("request")], ignore_index=True)

    def data_changes(self) -> list[Change]:
        """Return which own data have changed."""
        return self._scenarios.data_changes()

    def again(self, rows: list[dict[str, Any]]) -> Iterator[Again]:
        """Make the runs of a point again; strengths of its policies are solved again, too."""
        study, worlds = self.results.study, _Worlds()
        scenarios = {scenario.name: scenario for scenario in study.scenarios}

        @functools.cache
        def solved(name: str) -> Scenario:
            return solve_strength(study.at(rows[0]["point"], scenarios[name]))[0]

        for row in sorted(rows, key=lambda row: (row["seed"], row["scenario"])):
            try:
                self._scenarios.refuse(row["scenario"])
                ready = solved(row["scenario"])
                run = run_in_world(
                    worlds.of(ready, row["seed"]), ready, row["seed"],
                    has_origins=study.has_origins, has_structure=False,
                )  # fmt: skip
            except Exception as error:  # noqa: BLE001 - one run that fails is a difference; all others go on
                yield Again(row, None, [], _told(error))
                continue
            yield Again(row, run, [*self._outcome_gaps(row, run), *self._series_gaps(row, run)])

    def _outcome_gaps(self, row: dict[str, Any], run: Run) -> list[Gap]:
        study = self.results.study
        start, discount = study.start_at(row["point"]), run.scenario.budget.discount
        now = {outcome.name: outcome_of_run(run, outcome, start, discount) for outcome in study.outcomes}
        return outcome_gaps({name: row[name] for name in now}, now)

    def _series_gaps(self, row: dict[str, Any], run: Run) -> list[Gap]:
        if not (kept := self.results.study.sweep.series):
            return []
        parts = json.loads(self.results.read(row["part"]).schema.metadata[METADATA])["parts"]
        then = _series(self.results, parts, ("key", "=", row["key"]))
        mine = then[then["scenario"] == row["scenario"]].drop_duplicates()
        return series_gaps(mine, series_table([run], kept).to_pandas())


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, TierwiseError) else f"{type(error).__name__}: {error}"


def _series(results: Experiment, parts: list[str], condition: tuple[str, str, Any]) -> pd.DataFrame:
    """Return the stored series that meet a condition."""
    import pandas as pd

    tables = [results.read(part, [condition]).to_pandas() for part in parts if part.startswith("series-")]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["scenario"])
