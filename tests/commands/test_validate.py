"""``tierwise validate``."""

from __future__ import annotations

import json

import pytest

from simulation.scenario.shipped import shipped_names


@pytest.fixture
def write(tmp_path):
    def write_file(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return write_file


def test_files_and_shipped_names_that_are_right_are_ok(cli, write):
    result = cli("validate", write("a.yaml", "title: a"), "baseline", "tierwise:balanced")
    assert result.exit_code == 0
    assert result.stdout == "ok a.yaml\nok baseline\nok tierwise:balanced\n"
    assert result.stderr == ""


def test_all_shipped_scenarios_are_right(cli):
    result = cli("validate", *(f"tierwise:{name}" for name in shipped_names()))
    assert result.exit_code == 0, result.stderr


def test_all_problems_of_all_files_are_told(cli, write):
    a = write("a.yaml", "use:\n  cieling: 0.5\n  speed: 2\n")
    b = write("b.yaml", "extends: a.yaml\ntime:\n  months: x\n")
    result = cli("validate", a, b, "baseline")
    assert result.exit_code == 2
    assert result.stdout == "ok baseline\n"
    places = [line.split(": ")[0] for line in result.stderr.splitlines()]
    assert sorted(places) == ["a.yaml:2:3", "a.yaml:2:3", "a.yaml:3:10", "a.yaml:3:10", "b.yaml:3:11"]
    assert "a.yaml:2:3: use.cieling: unknown key; did you mean 'ceiling'?\n" in result.stderr


def test_values_on_the_command_line_are_checked_too(cli):
    assert cli("validate", "baseline", "--set", "use.ceiling=0.5").exit_code == 0
    result = cli("validate", "baseline", "--set", "use.ceiling=50 %")
    assert result.exit_code == 2
    assert result.stderr.startswith("--set: use.ceiling: '50 %' is text; give a plain number between 0 and 1")


def test_a_file_that_is_not_there_is_a_problem_of_that_file(cli):
    result = cli("validate", "nothing.yaml", "baseline")
    assert (result.exit_code, result.stdout) == (2, "ok baseline\n")
    assert result.stderr == "nothing.yaml: there is no such file\n"


def test_ten_billion_firms_get_a_sentence_with_the_memory_they_would_need(cli):
    result = cli("validate", "baseline", "--set", "population.firms=10000000000")
    assert result.exit_code == 2
    assert result.stderr == (
        "--set: population.firms: 10,000,000,000 firms would need about 6,800 GB of memory;"
        " at most 100,000,000 can be run\n"
    )


def test_json_has_an_entry_for_each_file(cli, write):
    a = write("a.yaml", "use:\n  ceiling: 2\n")
    result = cli("validate", a, "baseline", "--json")
    assert result.exit_code == 2
    assert result.stderr == ""
    assert json.loads(result.stdout) == [
        {
            "file": "a.yaml",
            "ok": False,
            "problems": [
                {
                    "place": "a.yaml:2:12",
                    "path": "use.ceiling",
                    "message": "2 is above the largest allowed value 1 (largest user share, symbol u_max);"
                    " if percent is meant, write 0.02",
                }
            ],
        },
        {"file": "baseline", "ok": True, "problems": []},
    ]


def test_json_of_right_files_ends_with_code_0(cli):
    result = cli("validate", "baseline", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)[0]["ok"] is True


def test_a_name_that_is_no_text_can_be_told_in_json(cli):
    result = cli("validate", "\udcff.yaml", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)[0]["file"] == "\udcff.yaml"


def test_own_tables_are_checked_too(tmp_path, cli):
    (tmp_path / "firms.csv").write_text(
        "id,size,sector,region,workers\na,large,manufacturing,capital,900\nb,sme,services,capital,20\n"
    )
    (tmp_path / "links.csv").write_text("supplier,buyer\nb,a\nc,a\n")
    (tmp_path / "own.yaml").write_text(
        "extends: tierwise:baseline\npopulation:\n  data: {firms: firms.csv, links: links.csv}\n"
    )
    result = cli("validate", str(tmp_path / "own.yaml"))
    assert result.exit_code == 2
    assert "links.csv:3: the supplier 'c' is not among the firms" in result.stderr
