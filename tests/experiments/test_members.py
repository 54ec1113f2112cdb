"""Members of an ensemble: their table, and what is none."""

from __future__ import annotations

import pytest

from simulation.errors import InputError
from simulation.experiments.members import members_table, read_ensemble


def test_a_table_is_read_as_it_was_written(tmp_path):
    members = read_ensemble()[:3]
    members_table(members).to_csv(tmp_path / "e.csv", index=False)
    assert read_ensemble(tmp_path / "e.csv") == members


@pytest.mark.parametrize("text", ["", "member,use.level\n", "a,b\n1,2\n", "member,use.level\n1,x\n"])
def test_what_is_no_ensemble_is_refused(text, tmp_path):
    (tmp_path / "e.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"e\.csv"):
        read_ensemble(tmp_path / "e.csv")
    with pytest.raises(InputError, match="nothing"):
        read_ensemble("tierwise:nothing")
