"""``tierwise network check``."""

from __future__ import annotations

import json
import re

import pytest


def test_the_text_says_what_the_network_is_and_means(cli):
    result = cli("network", "check", "baseline", "--firms", "300")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[-1].startswith("Checking the network: 5 of 5")
    assert re.match(r"baseline: 300 firms, 1,\d\d\d links, network of seed 1, run of seed 1\n", result.stdout)
    for heading in ("Who is connected", "Small and medium suppliers", "Before month 0", "What this means for a run"):
        assert f"\n{heading}\n" in result.stdout


def test_files_hold_what_is_printed(cli, tmp_path):
    printed = cli("network", "check", "baseline", "--firms", "300", "-o", "found").stdout
    folder = tmp_path / "found"
    assert sorted(path.name for path in folder.iterdir()) == ["check.json", "check.svg", "check.txt"]
    text = (folder / "check.txt").read_text(encoding="utf-8")
    assert printed == f"{text}\nWritten to found: check.json, check.txt, check.svg\n"
    content = (folder / "check.json").read_text(encoding="utf-8")
    assert content == cli("network", "check", "baseline", "--firms", "300", "--json").stdout


def test_json_has_structure_risks_and_findings(cli):
    result = cli("network", "check", "baseline", "--firms", "300", "--seed", "4", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert (found["setting"]["seed"], found["diagnosis"]["firms"]) == (4, 300)
    assert 0.0 < found["risks"]["start"]["defects"] < 1.0
    assert {"defects_fade", "late_dies_out"} <= {finding["name"] for finding in found["findings"]}
    assert all(finding["severity"] in ("note", "warning") for finding in found["findings"])


def test_own_firms_and_links_are_checked(cli):
    found = json.loads(cli("network", "check", "own_data", "--json").stdout)
    assert (found["diagnosis"]["firms"], found["diagnosis"]["links"]) == (60, 155)
    assert found["setting"]["is_own_data"]
    assert any(firm["firm"] == "Garam Logistics" for firm in found["critical"]["firms"])
    text = cli("network", "check", "own_data").stdout
    assert "critical was missing for 18 of 155 links" in text


def test_parameters_decide_what_the_same_network_means(cli):
    values = ("lateness.pass_through=1", "lateness.lean=0.6", "lateness.buffer=4", "defects.inspection=0.4")
    sets = [part for value in values for part in ("--set", value)]
    text = " ".join(cli("network", "check", "baseline", *sets, "--firms", "500").stdout.split())
    assert "! Defects do not fade: R_q = 1.20." in text
    assert "! With r = 1 and lean buyers lateness need not die out" in text


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("nowhere",), 2, "nowhere"),
        (("baseline", "--set", "population.firms=0"), 2, "--set: population.firms"),
        (("baseline", "--seed", str(2**63)), 2, "seed"),
        (("baseline", "--firms", "50", "-o", "taken"), 1, "taken"),
    ],
)
def test_what_cannot_be_checked_is_said_in_a_sentence(cli, tmp_path, arguments, code, message):
    (tmp_path / "taken").write_text("a file")
    result = cli("network", "check", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr
