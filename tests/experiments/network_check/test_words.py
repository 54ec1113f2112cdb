"""Sentences appear exactly where numbers cross their limits, and hold no number but those they follow from."""

from __future__ import annotations

import re
from math import nan

import pytest

from simulation.experiments.network_check.check import Group
from simulation.experiments.network_check.finding import Limits
from simulation.experiments.network_check.words import LIMITS, findings


def changed(value, path, new):
    """Return nested tuples with one entry changed; numbers in the path are places."""
    name, _, rest = path.partition(".")
    if name.isdigit():
        place = int(name)
        inner = changed(value[place], rest, new) if rest else new
        return (*value[:place], inner, *value[place + 1 :])
    return value._replace(**{name: changed(getattr(value, name), rest, new) if rest else new})


def with_all(check, changes):
    for path, new in changes.items():
        check = changed(check, path, new)
    return check


def said(check, changes):
    return {finding.name: finding for finding in findings(with_all(check, changes))}


QUIET = {
    "risks.start.defects": 0.3, "risks.worst.defects": 0.5, "risks.start.late": 0.1, "risks.worst.late": 0.2,
    "risks.everybody.late": 0.15, "diagnosis.components.weak_largest": 1.0, "diagnosis.components.weak": 1,
    "diagnosis.buying.firms": 10, "selling": 100, "selling_no_way": 10, "diagnosis.ends.0.without_buyers": 30,
    "diagnosis.ends.0.without_suppliers": 30, "diagnosis.selling.one_buyer": 0.3, "diagnosis.selling.dependent": 0.3,
    "diagnosis.regions.coefficient": 0.2, "diagnosis.suppliers.largest": 30, "diagnosis.buyers.largest": 30,
    "diagnosis.suppliers.tail.exponent": 1.8, "diagnosis.suppliers.tail.error": 0.1,
    "diagnosis.buyers.tail.exponent": nan, "critical.firms.0.closure": 0.05, "groups": (Group("all of them", 10),),
    "key_suppliers": 1,
}  # fmt: skip
"""Of 300 firms: everything just at its limit."""

ALWAYS = {"defects_fade", "late_dies_out"}


def test_at_its_limits_a_network_gives_no_reason_to_speak(checked):
    assert set(said(checked, QUIET)) == ALWAYS


LATE_R_1 = {"setting.pass_through": 1.0, "setting.lean": 0.6}


@pytest.mark.parametrize(
    ("changes", "name", "severity"),
    [
        ({"risks.start.defects": 1.0}, "defects_grow", "warning"),
        ({"risks.worst.defects": 1.0}, "defects_may_grow", "warning"),
        ({"risks.worst.defects": 0.8}, "defects_near", "note"),
        ({"risks.start.defects": 0.0, "risks.worst.defects": 0.0}, "defects_end", "note"),
        ({"risks.start.late": 1.0}, "late_spreads", "warning"),
        ({"risks.worst.late": 1.0}, "late_may_spread", "warning"),
        ({"risks.worst.late": 0.8}, "late_near", "note"),
        ({"risks.start.late": 0.0, "risks.worst.late": 0.0}, "late_ends", "note"),
        (LATE_R_1 | {"risks.is_bounded": (True, True)}, "late_bounded", "note"),
        (LATE_R_1 | {"risks.is_bounded": (True, False)}, "late_may_grow", "warning"),
        (LATE_R_1 | {"risks.is_bounded": (False, False)}, "late_grows", "warning"),
    ],
)
def test_risk_is_always_spoken_of_in_one_way(checked, changes, name, severity):
    found = said(checked, QUIET | changes)
    kind = name.split("_")[0]
    assert [other for other in found if other.startswith(kind)] == [name]
    assert found[name].severity == severity
    assert len(found) == 2


@pytest.mark.parametrize(
    ("changes", "name", "severity"),
    [
        ({"diagnosis.components.weak_largest": 0.949}, "in_pieces", "note"),
        ({"diagnosis.components.weak_largest": 0.79}, "in_pieces", "warning"),
        ({"diagnosis.buying.firms": 9}, "few_large_makers", "note"),
        ({"diagnosis.buying.firms": 0}, "no_large_makers", "warning"),
        ({"selling_no_way": 11}, "no_way", "note"),
        ({"selling_no_way": 51}, "no_way", "warning"),
        ({"diagnosis.ends.0.without_buyers": 31}, "without_buyers", "note"),
        ({"diagnosis.ends.0.without_suppliers": 31}, "without_suppliers", "note"),
        ({"diagnosis.selling.one_buyer": 0.301}, "one_buyer", "note"),
        ({"diagnosis.selling.dependent": 0.301}, "dependent", "note"),
        ({"key_suppliers": 0}, "no_key_suppliers", "note"),
        ({"key_suppliers": 0, "setting.levers": ("mandate",)}, "no_key_suppliers", "warning"),
        ({"diagnosis.regions.coefficient": 0.201}, "home_regions", "note"),
        ({"diagnosis.regions.coefficient": 0.801}, "closed_regions", "warning"),
        ({"diagnosis.regions.coefficient": -0.019}, "open_regions", "note"),
        ({"diagnosis.sectors.links": ((0.5, 0.04), (0.05, 0.41))}, "one_sector", "note"),
        ({"diagnosis.suppliers.largest": 50, "diagnosis.firms": 499}, "hub_suppliers", "note"),
        ({"diagnosis.buyers.largest": 76}, "hub_buyers", "warning"),
        ({"diagnosis.suppliers.tail.exponent": 1.79}, "heavy_suppliers", "note"),
        ({"diagnosis.buyers.tail.exponent": 1.0, "diagnosis.buyers.tail.error": 0.1}, "heavy_buyers", "note"),
        ({"critical.firms.0.closure": 0.051}, "critical", "note"),
        ({"critical.firms.0.closure": 0.501}, "critical", "warning"),
        ({"groups": (Group("one", 9), Group("other", 10))}, "small_groups", "note"),
        ({"setting.is_moved_by_partners": False}, "no_influence", "note"),
        ({"setting.rule": "threshold", "cascade.branching": 1.0}, "outside_window", "warning"),
        ({"setting.rule": "threshold", "cascade.branching": 1.1}, "inside_window", "note"),
    ],
)
def test_a_limit_that_is_passed_is_spoken_of(checked, changes, name, severity):
    found = said(checked, QUIET | changes)
    assert set(found) == ALWAYS | {name}
    assert found[name].severity == severity


def test_few_partners_do_not_make_a_hub(checked):
    assert set(said(checked, QUIET | {"diagnosis.firms": 60, "diagnosis.buyers.largest": 49})) == ALWAYS


def test_other_limits_may_be_set(checked):
    found = findings(with_all(checked, QUIET), LIMITS._replace(dependent=0.2))
    assert {finding.name for finding in found} == ALWAYS | {"dependent"}


def test_warnings_come_first(checked):
    found = findings(with_all(checked, QUIET | {"risks.start.late": 1.0, "diagnosis.buying.firms": 0}))
    assert [finding.severity for finding in found] == ["warning", "warning", "note"]


def test_what_may_be_done_fits_the_data(checked):
    few = QUIET | {"diagnosis.buying.firms": 3}
    assert "Take more firms" in said(checked, few)["few_large_makers"].text
    assert "Take more firms" not in said(checked, few | {"setting.is_own_data": True})["few_large_makers"].text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"setting.is_moved_by_use": True}, "Partners' use of AI still moves"),
        ({"setting.is_moved_by_use": False}, "does not depend on who is linked with whom"),
        ({"setting.rule": "bass_step", "setting.is_moved_by_use": False}, "all others alike"),
    ],
)
def test_without_influence_it_is_said_what_links_still_do(checked, changes, words):
    found = said(checked, QUIET | {"setting.is_moved_by_partners": False} | changes)
    assert words in found["no_influence"].text


@pytest.mark.parametrize(
    ("without_thresholds", "highest", "words"),
    [(0.9, nan, "too few partners"), (3.0, 0.12, "above 0.12"), (3.0, nan, "no threshold above 0")],
)
def test_it_is_said_why_no_cascade_begins(checked, without_thresholds, highest, words):
    changes = {
        "setting.rule": "threshold", "cascade.branching": 0.5, "cascade.without_thresholds": without_thresholds,
        "cascade.highest_level": highest,
    }  # fmt: skip
    assert words in said(checked, QUIET | changes)["outside_window"].text


CONSTANTS = {
    "r = 1", "30 %", "below 2", f"fewer than {Limits().group_firms}", "above 0 lets", "AI", "R_q is 0", "near 1",
}  # fmt: skip


def test_every_number_of_a_sentence_is_one_of_its_values(checked):
    loud = {
        "risks.start.late": 1.23, "diagnosis.components.weak_largest": 0.4, "diagnosis.buying.firms": 7,
        "diagnosis.selling.one_buyer": 0.41, "diagnosis.selling.dependent": 0.52, "diagnosis.regions.coefficient": 0.9,
        "diagnosis.buyers.largest": 77, "diagnosis.buyers.tail.exponent": 1.1, "diagnosis.buyers.tail.error": 0.05,
        "critical.firms.0.closure": 0.31, "groups": (Group("one", 9), Group("other", 10)), "setting.rule": "threshold",
        "cascade.branching": 0.4, "cascade.highest_level": 0.1,
    }  # fmt: skip
    found = findings(with_all(checked, QUIET | loud))
    assert len(found) > 10
    for finding in found:
        text = finding.text
        if finding.name == "critical":
            text = text.replace(f"firm {checked.critical.firms[0].firm}", "")
        for constant in CONSTANTS:
            text = text.replace(constant, "")
        for number, percent in re.findall(r"(\d[\d,]*\.?\d*)( %)?", text):
            shown = float(number.replace(",", "")) / (100.0 if percent else 1.0)
            places = len(number.partition(".")[2]) + (2 if percent else 0)
            close = [value for value in finding.values.values() if abs(value - shown) <= 0.501 * 10.0**-places]
            assert close, (finding.name, number, finding.values)
