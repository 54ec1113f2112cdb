"""The figure about a network before a run."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.experiments.network_check.check import check_network
from simulation.figures.network_check import TITLE, draw
from simulation.figures.style import rendered
from simulation.scenario.scenario import Scenario
from simulation.world.build import build


@pytest.fixture(scope="module")
def checked():
    scenario = Scenario().with_({"name": "small_one", "population.firms": 300})
    return check_network(build(scenario, 1), scenario, 1)


@pytest.fixture(scope="module")
def figure(checked):
    return draw(checked)


def words(axes):
    return [text.get_text() for text in axes.texts]


def test_the_note_says_which_network_it_is(figure, checked):
    assert figure.get_suptitle() == TITLE
    note = " ".join(figure.get_supxlabel().split())
    assert note.startswith(f"small one: 300 firms, {checked.diagnosis.links:,} links, generated with seed 1;")
    assert note.endswith("One network, before any month; no intervals.")


def test_lines_are_shares_of_firms_with_at_least_so_many_partners(figure, checked):
    suppliers, buyers = figure.axes[0].lines[:2]
    for line, degrees in ((suppliers, checked.diagnosis.suppliers), (buyers, checked.diagnosis.buyers)):
        numbers = np.repeat(degrees.values, degrees.firms)
        assert line.get_ydata() == pytest.approx([(numbers >= k).mean() for k in line.get_xdata()])
        assert max(line.get_xdata()) == degrees.largest
    assert (figure.axes[0].get_xscale(), figure.axes[0].get_yscale()) == ("log", "log")


def test_bars_and_tables_are_the_numbers_of_the_check(figure, checked):
    tiers, dependence, sectors, regions = figure.axes[1:5]
    everybody = checked.diagnosis.tiers
    shares = [*everybody.tier[:3], sum(everybody.tier[3:]), everybody.no_way]
    assert [bar.get_width() for bar in tiers.patches[:5]] == pytest.approx([count / 300 for count in shares])
    selling = checked.diagnosis.selling
    assert dependence.patches[0].get_width() == pytest.approx(selling.share)
    assert dependence.patches[4].get_width() == pytest.approx(selling.dependent)
    for axes, mixing in ((sectors, checked.diagnosis.sectors), (regions, checked.diagnosis.regions)):
        assert words(axes) == [f"{100 * share:.1f} %" for row in mixing.links for share in row]


def test_reproduction_numbers_stand_beside_1(figure, checked):
    risks = checked.risks
    expected = [
        f"{value:.2f}" for case in (risks.start, risks.everybody, risks.worst) for value in (case.defects, case.late)
    ]
    assert words(figure.axes[5])[:6] == expected


def test_many_regions_have_names_but_no_numbers(checked):
    names = tuple(f"region {number}" for number in range(12))
    table = tuple((1 / 144,) * 12 for _ in names)
    wide = checked.diagnosis._replace(regions=checked.diagnosis.regions._replace(names=names, links=table))
    axes = draw(checked._replace(diagnosis=wide)).axes[4]
    assert words(axes) == []
    assert [label.get_text() for label in axes.get_xticklabels()] == list(names)


def test_a_network_without_loops_or_links_is_drawn(checked):
    scenario = Scenario().with_({"population.firms": 2, "network.mean_suppliers": 1.0})
    lonely = check_network(build(scenario, 1), scenario, 1)
    assert rendered(draw(lonely), "png", 40)


def test_equal_checks_give_equal_bytes(checked, figure):
    assert rendered(draw(checked)) == rendered(figure)
