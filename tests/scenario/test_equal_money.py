"""All shipped policies spend the same public money in present value."""

from __future__ import annotations

import pytest

from simulation.engines.strength import TOLERANCE, solve_strength
from simulation.scenario.reading import load
from simulation.scenario.shipped import shipped_folder

POLICIES = sorted(
    file.stem
    for file in shipped_folder().glob("*.yaml")
    if file.stem != "own_data" and load(f"tierwise:{file.stem}").policy
)
SEEDS = 12
"""Seeds whose mean counts: enough for whole grants to add up to the envelope within the tolerance."""


def test_every_lever_has_a_policy_that_ships():
    from simulation.policies import lever_kinds

    used = {lever.lever for name in POLICIES for lever in load(f"tierwise:{name}").policy.values()}
    assert used == set(lever_kinds())


@pytest.mark.parametrize("name", POLICIES)
def test_a_shipped_policy_spends_the_envelope(name):
    """Within 1 % for each lever and in sum, so that no two policies differ by more than 2 %."""
    scenario = load(f"tierwise:{name}", [f"budget.seeds={SEEDS}"])
    _, spending = solve_strength(scenario)
    assert spending is not None
    assert spending.can_spend
    envelope = 0.6 * _workers(scenario)
    assert sum(spending.spent.values()) == pytest.approx(envelope, rel=TOLERANCE)


def _workers(scenario) -> float:
    """Return weighted workers of small and medium manufacturers; the same for every seed: sizes are quantiles."""
    from simulation.world.build import build

    world = build(scenario, 1)
    groups, firms = world.groups, world.firms
    chosen = [
        groups.is_sme[groups.sizes.index(size)] and groups.is_manufacturing[groups.sectors.index(sector)]
        for size, sector, _ in groups.members()
    ]
    people = firms.weight * firms.workers
    return sum(float(people[firms.group == number].sum()) for number, is_in in enumerate(chosen) if is_in)
