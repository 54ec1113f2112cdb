"""Which method of sensitivity analysis fits which design."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulation.errors import InputError
from simulation.experiments.response import Response
from simulation.experiments.sample import Sample
from simulation.state import Float

__all__ = ["DESIGNS", "check_design", "check_variance", "fitting_method"]

DESIGNS: Mapping[str, tuple[str, ...]] = {
    "one_at_a_time": ("one_at_a_time",),
    "morris": ("morris",),
    "sobol": ("sobol",),
    "pawn": ("latin_hypercube", "list", "grid"),
}
"""Methods and the designs that they can read."""


def fitting_method(sample: Sample) -> str:
    """Return the method that fits the design of a sample; `InputError` where none does."""
    for method, designs in DESIGNS.items():
        if sample.design in designs:
            return method
    known = ", ".join(design for designs in DESIGNS.values() for design in designs)
    message = f"no sensitivity analysis fits the design '{sample.design}'; there are methods for {known}"
    raise InputError(message)


def check_design(sample: Sample, method: str) -> None:
    """Refuse a method that does not fit the design, with the one that does."""
    if method not in DESIGNS:
        message = f"there is no sensitivity analysis '{method}'; there are {', '.join(DESIGNS)}"
        raise InputError(message)
    if sample.design not in DESIGNS[method]:
        fits = fitting_method(sample)
        message = (
            f"the method {method} reads designs of the kind {' or '.join(DESIGNS[method])}, "
            f"and this sweep is of the kind {sample.design}: use the method {fits}"
        )
        raise InputError(message)


def check_variance(response: Response) -> Float:
    """Return (P,) means over replications; `InputError` where they are all the same."""
    mean = np.asarray(response.values.mean(axis=1))
    if np.ptp(mean) <= 1e-12 * float(np.abs(mean).max(initial=0.0)):
        message = f"{response.label} is {mean[0]:g} at all points of the sweep: no factor moves it"
        raise InputError(message)
    return mean
