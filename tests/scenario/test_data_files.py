"""Own tables named by a scenario."""

from __future__ import annotations

import hashlib

import pytest

from simulation.errors import InputError
from simulation.scenario.data_files import content_digest
from simulation.scenario.reading import load

X = "scenarios/x.yaml"
DATA = "population:\n  data:\n    firms: {}\n    links: links.csv\n"


@pytest.fixture(autouse=True)
def links(write):
    write("buyer\n", "scenarios/links.csv")
    write("id\n", "scenarios/firms.csv")


def test_paths_become_absolute(write, project):
    data = load(write(DATA.format("firms.csv"))).population.data
    assert data.firms == str(project / "scenarios" / "firms.csv")


def test_an_absolute_path_inside_the_project_is_taken(write, project):
    file = project / "scenarios" / "firms.csv"
    assert load(write(DATA.format(file))).population.data.firms == str(file)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nothing.csv", "there is no file scenarios/nothing.csv"),
        ("../scenarios", "there is no file scenarios"),
        ("../../firms.csv", "'../../firms.csv' leaves the project folder "),
        ("/etc/passwd", "'/etc/passwd' leaves the project folder "),
        (5000 * "a", "'aaaaaaaaaa"),
    ],
)
def test_a_path_that_names_no_file_of_the_project_is_refused(refusal, path, message):
    (problem,) = refusal(DATA.format(path))
    assert problem.startswith(f"{X}:3:12: population.data.firms: {message}")


def test_a_link_that_leads_out_of_the_project_is_not_followed(refusal, project):
    (project.parent / "secret.csv").write_text("id\n")
    (project / "scenarios" / "inside.csv").symlink_to(project.parent / "secret.csv")
    (problem,) = refusal(DATA.format("inside.csv"))
    assert "leaves the project folder" in problem


def test_a_table_is_needed(refusal):
    assert refusal("population: {data: {columns: {firms: {id: name}}}}") == [
        f"{X}:1:14: population.data: name a file of firms, of links, or both; for generated firms leave data out"
    ]


@pytest.mark.parametrize("value", ["5", "[a]", "{a: b}", "true"])
def test_a_path_is_text(refusal, value):
    (problem,) = refusal(DATA.format(value))
    assert "; give text, in quotation marks if it looks like something else" in problem


def test_null_takes_own_tables_away(write):
    write(DATA.format("firms.csv"), "scenarios/base.yaml")
    assert load(write("extends: base.yaml\npopulation: {data: null}")).population.data is None


def test_a_file_on_the_command_line_may_lie_anywhere(write, project):
    file = project.parent / "elsewhere.csv"
    file.write_text("id\n")
    scenario = load(write("title: a"), [f"population.data={{firms: {file}, links: {file}}}"])
    assert scenario.population.data.firms == str(file)


def test_a_file_is_known_by_its_content(tmp_path):
    (tmp_path / "a").write_bytes(b"id\n1\n")
    assert content_digest(str(tmp_path / "a")) == hashlib.sha256(b"id\n1\n").hexdigest()


def test_a_file_that_is_gone_has_no_digest(tmp_path):
    with pytest.raises(InputError, match=r"population\.data: the data file .* cannot be read: No such file"):
        content_digest(str(tmp_path / "a"))
