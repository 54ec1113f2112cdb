"""The rows of firms.csv: ids, classes, workers and what may be missing, each checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.randomness import firm_key
from simulation.scenario.scenario import Scenario
from simulation.state import Float, Groups, Key, Small
from simulation.world.cells import MISSING, classes, identities, numbers, repeated
from simulation.world.faults import Faults, quoted
from simulation.world.population import groups_of
from simulation.world.tables import Table

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FirmRows", "firm_keys", "firm_rows"]

_WHOLE = r"^(0|[1-9][0-9]{0,18})$"
_LARGEST_KEY = 2**63 - 1
_LARGEST_SALES = 1e12


class FirmRows(NamedTuple):
    """Rows of firms.csv; NaN where sales, capacity, weight, final demand or input share are missing."""

    ids: pa.Array
    group: Small
    workers: Float
    sales: Float
    capacity: Float
    weight: Float
    final_demand: Float
    input_share: Float


def firm_rows(table: Table, scenario: Scenario, faults: Faults) -> FirmRows:
    """Return the rows of firms.csv; note what is wrong with them."""
    groups = groups_of(scenario)
    ids = identities(table, "id", faults)
    _unique(ids, table, faults)
    size = classes(table, "size", groups.sizes, faults)
    sector = classes(table, "sector", groups.sectors, faults)
    region = classes(table, "region", groups.regions, faults)
    workers = numbers(table, "workers", faults, is_needed=True)
    sales, final_demand = numbers(table, "sales", faults), numbers(table, "final_demand", faults)
    capacity, input_share = numbers(table, "capacity", faults), numbers(table, "input_share", faults)
    weight = numbers(table, "weight", faults)

    def note(condition: NDArray[np.bool_], message: str, values: Float) -> None:
        rows = np.flatnonzero(condition)
        faults.add_rows(table.file, table.line, rows, lambda row: message.format(f"{values[row]:.10g}"))

    note(workers <= 0.0, "workers must be above 0, and are {}", workers)
    note(sales < 0.0, "sales must not be negative, and are {}", sales)
    note(sales > _LARGEST_SALES, "sales are in million won a year; {} is more than all firms of the world sell", sales)
    note(final_demand < 0.0, "final_demand must not be negative, and is {}", final_demand)
    note(
        final_demand > _LARGEST_SALES,
        "final_demand is in million won a year; {} is more than all firms of the world sell",
        final_demand,
    )
    note((capacity < 0.0) | (capacity > 1.0), "capacity must lie between 0 and 1, and is {}", capacity)
    note((input_share < 0.0) | (input_share > 1.0), "input_share must lie between 0 and 1, and is {}", input_share)
    note(weight <= 0.0, "weight must be above 0, and is {}; it is the firms that this firm stands for", weight)
    note(weight > _LARGEST_SALES, "weight is the firms that this firm stands for, and {} are too many", weight)
    _workers_fit(workers, size, table, scenario, faults)
    is_known = (size != MISSING) & (sector != MISSING) & (region != MISSING)
    if table.line.size == 0:
        faults.add(table.file, "there are no firms below the first line")
    elif is_known.all() and not (~np.array(groups.is_sme)[size] & np.array(groups.is_manufacturing)[sector]).any():
        faults.add(table.file, _no_first_tier(groups))
    group = ((size * len(groups.sectors) + sector) * len(groups.regions) + region).astype(np.int32)
    return FirmRows(ids, group, workers, sales, capacity, weight, final_demand, input_share)


def _no_first_tier(groups: Groups) -> str:
    large = [name for name, is_sme in zip(groups.sizes, groups.is_sme, strict=True) if not is_sme]
    makers = [name for name, makes in zip(groups.sectors, groups.is_manufacturing, strict=True) if makes]
    return (
        "there is no large manufacturer, from which the tiers of the network are counted; at least one firm needs "
        f"size {' or '.join(large)} and sector {' or '.join(makers)}"
    )


def _workers_fit(workers: Float, size: Small, table: Table, scenario: Scenario, faults: Faults) -> None:
    """Note firms whose workers, without decimals, are outside the range of their size class."""
    sizes = scenario.population.sizes
    names = list(sizes)
    lowest = np.array([entry.workers_from for entry in sizes.values()], np.float64)
    highest = np.array([entry.workers_to for entry in sizes.values()], np.float64)
    people = np.floor(workers)
    is_outside = (size != MISSING) & (workers > 0.0) & ((people < lowest[size]) | (people > highest[size]))

    def message(row: int) -> str:
        name, fitting = names[size[row]], np.flatnonzero((lowest <= people[row]) & (people[row] <= highest))
        advice = (
            f"did you mean {names[fitting[0]]!r}?" if fitting.size else f"mend it, or change population.sizes.{name}"
        )
        span = f"{lowest[size[row]]:.0f} to {highest[size[row]]:.0f}"
        return f"{workers[row]:.10g} workers are outside the range of size {name!r} ({span}); {advice}"

    faults.add_rows(table.file, table.line, np.flatnonzero(is_outside), message)


def _unique(ids: pa.Array, table: Table, faults: Faults) -> None:
    """Note ids that an earlier row has."""
    rows, first = repeated(ids.dictionary_encode().indices.to_numpy(zero_copy_only=False))
    earlier = dict(zip(rows.tolist(), first.tolist(), strict=True))

    def message(row: int) -> str:
        return f"the id {quoted(ids[row].as_py())} is already in line {table.line[earlier[row]]}"

    faults.add_rows(table.file, table.line, rows[[ids[row].as_py() != "" for row in rows.tolist()]], message)


def firm_keys(ids: pa.Array, table: Table, faults: Faults) -> tuple[Key, tuple[str, ...] | None]:
    """Return (n,) the addresses of the firms' draws, and their text ids where these are not the keys"""
    import pyarrow as pa
    import pyarrow.compute as pc

    names = tuple(ids.to_pylist())
    if pc.all(pc.match_substring_regex(ids, _WHOLE)).as_py():
        key: Key = pc.cast(ids, pa.uint64()).to_numpy()
        if key.max() <= _LARGEST_KEY:
            return key, None
    key = np.array([firm_key(name) for name in names], np.uint64)
    rows, first = repeated(key)
    for row, other in zip(rows.tolist(), first.tolist(), strict=True):
        message = f"the ids {quoted(names[row])} and {quoted(names[other])} give the same key; rename one of the firms"
        faults.add(table.file, message, int(table.line[row]))
    return key, names
