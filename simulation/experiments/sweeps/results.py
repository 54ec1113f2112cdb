"""A sweep on disk: how far it is, its points with what came of them, and samples for every analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.errors import InputError
from simulation.experiments.outcomes import Outcome
from simulation.experiments.sample import Factor, Sample
from simulation.experiments.sweeps.declaration import Sweep
from simulation.experiments.sweeps.ledger import KIND, Ledger, is_locked
from simulation.experiments.sweeps.preparing import study_of
from simulation.experiments.sweeps.study import ENSEMBLE, MOST_BLOCKS, Study
from simulation.replays import Replay
from simulation.scenario.merging import did_you_mean
from simulation.scenario.register import register
from simulation.scenario.scenario import Scenario
from simulation.state import Float
from simulation.store.experiment import open_experiment

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Status", "SweepResults", "open_sweep", "study_in"]


@dataclass(frozen=True)
class Status:
    """How far a sweep is.

    Attributes
    ----------
    total, done, failed : int
        Runs that it has, that ended well, that failed.
    seconds : float
        Mean seconds of a run on one worker, NaN before the first.
    errors : dict
        How often each error was met.
    is_running : bool
        Whether a program is at it.
    """

    total: int
    done: int
    failed: int
    seconds: float
    errors: Mapping[str, int]
    is_running: bool

    @property
    def left(self) -> int:
        """Runs that are still to be made."""
        return self.total - self.done - self.failed


@dataclass(frozen=True)
class SweepResults(Ledger):
    """The results of a sweep in a folder."""

    @cached_property
    def study(self) -> Study:
        """What was asked for."""
        return study_in(self.manifest, self.folder)

    @cached_property
    def _runs(self) -> pd.DataFrame:
        """The runs that belong to the study as it is now."""
        runs = super().runs()
        if runs.empty:
            return runs
        known = runs["point"].isin(self.study.numbers) & (self._replication(runs) < self.study.sweep.replications)
        return runs[known].reset_index(drop=True)

    def runs(self) -> pd.DataFrame:
        """Return a row per run (see `Ledger.runs`)."""
        return self._runs

    def written(self) -> pd.DataFrame:
        """Return every row that workers wrote, of runs that were made twice too, with the part that it stands in."""
        import pandas as pd

        names = self.parts("runs")
        tables = [self.read(name).to_pandas().assign(part=name) for name in names]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    def series(self, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the series that were kept, of all or of some measures, each run once."""
        found = super().series(measures)
        if found.empty:
            return found
        places = [name for name in found.columns if name != "value"]
        return found[found["key"].isin(self.runs()["key"])].drop_duplicates(places, ignore_index=True)

    def _replication(self, runs: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.int64]]:
        return (runs["seed"].to_numpy() - self.study.sweep.first_seed) // MOST_BLOCKS

    def points(self) -> pd.DataFrame:
        """Return a row per point: point, block, and by factor the value that is simulated there."""
        return self.study.points()

    def table(self) -> pd.DataFrame:
        """Return a row per run with the factors of its point beside its outcomes."""
        return self.points().merge(self.runs(), on="point") if len(self.runs()) else self.runs()

    def status(self) -> Status:
        """Return how far the sweep is."""
        runs = self.runs()
        if runs.empty:
            return Status(self.study.runs, 0, 0, float("nan"), {}, is_locked(self.folder))
        is_done = runs["status"] == "done"
        errors = {str(text): int(count) for text, count in runs.loc[~is_done, "error"].value_counts().items()}
        seconds = float(runs.loc[is_done, "seconds"].mean())
        return Status(
            self.study.runs, int(is_done.sum()), int((~is_done).sum()), seconds, errors, is_locked(self.folder)
        )

    def outcome(self, name: str) -> Outcome:
        """Return an outcome that is kept of every run; `InputError` where it is not."""
        kept = {outcome.name: outcome for outcome in self.study.outcomes}
        if name not in kept:
            close = did_you_mean(name, kept) or f"; kept are {', '.join(kept)}"
            message = f"the sweep in {self.folder} keeps no outcome {name!r}{close}"
            raise InputError(message)
        return kept[name]

    def sample(self, outcome: str) -> Sample:
        """Return one outcome at all points: NaN where a run failed or was not made.

        The members of an ensemble appear with the values of their parameters, except in designs whose analysis needs
        the factors as they were placed (Sobol, Morris).
        """
        chosen = self.outcome(outcome)
        factors, points, drawn = self._factors()
        return Sample(
            chosen.name,
            chosen.label,
            chosen.unit,
            chosen.is_lower_better,
            self.study.sweep.design,
            factors,
            points,
            drawn,
            self.study.blocks,
            tuple(scenario.name for scenario in self.study.scenarios),
            self._values(outcome),
            self.study.has_common_seeds,
        )

    def _values(self, outcome: str) -> Float:
        study, runs = self.study, self.runs()
        names = [scenario.name for scenario in study.scenarios]
        values = np.full((len(names), len(study.numbers), study.sweep.replications), np.nan)
        if len(runs):
            done = runs[runs["status"] == "done"]
            rows = np.searchsorted(study.numbers, done["point"].to_numpy())
            scenarios = done["scenario"].map({name: place for place, name in enumerate(names)}).to_numpy()
            values[scenarios, rows, self._replication(done)] = done[outcome].to_numpy()
        return values

    def _factors(self) -> tuple[tuple[Factor, ...], pd.DataFrame, Float]:
        import pandas as pd

        study = self.study
        points = study.points().drop(columns=["point", "block"])
        if not study.members or study.sweep.design in ("sobol", "morris"):
            return study.factors, points, study.drawn
        labels = {entry.path: (entry.label, entry.unit) for entry in register()}
        members = [study.member(int(number)) for number in study.numbers]
        table = pd.DataFrame([member.values for member in members if member is not None])
        spread = table.max() - table.min()
        table = table.loc[:, spread > 0.0]
        own = []
        for path in map(str, table.columns):
            label, unit = labels.get(path, (path, ""))
            low, high = float(table[path].min()), float(table[path].max())
            own.append(Factor(path, label, unit, low, high, group=ENSEMBLE))
        placed = ((table - table.min()) / (table.max() - table.min())).to_numpy()
        drawn = np.concatenate([study.drawn[:, :-1], placed], axis=1)
        return (*study.factors[:-1], *own), pd.concat([points.drop(columns=[ENSEMBLE]), table], axis=1), drawn

    def run_again(self, scenario: str | None = None, seed: int | None = None, point: int | None = None) -> Replay:
        """Return a run that can be lived again, by default that of the first scenario at the first point."""
        from simulation.engines.strength import solve_strength
        from simulation.world.build import build

        study = self.study
        number = int(study.numbers[0]) if point is None else point
        if number not in study.row_of:
            message = f"the sweep in {self.folder} has no point {number}"
            raise InputError(message)
        names = {one.name: one for one in study.scenarios}
        chosen = study.scenarios[0].name if scenario is None else scenario
        if chosen not in names:
            message = f"{self.folder} holds no scenario '{chosen}', but {', '.join(names)}"
            raise InputError(message)
        seeds = study.seeds(study.row_of[number])
        if seed is not None and seed not in seeds:
            message = f"seed {seed} was not run at point {number}; its seeds are {', '.join(map(str, seeds))}"
            raise InputError(message)
        ready, _ = solve_strength(study.at(number, names[chosen]))
        first = seeds[0] if seed is None else seed
        return Replay(ready, first, build(ready, first))


def study_in(manifest: Mapping[str, Any], folder: Path) -> Study:
    """Return the study that a manifest describes.

    Raises
    ------
    InputError
        It is damaged, or this version places the points of its design elsewhere.
    """
    try:
        sweep = Sweep.model_validate(manifest["sweep"])
        scenarios = [Scenario.model_validate(entry["resolved"]) for entry in manifest["scenarios"].values()]
        wanted = manifest["design"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"{folder / 'manifest.json'} was changed or damaged: what the sweep is cannot be read from it"
        raise InputError(message) from error
    study = study_of(sweep, scenarios)
    if study.design_digest() != wanted:
        message = (
            f"the points in {folder} were placed by other versions of the packages than these; install those of its "
            "manifest to go on with it"
        )
        raise InputError(message)
    return study


def open_sweep(folder: str | Path) -> SweepResults:
    """Open the folder of a sweep; `InputError` where it holds none."""
    found = open_experiment(folder)
    if found.manifest.get("kind") != KIND:
        message = f"{folder} holds results of kind '{found.manifest.get('kind')}', not of a sweep"
        raise InputError(message)
    return SweepResults(found.folder, found.manifest)
