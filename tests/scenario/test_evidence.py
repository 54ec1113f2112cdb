"""Every row of evidence that a declaration cites is in the shipped table, with its source."""

from __future__ import annotations

import csv
import re

from simulation.scenario.register import register
from simulation.scenario.shipped import shipped_folder

CITATION = re.compile(r"\b([EGKNPQ]\d{3})(?:-([EGKNPQ]\d{3}))?\b")


def test_every_cited_row_is_shipped_with_its_source():
    with (shipped_folder() / "targets" / "evidence.csv").open(encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    cited = {key for entry in register() for pair in CITATION.findall(entry.source) for key in pair if key}
    assert len(cited) > 20
    assert cited <= set(rows)
    assert all(rows[key]["source"] and rows[key]["value"] for key in cited)
