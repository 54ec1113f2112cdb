"""Packs of arrays: machine code sees what is written to the arrays, and no array that was exchanged."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.scenario.scenario import Scenario
from simulation.world.build import build


def started() -> CompiledEngine:
    scenario = Scenario().with_({"population.firms": 60, "time.months": 12, "time.survey_month": 0})
    return CompiledEngine(build(scenario, 3), scenario, 3)


@pytest.fixture
def engine():
    return started()


def test_what_is_written_between_months_counts_and_is_moved_on(engine):
    """Machine code that worked on a copy would leave what was written as it is."""
    twin = engine.copy()
    engine.advance(2)
    twin.advance(2)
    twin.state.capacity[:] *= 0.5
    written = twin.state.capacity.copy()
    engine.advance(1)
    twin.advance(1)
    assert (twin.state.capacity != written).all()
    assert (twin.state.capacity < engine.state.capacity).all()


def test_an_array_that_is_exchanged_is_used_from_then_on(engine):
    twin = engine.copy()
    for each in (engine, twin):
        each.advance(2)
    before = twin.state.sales
    twin.state = twin.state._replace(sales=before.copy())
    for each in (engine, twin):
        each.advance(6)
    np.testing.assert_array_equal(engine.state.sales, twin.state.sales)
    assert (before != twin.state.sales).any()  # what was there before is left alone


def test_a_copy_and_its_original_do_not_share_a_pack(engine):
    engine.advance(2)
    twin = engine.copy()
    twin.advance(4)
    sales = engine.state.sales.copy()
    twin.advance(4)
    np.testing.assert_array_equal(engine.state.sales, sales)


def test_arrays_are_freed_with_their_engine():
    engine = started()
    engine.advance(2)
    engine.film(2)
    arrays = [weakref.ref(engine.work.heard), weakref.ref(engine.ties.supplier), weakref.ref(engine.state.sales)]
    film = weakref.ref(engine.film(1).late_count)
    gc.collect()
    assert film() is None
    del engine
    gc.collect()
    assert all(array() is None for array in arrays)
