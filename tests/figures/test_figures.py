"""Every figure draws on a real comparison without a warning and says how it was made."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.collections import PathCollection, PolyCollection, QuadMesh

from simulation.errors import InputError
from simulation.experiments.comparison import compare
from simulation.figures import (
    NAMES,
    adoption,
    all_pictures,
    depth,
    differences,
    gaps,
    imported_risk,
    network,
    save_pictures,
)
from simulation.figures.style import rendered
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.world.build import groups_of

COMPARING = ("answer", "differences", "frontier", "gains")
PICTURES = {picture.name: picture for picture in all_pictures()}


@pytest.fixture(scope="module")
def drawn(comparison):
    return {name: picture.draw(comparison) for name, picture in PICTURES.items()}


def note_of(figure):
    return " ".join(figure.get_supxlabel().split())


def without(comparison, *measures, kinds=()):
    """Return the comparison as if some measures, or whole tables, had not been kept."""
    experiment = comparison.experiment

    def series(wanted=None):
        frame = experiment.series(wanted)
        return frame[~frame["measure"].isin(measures)]

    def table(kind):
        whole = getattr(experiment, kind)()
        return whole.iloc[:0] if kind in kinds else whole

    reduced = SimpleNamespace(
        folder=experiment.folder, manifest=experiment.manifest, series=series,
        firms=lambda: table("firms"), links=lambda: table("links"),
    )  # fmt: skip
    return dataclasses.replace(comparison, experiment=reduced)


def test_every_figure_of_the_list_is_a_file_with_a_title_and_a_caption(comparison):
    assert tuple(PICTURES) == NAMES
    for picture in PICTURES.values():
        assert picture.title
        assert picture.caption(comparison).endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_the_title_stands_above_and_the_note_says_runs_and_seeds(drawn, name):
    figure = drawn[name]
    assert figure.get_suptitle() == PICTURES[name].title
    assert "seed" in note_of(figure)
    if name != "network":
        assert "1–3" in note_of(figure)
        assert "interval" in note_of(figure)


@pytest.mark.parametrize("name", ["depth", "network"])
def test_equal_figures_give_equal_bytes_and_fit_into_a_report(comparison, drawn, name):
    first = rendered(drawn[name], "svg")
    assert first == rendered(PICTURES[name].draw(comparison), "svg")
    assert len(first) < 1_500_000


def test_figures_stay_out_of_the_global_state_of_matplotlib(drawn):
    assert drawn
    assert pyplot.get_fignums() == []


def test_adoption_shows_the_baseline_by_size_beside_the_survey_and_manufacturers_by_scenario(comparison, drawn):
    users, large, small = drawn["adoption"].axes
    assert users.get_title(loc="left").startswith("User share by size, ")
    assert users.get_ylabel() == "% of workers"
    assert small.get_xlabel() == "Year"
    long_lines = [line for line in users.lines if len(line.get_xdata()) == comparison.baseline.time.months]
    assert len(long_lines) == 2
    assert {text.get_text() for text in users.texts} >= {"survey: 66.5 %", "survey: 52.7 %", "large firms", "SMEs"}
    for axes, name in ((large, "large firms in manufacturing"), (small, "SMEs in manufacturing")):
        assert axes.get_title(loc="left") == f"Adopter share, {name}"
        lines = [line for line in axes.lines if len(line.get_xdata()) == comparison.baseline.time.months]
        assert len(lines) == len(comparison.scenarios)
        labels = {text.get_text() for text in axes.texts}
        assert {"baseline", "alone", "Cash <for> $adopters$"} <= labels


def test_time_runs_in_calendar_years_and_months_before_the_survey_are_shaded(comparison, drawn):
    axes = drawn["gaps"].axes[2]
    time = comparison.baseline.time
    assert axes.get_xlim() == (time.start_year, time.start_year + (time.months - 1) / 12)
    shaded = [patch for patch in axes.patches if patch.get_width() == pytest.approx(time.survey_month / 12)]
    assert len(shaded) == 1
    assert "start-up, not history" in {text.get_text() for text in axes.texts}
    assert any("policies from Jan 2026" in text.get_text() for text in axes.texts)


def test_gaps_are_drawn_in_points_and_in_log_odds_with_a_line_per_scenario(comparison, drawn):
    panels = drawn["gaps"].axes
    assert [panel.get_title(loc="left") for panel in panels] == [
        "User gap, points", "User gap, log-odds", "Adopter gap, points", "Adopter gap, log-odds",
    ]  # fmt: skip
    for panel in panels:
        lines = [line for line in panel.lines if len(line.get_xdata()) == comparison.baseline.time.months]
        assert len(lines) == len(comparison.scenarios)


def test_log_odds_are_drawn_only_where_every_run_has_them(comparison):
    frame = comparison.experiment.series(["adopter_gap_log_odds"])
    mine = frame[(frame["scenario"] == "baseline") & (frame["group"] == "all")]
    is_known = mine.groupby("month")["value"].apply(lambda values: values.notna().all()).to_numpy()
    line = gaps.draw(comparison).axes[3].lines[2]  # the baseline is drawn last, on top
    np.testing.assert_array_equal(np.isfinite(line.get_ydata()), is_known)


def test_heat_maps_hold_the_means_of_the_last_year_with_origins_in_rows(comparison, drawn):
    left, right = drawn["imported_risk"].axes
    members = groups_of(comparison.baseline).members()
    names = [" ".join(member) for member in members]
    frame = comparison.experiment.series(["late_days_from"])
    mine = frame[(frame["scenario"] == "baseline") & (frame["origin"] == names[4]) & (frame["group"] == names[5])]
    expected = 100.0 * mine.groupby("seed")["value"].mean().mean()
    mesh = next(child for child in left.collections if isinstance(child, QuadMesh))
    assert mesh.get_array().shape == (len(members), len(members))
    assert mesh.get_array()[4, 5] == pytest.approx(expected)
    assert left.get_title(loc="left") == "Late days per 100 deliveries"
    assert "ppm" in right.get_title(loc="left")
    assert len(left.texts) == len(members) * (len(members) + 1)


def test_defects_by_origin_add_up_to_the_defects_of_the_groups(comparison, drawn):
    _, right = drawn["imported_risk"].axes
    mesh = next(child for child in right.collections if isinstance(child, QuadMesh))
    frame = comparison.experiment.series(["defect_ppm"])
    last = frame[(frame["scenario"] == "baseline") & (frame["month"] > frame["month"].max() - 12)]
    whole = last[last["group"] == "all"].groupby("seed")["value"].mean().mean()
    totals = mesh.get_array().sum(axis=0)
    assert totals.min() < whole < totals.max()


def test_imported_risk_without_origins_is_refused_in_a_sentence(comparison):
    with pytest.raises(InputError, match="without recording"):
        imported_risk.draw(without(comparison, "late_days_from", "defects_from"))


def test_imported_risk_and_network_can_show_another_scenario_and_refuse_an_unknown_one(comparison):
    assert "alone" in note_of(imported_risk.draw(comparison, "alone"))
    assert "alone" in note_of(network.draw(comparison, "alone"))
    for draw in (imported_risk.draw, network.draw):
        with pytest.raises(InputError, match="there is no scenario 'nobody'"):
            draw(comparison, "nobody")


def test_depth_shows_shares_that_add_up_to_one_hundred(drawn):
    left, right = drawn["depth"].axes
    assert left.get_xlabel() == right.get_xlabel() == "links travelled"
    assert sum(bar.get_height() for bar in left.patches) == pytest.approx(100.0, abs=0.5)
    n_bars = len(right.patches) // 2
    for bars in (right.patches[:n_bars], right.patches[n_bars:]):
        assert sum(bar.get_height() for bar in bars) == pytest.approx(100.0, abs=0.5)
    assert {"Large firms", "SMEs"} <= {text.get_text() for text in right.texts}


def test_network_shows_every_firm_of_a_small_network_in_both_panels(comparison, drawn):
    (axes,) = drawn["network"].axes
    firms = comparison.baseline.population.firms
    dots = [part for part in axes.collections if isinstance(part, PathCollection) and part.get_zorder() > 2]
    assert sum(len(part.get_offsets()) for part in dots) == 2 * firms
    assert any(isinstance(part, PolyCollection) for part in axes.collections)
    assert f"all {firms} firms" in note_of(drawn["network"])


def test_network_says_how_it_chose_when_it_shows_a_part(comparison):
    figure = network.draw(comparison, largest=60)
    assert "of 200 firms" in note_of(figure)
    assert "Chosen were the " in note_of(figure)


def test_network_without_firms_is_refused_in_a_sentence(comparison):
    with pytest.raises(InputError, match="were not kept"):
        network.draw(without(comparison, kinds=("firms",)))


def test_differences_have_a_panel_per_outcome_a_row_per_scenario_and_no_green_or_red(comparison, drawn):
    table = comparison.differences()
    panels = [axes for axes in drawn["differences"].axes if axes.get_visible()]
    assert len(panels) == table["outcome"].nunique()
    assert [tick.get_text() for tick in panels[0].get_yticklabels()] == ["Cash <for> $adopters$", "alone"]
    titles = {" ".join(panel.get_title(loc="left").split()) for panel in panels}
    assert titles == set(table["label"])
    assert any("better" in panel.get_xlabel() for panel in panels)


def test_differences_with_an_interval_that_holds_zero_are_hollow(comparison):
    table = comparison.differences()
    table.loc[:, ["difference", "low", "high"]] = [1.0, -1.0, 3.0]
    figure = differences.draw(comparison, table)
    markers = [line for axes in figure.axes for line in axes.lines if line.get_marker() == "o"]
    assert markers
    assert {line.get_markerfacecolor() for line in markers} == {"white"}


def test_differences_survive_values_that_are_not_defined(comparison):
    table = comparison.differences()
    table.loc[:, ["difference", "low", "high"]] = np.nan
    figure = differences.draw(comparison, table)
    assert " not defined" in {text.get_text() for axes in figure.axes for text in axes.texts}


def test_one_scenario_with_one_seed_has_no_interval_and_no_differences(single):
    assert "One run per scenario (seed 7): no interval" in note_of(depth.draw(single))
    assert "One run (seed 7)" in note_of(imported_risk.draw(single))
    with pytest.raises(InputError, match="only one scenario"):
        differences.draw(single)


def test_figures_can_be_saved_as_files_without_those_that_have_nothing_to_show(single, tmp_path):
    paths = save_pictures(single, tmp_path / "figures", "png")
    assert [path.name for path in paths] == [f"{name}.png" for name in NAMES if name not in COMPARING]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)


def test_modules_name_what_they_offer():
    for module in (adoption, depth, differences, gaps, imported_risk, network):
        assert {"TITLE", "caption", "draw"} <= set(module.__all__)


def test_surveys_after_the_last_month_are_not_drawn(tmp_path):
    """Points beyond the axis would squeeze the figure to nothing."""
    short = Scenario().with_({"population.firms": 60, "time.months": 14, "time.survey_month": 6})
    figure = adoption.draw(compare([short], [1], folder=tmp_path))
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert not [text for text in texts if "survey:" in text or "goal" in text]
    assert figure.axes[0].get_xlim()[1] == pytest.approx(2023.0 + 13.0 / 12.0)


def test_of_very_many_groups_sizes_and_regions_are_taken_together_with_their_totals_kept(tmp_path):
    """With a run of 136 groups: rows of the pooled matrix sum over origins to the measure of the pooled bearers."""
    scenario = load("tierwise:provinces").with_(
        {"population.firms": 150, "time.months": 4, "time.survey_month": 2, "time.origin_months": 2}
    )
    many = compare([scenario], [1], folder=tmp_path)
    figure = imported_risk.draw(many)
    left, right = figure.axes[:2]
    assert len(left.get_xticks()) == 8
    assert "SMEs services, elsewhere" in [label.get_text() for label in left.get_yticklabels()]
    assert "taken together" in note_of(figure)
    cells = np.asarray(right.collections[0].get_array()).reshape(8, 8)
    series = many.experiment.series(["defect_ppm"])
    assert (cells >= 0.0).all()
    last = series[(series["month"] >= 2) & (series["group"] == "large")]["value"].mean()
    large = cells[:, :4].sum(axis=0)
    assert large.min() <= last * (1.0 + 1e-3)
    assert last <= large.max() * (1.0 + 1e-3)
    words = {text.get_text() for text in network.draw(many).axes[0].texts}
    assert {"seoul", "jeju"} <= words
