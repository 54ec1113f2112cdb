"""Runs lived again: what was not kept of a run is found by repeating it from its scenario and seed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.compiled import source_digest
from simulation.engines.events import late_events
from simulation.engines.snapshots import Snapshot, snapshots
from simulation.errors import InputError, Problem
from simulation.scenario.scenario import Scenario
from simulation.state import World
from simulation.world.build import build

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Replay", "stored_run"]


@dataclass(frozen=True)
class Replay:
    """A run that can be lived again.

    Attributes
    ----------
    scenario : Scenario
        As it was run, with strengths solved.
    seed : int
    world : World
    real : type
        Precision of the run.
    is_of_this_model : bool
        Whether this version of the model made the run; another one may give other numbers.
    """

    scenario: Scenario
    seed: int
    world: World
    real: type[np.floating] = np.float32
    is_of_this_model: bool = True

    def events(self, months: Collection[int] | None = None) -> pd.DataFrame:
        """Return every late delivery, of all or of some months (`simulation.engines.events.LateEvents`).

        Returns
        -------
        frame
            month, round, buyer (the firm that was late), supplier (whom it waited for; itself where its own lateness
            weighed more), root, links (travelled from the root) and days; firms as row numbers of the table of firms.
        """
        import pandas as pd

        found = late_events(self.world, self.scenario, self.seed, months=months, real=self.real)
        return pd.DataFrame(found._asdict())

    def snapshots(self, months: Collection[int]) -> Iterator[Snapshot]:
        """Yield the firms and links of some months, in order."""
        return snapshots(self.world, self.scenario, self.seed, months, real=self.real)


def stored_run(
    manifest: Mapping[str, Any], folder: Path, scenario: str | None = None, seed: int | None = None
) -> Replay:
    """Return a run of a folder of results, by default that of its first scenario with its first seed.

    Raises
    ------
    InputError
        A scenario or seed that was not run there, or own tables that have changed since.
    """
    entries: Mapping[str, Any] = manifest.get("scenarios") or {}
    if not entries:
        message = f"{folder} holds no runs of scenarios"
        raise InputError(message)
    if scenario is not None and scenario not in entries:
        message = f"{folder} holds no scenario '{scenario}', but {', '.join(entries)}"
        raise InputError(message)
    entry = entries[next(iter(entries)) if scenario is None else scenario]
    seeds = [int(known) for known in manifest["seeds"]]
    if seed is not None and seed not in seeds:
        message = f"seed {seed} was not run here; seeds are {', '.join(map(str, seeds))}"
        raise InputError(message)
    chosen = Scenario.model_validate(entry["resolved"])
    is_of_this_model = manifest.get("environment", {}).get("source") == source_digest()
    if is_of_this_model and chosen.population.data is not None and chosen.digest() != entry["digest"]:
        message = f"the tables of {chosen.name} have changed since it was run, so that it cannot be lived again"
        raise InputError(Problem(message, path="population.data"))
    number = seeds[0] if seed is None else seed
    return Replay(
        chosen.with_({"budget.strength": "fixed"}), number, build(chosen, number), is_of_this_model=is_of_this_model
    )
