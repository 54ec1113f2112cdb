"""The list of tables agrees with the declared shape of a scenario."""

from __future__ import annotations

import pytest

from simulation.scenario.classes import CLASSES, TABLES
from simulation.scenario.declarations import Leaf, Table, find, shape_of
from simulation.scenario.scenario import Scenario


@pytest.mark.parametrize(("path", "levels"), TABLES.items(), ids=[".".join(path) for path in TABLES])
def test_a_table_is_declared_with_as_many_levels_as_listed(path, levels):
    shape = find(shape_of(Scenario), path)
    for level in levels:
        assert isinstance(shape, Table)
        assert level in CLASSES
        shape = shape.entry
    assert isinstance(shape, Leaf)


@pytest.mark.parametrize(("path", "levels"), TABLES.items(), ids=[".".join(path) for path in TABLES])
def test_the_declared_default_has_an_entry_for_every_class(path, levels):
    scenario = Scenario()
    rows = [getattr(getattr(scenario, path[0]), path[1])]
    for level in levels:
        assert all(list(row) == list(getattr(scenario.population, level)) for row in rows)
        rows = [entry for row in rows for entry in row.values()]


def test_every_table_by_class_is_listed():
    """All tables of the shape but those that declare the classes and final demand, whose keys are tiers."""
    shape = shape_of(Scenario)
    declared = {
        (section, name)
        for section, part in shape.fields.items()
        if hasattr(part, "fields")
        for name, entry in part.fields.items()
        if isinstance(entry, Table)
    }
    assert declared - set(TABLES) == {*(("population", kind) for kind in CLASSES), ("network", "final_demand")}
