"""``tierwise compare``."""

from __future__ import annotations

import itertools
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.commands.compare import FILES
from simulation.commands.headline import _GAP as GAP
from simulation.commands.headline import _blocks as columns_of
from simulation.commands.headline import _changes
from simulation.experiments.comparison import open_comparison
from simulation.experiments.outcomes import outcomes_of
from simulation.scenario.scenario import Scenario
from simulation.store.experiment import open_experiment

CHANGES = ("time.months=40", "time.start_rounds=8", "time.origin_months=2", "adoption.hazard.level=-2.5")
TINY = ("--firms", "60", "--reps", "3", *(part for change in CHANGES for part in ("--set", change)))
GRANTS = """\
extends: tierwise:baseline
name: grants
budget: {per_worker: 3.0, seeds: 2}
policy:
  subsidy: {first: 4, last: 39}
"""


@pytest.fixture(autouse=True)
def grants(tmp_path):
    (tmp_path / "grants.yaml").write_text(GRANTS, encoding="utf-8")


@pytest.fixture
def no_report(monkeypatch):
    """Leave the report out, where it is not what the test is about."""
    monkeypatch.setattr("simulation.report.write_report", lambda comparison, path: path)


def test_a_comparison_is_saved_reported_and_shown(cli, tmp_path):
    result = cli("compare", "baseline", "grants.yaml", *TINY, "-o", "results")
    assert result.exit_code == 0
    comparison = open_comparison("results")
    assert [scenario.name for scenario in comparison.scenarios] == ["baseline", "grants"]
    assert comparison.seeds == (1, 2, 3)
    page = (tmp_path / "results" / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert result.stdout.splitlines()[-1] == "Report: results/report.html"
    header = result.stdout.splitlines()[0]
    assert header.split() == ["outcome", "baseline", "grants"]
    for outcome in outcomes_of(Scenario()):
        assert " ".join(outcome.label.split()[:3]) in result.stdout
    difference = comparison.differences().set_index("outcome").loc["public_cost", "difference"]
    assert difference > 10.0
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("Public cost")]
    shown = float(line.split("+")[1].split()[0].replace(",", ""))
    assert shown == pytest.approx(difference, rel=0.2)


def test_the_files_are_those_that_are_named(cli, tmp_path, no_pictures):
    result = cli("compare", "baseline", "grants.yaml", *TINY, "-o", "results", "--ensemble", "2", "--member-reps", "1")
    assert result.exit_code == 0, result.output
    found = {path.name for path in (tmp_path / "results").iterdir() if path.is_file()}
    assert found == set(FILES)
    table = pd.read_csv(tmp_path / "results" / "ensemble.csv")
    assert (table["members"] == 2).all()
    assert {"outcome", "scenario", "mean", "low", "high", "seed_error"} <= set(table.columns)
    assert "95 % of members" in result.stdout
    page = (tmp_path / "results" / "report.html").read_text(encoding="utf-8")
    assert "Over the ensemble" in page
    assert "in 2 other sets of parameters" in page


def test_without_an_ensemble_there_is_none_left_over(cli, tmp_path, no_report):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "ensemble.csv").write_text("of another comparison\n")
    result = cli("compare", "baseline", "grants.yaml", *TINY, "-o", "results")
    assert result.exit_code == 0
    assert not (tmp_path / "results" / "ensemble.csv").exists()
    assert "members" not in result.stdout
    assert open_comparison("results").ensemble().empty


def test_progress_stands_on_standard_error(cli, no_report):
    result = cli("compare", "baseline", "grants.yaml", *TINY)
    assert "Running, runs: 6 of 6" in result.stderr
    assert "Solving budgets" in result.stderr
    assert "Running" not in result.stdout


@pytest.mark.parametrize("width", ["80", "120", "300"])
def test_the_table_has_a_column_for_every_policy_in_blocks_that_fit_a_terminal(
    cli, tmp_path, monkeypatch, no_report, width
):
    monkeypatch.setenv("COLUMNS", width)
    names = [f"a_policy_no_{number}" for number in range(6)]
    for name in names:
        (tmp_path / f"{name}.yaml").write_text("extends: tierwise:baseline\ninfluence: {customers: 0}\n")
    result = cli("compare", "baseline", *(f"{name}.yaml" for name in names), *TINY)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    headers = [line.split()[1:] for line in lines if line.startswith("outcome")]
    assert all(header[0] == "baseline" for header in headers)
    assert [name for header in headers for name in header[1:]] == names
    ending = next(number for number, line in enumerate(lines) if line.startswith("baseline: mean"))
    assert max(len(line) for line in lines[:ending]) <= int(width)
    assert "e+0" not in result.stdout


@given(st.lists(st.integers(1, 40), min_size=3, max_size=12), st.integers(20, 200))
def test_a_block_ends_where_the_next_column_does_not_fit(widths, room):
    blocks = columns_of(widths, room)
    assert all(block[:2] == [0, 1] and len(block) > 2 for block in blocks)
    assert [column for block in blocks for column in block[2:]] == list(range(2, len(widths)))
    for block, later in itertools.pairwise(blocks):
        longer = [*block, later[2]]
        assert sum(widths[column] for column in longer) + GAP * (len(longer) - 1) > room
    for block in blocks:  # one column stands alone even where it is too wide
        assert len(block) == 3 or sum(widths[column] for column in block) + GAP * (len(block) - 1) <= room


def test_json_is_all_that_stands_on_standard_output(cli, no_report):
    result = cli("compare", "baseline", "grants.yaml", *TINY, "--json", "-o", "results")
    assert result.exit_code == 0
    assert result.stderr == ""
    printed = json.loads(result.stdout)
    assert printed["report"] == "results/report.html"
    assert printed["folder"] == "results"
    expected = open_comparison("results").differences()
    assert [row["outcome"] for row in printed["differences"]] == expected["outcome"].tolist()
    assert [row["scenario"] for row in printed["differences"]] == ["grants"] * len(expected)
    assert [row["difference"] for row in printed["differences"]] == expected["difference"].tolist()
    assert printed["spending"]["grants"]["target"]["subsidy"] > 0.0


def test_a_baseline_that_is_not_listed_is_added(cli, no_report):
    result = cli("compare", "grants.yaml", "--baseline", "baseline", *TINY, "-o", "results")
    assert result.exit_code == 0
    assert [scenario.name for scenario in open_comparison("results").scenarios] == ["baseline", "grants"]


def test_a_baseline_that_is_listed_comes_first(cli, no_report):
    for baseline in ("grants", "grants.yaml"):
        result = cli("compare", "baseline", "grants.yaml", "--baseline", baseline, *TINY, "-o", "results")
        assert result.exit_code == 0
        assert [scenario.name for scenario in open_comparison("results").scenarios] == ["grants", "baseline"]


def test_one_scenario_alone_shows_its_means(cli, no_report):
    result = cli("compare", "baseline", *TINY)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split() == ["outcome", "baseline"]
    assert "Mean over 3 seeds." in result.stdout


def test_one_seed_has_no_intervals(cli, no_report):
    result = cli("compare", "baseline", "grants.yaml", *TINY, "--reps", "1")
    assert result.exit_code == 0
    assert "±" not in result.stdout
    assert "nan" not in result.stdout.lower()


def test_seeds_are_counted_from_the_first(cli, no_report):
    assert cli("compare", "baseline", *TINY, "--seed", "11", "-o", "results").exit_code == 0
    assert open_comparison("results").seeds == (11, 12, 13)


def test_money_that_cannot_be_spent_is_said(cli, tmp_path, no_report):
    (tmp_path / "grants.yaml").write_text(GRANTS.replace("per_worker: 3.0", "per_worker: 1000.0"), encoding="utf-8")
    result = cli("compare", "baseline", "grants.yaml", *TINY)
    assert result.exit_code == 0
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("grants ")]
    assert "envelope" in line
    assert "million won" in line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nobody"], "nobody"),
        (["baseline", "--baseline", "nobody"], "nobody"),
        (["baseline", "--reps", "0"], "--reps"),
        (["baseline", "--reps", "many"], "'many' is neither a number of seeds from 1 nor auto"),
        (["baseline", "--reps", "auto"], "needs a precision"),
        (["baseline", "--precision", "adopter_gap=0.1"], 'are for reps="auto"'),
        (["baseline", "--max-reps", "5"], 'are for reps="auto"'),
        (["baseline", "--reps", "auto", "--precision", "adopter_gap"], "does not name an outcome and a half-width"),
        (["baseline", "--reps", "auto", "--precision", "a=1", "--precision", "a=2"], "a is given twice"),
        (["baseline", "--reps", "auto", "--precision", "adopter_gap=1"], "at least two scenarios"),
        (
            ["baseline", "cash_subsidy", "--reps", "auto", "--precision", "adoptergap=1"],
            "there is no outcome 'adoptergap'; did you mean 'adopter_gap'?",
        ),
        (
            ["baseline", "cash_subsidy", "--reps", "auto", "--precision", "adopter_gap=-1"],
            "the precision of adopter_gap is -1.0; it has to be a number above 0, in points",
        ),
        (["baseline", "--workers", "0"], "--workers"),
        (["baseline", "--seed", str(2**63 - 1), "--reps", "2"], f"the seed {2**63} is not between"),
        (["baseline", "baseline"], "two scenarios are both named 'baseline'"),
        (["baseline", "short.yaml"], "do not share their months"),
        ([], "scenarios"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(cli, tmp_path, arguments, message):
    (tmp_path / "short.yaml").write_text("extends: tierwise:baseline\ntime: {months: 50}\n")
    result = cli("compare", *arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert not (tmp_path / "out").exists()


def test_a_link_of_a_firm_that_is_not_there_is_named_with_its_line(cli, tmp_path):
    (tmp_path / "firms.csv").write_text(
        "id,size,sector,region,workers\nA,large,manufacturing,capital,500\nB,sme,services,elsewhere,20\n"
    )
    (tmp_path / "links.csv").write_text("supplier,buyer\nB,A\nC,A\n")
    (tmp_path / "own.yaml").write_text(
        "extends: tierwise:baseline\npopulation: {data: {firms: firms.csv, links: links.csv}}\n"
    )
    result = cli("compare", "own.yaml", *TINY[2:])
    assert result.exit_code == 2
    assert "links.csv:3" in result.stderr
    assert "'C'" in result.stderr
    assert "Traceback" not in result.output


def test_an_output_that_cannot_be_written_is_said_before_the_runs(cli, tmp_path, monkeypatch):
    monkeypatch.setattr("simulation.experiments.comparison.runs_by_seed", None)
    (tmp_path / "taken").write_text("")
    result = cli("compare", "baseline", *TINY, "-o", "taken")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("cannot write to taken: ")


def _interrupt_after(count, monkeypatch):
    """Interrupt the runs when those of some seeds are done."""
    from simulation.experiments import comparison

    whole = comparison.runs_by_seed

    def some(scenarios, seeds, workers):
        yield from whole(scenarios, list(seeds)[:count], workers)
        raise KeyboardInterrupt

    monkeypatch.setattr(comparison, "runs_by_seed", some)


def test_an_interruption_keeps_what_was_finished(cli, monkeypatch):
    _interrupt_after(2, monkeypatch)
    result = cli("compare", "baseline", *TINY, "-o", "results")
    assert result.exit_code == 130
    assert result.stderr.splitlines()[-1] == "Interrupted."
    assert "The runs of 2 of 3 seeds are saved in results. tierwise report results shows them." in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert open_comparison("results").seeds == (1, 2)
    assert open_experiment("results").runs()["seed"].tolist() == [1, 2]


def test_an_interruption_before_anything_is_finished_says_no_more(cli, tmp_path, monkeypatch):
    _interrupt_after(0, monkeypatch)
    result = cli("compare", "baseline", *TINY, "-o", "results")
    assert result.exit_code == 130
    assert result.stderr.splitlines()[-1] == "Interrupted."
    assert "saved" not in result.stderr
    assert not (tmp_path / "results" / "manifest.json").exists()


@pytest.mark.parametrize(
    ("difference", "half", "cell"),
    [
        (-0.00027, 0.0001, "-0.00027 ± 0.00010"),
        (12345.6, 2345.0, "+12,346 ± 2,345"),
        (1.5, 0.0, "+1.50"),
        (0.0, 0.0, "0.0"),
        (0.5, float("nan"), "+0.500"),
        (float("nan"), float("nan"), "-"),
    ],
)
def test_differences_have_as_many_figures_as_their_intervals_leave(difference, half, cell):
    part = pd.DataFrame({"difference": [difference], "low": [difference - half], "high": [difference + half]})
    assert _changes(part) == [cell]


def test_a_narrow_interval_beside_wide_ones_is_not_shown_as_nothing():
    part = pd.DataFrame({"difference": [2.0, -0.00027], "low": [1.0, -0.00037], "high": [3.0, -0.00017]})
    assert _changes(part) == ["+2.00 ± 1.00", "-0.00027 ± 0.00010"]


AUTO = ("--reps", "auto", "--precision", "adopter_gap=30", "--max-reps", "20", *TINY[4:])


def test_seeds_can_be_as_many_as_a_precision_needs(cli, tmp_path, no_pictures):
    result = cli("compare", "baseline", "grants.yaml", *AUTO, "--firms", "60", "--seed", "5", "-o", "results")
    assert result.exit_code == 0, result.output
    comparison = open_comparison("results")
    assert comparison.stopping["is_reached"]
    assert comparison.seeds == tuple(range(5, 20))  # the fewest that are judged, and the look-ahead
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("adopter_gap: ")]
    assert "at most ±30 points wanted, held from 10 seeds on" in line
    assert "Precise enough, seeds: 15 of 15" in result.stderr
    page = (tmp_path / "results" / "report.html").read_text(encoding="utf-8")
    assert "The number of seeds was found by a rule" in page
    assert "adopter_gap: at most ±30 points wanted" in page


def test_a_precision_that_is_not_reached_is_said(cli, no_report):
    arguments = ("--reps", "auto", "--precision", "private_cost=1e-9", "--max-reps", "16", *TINY[4:], "--firms", "60")
    result = cli("compare", "baseline", "grants.yaml", *arguments, "--json")
    assert result.exit_code == 0, result.output
    stopping = json.loads(result.stdout)["stopping"]
    assert not stopping["is_reached"]
    assert stopping["seeds"] == stopping["max_seeds"] == 16
    assert stopping["outcomes"][0]["got"] > 1e-9
    assert stopping["outcomes"][0]["independent_seeds"] is None  # more than can be counted


def test_who_is_best_and_the_frontier_are_shown_of_several_policies(cli, tmp_path, no_pictures):
    (tmp_path / "more.yaml").write_text(GRANTS.replace("grants", "more").replace("3.0", "9.0"), encoding="utf-8")
    result = cli("compare", "baseline", "grants.yaml", "more.yaml", *TINY, "-o", "results")
    assert result.exit_code == 0, result.output
    heads = [line.split("  ")[0] for line in result.stdout.splitlines()]
    assert "best in" in heads
    assert "frontier of public money for" in heads
    for name in ("ranking", "frontier"):
        table = pd.read_csv(tmp_path / "results" / f"{name}.csv")
        assert set(table["scenario"]) == {"baseline", "grants", "more"}
    page = (tmp_path / "results" / "report.html").read_text(encoding="utf-8")
    assert "Who is best, among Baseline and the policies." in page
    assert "Probability: of being on the frontier" in page
    printed = json.loads(cli("compare", "baseline", "grants.yaml", "more.yaml", *TINY, "--json").stdout)
    assert {row["outcome"] for row in printed["ranking"]} <= {outcome.name for outcome in outcomes_of(Scenario())}
    assert {row["scenario"] for row in printed["frontier"]} == {"baseline", "grants", "more"}
    assert printed["stopping"] is None
    assert {"boot_low", "boot_high", "variance_reduction"} <= set(printed["differences"][0])
