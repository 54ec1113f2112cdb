"""What an analysis explains: the values of one scenario, or of its difference from the baseline, without any gap."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulation.errors import InputError
from simulation.experiments.distinct import distinct_labels
from simulation.experiments.sample import Sample
from simulation.experiments.words import percent
from simulation.state import Float, Index

__all__ = ["Missing", "Response", "drop_missing", "response_of"]

Missing = Literal["refuse", "drop"]
"""What to do about runs without a value: refuse the analysis, or leave out what they belong to and state its share."""


@dataclass(frozen=True)
class Response:
    """Values to be explained by the factors of a sweep.

    Attributes
    ----------
    sample : Sample
        Where they come from.
    scenario : str
    is_difference : bool
        Whether the values are the scenario's minus the baseline's on the same seeds.
    values : (P, R) by point and replication
    """

    sample: Sample
    scenario: str
    is_difference: bool
    values: Float

    @property
    def label(self) -> str:
        """What the values are, for people."""
        what = self.sample.label or self.sample.outcome
        if self.is_difference:
            return f"{what}, {self.scenario} minus {self.sample.scenarios[0]}"
        return f"{what}, {self.scenario}"

    @property
    def n_replications(self) -> int:
        """Replications of a point."""
        return int(self.values.shape[1])


def response_of(sample: Sample, scenario: str | None = None, *, is_difference: bool = False) -> Response:
    """Return the values of a scenario, by default the baseline, or of its difference from the baseline.

    Raises
    ------
    InputError
        Where the scenario was not run, or is the baseline of which a difference is asked.
    """
    sample = replace(sample, factors=distinct_labels(sample.factors))
    name = sample.scenarios[0] if scenario is None else scenario
    if not is_difference:
        return Response(sample, name, False, sample.of(name))
    if name == sample.scenarios[0]:
        others = ", ".join(sample.scenarios[1:]) or "none was run"
        message = f"a difference from the baseline '{name}' needs another scenario (--scenario); there are: {others}"
        raise InputError(message)
    return Response(sample, name, True, sample.difference(name))


def drop_missing(
    response: Response, on_missing: Missing, units: Index | None = None, unit: str = "point"
) -> tuple[Response, float]:
    """Return the response without the units that miss a value, and the share of units left out.

    Parameters
    ----------
    response : Response
    on_missing : {"refuse", "drop"}
    units : (P,) whole numbers, optional
        Points with one number stay or go together, as those of a Saltelli block; by default each point stands alone.
    unit : str
        What a unit is called in messages.

    Raises
    ------
    InputError
        Where a value is missing and that is refused, or where fewer than two units are whole.
    """
    is_known = np.isfinite(response.values)
    if is_known.all():
        return response, 0.0
    if on_missing == "refuse":
        message = (
            f"{percent(float(np.mean(~is_known)))} of the values of {response.label} are missing "
            f"({np.count_nonzero(~is_known):,} of {is_known.size:,} runs failed, were not made or have no such value). "
            f"Make them (tierwise sweep retry), or leave out each {unit} that misses one (--on-missing drop)"
        )
        raise InputError(message)
    number = np.arange(is_known.shape[0]) if units is None else units
    is_kept = ~np.isin(number, number[~is_known.all(axis=1)])
    whole, every = np.unique(number[is_kept]).size, np.unique(number).size
    if whole < 2:
        message = (
            f"of {every:,} {unit}s only {whole} has all its values of {response.label}; there is nothing to analyse"
        )
        raise InputError(message)
    return _at(response, is_kept), 1.0 - whole / every


def _at(response: Response, is_kept: NDArray[np.bool_]) -> Response:
    """Return the response at some of the points."""
    sample = response.sample
    smaller = replace(
        sample,
        points=sample.points[is_kept].reset_index(drop=True),
        drawn=sample.drawn[is_kept],
        blocks=sample.blocks[is_kept],
        values=sample.values[:, is_kept],
    )
    return replace(response, sample=smaller, values=response.values[is_kept])
