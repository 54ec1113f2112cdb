"""Other classes than those of the baseline: they run, the same with both engines, and every label has its firms."""

from __future__ import annotations

import numpy as np
import pytest
from histories import assert_same_history

from simulation.measures import labels
from simulation.runs import run
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario

SMALL = {"population.firms": 60, "time.months": 6, "time.survey_month": 3, "time.origin_months": 2}
HALVES = {"north": 0.5, "south": 0.5}
CLASSES = {
    "one size, small": {"population.sizes": {"large": None, "sme": {"firm_share": 1.0, "worker_share": 1.0}}},
    "one size, large": {"population.sizes": {"sme": None, "large": {"firm_share": 1.0, "worker_share": 1.0}}},
    "one region": {
        "population.regions": {"elsewhere": None},
        "population.region_share": {
            size: {sector: {"capital": 1.0} for sector in ("manufacturing", "services")} for size in ("large", "sme")
        },
    },
    "two capital regions": {
        "population.regions": {
            "capital": None,
            "elsewhere": None,
            "north": {"is_capital": True},
            "south": {"is_capital": True},
        },
        "population.region_share": {
            size: dict.fromkeys(("manufacturing", "services"), HALVES) for size in ("large", "sme")
        },
        "firms.capacity_region": {"north": 0.0, "south": 0.0},
    },
    "nobody makes goods": {"population.sectors.manufacturing.is_manufacturing": False},
}


@pytest.mark.parametrize("name", [*CLASSES, "provinces"])
def test_both_engines_give_the_same_history_with_other_classes(name):
    base = load("tierwise:provinces") if name == "provinces" else Scenario()
    scenario = base.with_(SMALL | CLASSES.get(name, {}))
    compiled, agents = run(scenario, 1), run(scenario, 1, engine="agents")
    assert_same_history(agents, compiled)
    assert set(labels(compiled.world.groups, "every")) <= set(compiled.series["group"])


def test_without_large_manufacturers_no_firm_has_a_tier():
    result = run(Scenario().with_(SMALL | CLASSES["one size, small"]), 1)
    assert (result.world.firms.tier == -1).all()
    assert not result.world.firms.is_key_supplier.any()


def test_firms_of_the_provinces_taken_together_are_those_of_the_survey():
    """The survey's worker-weighted shares of month 33, mean of seeds 201-204 at 20,000 firms.

    Standard error at most 0.16 points (gaps; 0.3 for one seed), and the fit is within 0.25 points of every target: 1
    point is more than four standard errors away, so chance alone fails this less than once in ten thousand.
    """
    from simulation.experiments.calibration import evaluate
    from simulation.experiments.targets import read_targets
    from simulation.scenario.shipped import shipped_folder

    scenario = load("tierwise:provinces").with_({"population.firms": 20_000})
    groups = run(scenario.with_(SMALL), 1).world.groups
    targets = read_targets(shipped_folder() / "targets" / "calibration.csv", groups, scenario.time.months)
    means = evaluate(scenario, targets, range(201, 205)).mean(axis=0)
    model = dict(zip([target.id for target in targets], means, strict=True))
    wanted = {target.id: target.value for target in targets if target.id.startswith("use_") and target.kind == "level"}
    np.testing.assert_allclose([model[name] for name in wanted], list(wanted.values()), rtol=0.0, atol=0.01)
