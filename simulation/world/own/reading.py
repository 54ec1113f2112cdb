"""Own firms and links as a population and a network: read, checked, and filled where something is missing.

Everything that is wrong is told at once, each with its place; every value that was filled by rule is counted in a
sentence (`World.fills`). The columns, their units and the rules are listed in docs/own_data.md.

Ids that are all whole numbers (0 to 2^63 - 1, without leading zeros) are the keys of the firms; else all are texts.
``population.firms`` is not used where firms are read.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from simulation.errors import InputError, Problem
from simulation.scenario.data_files import content_digest
from simulation.scenario.own_data import FIRM_COLUMNS, LINK_COLUMNS, REFUSE, Data, Fill
from simulation.scenario.scenario import Scenario
from simulation.scenario.sections import Population as PopulationSection
from simulation.state import Float, Key
from simulation.world.network import Network
from simulation.world.own.attributes import filled_attributes, no_first_tier
from simulation.world.own.faults import Faults, quoted
from simulation.world.own.filling import filled_firms, filled_links
from simulation.world.own.firm_rows import FirmRows, firm_keys, firm_rows, only_named
from simulation.world.own.link_rows import LinkRows, link_ends, link_rows, named_firms, no_links
from simulation.world.own.naming import Wanted, named_table
from simulation.world.own.opening import opened
from simulation.world.own.source import Source, Table
from simulation.world.population import Population, groups_of

__all__ = ["Tables", "checked", "population_and_network", "read_tables"]

_LOCK = threading.Lock()


class Tables(NamedTuple):
    """Firms and links without faults, before anything is filled; the tables that they were read from."""

    firms: FirmRows
    key: Key
    names: tuple[str, ...] | None
    links: LinkRows
    sources: tuple[Table | None, Table | None]


def read_tables(scenario: Scenario, seed: int) -> tuple[Population, Network | None]:
    """Return the firms and links of the files that a scenario names in ``population.data``.

    Firms keep the order of their table, the links of a buyer the order of theirs; firms that only links name are in
    ascending order of their ids. The seed only enters what is filled. The network is None where no links are named.

    Raises
    ------
    InputError
        Everything that is wrong with the files, each with ``file:line``.
    """
    data = scenario.population.data
    if data is None:
        message = "the scenario names no tables (population.data)"
        raise ValueError(message)
    content = tuple("" if file is None else content_digest(file) for file in (data.firms, data.links))
    with _LOCK:
        tables = _read(content, scenario.population.model_dump_json())
    population, network = population_and_network(tables, data.fill, scenario, seed)
    return population, None if data.links is None else network


@lru_cache(maxsize=1)
def _read(content: tuple[str, ...], declared: str) -> Tables:
    """Read both tables and refuse what is wrong with either of them at once; other seeds find them read already.

    ``content``, the digests of the files, belongs to what is remembered; ``declared`` is the scenario's population.
    """
    scenario = Scenario(population=PopulationSection.model_validate_json(declared))
    data = scenario.population.data
    assert data is not None
    faults = Faults()
    return checked(*opened(data.firms, data.links, faults), data, scenario, faults)


def checked(
    firm_source: Source | None, link_source: Source | None, data: Data, scenario: Scenario, faults: Faults
) -> Tables:
    """Return firms and links of two tables.

    Raises
    ------
    InputError
        Everything that is wrong with them, and what was wrong already.
    """
    wanted_firms, wanted_links = _wanted(data)
    has_firms = firm_source is not None
    firm_table = None if firm_source is None else named_table(firm_source, wanted_firms, faults)
    is_whole = faults.count == 0  # otherwise a firm may be absent only because its row could not be read
    firms = None if firm_table is None else firm_rows(firm_table, scenario, data.fill, faults)
    link_table = None if link_source is None else named_table(link_source, wanted_links, faults)
    ends = None if link_table is None else link_ends(link_table, faults)
    if not has_firms and ends is not None and faults.count == 0:
        assert link_table is not None
        firms = only_named(named_firms(ends))
        _enough_is_known(firms, data.fill, link_table, faults)
    ids = firms.ids if firms is not None and is_whole and len(firms.ids) else None
    links = None if link_table is None or ends is None else link_rows(link_table, ends, ids, faults)
    faults.refuse()
    table = firm_table or link_table
    assert firms is not None and table is not None  # noqa: PT018
    links = no_links(len(firms.ids)) if links is None else links
    key, names = firm_keys(firms.ids, table, faults)
    faults.refuse()
    return Tables(firms, key, names, links, (firm_table, link_table))


def _enough_is_known(firms: FirmRows, fill: Fill, links: Table, faults: Faults) -> None:
    """Note where firms that only links name leave nothing to build on."""
    if len(firms.ids) == 0:
        faults.add(links.file, "there are no links, and no firms that they would name")
    if refused := [name for name, rule in fill if rule == REFUSE]:
        message = f"there is no table of firms, and {', '.join(refused)} must be given (population.data.fill)"
        faults.add(links.file, message)


def _wanted(data: Data) -> tuple[Wanted, Wanted]:
    """Return the columns of both tables, and which of them are needed because a rule says so."""
    rules = dict(data.fill)
    needed = [name for name in FIRM_COLUMNS if name == "id" or rules.get(name) == REFUSE]
    others = [name for name in FIRM_COLUMNS if name not in needed]
    path = "population.data.columns"
    return (
        Wanted(needed, others, FIRM_COLUMNS[:5], data.columns.firms, f"{path}.firms"),
        Wanted(LINK_COLUMNS[:2], LINK_COLUMNS[2:], LINK_COLUMNS[:2], data.columns.links, f"{path}.links"),
    )


def population_and_network(tables: Tables, fill: Fill, scenario: Scenario, seed: int) -> tuple[Population, Network]:
    """Return firms and links with everything filled that the tables leave open.

    Raises
    ------
    InputError
        No firm is a large manufacturer.
    """
    firms, key, names, links, (firm_table, link_table) = tables
    attributes = filled_attributes(firms, links, key, fill, scenario, seed)
    if said := no_first_tier(attributes.group, groups_of(scenario)):
        table = firm_table or link_table
        raise InputError(Problem(said, table.file if table else ""))
    group, workers = attributes.group, attributes.workers
    capacity, sales, represented, filled = filled_firms(firms, group, workers, key, scenario, seed)
    weight, is_critical, filled_too = filled_links(links, key, scenario, seed)
    population = Population(
        key=key.copy(),
        names=names,
        group=group,
        workers=workers,
        weight=represented,
        capacity_start=capacity,
        sales=sales,
        fills=_unread("firms", firm_table) + _unread("links", link_table) + attributes.fills + filled + filled_too,
        final_demand=_given(firms.final_demand),
        input_share=_given(firms.input_share),
    )
    return population, Network(links.start, links.supplier, weight, is_critical, _given(links.value))


def _given(values: Float) -> Float | None:
    """Return a copy of a column, None where it has no entry at all."""
    return None if np.isnan(values).all() else values.copy()


def _unread(called: str, table: Table | None) -> tuple[str, ...]:
    """Return a sentence about the columns of a table that the model does not know."""
    if table is None or not table.unread:
        return ()
    names = ", ".join(quoted(name) for name in table.unread)
    return (f"the table of {called} has columns that were not used: {names}",)
