"""Own firms and links, read from two tables, as a population and a network.

``firms.csv`` has the columns id, size, sector, region and workers, and may have sales (million won a year) and
capacity (0 to 1); ``links.csv`` has supplier and buyer, and may have weight and critical. Columns may stand in any
order. Everything that is wrong is told at once, each with its line; values that are allowed to be missing are filled
by rule, and what was filled is counted in a sentence (`World.fills`):

- capacity: the quantile that a generated firm of its group and size rank would have (``spread_capacity``);
- sales: workers times the sales per worker of the size; without any sales, as in a generated world;
- weight: the mean weight of the buyer's other links, 1 where it has none; weights are then divided by their sum;
- critical: a draw with ``network.critical_chance`` that belongs to the buyer and the place of the link among its own.

Ids that are all whole numbers (0 to 2^63 - 1, without leading zeros) are the keys of the firms; else all are texts.
``population.firms`` and all shares of a scenario with own tables are not used, and every firm stands for itself.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from simulation.scenario.data_files import content_digest
from simulation.scenario.scenario import Scenario
from simulation.scenario.sections import Population as PopulationSection
from simulation.state import Float, Key
from simulation.world.faults import Faults, quoted
from simulation.world.filling import filled_firms, filled_links
from simulation.world.firm_rows import FirmRows, firm_keys, firm_rows
from simulation.world.link_rows import LinkRows, link_rows
from simulation.world.network import Network
from simulation.world.population import Population
from simulation.world.tables import Table, read_table

__all__ = ["read_tables"]

_FIRMS = (("id", "size", "sector", "region", "workers"), ("sales", "capacity", "weight", "final_demand", "input_share"))
_LINKS = (("supplier", "buyer"), ("weight", "critical", "value"))
_LOCK = threading.Lock()


class _Tables(NamedTuple):
    """Both tables without faults, before anything is filled."""

    firms: FirmRows
    key: Key
    names: tuple[str, ...] | None
    links: LinkRows
    unread: tuple[str, ...]


def read_tables(scenario: Scenario, seed: int) -> tuple[Population, Network]:
    """Return the firms and links of the tables that a scenario names in ``population.data``.

    Firms keep the order of their table, the links of a buyer the order of theirs; the seed only enters what is filled.

    Raises
    ------
    InputError
        Everything that is wrong with the tables, each with ``file:line``.
    """
    data = scenario.population.data
    if data is None:
        message = "the scenario names no tables (population.data)"
        raise ValueError(message)
    content = (content_digest(data.firms), content_digest(data.links))
    with _LOCK:
        firms, key, names, links, unread = _checked(content, scenario.population.model_dump_json())
    capacity, sales, represented, filled = filled_firms(firms, key, scenario, seed)
    weight, is_critical, filled_too = filled_links(links, key, scenario, seed)
    population = Population(
        key=key.copy(),
        names=names,
        group=firms.group.copy(),
        workers=firms.workers.copy(),
        weight=represented,
        capacity_start=capacity,
        sales=sales,
        fills=unread + filled + filled_too,
        final_demand=_given(firms.final_demand),
        input_share=_given(firms.input_share),
    )
    return population, Network(links.start, links.supplier, weight, is_critical, _given(links.value))


def _given(values: Float) -> Float | None:
    """Return a copy of a column, None where it has no entry at all."""
    return None if np.isnan(values).all() else values.copy()


@lru_cache(maxsize=1)
def _checked(content: tuple[str, str], declared: str) -> _Tables:
    """Read both tables and refuse what is wrong with either of them at once; other seeds find them read already.

    ``content``, the digests of the files, belongs to what is remembered; ``declared`` is the scenario's population.
    """
    scenario = Scenario(population=PopulationSection.model_validate_json(declared))
    data = scenario.population.data
    assert data is not None
    faults = Faults()
    firm_table = read_table(data.firms, *_FIRMS, faults)
    is_whole = faults.count == 0  # otherwise a firm may be absent only because its row could not be read
    firms = None if firm_table is None else firm_rows(firm_table, scenario, faults)
    ids = firms.ids if firms is not None and is_whole and len(firms.ids) else None
    link_table = read_table(data.links, *_LINKS, faults)
    links = None if link_table is None else link_rows(link_table, ids, faults)
    faults.refuse()
    assert firm_table is not None and firms is not None and link_table is not None and links is not None  # noqa: PT018
    key, names = firm_keys(firms.ids, firm_table, faults)
    faults.refuse()
    return _Tables(firms, key, names, links, _unread("firms", firm_table) + _unread("links", link_table))


def _unread(called: str, table: Table) -> tuple[str, ...]:
    """Return a sentence about the columns of a table that the model does not know."""
    if not table.unread:
        return ()
    names = ", ".join(quoted(name) for name in table.unread)
    return (f"the table of {called} has columns that were not used: {names}",)
