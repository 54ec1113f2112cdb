"""Samples of known functions: to see what a method says where the answer is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simulation.experiments.sample import Factor, Sample
from simulation.experiments.sweeps.designs.problem import problem_of
from simulation.state import Float, Index

__all__ = ["Sampling", "synthetic_sample"]

Function = Callable[[Float, Float], Float]
"""Gets (P, F) values of the factors (of levels their numbers) and (P,) standard normal luck; returns (P,) outcomes."""


@dataclass(frozen=True)
class Sampling:
    """How a synthetic sample is drawn.

    Attributes
    ----------
    design : {"sobol", "morris", "latin_hypercube"}
    size : int
        Saltelli blocks, trajectories or points.
    replications : int
    seeds : {"block", "common", "independent"}
        Which points share their luck: those of a block, all, or none.
    seed : int
        Of the design and of all luck.
    has_second_order : bool
        Of Saltelli blocks.
    """

    design: Literal["sobol", "morris", "latin_hypercube"] = "latin_hypercube"
    size: int = 128
    replications: int = 1
    seeds: Literal["block", "common", "independent"] = "block"
    seed: int = 1
    has_second_order: bool = False


def synthetic_sample(
    functions: Mapping[str, Function] | Function,
    factors: Sequence[Factor],
    sampling: Sampling | None = None,
    *,
    is_lower_better: bool | None = True,
) -> Sample:
    """Return a sample of functions, one per scenario, all with the same luck.

    Examples
    --------
    >>> factors = [Factor("a"), Factor("b")]
    >>> sample = synthetic_sample(lambda x, luck: x[:, 0] + 0.1 * luck, factors)
    >>> sample.values.shape
    (1, 128, 1)
    """
    import pandas as pd

    how = sampling or Sampling()
    named = functions if isinstance(functions, Mapping) else {"baseline": functions}
    drawn = _drawn(factors, how)
    places = np.column_stack([_placed(factor, drawn[:, number]) for number, factor in enumerate(factors)])
    blocks = np.arange(len(drawn)) // (1 if how.seeds == "independent" else len(drawn) // how.size)
    luck = _luck(blocks, how)
    values = np.array(
        [[function(places, luck[:, r]) for r in range(how.replications)] for function in named.values()]
    ).swapaxes(1, 2)
    points = pd.DataFrame({factor.name: _values(factor, places[:, number]) for number, factor in enumerate(factors)})
    return Sample(
        "y", "Outcome", "units", is_lower_better, how.design, tuple(factors), points, drawn,
        blocks, tuple(named), values, how.seeds == "common",
    )  # fmt: skip


def _drawn(factors: Sequence[Factor], how: Sampling) -> Float:
    """Return (P, F) positions from 0 to 1."""
    from scipy.stats import qmc

    if how.design == "latin_hypercube":
        return np.asarray(qmc.LatinHypercube(len(factors), rng=how.seed).random(how.size))
    problem = problem_of(factors)
    if how.design == "morris":
        from SALib.sample import morris

        return np.asarray(morris.sample(problem, how.size, seed=how.seed))
    from SALib.sample import sobol

    return np.asarray(sobol.sample(problem, how.size, calc_second_order=how.has_second_order, seed=how.seed))


def _luck(blocks: Index, how: Sampling) -> Float:
    """Return (P, R) standard normal draws, equal where seeds are."""
    shared = np.zeros_like(blocks) if how.seeds == "common" else blocks
    draws = np.random.default_rng([how.seed, 1]).standard_normal((int(shared.max()) + 1, how.replications))
    return np.asarray(draws[shared])


def _placed(factor: Factor, position: Float) -> Float:
    """Return the values of a factor at positions; of levels, their numbers."""
    if factor.levels is not None:
        return np.minimum(np.floor(position * len(factor.levels)), len(factor.levels) - 1.0)
    return np.array([factor.value(one) for one in position], float)


def _values(factor: Factor, places: Float) -> list[object]:
    """Return the values as a sweep would hold them."""
    return list(places) if factor.levels is None else [factor.levels[int(place)] for place in places]
