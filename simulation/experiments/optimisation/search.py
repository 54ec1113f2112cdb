"""Searching for splits of a budget: Optuna proposes, workers run, and every trial stays on disk.

Proposals of a batch depend on the trials before it and on the seed alone, so that a search that was interrupted goes on
as if nothing had happened, with any number of workers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.compiled import source_digest
from simulation.errors import InputError, RunError
from simulation.experiments.executors import Kind, Pool, open_pool
from simulation.experiments.extras import needed
from simulation.experiments.optimisation.aims import Search, evaluate, with_strengths
from simulation.experiments.optimisation.results import KIND, open_optimisation
from simulation.experiments.optimisation.splits import first_splits, numbers_of, shares_of
from simulation.experiments.provenance import what_was_run
from simulation.experiments.sweeps.ledger import locked
from simulation.state import Float
from simulation.store.experiment import open_experiment
from simulation.store.files import check_folder
from simulation.store.manifest import write_manifest
from simulation.store.parts import save_frame

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BATCH", "optimise"]

BATCH = 8
"""Trials that are proposed together: the same for any number of workers."""


def optimise(
    search: Search,
    folder: str | Path,
    trials: int = 100,
    *,
    workers: int | None = None,
    on: Kind = "processes",
    scheduler: str | None = None,
    cluster: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> None:
    """Make the trials of a search that a folder does not hold yet, then run its front again on fresh seeds.

    The best of many noisy trials look better than they are; what is reported of them is what the fresh seeds say.

    Raises
    ------
    InputError
        The folder holds something else, or trials of another version of the model.
    RunError
        A worker has died.
    """
    target = Path(folder)
    check_folder(target)
    tell = on_progress or (lambda done, total: None)
    with locked(target), open_pool(on, workers, scheduler=scheduler, cluster=cluster) as pool:
        parts = _begin(search, target, trials)
        ready = with_strengths(search)
        known = _known(target)
        while known < trials:
            tell(known, trials)
            proposed = _proposals(search, open_optimisation(target).trials(), min(BATCH, trials - known))
            parts.append(_evaluated(ready, target, pool, range(known, known + len(proposed)), proposed))
            known += len(proposed)
            _write(search, target, trials, parts)
        tell(trials, trials)
        results = open_optimisation(target)
        chosen = {int(row["trial"]): row for row in results.front().to_dict("records")}
        missing = sorted(set(chosen) - set(results.confirmed()["trial"] if len(results.confirmed()) else ()))
        if missing:
            splits = [np.array([chosen[number][f"share:{name}"] for name in search.levers]) for number in missing]
            parts.append(_evaluated(ready, target, pool, missing, splits, "confirmed"))
            _write(search, target, trials, parts)


def _known(folder: Path) -> int:
    trials = open_optimisation(folder).trials()
    return int(trials["trial"].max()) + 1 if len(trials) else 0


def _proposals(search: Search, trials: pd.DataFrame, count: int) -> list[Float]:
    """Return the next splits: fixed ones first, then what Optuna makes of the trials so far."""
    with needed("analysis"):
        import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    levers = search.levers
    done = 0 if trials.empty else int(trials["trial"].max()) + 1
    fixed = first_splits(len(levers))[done : done + count]
    if len(fixed) == count:
        return fixed
    sampler = optuna.samplers.TPESampler(
        seed=int(np.random.SeedSequence([search.seed, done]).generate_state(1)[0]),
        multivariate=True,
        constant_liar=True,
    )
    study = optuna.create_study(directions=["minimize"] * len(search.aims), sampler=sampler)
    spaces: dict[str, optuna.distributions.BaseDistribution]
    spaces = {name: optuna.distributions.FloatDistribution(0.0, 1.0) for name in levers}
    for _, rows in trials.groupby("trial") if len(trials) else ():
        shares = rows[[f"share:{name}" for name in levers]].iloc[0].to_numpy(float)
        values = rows[[aim.name for aim in search.aims]].mean().to_numpy(float) * search.signs
        if np.isfinite(values).all():
            study.add_trial(
                optuna.trial.create_trial(
                    params=dict(zip(levers, numbers_of(shares).tolist(), strict=True)),
                    distributions=spaces,
                    values=values.tolist(),
                )
            )
    asked = [study.ask(spaces) for _ in range(count - len(fixed))]
    return fixed + [shares_of(np.array([trial.params[name] for name in levers])) for trial in asked]


def _evaluated(
    search: Search, folder: Path, pool: Pool, numbers: Sequence[int], splits: Sequence[Float], kind: str = "trials"
) -> Path:
    """Run splits on the workers and write them together, so that an interrupted batch is proposed again as it was."""
    import pandas as pd

    seeds = search.seeds(is_confirming=kind == "confirmed")
    futures = [pool.submit(evaluate, search, split.tolist(), seeds) for split in splits]
    rows = []
    try:
        for number, split, future in zip(numbers, splits, futures, strict=True):
            shares = {f"share:{name}": float(share) for name, share in zip(search.levers, split, strict=True)}
            rows += [{"trial": number, **shares, **row} for row in future.result()]
    except (*pool.killed, *pool.lost) as error:
        message = (
            f"a worker has died ({type(error).__name__}), perhaps for want of memory; earlier batches of trials are "
            "kept, and the same command goes on from there"
        )
        raise RunError(message) from error
    return save_frame(folder, kind, pd.DataFrame(rows))


def _begin(search: Search, folder: Path, trials: int) -> list[Path]:
    """Write down what is searched for, or check that the folder holds it already; return the parts that are there."""
    asked = _asked(search)
    if not (folder / "manifest.json").exists():
        _write(search, folder, trials, [])
        return []
    earlier = open_experiment(folder).manifest
    if earlier.get("kind") != KIND:
        message = f"{folder} holds results of kind '{earlier.get('kind')}'; choose another folder"
        raise InputError(message)
    if different := [key for key, value in asked.items() if earlier.get("search", {}).get(key) != value]:
        message = f"{folder} holds another search: {', '.join(different)} differ; choose another folder"
        raise InputError(message)
    return [folder / "parts" / name for name in earlier["parts"]]


def _asked(search: Search) -> dict[str, Any]:
    return {
        "source": source_digest(),
        "scenario": search.scenario.digest(),
        "baseline": search.baseline.digest(),
        "aims": [aim.name for aim in search.aims],
        "levers": list(search.levers),
        "replications": search.replications,
        "first_seed": search.first_seed,
        "seed": search.seed,
    }


def _write(search: Search, folder: Path, trials: int, parts: Sequence[Path]) -> None:
    described = what_was_run([search.baseline, search.scenario], search.seeds(), {})
    content = {"kind": KIND, "search": _asked(search), "trials": trials, **described}
    write_manifest(folder, content, parts)
