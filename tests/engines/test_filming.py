"""A film shows what the engine's months were, and changes nothing of them."""

from __future__ import annotations

import numpy as np
import pytest
from histories import LATE_AND_LIVELY

from simulation.engines import ties
from simulation.engines.engine import CompiledEngine
from simulation.engines.film import stretch
from simulation.world.build import build

FIRMS, MONTHS, SEED = 60, 24, 3


@pytest.fixture(scope="module")
def scenario(scenario_with):
    return scenario_with(LATE_AND_LIVELY, firms=FIRMS, months=MONTHS)


@pytest.fixture(scope="module")
def world(scenario):
    return build(scenario, SEED)


@pytest.fixture(scope="module")
def filmed(world, scenario):
    """Return an engine that was filmed in three pieces, the last cut short by the end of the run, and the films."""
    engine = CompiledEngine(world, scenario, SEED)
    return engine, [engine.film(5), engine.film(12), engine.film(9)]


@pytest.fixture(scope="module")
def lived(world, scenario):
    """Return a twin of the engine that was not filmed, with what it was like after every month."""
    engine, kept = CompiledEngine(world, scenario, SEED), []
    for _ in range(MONTHS):
        engine.advance(1)
        state = {name: getattr(engine.state, name).copy() for name in engine.state._fields}
        kept.append((state, engine.links.supplier.copy(), engine.channels.adoption_subsidy.copy()))
    return engine, kept


def test_a_film_changes_nothing(filmed, lived):
    for mine, other in zip(filmed[0].state, lived[0].state, strict=True):
        np.testing.assert_array_equal(mine, other)
    for mine, other in zip(filmed[0].tallies, lived[0].tallies, strict=True):
        np.testing.assert_array_equal(mine, other)
    assert filmed[0].month == MONTHS


def test_a_film_shows_every_month(filmed, lived):
    films = filmed[1]
    assert [film.users.shape for film in films] == [(5, FIRMS), (12, FIRMS), (7, FIRMS)]
    assert [int(film.first[0]) for film in films] == [0, 5, 17]
    names = {
        "users": "user_share", "capacity": "capacity", "adopted": "adopted", "effective": "effective",
        "defects": "defects",
    }  # fmt: skip
    for name, field in names.items():
        shown = np.concatenate([getattr(film, name) for film in films])
        np.testing.assert_array_equal(shown, [state[field] for state, _, _ in lived[1]])
    suppliers = np.concatenate([film.supplier for film in films])
    np.testing.assert_array_equal(suppliers, [supplier for _, supplier, _ in lived[1]])
    assert (suppliers[0] != suppliers[-1]).any()  # else it would not be seen that partners change
    np.testing.assert_array_equal(np.concatenate([film.subsidy for film in films]), [paid for _, _, paid in lived[1]])


def test_what_was_filmed_last_is_not_filmed_on(world, scenario):
    engine = CompiledEngine(world, scenario, SEED)
    film = engine.film(2)
    before = film.users.copy()
    engine.advance(2)
    np.testing.assert_array_equal(film.users, before)
    assert engine.work.film.late_count.size == 0


def test_threads_change_nothing_of_a_film(world, scenario, monkeypatch):
    monkeypatch.setattr(ties, "BLOCK", 16)
    monkeypatch.setattr(ties, "STRIP", 1)
    films = []
    for threads in (1, 3):
        engine = CompiledEngine(world, scenario, SEED, threads=threads)
        assert engine.threads == threads
        films.append(engine.film(6))
    used = int(films[0].written[0])
    assert used == films[0].late_count.sum() > 100
    for name, one, other in zip(films[0]._fields, *films, strict=True):
        late = slice(used if name in {"buyer", "waited_for", "root", "links", "days"} else None)
        np.testing.assert_array_equal(one[late], other[late], err_msg=name)


@pytest.mark.parametrize(("firms", "months"), [(200, 24), (2_000, 24), (100_000, 1), (10_000_000, 1)])
def test_stretches_are_long_for_few_firms_and_short_for_many(firms, months):
    assert stretch(firms, 4) == months
