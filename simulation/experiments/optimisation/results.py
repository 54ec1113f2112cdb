"""A search on disk: its trials, what is dominated by none, and what fresh seeds say of that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.errors import InputError
from simulation.experiments.optimisation.front import front_probability, non_dominated
from simulation.experiments.outcomes import Outcome
from simulation.experiments.statistics import mean_interval
from simulation.experiments.sweeps.kept import kept_outcomes
from simulation.scenario.scenario import Scenario
from simulation.state import Float
from simulation.store.experiment import Experiment, open_experiment

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KIND", "Optimisation", "open_optimisation"]

KIND = "optimisation"


@dataclass(frozen=True)
class Optimisation(Experiment):
    """The trials of a search in a folder."""

    @cached_property
    def baseline(self) -> Scenario:
        """The scenario that effects are differences from."""
        entry = next(iter(self.manifest["scenarios"].values()))
        return Scenario.model_validate(entry["resolved"])

    @cached_property
    def aims(self) -> tuple[Outcome, ...]:
        """What is to become better."""
        return kept_outcomes(self.manifest["search"]["aims"], self.baseline)

    @property
    def levers(self) -> tuple[str, ...]:
        """Among which the money is divided."""
        return tuple(self.manifest["search"]["levers"])

    def trials(self) -> pd.DataFrame:
        """Return a row per trial and seed: trial, ``share:LEVER`` ..., seed, can_spend and what it changes."""
        return self._ordered("trials")

    def confirmed(self) -> pd.DataFrame:
        """Return the same rows on fresh seeds, of the front and of what was on it earlier in the search."""
        return self._ordered("confirmed")

    def _ordered(self, kind: str) -> pd.DataFrame:
        found = self._frame(kind)
        return found.sort_values(["trial", "seed"], ignore_index=True) if len(found) else found

    def front(self, *, is_confirmed: bool = False, confidence: float = 0.95) -> pd.DataFrame:
        """Return a row per trial that is dominated by none, or per one of them on fresh seeds.

        Columns: trial, ``share:LEVER`` ..., and by aim its mean change with ``AIM:low`` and ``AIM:high``;
        ``can_spend``; ``is_on_front``, whether it is dominated by none of these rows; ``on_front``, how often that is
        so when the seeds are drawn again.
        """
        import pandas as pd

        rows = self.trials()
        if is_confirmed and len(rows):  # a search that went on may have left behind what was confirmed before
            front = self.front()["trial"]
            rows = self.confirmed()
            rows = rows[rows["trial"].isin(front)] if len(rows) else rows
        if rows.empty:
            return rows
        signs = np.array([1.0 if aim.is_lower_better else -1.0 for aim in self.aims])
        names = [aim.name for aim in self.aims]
        trials = rows["trial"].unique()
        values = _by_seed(rows, names)
        signed = values * signs[np.newaxis, :, np.newaxis]
        chances = front_probability(signed)
        is_on_front = non_dominated(signed.mean(axis=2))
        chosen = np.ones(len(trials), bool) if is_confirmed else is_on_front
        table = []
        for number in np.flatnonzero(chosen):
            own = rows[rows["trial"] == trials[number]].iloc[0]
            row: dict[str, Any] = {"trial": int(trials[number])}
            row |= {f"share:{name}": float(own[f"share:{name}"]) for name in self.levers}
            for place, name in enumerate(names):
                mean, low, high = mean_interval(values[number, place], confidence)
                row |= {name: mean, f"{name}:low": low, f"{name}:high": high}
            row |= {"can_spend": bool(own["can_spend"]), "is_on_front": bool(is_on_front[number])}
            table.append(row | {"on_front": float(chances[number])})
        return pd.DataFrame(table)


def _by_seed(rows: pd.DataFrame, names: list[str]) -> Float:
    """Return (N, A, R) values by trial, aim and seed."""
    trials, seeds = rows["trial"].nunique(), rows["seed"].nunique()
    values: Float = rows[names].to_numpy(float).reshape(trials, seeds, len(names)).transpose(0, 2, 1)
    return values


def open_optimisation(folder: str | Path) -> Optimisation:
    """Open the folder of a search; `InputError` where it holds none."""
    found = open_experiment(folder)
    if found.manifest.get("kind") != KIND:
        message = f"{folder} holds results of kind '{found.manifest.get('kind')}', not of an optimisation"
        raise InputError(message)
    return Optimisation(found.folder, found.manifest)
