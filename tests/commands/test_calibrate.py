"""``tierwise calibrate``, on a small model and targets that it can meet."""

from __future__ import annotations

import json

import pytest

from simulation.experiments.calibration import FREE
from simulation.experiments.targets import read_targets
from simulation.scenario.reading import load
from simulation.scenario.shipped import shipped_folder
from simulation.store.experiment import open_experiment
from simulation.world.build import groups_of

TINY = ("--firms", "200", "--reps", "2", "--set", "time.months=36", "--set", "time.start_rounds=1")
HEADER = "id,label,kind,measure,group,month,month_to,value,low,high,unit,is_fitted,weight,source\n"
LEVEL = (
    'level,"Users, SMEs in services",level,user_share,sme services,20,,{value},{low},{high},share,yes,100,a source\n'
)
LATER = "later,Users,level,user_share,all,34,,0.5,0,1,share,{fitted},100,a source\n"


@pytest.fixture(autouse=True)
def targets(tmp_path):
    """Two targets: one that nothing meets, one that everything meets, and that is not fitted."""
    text = HEADER + LEVEL.format(value=0.99, low=0.98, high=1.0) + LATER.format(fitted="no")
    (tmp_path / "targets.csv").write_text(text, encoding="utf-8")


def test_a_check_shows_and_writes_how_targets_are_met_and_moves_nothing(cli, tmp_path):
    result = cli("calibrate", "targets.csv", "--check", *TINY, "-o", "fit")
    assert result.exit_code == 0
    header, level, later, *rest = result.stdout.splitlines()
    assert header.split() == ["target", "value", "range", "model", "s.e."]
    assert level.startswith("Users, SMEs in services")
    assert level.endswith("NOT MET")
    assert later.endswith("met (check)")
    assert rest == ["Written to fit: fit.csv, fit.md"]
    assert sorted(path.name for path in (tmp_path / "fit").iterdir()) == ["fit.csv", "fit.md", "manifest.json"]
    assert (tmp_path / "fit" / "fit.csv").read_text().startswith("id,label,target,low,high,model")
    note = (tmp_path / "fit" / "fit.md").read_text().splitlines()[-1]
    assert note == "Mean of 2 seeds (1-2) at 200 firms."
    manifest = open_experiment("fit").manifest
    assert (manifest["kind"], manifest["seeds"], manifest["fitted"]) == ("calibration", [1, 2], {})
    assert manifest["scenario"]["resolved"]["population"]["firms"] == 200


def test_the_shipped_targets_are_the_default(cli):
    result = cli("calibrate", "--check", "--firms", "200", "--reps", "2", "--json")
    assert result.exit_code == 0
    scenario = load("tierwise:baseline")
    shipped = read_targets(shipped_folder() / "targets" / "calibration.csv", groups_of(scenario), scenario.time.months)
    assert [row["id"] for row in json.loads(result.stdout)["targets"]] == [target.id for target in shipped]


def test_json_is_all_that_stands_on_standard_output(cli):
    result = cli("calibrate", "targets.csv", "--check", *TINY, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    printed = json.loads(result.stdout)
    assert printed["fitted"] == {}
    assert [(row["id"], row["is_met"], row["is_fitted"]) for row in printed["targets"]] == [
        ("level", False, True),
        ("later", True, False),
    ]


def test_a_fit_finds_the_parameter_and_writes_a_scenario_that_meets_the_target(cli, tmp_path):
    now = json.loads(cli("calibrate", "targets.csv", "--check", *TINY, "--json").stdout)["targets"][0]["model"]
    wanted = now - 0.05
    text = HEADER + LEVEL.format(value=wanted, low=wanted - 0.002, high=wanted + 0.002)
    (tmp_path / "lower.csv").write_text(text, encoding="utf-8")
    path = "firms.capacity.sme.services"
    result = cli("calibrate", "lower.csv", "--free", path, *TINY, "-o", "fit")
    assert result.exit_code == 0
    assert "evaluation 1: weighted distance " in result.stderr
    assert result.stdout.splitlines()[1].endswith(" met")
    assert result.stdout.splitlines()[-1].endswith("calibrated.yaml")
    fitted = load("fit/calibrated.yaml")
    before = load("tierwise:baseline")
    assert fitted.firms.capacity["sme"]["services"] < before.firms.capacity["sme"]["services"]
    assert fitted.population.firms == before.population.firms  # the size of the fit is not that of the scenario
    assert open_experiment("fit").manifest["fitted"] == {path: fitted.firms.capacity["sme"]["services"]}


def test_fewer_targets_than_free_parameters_are_refused(cli):
    result = cli("calibrate", "targets.csv", *TINY)
    assert result.exit_code == 2
    assert f"{len(FREE)} free parameters need at least as many fitted targets; there are 1" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nobody.csv"], "nobody.csv: the targets cannot be read"),
        (["targets.csv", "--scenario", "nobody"], "nobody"),
        (["targets.csv", "--reps", "1"], "--reps"),
        (["targets.csv", "--firms", "5"], "--firms"),
        (["targets.csv", "--free", "use.speeed"], "use.speeed"),
        (["targets.csv", "--set", "time.months=12", "--set", "time.survey_month=6"], "targets.csv:2"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(cli, tmp_path, arguments, message):
    result = cli("calibrate", *arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert not (tmp_path / "out").exists()


def test_an_output_that_cannot_be_written_is_said_before_the_work(cli, tmp_path, monkeypatch):
    monkeypatch.setattr("simulation.experiments.calibration.evaluate", None)
    (tmp_path / "taken").write_text("")
    result = cli("calibrate", "targets.csv", "--check", *TINY, "-o", "taken")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("cannot write to taken: ")


def test_validation_puts_the_model_beside_the_facts(cli, tmp_path):
    result = cli(
        "calibrate", "--validation", "--firms", "200", "--reps", "2", "--set", "time.start_rounds=1", "-o", "v"
    )
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split() == [
        "fact",
        "source",
        "says",
        "agrees",
        "within",
        "model",
        "s.e.",
        "verdict",
    ]
    assert result.stdout.splitlines()[-1] == "Written to v: validation.csv, validation.md"
    page = (tmp_path / "v" / "validation.md").read_text(encoding="utf-8")
    assert page.startswith("Mean of 2 seeds (1-2) at 200 firms.")
    assert "### What to say of each" in page
    assert open_experiment("v").manifest["kind"] == "validation"


def test_validation_needs_all_months(cli):
    result = cli("calibrate", "--validation", "--set", "time.months=40")
    assert result.exit_code == 2
    assert "the scenario has only 40 months" in " ".join(result.stderr.split())
