"""What became of the suppliers under a mandate, as the page tells it."""

from __future__ import annotations

import pytest

from simulation.experiments.comparison import compare
from simulation.report import write_report
from simulation.report.mandate import mandate_lines

LIVELY = {"population.firms": 150, "time.months": 30, "time.survey_month": 6, "time.start_rounds": 4}
POLICY = {"first": 4, "last": 20, "grace": 3, "replacement": 0.5, "budget_share": 0.0}


@pytest.fixture(scope="module")
def compared(base, tmp_path_factory):
    usual = base.with_(LIVELY | {"budget.strength": "fixed", "firms.adopters_start.large.manufacturing": 1.0})
    ruled = usual.with_({"name": "ruled", "policy.mandate": POLICY})
    return compare([usual, ruled], [1, 2], folder=tmp_path_factory.mktemp("mandate"))


def test_a_line_holds_means_over_runs_at_the_end_of_the_mandate(compared):
    (line,) = mandate_lines(compared)
    series = compared.experiment.series(["covered", "overdue", "overdue_sales", "lost_slots", "excluded"])
    rows = series[(series["group"] == "all") & (series["scenario"] == "ruled")]
    at_end = rows[rows["month"] == 20].groupby("measure", observed=True)["value"].mean()
    lost = rows[rows["measure"] == "lost_slots"]["value"].sum() / 2
    assert at_end["covered"] > at_end["overdue"] > 0.0 < lost
    assert (line.scenario, line.month) == ("ruled", "September 2024")
    assert (line.covered, line.overdue) == (f"{at_end['covered']:,.1f}", f"{at_end['overdue']:,.1f}")
    assert (line.sales, line.lost) == (f"{at_end['overdue_sales']:,.0f}", f"{lost:,.1f}")
    assert line.excluded == line.excluded_baseline == "0.0"  # generated firms keep their final demand


def test_the_page_shows_it_where_there_is_a_mandate(compared, comparison, tmp_path, no_pictures):
    assert "What the mandate did" in write_report(compared, tmp_path / "a.html").read_text(encoding="utf-8")
    assert mandate_lines(comparison) == []
    assert "What the mandate did" not in write_report(comparison, tmp_path / "b.html").read_text(encoding="utf-8")
