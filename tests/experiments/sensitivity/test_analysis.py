"""The method that fits a design, found by name."""

from __future__ import annotations

import dataclasses
import sys

import pytest
from known import THREE, response

from simulation.errors import InputError
from simulation.experiments.response import response_of
from simulation.experiments.sensitivity.analysis import analyse_sensitivity
from simulation.experiments.synthetic import Sampling, synthetic_sample


@pytest.mark.parametrize(
    ("design", "size", "kind"),
    [("sobol", 8, "SobolIndices"), ("morris", 4, "ElementaryEffects"), ("latin_hypercube", 40, "Pawn")],
)
def test_the_fitting_method_is_found(design, size, kind):
    assert type(analyse_sensitivity(response(design=design, size=size))).__name__ == kind


def test_others_are_refused():
    points = response(design="latin_hypercube", size=40)
    with pytest.raises(InputError, match="there is no sensitivity analysis 'delta'"):
        analyse_sensitivity(points, "delta")
    with pytest.raises(InputError, match="second-order indices belong to the design sobol"):
        analyse_sensitivity(points, has_second_order=True)
    odd = response_of(dataclasses.replace(points.sample, design="spiral"))
    with pytest.raises(InputError, match="no sensitivity analysis fits the design 'spiral'"):
        analyse_sensitivity(odd)


def test_differences_from_the_baseline_are_analysed_on_the_same_seeds():
    functions = {"baseline": lambda x, luck: luck, "policy": lambda x, luck: 3.0 * x[:, 1] + luck}
    sample = synthetic_sample(functions, THREE, Sampling("morris", 4))
    found = analyse_sensitivity(response_of(sample, "policy", is_difference=True))
    assert found.mu_star == pytest.approx([0.0, 3.0, 0.0], abs=1e-12)
    assert found.label == "Outcome, policy minus baseline"
    with pytest.raises(InputError, match="needs another scenario"):
        response_of(sample, is_difference=True)
    with pytest.raises(InputError, match="holds no scenario 'other'"):
        response_of(sample, "other")


def test_a_missing_package_is_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.analyze.sobol", None)
    with pytest.raises(InputError, match=r'needs the package SALib.analyze.sobol: pip install "tierwise\[analysis\]"'):
        analyse_sensitivity(response(design="sobol", size=8))
