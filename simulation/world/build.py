"""Build the world of a scenario: firms and links, generated or read, as arrays."""

from __future__ import annotations

import os

from simulation.errors import InputError, Problem
from simulation.scenario.checks import BYTES_PER_FIRM, BYTES_PER_LINK
from simulation.scenario.scenario import Scenario
from simulation.state import DEPTH_BINS, World
from simulation.world.assembly import assemble, sales_of
from simulation.world.network import arranged, generate_network
from simulation.world.population import generate_population, groups_of

__all__ = ["build", "groups_of", "sales_of"]


def _refuse_what_does_not_fit(scenario: Scenario) -> None:
    """Raise before anything is allocated where the model would need more memory than the machine has."""
    firms = scenario.population.firms
    groups = groups_of(scenario).count
    tables = _table_bytes(scenario, groups)
    needed = firms * BYTES_PER_FIRM + scenario.network.links_of(firms) * BYTES_PER_LINK + tables
    try:
        present = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return  # this system does not say
    if 0 < present < needed:
        advice = "use fewer firms"
        if tables > needed / 2:
            advice = f"most of it follows origins among {groups:,} groups: set time.origin_months to 0, or {advice}"
        message = (
            f"{firms:,} firms would need about {needed / 1e9:,.1f} GB of memory and this machine has "
            f"{present / 1e9:,.1f} GB; {advice}"
        )
        raise InputError(Problem(message, path="population.firms"))


def _table_bytes(scenario: Scenario, groups: int) -> int:
    """Return the bytes of the tables of origins by firm (before and after a round) and by pair of groups and month."""
    pairs = scenario.time.months * groups**2
    if scenario.time.origin_months == 0:
        return 8 * pairs
    return 8 * (2 * scenario.population.firms * groups * (DEPTH_BINS + 1) + pairs * (DEPTH_BINS + 2))


def build(scenario: Scenario, seed: int) -> World:
    """Return the world of a scenario: a pure function of the scenario, its data files and the seed.

    ``network.seed``, where it is set, takes the place of the run's seed.

    Raises
    ------
    InputError
        Own tables that are wrong, or more firms than memory holds.
    """
    own = scenario.network.seed
    chosen = seed if own is None else own
    groups = groups_of(scenario)
    if scenario.population.data is not None:
        from simulation.world.own.reading import read_tables

        population, own_links = read_tables(scenario, chosen)
        network = own_links or generate_network(population, groups, scenario, chosen)
    else:
        _refuse_what_does_not_fit(scenario)
        population = generate_population(scenario, chosen)
        population, network = arranged(population, generate_network(population, groups, scenario, chosen))
    return assemble(population, network, groups, scenario)
