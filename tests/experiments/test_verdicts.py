"""Verdicts follow from frames by the declared rule."""

from __future__ import annotations

import pandas as pd
import pytest

from simulation.experiments.claims.policies import OUTCOMES, SETTINGS
from simulation.experiments.claims.spread import OUTCOMES as GAP_OUTCOMES
from simulation.experiments.claims.spread import SETTINGS as GAP_SETTINGS
from simulation.experiments.claims.verdicts import CLAIMS, Claim, Part, answer, judged, together, verdicts

RISE = Part("adopters", "points", "adopters", "grant", 0.5)
FALL = Part("defects", "ppm", "defects", "grant", -5.0)
SHORT = Part("defects", "ppm", "defects", "grant", -5.0, is_short=True, has_null=False)


@pytest.mark.parametrize(
    ("part", "low", "high", "said"),
    [
        (RISE, 0.5, 0.9, "yes"),
        (RISE, 0.1, 0.49, "no"),
        (RISE, -3.0, -2.0, "no"),
        (RISE, 0.4, 0.6, "open"),
        (RISE, float("nan"), float("nan"), "open"),
        (FALL, -9.0, -5.0, "yes"),
        (FALL, -4.9, -1.0, "no"),
        (FALL, 6.0, 9.0, "no"),
        (FALL, -6.0, -4.0, "open"),
        (SHORT, -9.0, -5.0, "no"),
        (SHORT, -4.9, -1.0, "yes"),
        (SHORT, -6.0, -4.0, "open"),
    ],
)
def test_the_whole_interval_decides_and_an_interval_with_the_smallest_effect_in_it_leaves_open(part, low, high, said):
    assert answer(low, high, part) == said


@pytest.mark.parametrize(
    ("answers", "needs_all", "said"),
    [
        ("yes no", False, "yes"),
        ("no no", False, "no"),
        ("open no", False, "open"),
        ("yes open", True, "open"),
        ("no open", True, "no"),
        ("yes yes", True, "yes"),
    ],
)
def test_one_part_is_enough_or_all_are_needed(answers, needs_all, said):
    assert together(answers.split(), needs_all) == said


@pytest.mark.parametrize(
    ("answers", "is_smaller", "verdict", "hangs_on"),
    [
        ({"seeds": "yes", "ensemble": "yes", "chi 0": "yes"}, True, "supported", []),
        ({"seeds": "yes", "ensemble": "yes", "chi 0": "yes"}, False, "not supported", []),
        ({"seeds": "no", "ensemble": "no", "chi 0": "no"}, True, "not supported", []),
        ({"seeds": "yes", "ensemble": "yes", "chi 0": "no"}, True, "depends on", ["chi 0"]),
        ({"seeds": "yes", "ensemble": "open", "chi 0": "yes"}, True, "depends on", ["ensemble"]),
        ({"seeds": "open", "ensemble": "open", "chi 0": "open"}, True, "depends on", ["seeds"]),
    ],
)
def test_a_verdict_needs_seeds_ensemble_every_assumption_and_the_null(answers, is_smaller, verdict, hangs_on):
    assert judged(answers, is_smaller) == (verdict, hangs_on)


def effects(**settings):
    """Return a frame of one effect: (low, high) by setting."""
    rows = [
        {"setting": name.replace("_", " "), "scenario": "grant", "outcome": "adopters", "low": low, "high": high}
        for name, (low, high) in settings.items()
    ]
    return pd.DataFrame(rows).assign(mean=lambda table: 0.5 * (table["low"] + table["high"]))


ONE = Claim("z", "One effect", (RISE,), needs_all=False, null="null", effects="policies", ensemble="ensemble")


def whole(seeds, members):
    found = verdicts({"policies": seeds, "ensemble": members.drop(columns="setting")}, [ONE])
    assert found["part"].tolist() == ["claim", "adopters"]
    row = found.iloc[0]
    return row["verdict"], row["null"], row["depends_on"]


def test_frames_are_read_by_setting():
    members = effects(as_assumed=(0.6, 2.0))
    usual = {"as_assumed": (0.8, 1.2), "chi_0": (0.7, 1.0)}
    assert whole(effects(**usual, null=(0.0, 0.2)), members) == ("supported", "smaller", "")
    assert whole(effects(**usual, null=(0.8, 1.2)), members) == ("not supported", "not smaller", "")
    assert whole(effects(**usual, null=(0.0, 0.2), lean_0=(0.0, 0.1)), members) == ("depends on", "smaller", "lean 0")
    assert whole(effects(**usual, null=(0.0, 0.2)), effects(as_assumed=(0.1, 2.0)))[2] == "ensemble"


def test_without_an_ensemble_nothing_is_settled():
    row = verdicts({"policies": effects(as_assumed=(0.8, 1.2), null=(0.0, 0.1))}, [ONE]).iloc[0]
    assert (row["ensemble"], row["verdict"], row["depends_on"]) == ("open", "depends on", "ensemble")


def test_what_does_not_count_is_told_beside():
    beside = Part("own", "points", "other", "grant", 0.5, counts=False)
    claim = Claim("z", "Two effects", (RISE, beside), False, "null", "policies", "ensemble")
    seeds = effects(as_assumed=(0.8, 1.2), null=(0.0, 0.2))
    found = verdicts({"policies": seeds, "ensemble": seeds}, [claim])
    assert found["verdict"].tolist() == ["supported", "supported", "depends on"]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_every_declared_part_and_null_is_run(claim):
    is_gap = claim.effects == "gap"
    assert claim.null in (GAP_SETTINGS if is_gap else SETTINGS)
    known = {*GAP_OUTCOMES} if is_gap else {*OUTCOMES, "sme_defects_beside"}
    assert {part.outcome for part in claim.parts} <= known
