"""The register of all declared quantities."""

from __future__ import annotations

from typing import get_args

import pytest

from simulation.policies import lever_kinds
from simulation.scenario.declarations import Leaf, find, leaves, shape_of
from simulation.scenario.register import register
from simulation.scenario.scenario import Scenario
from simulation.schema import Status

ENTRIES = {entry.path: entry for entry in register()}


def test_an_entry_says_all_that_is_declared():
    entry = ENTRIES["use.ceiling"]
    assert entry == (
        "use.ceiling",
        "largest user share",
        "u_max",
        Scenario().use.ceiling,
        "",
        0.8,
        1.0,
        0.0,
        1.0,
        "assumed",
        "assumed, 0.8-1",
        "float",
    )


def test_paths_are_distinct():
    assert len(ENTRIES) == len(register())


def test_every_number_of_a_scenario_is_in_the_register():
    """No number without a declaration: unit, status, and a place where sweeps and docs find it."""
    policy = {f"policy.{name}": {} for name in lever_kinds()}
    shares = {f"{path}.budget_share": 0.0 for path in policy}
    scenario = Scenario().with_(policy | shares)
    shape, levers = shape_of(Scenario), {name: name for name in scenario.policy}
    numbers = set()
    for path, _ in leaves(scenario.resolved()):
        leaf = find(shape, path, levers)
        if isinstance(leaf, Leaf) and leaf.kind in {int, float}:
            numbers.add(".".join(path))
    assert numbers == set(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_a_declaration_is_complete_and_its_numbers_are_in_order(entry):
    assert entry.label
    assert entry.status in get_args(Status)
    assert entry.kind in {"int", "float"}
    assert (entry.low is None) == (entry.high is None)
    known = [value for value in (entry.minimum, entry.low, entry.high, entry.maximum) if value is not None]
    assert known == sorted(known)
    if entry.default is None:
        assert entry.path == "network.seed" or entry.path.endswith((".annual_budget", ".cap_per_firm"))
    elif entry.low is not None:
        assert entry.low <= entry.default <= entry.high


def test_every_default_of_a_register_entry_is_that_of_the_scenario():
    values = {".".join(path): value for path, value in leaves(Scenario().resolved())}
    found = {path: entry.default for path, entry in ENTRIES.items() if not path.startswith("policy.")}
    assert found == {path: values[path] for path in found}


@pytest.mark.parametrize("path", [path for path, entry in ENTRIES.items() if entry.status != "design"])
def test_every_number_that_is_not_a_choice_of_design_has_symbol_source_and_a_range_to_try(path):
    entry = ENTRIES[path]
    assert entry.symbol
    assert entry.source
    sums_to_one = ("population.sector_share.", "population.region_share.", "network.sector_mix.")
    moves_with_others = ("firms.capacity.", "firms.capacity_region.")  # calibrated together
    is_exempt = path.startswith((*sums_to_one, *moves_with_others)) or path.endswith((".worker_share", ".strength"))
    assert (entry.low is None) == is_exempt
