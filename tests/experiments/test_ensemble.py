"""The ensemble: draws, fits, and what is shipped."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.experiments.calibration import FREE, evaluate
from simulation.experiments.ensemble import ASSUMED, CLOSE, drawn, ensemble
from simulation.experiments.members import read_ensemble
from simulation.experiments.targets import read_targets
from simulation.scenario.reading import load
from simulation.scenario.register import register
from simulation.scenario.shipped import shipped_folder
from simulation.world.build import groups_of


@pytest.fixture(scope="module")
def baseline():
    return load("tierwise:baseline", ["population.firms=1500"])


@pytest.fixture(scope="module")
def targets(baseline):
    file = shipped_folder() / "targets" / "calibration.csv"
    return read_targets(file, groups_of(baseline), baseline.time.months)


def test_a_draw_is_the_same_again_and_another_number_gives_another(baseline):
    assert drawn(3, 1, baseline) == drawn(3, 1, baseline)
    assert drawn(3, 1, baseline) != drawn(4, 1, baseline)
    assert drawn(3, 1, baseline) != drawn(3, 2, baseline)


def test_draws_stay_in_the_declared_ranges(baseline):
    ranges = {entry.path: entry for entry in register()}
    for number in range(200):
        values, targets = drawn(number, 1, baseline)
        for path in ASSUMED:
            assert ranges[path].low <= values[path] <= ranges[path].high
            assert ranges[path].status in {"assumed", "measured"}
        large, small = (values[f"population.sector_share.{size}.manufacturing"] for size in ("large", "sme"))
        assert 0.33 <= large <= 0.50
        assert 0.15 <= small <= 0.30
        assert large - small >= 0.10
        share = baseline.population.region_share["sme"]["manufacturing"]["capital"]
        inside = small * share + (1.0 - small) * values["population.region_share.sme.services.capital"]
        assert inside == pytest.approx(0.516)
        logs = [np.log(x / (1.0 - x)) for x in (targets[f"adopters_{s}_manufacturing"] for s in ("large", "sme"))]
        assert 1.6 <= logs[0] - logs[1] <= 2.4
        baseline.with_(values)  # every draw is a scenario


def test_drawn_targets_have_the_surveys_errors(baseline):
    """400 draws: the standard error of a mean is a twentieth of the spread, that of a spread 3.5 % of it.

    Each of the ten comparisons is at four standard errors: a false alarm in one of 1,500 such tests.
    """
    told = [drawn(number, 1, baseline)[1] for number in range(400)]
    small = np.array([0.516 * t["use_sme_capital"] + 0.484 * t["use_sme_elsewhere"] for t in told])
    gap = np.array([t["use_sme_capital"] - t["use_sme_elsewhere"] for t in told])
    for values, mean, error in (
        (np.array([t["use_large"] for t in told]), 0.665, 0.017),
        (np.array([t["use_gap_manufacturing"] for t in told]), 0.242, 0.035),
        (np.array([t["use_gap_services"] for t in told]), 0.092, 0.025),
        (small, 0.527, 0.011),
        (gap, 0.095, 0.021),
    ):
        assert abs(values.mean() - mean) < 4.0 * error / 20.0
        assert abs(values.std(ddof=1) / error - 1.0) < 4.0 * 0.0354


def test_members_come_near_their_own_targets(baseline, targets, monkeypatch):
    """On the fit's seeds, as the values are written down; only the easiest targets, to be quick."""
    import simulation.experiments.ensemble as module

    monkeypatch.setattr(module, "ASSUMED", ("use.speed", "influence.spillover"))
    told = []
    members, rejected = ensemble(baseline, targets, 1, on_member=lambda *said: told.append(said))
    assert len(members) == 1
    assert rejected == len(told) - 1
    assert told[-1] == (rejected, 1, True)
    assert members[0].number == rejected
    fitted = [target for target in targets if target.id in CLOSE]
    usual = evaluate(baseline, fitted, (1, 2)).mean(axis=0)
    for member in members:
        assert set(FREE) <= set(member.values)
        model = evaluate(baseline.with_(member.values), fitted, (1, 2)).mean(axis=0)
        for target, value, before in zip(fitted, model, usual, strict=True):
            reached = target.value + value - before
            assert reached == pytest.approx(member.model[target.id], abs=1e-4)
            assert abs(reached - member.targets[target.id]) <= 1.05 * CLOSE[target.id]


def test_the_shipped_ensemble_has_a_hundred_members_that_are_scenarios(baseline):
    members = read_ensemble()
    assert len(members) >= 100
    assert len({member.number for member in members}) == len(members)
    for member in members:
        assert {*FREE, *ASSUMED} <= set(member.values)
        baseline.with_(member.values)
        for name, close in CLOSE.items():
            assert abs(member.model[name] - member.targets[name]) <= close * 1.01
        values, wanted = drawn(member.number, 1, baseline)
        assert member.targets == pytest.approx(wanted, rel=1e-5)
        assert {path: member.values[path] for path in ASSUMED} == pytest.approx(
            {path: values[path] for path in ASSUMED}, rel=1e-5
        )
