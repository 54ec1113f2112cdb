from __future__ import annotations

import dataclasses

import pytest

from simulation.report import tables
from simulation.report.parameters import (
    assumed_parameters,
    changed_parameters,
    counts,
    parts_of_the_model,
    used_entries,
)
from simulation.scenario.register import register


def test_blocks_follow_the_differences(comparison):
    frame = comparison.differences()
    blocks = tables.comparison_blocks(comparison, frame)
    assert [block.label for block in blocks] == list(dict.fromkeys(frame["label"]))
    for block, (_, part) in zip(blocks, frame.groupby("outcome", sort=False), strict=True):
        for line, row in zip(block.lines, part.to_dict("records"), strict=True):
            assert line.is_clear == (row["low"] > 0.0 or row["high"] < 0.0)
            assert line.n == str(row["n"])
            if line.verdict.endswith(("better", "worse")):
                is_better = (row["difference"] < 0.0) == row["is_lower_better"]
                assert line.verdict.endswith("better") == is_better
            if line.is_clear:
                assert line.verdict.startswith("perhaps ") == (row["p_holm"] > 0.05)
            if not line.is_clear:
                assert line.verdict in {"no detectable difference", "not defined", "the same in every run"}


def test_every_outcome_says_when_it_is_measured(comparison):
    blocks = {block.label: block for block in tables.comparison_blocks(comparison, comparison.differences())}
    assert blocks["Adopter gap, large - SME"].when == "in December 2027"
    assert blocks["Large firms' delivered defects"].when == "mean of January 2027 to December 2027"
    assert blocks["Public cost, present value"].when == ""


def test_the_short_table_has_a_cell_for_each_scenario_and_outcome(comparison):
    heads, rows = tables.glance(comparison, comparison.differences())
    assert len(rows) == len(comparison.scenarios) - 1
    assert all(len(cells) == len(heads) for _, cells in rows)
    assert heads[0] == "SME adopters, manufacturing, points"


def test_reproduction_numbers_stand_at_the_start_the_survey_and_the_end(comparison):
    dates, rows = tables.structure_lines(comparison)
    assert dates == ["Jan 2023", "Oct 2025", "Dec 2027"]
    assert len(rows) == len(comparison.scenarios)
    frame = comparison.experiment.series(["structural_defects"])
    first = frame[(frame["scenario"] == "baseline") & (frame["month"] == 0)]["value"].mean()
    assert float(rows[0][1][0]) == pytest.approx(first, abs=5e-4)


def test_a_policy_with_other_changes_is_told_from_a_policy_alone(comparison):
    baseline, cash, alone = comparison.scenarios
    both = cash.with_({"name": "both", "influence.peers": 0.0})
    widened = dataclasses.replace(comparison, scenarios=(baseline, cash, alone, both))
    is_mixed = {case.name: case.is_mixed for case in tables.cases(widened, comparison.outcomes())}
    assert is_mixed == {"baseline": False, cash.name: False, "alone": True, "both": True}


def test_only_what_differs_outside_the_policy_is_told(comparison):
    changed = changed_parameters(comparison.scenarios)
    assert changed == [
        ("alone", "influence.customers", "0.8", "0"),
        ("alone", "influence.suppliers", "0.4", "0"),
        ("alone", "influence.peers", "0.5", "0"),
    ]


def test_all_assumed_numbers_in_use_are_listed_with_the_values_of_the_scenario(comparison):
    listed = assumed_parameters(comparison.scenarios)
    used = [entry for entry in used_entries(comparison.scenarios) if entry.status == "assumed"]
    assert {one["label"] for one in listed} == {entry.label for entry in used}
    by_path = {one["path"]: one for one in listed}
    assert by_path["influence.customers"]["value"] == "0.8"
    assert by_path["influence.customers"]["range"] == "0 to 2"
    assert by_path["firms.own_defects.*.*"]["value"] == "0.0007; 0.0014"
    assert by_path["policy.subsidy.share"]["value"] == "0.5"
    assert not [path for path in by_path if path.startswith("policy.training")]


def test_numbers_are_counted_by_status_and_part(comparison):
    numbers = counts(comparison.scenarios)
    assert numbers["total"] == len(used_entries(comparison.scenarios))
    assert numbers["assumed"] < sum(entry.status == "assumed" for entry in register())
    parts = parts_of_the_model(comparison.scenarios)
    assert sum(part.assumed for part in parts) == numbers["assumed"]
    assert all(part.assumed <= part.total and part.examples for part in parts)


def test_a_scenario_without_weights_has_no_influence(comparison):
    baseline, cash, alone = comparison.scenarios
    assert tables.has_influence(baseline)
    assert tables.has_influence(cash)
    assert not tables.has_influence(alone)
