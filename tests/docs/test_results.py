"""What the pages say of results is what is shipped: files exist, and verdicts are those of the rule."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from simulation.commands.claims import FILES as CLAIMS_FILES
from simulation.commands.compare import FILES as COMPARE_FILES
from simulation.experiments.claims.verdicts import verdicts
from simulation.experiments.discovery.condition import parse_where
from simulation.experiments.sweeps import load_sweep
from simulation.scenario.declarations import plain

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "results" / "README.md"]
MADE = {"findings": CLAIMS_FILES, "policies": COMPARE_FILES}
"""By folder of results: what the commands of `make findings` write there."""

FINDINGS = ROOT / "results" / "findings"
SHIPPED = pytest.mark.skipif(not (FINDINGS / "verdicts.csv").is_file(), reason="make findings has not been run")


def is_made(folder, name):
    return (ROOT / "results" / folder / name).exists() or name in MADE.get(folder, ())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_of_results_that_a_page_names_exists_or_is_made(page):
    for folder, name in re.findall(r"results/(\w+)/([\w*]+\.\w+)", page.read_text(encoding="utf-8")):
        assert "*" in name or is_made(folder, name), f"results/{folder}/{name}"


def test_the_page_of_results_lists_files_that_exist_or_are_made():
    text = (ROOT / "results" / "README.md").read_text(encoding="utf-8")
    names = re.findall(r"`([\w]+\.(?:csv|png|json))`", text)
    assert len(names) > 10
    for name in names:
        assert any(is_made(folder, name) for folder in ("reference", "findings", "policies")), name


@pytest.mark.parametrize(
    ("name", "sweep"), [("screening", "screening"), ("variance", "variance"), ("fail", "where_policies_fail")]
)
def test_the_study_was_made_with_the_sweeps_that_are_shipped(name, sweep):
    manifest = json.loads((ROOT / "results" / "study" / f"{name}.json").read_text(encoding="utf-8"))
    study = load_sweep(sweep)
    assert manifest["sweep"] == json.loads(json.dumps(plain(study.sweep)))
    assert manifest["design"] == study.design_digest()
    assert manifest["asked"] == {scenario.name: scenario.digest() for scenario in study.scenarios}
    assert manifest["sessions"][-1]["left"] == manifest["sessions"][-1]["failed"] == 0


def test_the_study_answers_the_questions_that_it_lists():
    folder = ROOT / "results" / "study"
    page = (folder / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"\]\((\w+)\)", page):
        assert any((folder / name).iterdir())
    for line in (folder / "questions.txt").read_text(encoding="utf-8").splitlines():
        parse_where(line)


def test_policies_may_be_shipped_without_their_runs():
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"!/results/findings/", "!/results/policies/", "/results/policies/parts/"} <= set(lines)


def test_findings_are_made_for_all_nine_policies():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    (names,) = re.findall(r"^POLICIES := (.*)$", text, re.MULTILINE)
    shipped = {path.stem for path in (ROOT / "scenarios").glob("*.yaml") if "policy:" in path.read_text()}
    assert set(names.split()) == shipped - {"split"}  # whose levers tierwise optimise divides the money among
    assert len(names.split()) == 9


@SHIPPED
def test_shipped_verdicts_follow_from_shipped_effects():
    frames = {name: pd.read_csv(FINDINGS / f"{name}.csv") for name in ("policies", "gap", "ensemble", "ensemble_gap")}
    found = pd.read_csv(FINDINGS / "verdicts.csv", keep_default_na=False)
    expected = verdicts(frames)
    for name in ("claim", "part", "seeds", "ensemble", "null", "verdict", "depends_on"):
        assert found[name].tolist() == expected[name].tolist()


@SHIPPED
def test_the_findings_state_the_verdicts_of_the_rule():
    """Each answer opens with its verdict in bold: **a. Trickle-down: not supported.**"""
    table = pd.read_csv(FINDINGS / "verdicts.csv", keep_default_na=False)
    expected = table[table["part"] == "claim"].set_index("claim")["verdict"].to_dict()
    text = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"\*\*([abc])\. [^:*]+: (not supported|supported|depends on)", text))
    assert stated == expected
