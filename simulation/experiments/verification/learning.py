"""Exact limits of use, learning and inequality."""

from __future__ import annotations

from math import exp, log

import numpy as np

from simulation.experiments.verification.check import Check, Limit
from simulation.experiments.verification.worlds import make_engine, make_scenario, make_world
from simulation.measures import Record
from simulation.measures.inequality import theil, theil_between_regions, theil_within_regions
from simulation.state import COLUMNS

__all__ = ["LIMITS"]


def _use() -> list[Check]:
    found = []
    for capacity, growth, speed in ((0.2, 0.0, 0.25), (0.9, 0.03, 0.1), (0.5, 0.05, 0.5)):
        changes = {
            "use.growth": growth,
            "use.speed": speed,
            "use.partners": 0.0,
            "adoption.hazard.maximum": 0.0,
            "capacity.learning": 0.0,
        }
        scenario = make_scenario(changes, firms=2, months=240)
        engine = make_engine(make_world({}, scenario, firms=2, capacity=capacity), scenario, 1, has_deliveries=False)
        engine.advance()
        p = scenario.use
        target = p.level + growth * 239 + p.capacity * (capacity - 0.5) - growth * (1.0 - speed) / speed
        name = f"k {capacity:g}, g {growth:g}, alpha {speed:g}"
        found.append(Check(name, float(engine.state.user_share[0]), p.ceiling / (1.0 + exp(-target)), 1e-9))
    return found


def _capacity() -> list[Check]:
    found = []
    for start, eta, delta in ((0.3, 0.6, 0.01), (0.1, 2.0, 0.03), (0.7, 5.0, 0.05)):
        changes = {
            "use.growth": 0.0,
            "use.capacity": 0.0,
            "use.partners": 0.0,
            "use.speed": 1.0,
            "adoption.hazard.maximum": 0.0,
            "capacity.learning": eta,
            "capacity.forgetting": delta,
        }
        for months in (24, 600):
            scenario = make_scenario(changes, firms=2, months=months)
            world = make_world({}, scenario, firms=2, capacity=start)
            engine = make_engine(world, scenario, 1, has_deliveries=False)
            engine.advance()
            p, share = scenario.capacity, scenario.use.ceiling / (1.0 + exp(-scenario.use.level))
            gain = eta * float(world.firms.reinvested[0]) * p.learning_share * p.time_saved * share * p.spill_in
            steady = (gain + delta * start) / (gain + delta)
            law = steady + (1.0 - gain - delta) ** months * (start - steady)
            name = f"k0 {start:g}, eta {eta:g}, delta {delta:g}, month {months}"
            found.append(Check(name, float(engine.state.capacity[0]), law, 1e-9))
    return found


def _theil() -> list[Check]:
    scenario = make_scenario(firms=4)
    found = []
    for added in ((1.0, 2.0, 3.0, 4.0), (5.0, 5.0, 5.0, 5.0), (0.1, 20.0, 3.0, 3.0)):
        engine = make_engine(make_world({}, scenario, firms=4), scenario, 1, has_deliveries=False)
        groups = engine.world.groups
        sums = np.zeros((1, groups.count, len(COLUMNS)))
        regions = groups.regions[:2]
        for value, region in zip(added, (regions[0], regions[0], regions[1], regions[1]), strict=True):
            row = sums[0, groups.members().index((groups.sizes[0], groups.sectors[0], region))]
            row[COLUMNS.index("workers")] += 1.0
            row[COLUMNS.index("value_added_floored")] += value
            row[COLUMNS.index("value_added_log")] += value * log(value)
        record = Record(groups, engine.tallies._replace(groups=sums), engine.awards, 0.9)
        everybody = np.ones(groups.count, bool)
        y = np.array(added) / np.mean(added)
        whole = float((y * np.log(y)).mean())
        halves = y.reshape(2, 2).mean(axis=1)
        between = float((halves * np.log(halves)).mean())
        for name, measure, law in (
            ("whole", theil, whole),
            ("between", theil_between_regions, between),
            ("within", theil_within_regions, whole - between),
        ):
            found.append(Check(f"y {added}: {name}", float(measure(record, everybody)[0]), law, 1e-12))
    return found


LIMITS = (
    Limit(
        "U1",
        "User share behind a growing target",
        "u = u_max / (1 + e^-z), z = z* - g (1 - alpha) / alpha",
        "Elaydi 2005, An Introduction to Difference Equations: linear equations of first order",
        "240 months: what is left of the start, below 1e-9",
        _use,
    ),
    Limit(
        "K1",
        "Absorptive capacity",
        "k_t = k* + (1 - I - delta)^t (k0 - k*), k* = (I + delta k0) / (I + delta)",
        "Elaydi 2005, An Introduction to Difference Equations: linear equations of first order",
        "rounding over 600 months, 1e-9",
        _capacity,
    ),
    Limit(
        "I1", "Theil's index", "T = B + W", "Theil 1967, Economics and Information Theory", "rounding, 1e-12", _theil
    ),
)
