"""The rows of a table of firms: ids, classes, workers and what may be missing, each checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.randomness import text_keys
from simulation.scenario.own_data import REFUSE, Fill
from simulation.scenario.scenario import Scenario
from simulation.state import Float, Key, Small
from simulation.world.own.cells import LARGEST_KEY, MISSING, classes, identities, numbers, repeated
from simulation.world.own.faults import Faults, quoted
from simulation.world.own.source import Table
from simulation.world.population import groups_of

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FirmRows", "firm_keys", "firm_rows", "only_named"]

_LARGEST_SALES = 1e12


class FirmRows(NamedTuple):
    """Rows of a table of firms; NaN, or -1 for a class, where an entry is missing."""

    ids: pa.Array
    size: Small
    sector: Small
    region: Small
    workers: Float
    sales: Float
    capacity: Float
    weight: Float
    final_demand: Float
    input_share: Float


def only_named(ids: pa.Array) -> FirmRows:
    """Return firms of which nothing is known but that links name them."""
    n = len(ids)
    unknown, nothing = np.full(n, MISSING, np.int32), np.full(n, np.nan)
    return FirmRows(ids, unknown, unknown, unknown, *(nothing,) * 6)


def firm_rows(table: Table, scenario: Scenario, fill: Fill, faults: Faults) -> FirmRows:
    """Return the rows of a table of firms; note what is wrong with them."""
    groups = groups_of(scenario)
    coded = identities(table, "id", faults)
    _unique(coded, table, faults)
    ids = coded.dictionary_decode()
    size = classes(table, "size", groups.sizes, faults, is_needed=fill.size == REFUSE)
    sector = classes(table, "sector", groups.sectors, faults, is_needed=fill.sector == REFUSE)
    region = classes(table, "region", groups.regions, faults, is_needed=fill.region == REFUSE)
    workers = numbers(table, "workers", faults, is_needed=fill.workers == REFUSE)
    sales, final_demand = numbers(table, "sales", faults), numbers(table, "final_demand", faults)
    capacity, input_share = numbers(table, "capacity", faults), numbers(table, "input_share", faults)
    weight = numbers(table, "weight", faults)

    def note(condition: NDArray[np.bool_], message: str, values: Float) -> None:
        faults.add_rows(table, np.flatnonzero(condition), lambda row: message.format(f"{values[row]:.10g}"))

    note(workers <= 0.0, "workers must be above 0, and are {}", workers)
    for name, values, verb in (("sales", sales, "are"), ("final_demand", final_demand, "is")):
        note(values < 0.0, f"{name} must not be negative, and {verb} {{}}", values)
        too_much = "{} is more than all firms of the world sell"
        note(values > _LARGEST_SALES, f"{name} {verb} in million won a year; {too_much}", values)
    for name, values in (("capacity", capacity), ("input_share", input_share)):
        note((values < 0.0) | (values > 1.0), f"{name} must lie between 0 and 1, and is {{}}", values)
    note(weight <= 0.0, "weight must be above 0, and is {}; it is the firms that this firm stands for", weight)
    note(weight > _LARGEST_SALES, "weight is the firms that this firm stands for, and {} are too many", weight)
    _workers_fit(workers, size, table, scenario, faults)
    if table.size == 0:
        below = " below the first line" if table.word == "line" else ""
        faults.add(table.file, f"there are no firms{below}")
    return FirmRows(ids, size, sector, region, workers, sales, capacity, weight, final_demand, input_share)


def _workers_fit(workers: Float, size: Small, table: Table, scenario: Scenario, faults: Faults) -> None:
    """Note firms whose workers, without decimals, are outside the range of their size class, or of every one."""
    sizes = scenario.population.sizes
    names = list(sizes)
    lowest = np.array([entry.workers_from for entry in sizes.values()], np.float64)
    highest = np.array([entry.workers_to for entry in sizes.values()], np.float64)
    people = np.floor(workers)
    is_inside = (lowest <= people[:, np.newaxis]) & (people[:, np.newaxis] <= highest)
    fits = np.where(size == MISSING, is_inside.any(axis=1), is_inside[np.arange(size.size), np.maximum(size, 0)])

    def message(row: int) -> str:
        if size[row] == MISSING:
            spans = ", ".join(f"{name} {entry.workers_from} to {entry.workers_to}" for name, entry in sizes.items())
            return (
                f"{workers[row]:.10g} workers are outside the ranges of all sizes ({spans}); mend it, or name the size"
            )
        name, fitting = names[size[row]], np.flatnonzero(is_inside[row])
        advice = (
            f"did you mean {names[fitting[0]]!r}?" if fitting.size else f"mend it, or change population.sizes.{name}"
        )
        span = f"{lowest[size[row]]:.0f} to {highest[size[row]]:.0f}"
        return f"{workers[row]:.10g} workers are outside the range of size {name!r} ({span}); {advice}"

    faults.add_rows(table, np.flatnonzero((workers > 0.0) & ~fits), message)


def _unique(ids: pa.DictionaryArray, table: Table, faults: Faults) -> None:
    """Note ids that an earlier row has."""
    rows, first = repeated(ids.indices.to_numpy())
    earlier = dict(zip(rows.tolist(), first.tolist(), strict=True))

    def message(row: int) -> str:
        return f"the id {quoted(str(ids[row]))} is already in {table.within(earlier[row])}"

    faults.add_rows(table, rows[[str(ids[row]) != "" for row in rows.tolist()]], message)


def firm_keys(ids: pa.Array, table: Table, faults: Faults) -> tuple[Key, tuple[str, ...] | None]:
    """Return (n,) the addresses of the firms' draws, and their text ids where these are not the keys."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_uint64(ids.type):
        key: Key = ids.to_numpy().copy()
        if key.max() <= LARGEST_KEY:
            return key, None
    names = tuple(pc.cast(ids, pa.large_string()).to_pylist())
    key = text_keys(names)
    rows, first = repeated(key)
    for row, other in zip(rows.tolist(), first.tolist(), strict=True):
        message = f"the ids {quoted(names[row])} and {quoted(names[other])} give the same key; rename one of the firms"
        faults.add(table.file, message, table.order(row), table.place(row))
    return key, names
