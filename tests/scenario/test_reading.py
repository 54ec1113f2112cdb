"""Reading scenarios: files, what they extend, names of shipped files, and what may not be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.scenario.shipped import shipped_folder

X = "scenarios/x.yaml"


def test_a_file_sets_what_differs_from_the_declared_defaults(write):
    scenario = load(write("use:\n  ceiling: 0.8\n"))
    assert scenario == Scenario().with_({"name": "x", "use.ceiling": 0.8})


def test_a_path_object_is_a_path(write):
    assert load(Path(write("name: a"))).name == "a"


def test_the_name_is_that_of_the_file_unless_the_file_gives_another(write):
    scenario = load(write("title: a"))
    assert scenario.name == "x"
    assert scenario.origins()["name"] == X
    assert load(write("name: other")).name == "other"


def test_a_file_extends_another_relative_to_its_own_folder(write):
    write("use: {ceiling: 0.8, speed: 0.5}", "scenarios/parts/base.yaml")
    scenario = load(write("extends: parts/base.yaml\nuse: {ceiling: 0.7}"))
    assert (scenario.use.ceiling, scenario.use.speed) == (0.7, 0.5)
    assert scenario.origins()["use.speed"] == "scenarios/parts/base.yaml:1:28"
    assert scenario.origins()["use.ceiling"] == f"{X}:2:16"


def test_names_and_texts_are_not_inherited(write):
    write("name: base\ntitle: Base\ndescription: The base.", "scenarios/base.yaml")
    scenario = load(write("extends: base.yaml"))
    assert (scenario.name, scenario.title, scenario.description) == ("x", "", "")


def test_shipped_files_are_named_from_anywhere(project):
    baseline = load("tierwise:baseline")
    assert load("baseline") == baseline
    assert baseline.origins()["use.growth"].startswith("tierwise:baseline:")


def test_a_file_of_the_current_folder_counts_more_than_a_shipped_one(write):
    write("title: mine", "baseline")
    assert load("baseline").title == "mine"
    assert load("tierwise:baseline").title == "Baseline"


@pytest.mark.parametrize("name", ["tierwise:cash_subsidy", "cash_subsidy", "cash_subsidy.yaml"])
def test_a_file_may_extend_a_shipped_one(write, name):
    if name == "cash_subsidy.yaml":
        write("extends: tierwise:cash_subsidy", "scenarios/cash_subsidy.yaml")
    assert list(load(write(f"extends: {name}")).policy) == ["subsidy"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("extends: other.yaml", "1:10: extends: there is no file scenarios/other.yaml"),
        ("extends: [a, b]", "1:10: extends: extends takes the path or name of one scenario file"),
        ("extends:", "1:1: extends: extends takes the path or name of one scenario file"),
        ("extends: .", "1:10: extends: '.' is a folder; name a scenario file in it"),
        ("extends: x.yaml", f"1:10: extends: the files extend each other in a circle: {X} -> {X}"),
        (
            "extends: tierwise:baselin",
            "1:10: extends: there is no shipped scenario 'baselin'; did you mean 'baseline'?",
        ),
        ("extends: tierwise:../x", "1:10: extends: there is no shipped scenario '../x'; there are "),
        ("extends: baselin", "1:10: extends: there is no file scenarios/baselin; did you mean 'baseline'?"),
        (f"extends: {5000 * 'a'}", "1:10: extends: 'aaaaaaaaaa"),
        ("extends: ../../other.yaml", "1:10: extends: '../../other.yaml' leaves the project folder "),
        ("extends: /etc/passwd", "1:10: extends: '/etc/passwd' leaves the project folder "),
    ],
)
def test_what_cannot_be_extended_is_refused(refusal, content, problem):
    (found,) = refusal(content)
    assert found.startswith(f"{X}:{problem}")


def test_a_file_beside_with_nearly_the_name_is_suggested(write, refusal):
    write("title: a", "scenarios/parts/base.yaml")
    (found,) = refusal("extends: parts/bse.yaml")
    assert found.endswith("there is no file scenarios/parts/bse.yaml; did you mean 'parts/base.yaml'?")


def test_a_circle_of_files_is_named(write, refusal):
    write("extends: b.yaml", "scenarios/a.yaml")
    write("extends: a.yaml", "scenarios/b.yaml")
    (found,) = refusal("extends: a.yaml")
    names = "scenarios/a.yaml -> scenarios/b.yaml -> scenarios/a.yaml"
    assert found == f"scenarios/b.yaml:1:10: extends: the files extend each other in a circle: {names}"


def test_a_chain_of_files_has_an_end(write, refusal):
    for number in range(25):
        write(f"extends: {number + 1}.yaml", f"scenarios/{number}.yaml")
    (found,) = refusal("extends: 0.yaml")
    assert found == "scenarios/18.yaml:1:10: extends: more than 20 files extend one another"


def test_a_link_that_leads_out_of_the_project_is_not_followed(write, refusal, project):
    (project.parent / "secret.yaml").write_text("title: secret")
    (project / "scenarios" / "inside.yaml").symlink_to(project.parent / "secret.yaml")
    (found,) = refusal("extends: inside.yaml")
    assert "leaves the project folder" in found


def test_links_in_a_circle_are_refused(refusal, project):
    (project / "scenarios" / "a.yaml").symlink_to(project / "scenarios" / "a.yaml")
    (found,) = refusal("extends: a.yaml")
    assert found.startswith(f"{X}:1:10: extends: ")


def test_a_file_outside_any_project_may_read_its_own_folder_only(tmp_path, monkeypatch):
    (tmp_path / "alone").mkdir()
    (tmp_path / "up.yaml").write_text("title: up")
    (tmp_path / "alone" / "x.yaml").write_text("extends: ../up.yaml")
    monkeypatch.chdir(tmp_path / "alone")
    with pytest.raises(InputError, match="leaves the project folder"):
        load("x.yaml")


def test_a_mistake_in_an_extended_file_is_placed_there(write, refusal):
    write("title: base\nuse:\n  ceiling: 2\n", "scenarios/base.yaml")
    months, ceiling = refusal("extends: base.yaml\ntime: {months: x}")
    assert months.startswith("scenarios/x.yaml:2:16: time.months: 'x' is text; give a plain whole number in months")
    assert ceiling.startswith("scenarios/base.yaml:3:12: use.ceiling: 2 is above the largest allowed value 1")


def test_a_mistake_that_is_mended_further_down_is_none(write):
    write("use: {ceiling: 2}", "scenarios/base.yaml")
    assert load(write("extends: base.yaml\nuse: {ceiling: 0.5}")).use.ceiling == 0.5


def test_text_that_is_not_yaml_in_an_extended_file_is_placed_there(write, refusal):
    write("a: [", "scenarios/base.yaml")
    (found,) = refusal("extends: base.yaml")
    assert found.startswith("scenarios/base.yaml:1:5: this is not YAML")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nothing.yaml", "nothing.yaml: there is no such file"),
        ("baselin", "baselin: there is no such file; did you mean 'baseline'?"),
        ("scenarios/xx.yaml", "scenarios/xx.yaml: there is no such file; did you mean 'scenarios/x.yaml'?"),
        ("scenarios", "scenarios: this is a folder; name a scenario file in it"),
        ("", "no scenario is named; give the path of a file or the name of a shipped scenario"),
        ("tierwise:", "there is no shipped scenario ''; there are "),
        ("tierwise:capabilities", "there is no shipped scenario 'capabilities'; did you mean 'capability'?"),
        ("a\0b", "'a\\x00b' is not the path of a file"),
        ("a\x1b[31mb", "'a\\x1b[31mb' is not the path of a file"),
        (5000 * "x", f"'{80 * 'x'}' is not the path of a file"),
    ],
)
def test_a_path_without_a_scenario_is_refused(write, path, message):
    write("title: a")
    with pytest.raises(InputError) as caught:
        load(path)
    assert str(caught.value).startswith(message)


def test_data_files_start_from_the_folder_of_the_file_that_names_them(write, project):
    for name in ("firms", "links"):
        write("id\n", f"scenarios/data/{name}.csv")
    write("population: {data: {firms: data/firms.csv, links: data/links.csv}}", "scenarios/base.yaml")
    scenario = load(write("extends: ../scenarios/base.yaml", "other/x.yaml"))
    assert scenario.population.data.firms == str(project / "scenarios" / "data" / "firms.csv")


def test_data_files_on_the_command_line_start_from_the_current_folder(write, project):
    write("id\n", "a.csv")
    scenario = load(write("title: a"), ["population.data={firms: a.csv, links: a.csv}"])
    assert scenario.population.data.links == str(project / "a.csv")


PLACED = re.compile(r"[^\n]*\.yaml:\d+:\d+")
SHIPPED = {file.name: file.read_text(encoding="utf-8") for file in sorted(shipped_folder().glob("*.yaml"))}
SCRAPS = (
    ":", "- ", "\t", "\n", "  ", "#", "'", '"', "{", "}", "[", "]", "&a ", "*a", "!!int ", "!x ", "? ", "---\n",
    "...\n", "|\n", ">\n", "%", "@", "`", "\\", ",", "~", "null", "true", ".nan", "-.inf", "1e999", "-1", "0",
    "99999999999999999999", "50 %", "5 days", "extends: x.yaml\n", "extends: ../../x\n", "policy:\n  subsidy:\n",
    "use: 5\n", "<<: *a\n",
    "\ufeff", "\x00", "기업", "\u2028", "large: null\n", "name: ''\n", "sme", "é",
)  # fmt: skip

Cut = tuple[str, int, int, str]


def mutated(text: str, cuts: list[Cut]) -> str:
    for kind, at, length, scrap in cuts:
        start = at % (len(text) + 1)
        lines = text.splitlines(keepends=True)
        line = at % max(len(lines), 1)
        if kind == "insert":
            text = text[:start] + scrap + text[start:]
        elif kind == "replace":
            text = text[:start] + scrap + text[start + length :]
        elif kind == "double":
            text = "".join(lines[: line + 1] + lines[line:])
        elif kind == "drop":
            text = "".join(lines[:line] + lines[line + 1 :])
        elif kind == "shift" and lines:
            text = "".join([*lines[:line], " " * (length % 5) + lines[line].lstrip(" "), *lines[line + 1 :]])
        elif kind == "value" and lines:
            text = "".join([*lines[:line], f"{lines[line].split(':')[0]}: {scrap}\n", *lines[line + 1 :]])
    return text


@given(
    st.sampled_from(sorted(SHIPPED)),
    st.lists(
        st.tuples(
            st.sampled_from(["insert", "replace", "double", "drop", "shift", "value"]),
            st.integers(0, 10_000),
            st.integers(0, 40),
            st.sampled_from(SCRAPS),
        ),
        min_size=1,
        max_size=4,
    ),
)
@settings(max_examples=200)
def test_a_shipped_file_that_was_changed_anyhow_is_read_or_refused_with_a_place(shared_project, name, cuts):
    file = shared_project / "scenarios" / "x.yaml"
    file.write_text(mutated(SHIPPED[name], cuts), encoding="utf-8")
    problems = None
    try:
        scenario = load(file)
    except InputError as error:
        problems = error.problems
    if problems is None:
        assert scenario.with_({}) == scenario
    else:
        assert any(PLACED.fullmatch(problem.place) for problem in problems)
        assert all(problem.message for problem in problems)


def test_mutations_lead_to_both_outcomes(shared_project):
    """The property above would hold of mutations that never, or always, break a file."""
    outcomes = set()
    for at in range(0, 4000, 100):
        file = shared_project / "scenarios" / "x.yaml"
        file.write_text(mutated(SHIPPED["baseline.yaml"], [("value", at // 10, 0, "0.5")]), encoding="utf-8")
        try:
            load(file)
        except InputError:
            outcomes.add("refused")
        else:
            outcomes.add("read")
    assert outcomes == {"read", "refused"}
