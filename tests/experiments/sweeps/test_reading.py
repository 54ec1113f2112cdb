"""Sweep files: what they mean, and every mistake with its place."""

from __future__ import annotations

import textwrap

import pytest

from simulation.errors import InputError
from simulation.experiments.sweeps.reading import load_sweep, shipped_sweeps, sweep_of
from simulation.scenario.shipped import shipped_folder

HEAD = "scenarios: [baseline, cash_subsidy]\nset: {population.firms: 60}\ndesign: latin_hypercube\nsize: 8\n"


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a sweep file and gives its path."""

    def written(text: str, name: str = "sweep.yaml"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return written


def test_a_file_becomes_a_study(write):
    path = write(f"""{HEAD}replications: 3
factors:
  lateness.lean:
  defects.mismatch: {{low: 0.1, high: 0.3}}
  network.kind: [production, random]
  policy.subsidy.own_share: {{values: [0.1, 0.4]}}
outcomes: [adopter_gap, late_days/sme/last]
""")
    study = load_sweep(path)
    assert [scenario.name for scenario in study.scenarios] == ["baseline", "cash_subsidy"]
    assert {scenario.population.firms for scenario in study.scenarios} == {60}
    assert [factor.name for factor in study.factors] == [
        "lateness.lean", "defects.mismatch", "network.kind", "policy.subsidy.own_share",
    ]  # fmt: skip
    assert study.runs == 8 * 3 * 2
    assert [(outcome.name, outcome.when) for outcome in study.outcomes] == [
        ("adopter_gap", "last"),
        ("late_days/sme/last", "last"),
    ]
    assert study.sweep.name == "sweep"


def test_a_scenario_beside_the_file_comes_before_a_shipped_one(write):
    write("extends: tierwise:baseline\nname: mine\n", "baseline.yaml")
    study = load_sweep(write(f"{HEAD}factors: {{lateness.lean: }}\n"))
    assert [scenario.name for scenario in study.scenarios] == ["mine", "cash_subsidy"]


def test_values_of_the_command_line_replace_those_of_the_file(write):
    path = write(f"{HEAD}factors: {{lateness.lean: }}\n")
    study = load_sweep(path, ["size=4", "replications=2", "factors.defects.mismatch=[0.1, 0.2]"])
    assert (len(study.numbers), study.sweep.replications) == (4, 2)


MISTAKES = [
    ("factors: {lateness.leen: }", ":5:11: factors.lateness.leen", "did you mean 'lateness.lean'"),
    ("factors:\n  lateness.lean: {low: 2, high: 3}", ":6:3: factors.lateness.lean", "2 is refused by baseline"),
    ("factors:\n  lateness.lean: {lo: 0.2}", ":6:19: factors.lateness.lean.lo", "did you mean 'low'"),
    ("factors:\n  lateness.lean: {low: 0.4, high: 0.2}", ":6:24: factors.lateness.lean.low", "is empty"),
    ("factors: {lateness.lean: }\nsize: 0", ":6:1", "stands twice"),
    ("factors: {lateness.lean: }\nreplications: 0", ":6:15: replications", "below the smallest allowed value 1"),
    ("factors: {lateness.lean: }\nreplicatoins: 2", ":6:1: replicatoins", "did you mean 'replications'"),
    ("factors: {lateness.lean: }\noutcomes: [adopter_gab]", ":6:11: outcomes.0", "did you mean 'adopter_gap'"),
    ("factors: {lateness.lean: }\noutcomes: [late_day/sme]", ":6:11: outcomes.0", "did you mean 'late_days'"),
    ("factors: {lateness.lean: }\noutcomes: [late_days/sne]", ":6:11: outcomes.0", "did you mean 'sme'"),
    ("factors: {lateness.lean: }\noutcomes: [late_days/sme/never]", ":6:11: outcomes.0", "not one of last"),
    ("factors: {lateness.lean: }\nseries: [lateness]", ":6:9: series.0", "there is no measure 'lateness'"),
    ("factors: {lateness.lean: }\nconstraints: [lateness.lean = 1]", ":6:14: constraints.0", "not a condition"),
    ("factors: {lateness.lean: }\nconstraints: [lateness.lean > 1]", ":6:14: constraints", "no point of the design"),
    ("factors: {lateness.lean: }\nensemble: {members: 0}", ":6:21: ensemble.members", "below the smallest"),
    ("factors: {use.speed: }\nensemble: {members: 2}", "factors.use.speed", "vary one or the other"),
    ("factors: {lateness.lean: , lean: {paths: [lateness.lean]}}", "factors.lean", "is varied by 'lateness.lean' too"),
    ("factors: [lateness.lean]", ":5:10: factors", "list stands where keys with values belong"),
    ("constraints: []", "factors", "a sweep varies something"),
    ("factors: {lateness.lean: }\npoints: 3", ":6:9: points", "give a list"),
]


@pytest.mark.parametrize(("text", "place", "part"), MISTAKES, ids=[text for text, _, _ in MISTAKES])
def test_a_mistake_is_told_with_its_place(text, place, part, write):
    with pytest.raises(InputError) as error:
        load_sweep(write(f"{HEAD}{text}\n"))
    assert place in str(error.value)
    assert part in str(error.value)
    assert "sweep.yaml" in str(error.value)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("design: gird\n", "'gird' is not one of grid, list"),
        ("factors: {lateness.lean: }\n", "design: this value is missing"),
        ("design: grid\nscenarios: [nobody]\nfactors: {lateness.lean: }\n", "there is no scenario 'nobody'"),
        ("design: grid\nscenarios: []\nfactors: {lateness.lean: }\n", "at least one scenario"),
        ("design: grid\nscenarios: [baseline, baseline]\nfactors: {lateness.lean: }\n", "both named 'baseline'"),
        ("design: grid\nscenarios: [../../other.yaml]\nfactors: {lateness.lean: }\n", "there is no scenario"),
        ("design: grid\nset: {lateness.leen: 1}\nfactors: {lateness.lean: }\n", "did you mean 'lean'"),
        ("design: grid\nset: {lateness.lean: 7}\nfactors: {defects.mismatch: }\n", "above the largest"),
        ("design: list\nfactors: {lateness.lean: }\n", "a list needs points"),
        ("design: list\npoints: [{lateness.leen: 1}]\n", "did you mean 'lateness.lean'"),
        ("design: list\npoints: [{lateness.lean: 7}]\n", "this point is refused by baseline: 7 is above"),
        ("design: sobol\nconstraints: [a < 1]\nfactors: {lateness.lean: }\n", "needs all of its points"),
        ("design: one_at_a_time\nensemble: {members: 2}\nfactors: {lateness.lean: }\n", "does not go together"),
        ("design: grid\nensemble: {file: no.csv}\nfactors: {lateness.lean: }\n", "cannot be read as an ensemble"),
        ("- a\n", "mapping"),
    ],
)
def test_other_mistakes_are_told(text, part, write):
    with pytest.raises(InputError, match=r"sweep\.yaml") as error:
        load_sweep(write(text))
    assert part in str(error.value)


def test_a_scenario_outside_the_project_is_refused(write, tmp_path):
    write("extends: tierwise:baseline\nname: secret\n", "other.yaml")
    inside = tmp_path / "project"
    (inside / "scenarios").mkdir(parents=True)
    path = inside / "sweep.yaml"
    path.write_text("design: grid\nscenarios: [../other.yaml]\nfactors: {lateness.lean: }\n", encoding="utf-8")
    with pytest.raises(InputError, match="leaves the project folder"):
        load_sweep(path)


@pytest.mark.parametrize(
    ("name", "part"),
    [("nothing", "there is no such sweep"), ("tierwise:nothing", "there is no such sweep"), (".", "this is a folder")],
)
def test_a_sweep_that_is_not_there_is_told(name, part):
    with pytest.raises(InputError, match=part):
        load_sweep(name)


def test_values_in_place_of_a_file(base, grant):
    study = sweep_of({"design": "grid", "factors": {"lateness.lean": [0.1, 0.2]}}, [base, grant])
    assert study.runs == 4
    with pytest.raises(InputError, match="at least one scenario"):
        sweep_of({"design": "grid", "factors": {"lateness.lean": [0.1]}}, [])
    with pytest.raises(InputError, match=r"factors\.lateness\.leen"):
        sweep_of({"design": "grid", "factors": {"lateness.leen": [0.1]}}, [base])


@pytest.mark.parametrize("name", shipped_sweeps())
def test_every_shipped_sweep_can_be_read(name):
    study = load_sweep(name)
    assert study.sweep.title
    assert study.sweep.description
    assert study.sweep.name == name
    assert (shipped_folder() / "sweeps" / f"{name}.yaml").is_file()
