"""The text about a network: its numbers are those of the JSON."""

from __future__ import annotations

import string
from math import nan

import pytest

from simulation.experiments.network_check.check import check_network, plain
from simulation.experiments.network_check.words import findings
from simulation.report.network_check import SECTIONS, network_lines
from simulation.scenario.scenario import Scenario
from simulation.world.build import build


@pytest.fixture(scope="module")
def checked():
    scenario = Scenario().with_({"name": "small", "population.firms": 300})
    return check_network(build(scenario, 1), scenario, 1)


def value_of(content, path):
    """Return the entry of plain mappings and lists at a path such as d.ends[0].isolated."""
    for part in path.replace("]", "").replace("[", ".").split(".")[1:]:
        content = content[int(part)] if part.isdigit() else content[part]
    return content


def joined(lines):
    return " ".join(" ".join(lines).split())


def test_every_line_has_the_numbers_of_the_json_in_its_place(checked):
    content, text = plain(checked), joined(network_lines(checked, ()))
    count = 0
    for entries in SECTIONS.values():
        for label, template in entries:
            line = f"{label} "
            for literal, path, spec, _ in string.Formatter().parse(template):
                line += literal
                if path:
                    value = value_of({"c": content, "d": content["diagnosis"]}[path[0]], path)
                    line += "–" if value != value else format(value, spec).replace("%", " %")
                    count += 1
            assert joined([line]) in text
    assert count > 40


def test_tables_and_suppliers_are_those_of_the_check(checked):
    text = joined(network_lines(checked, ()))
    for mixing in (checked.diagnosis.sizes, checked.diagnosis.sectors, checked.diagnosis.regions):
        for seller, links, value in zip(mixing.names, mixing.links, mixing.value, strict=True):
            for buyer, one, other in zip(mixing.names, links, value, strict=True):
                assert f"to {buyer} {100 * one:.1f} % ({100 * other:.1f} %)" in text.split(f"from {seller}", 1)[1]
    for place, firm in enumerate(checked.critical.firms[:5], 1):
        assert f"{place}. {firm.firm} {100 * firm.closure:.1f} % of all sales lost" in text
    tiers = ", ".join(f"{tier}: {count}" for tier, count in enumerate(checked.diagnosis.tiers.tier) if count)
    assert f"firms by tier {tiers}, no way: {checked.diagnosis.tiers.no_way}" in text


def test_findings_stand_at_the_end_with_their_severity(checked):
    found = findings(checked)
    text = joined(network_lines(checked, found)).split("What this means for a run ")[1]
    marks = {"warning": "!", "note": "-"}
    assert text == " ".join(f"{marks[finding.severity]} {finding.text}" for finding in found)


def test_numbers_that_are_not_defined_are_dashes(checked):
    diagnosis = checked.diagnosis
    tail = diagnosis.buyers.tail._replace(exponent=nan, error=nan)
    unfitted = checked._replace(diagnosis=diagnosis._replace(buyers=diagnosis.buyers._replace(tail=tail)))
    text = joined(network_lines(unfitted, ()))
    assert "tail, buyers exponent – +- –" in text
    assert "nan" not in text


def test_lines_fit_into_a_terminal_and_fills_are_told(checked):
    filled = checked._replace(fills=("sales were missing for 3 of 9 firms",))
    lines = network_lines(filled, findings(filled))
    assert max(map(len, lines)) <= 110
    assert lines[-1] == filled.fills[0]
