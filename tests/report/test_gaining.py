"""Who gains: differences by group are those of the series, and the table has a cell for each."""

from __future__ import annotations

import pytest

from simulation.experiments.gains import gains, groups_of_gains
from simulation.experiments.statistics import paired_difference
from simulation.report.gaining import gain_blocks
from simulation.scenario.reading import load


def test_groups_are_sizes_sectors_and_regions(base):
    assert list(groups_of_gains(base)) == [
        ("size", "large"), ("size", "sme"), ("sector", "manufacturing"), ("sector", "services"),
        ("region", "capital"), ("region", "elsewhere"),
    ]  # fmt: skip


def test_many_sizes_and_provinces_are_taken_together():
    found = groups_of_gains(load("tierwise:provinces"))
    assert found["size", "sme"] == "all smes"
    assert found["region", "elsewhere"] == "all elsewhere"


def test_a_difference_is_that_of_the_group_on_the_same_seeds(comparison):
    table = gains(comparison)
    series = comparison.experiment.series(["user_share"])
    last = series[(series["month"] == series["month"].max()) & (series["group"] == "sme")]
    wide = last.astype({"scenario": str}).pivot(index="seed", columns="scenario", values="value")
    expected = paired_difference(100.0 * wide["alone"].to_numpy(), 100.0 * wide["baseline"].to_numpy())
    row = table[(table["outcome"] == "users") & (table["group"] == "sme") & (table["scenario"] == "alone")].iloc[0]
    assert row["difference"] == pytest.approx(expected.difference)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))
    assert row["n"] == 3


def test_the_table_has_a_cell_for_every_outcome_scenario_and_group(comparison):
    table = gains(comparison)
    heads, blocks = gain_blocks(table, comparison)
    assert heads == ["Large firms", "SMEs", "Manufacturing", "Services", "Capital region", "Elsewhere"]
    assert sum(len(cells) for block in blocks for _, cells in block.rows) == len(table)
    assert all(len(block.levels) == len(heads) for block in blocks)
    for block, (_, part) in zip(blocks, table.groupby("outcome", sort=False), strict=True):
        clear = ((part["low"] > 0.0) | (part["high"] < 0.0)).sum()
        assert sum(cell.is_clear for _, cells in block.rows for cell in cells) == clear


def test_one_scenario_gains_nothing(single):
    assert gains(single).empty
    assert gain_blocks(gains(single), single) == ([], [])
