"""Functions whose sensitivity is known, and samples of them."""

from __future__ import annotations

import dataclasses

import numpy as np

from simulation.experiments.response import response_of
from simulation.experiments.sample import Factor, Sample
from simulation.experiments.synthetic import Sampling, synthetic_sample

THREE = (Factor("a", "Factor A"), Factor("b", "Factor B"), Factor("c", "Factor C"))


def linear(x, luck):
    """Variances 4/12, 1/12 and 0 of the factors, and 1 of luck."""
    return 2.0 * x[:, 0] + x[:, 1] + luck


def ishigami(x, luck):
    """Ishigami and Homma (1990), a = 7, b = 0.1, on -pi to pi, without luck."""
    z = np.pi * (2.0 * x - 1.0)
    return np.sin(z[:, 0]) + 7.0 * np.sin(z[:, 1]) ** 2 + 0.1 * z[:, 2] ** 4 * np.sin(z[:, 0])


def response(function=linear, factors=THREE, **sampling):
    return response_of(synthetic_sample(function, factors, Sampling(**sampling)))


def with_values(found, change):
    """Return a response whose values were changed by a function that gets a copy and returns it or None."""
    values = found.values.copy()
    change(values)
    sample = dataclasses.replace(found.sample, values=values[None])
    return response_of(sample)


def hand_made(columns, values, design="list", *, factors=None, scenarios=("baseline",), is_lower_better=True):
    """Return a sample with given points and (S, P, R) values, all points on the same seeds."""
    import pandas as pd

    points = pd.DataFrame(columns)
    names = factors or tuple(Factor(name) for name in columns)
    drawn = np.column_stack([points[f.name].astype(str).factorize()[0] / max(1, len(points) - 1) for f in names])
    return Sample(
        "y", "Outcome", "units", is_lower_better, design, tuple(names), points, drawn,
        np.arange(len(points)), scenarios, np.asarray(values, float), True,
    )  # fmt: skip
