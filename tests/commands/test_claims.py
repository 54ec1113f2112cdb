"""``tierwise claims``."""

from __future__ import annotations

import pandas as pd
import pytest

from simulation.commands.claims import FILES


@pytest.mark.slow
def test_the_claims_are_judged_and_all_files_written(cli, tmp_path):
    tiny = ("--reps", "2", "--firms", "100", "--members", "1", "--member-reps", "2", "--set", "budget.seeds=2")
    result = cli("claims", *tiny, "-o", "results")
    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "results").iterdir()} == set(FILES)
    table = pd.read_csv(tmp_path / "results" / "verdicts.csv", keep_default_na=False)
    assert table[table["part"] == "claim"]["claim"].tolist() == ["a", "b", "c"]
    assert set(table["verdict"]) <= {"supported", "not supported", "depends on"}
    assert "depends_on" in result.stdout
