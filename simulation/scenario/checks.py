"""Checks across the values of a scenario: names, tables, sums and months that must fit together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from simulation.scenario.classes import CLASSES, TABLES
from simulation.scenario.declarations import Path
from simulation.scenario.merging import did_you_mean

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

__all__ = ["FINAL_DEMAND", "LARGEST_FIRMS", "Finding", "findings"]

Finding = tuple[Path, str]
"""Path of the value at fault, and what is wrong with it."""

Names = dict[str, list[str]]

TOLERANCE = 1e-6
FINAL_DEMAND = ("tier 0", "tier 1", "tier 2", "deeper", "no buyers")
RESERVED = {"all"}
LARGEST_FIRMS = 100_000_000
BYTES_PER_FIRM, BYTES_PER_LINK = 250, 32


def findings(scenario: Scenario) -> list[Finding]:
    """Return everything that does not fit together, in the order of the sections."""
    names = {kind: list(getattr(scenario.population, kind)) for kind in CLASSES}
    checks: tuple[Callable[[Scenario, Names], Iterator[Finding]], ...] = (
        _months,
        _names,
        _size_classes,
        _classes_needed,
        _tables,
        _sums,
        _network,
        _levers,
    )
    return [finding for check in checks for finding in check(scenario, names)]


def _months(scenario: Scenario, names: Names) -> Iterator[Finding]:
    time = scenario.time
    if time.survey_month >= time.months:
        message = f"month {time.survey_month} is after the last month {time.months - 1} (months: {time.months})"
        yield ("time", "survey_month"), message


def _names(scenario: Scenario, names: Names) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for kind, declared in names.items():
        for name in declared:
            here = ("population", kind, name)
            if fault := _name_fault(name):
                yield here, fault
            if name in seen:
                yield here, f"the name {name!r} is taken by one of the {seen[name]}; groups need distinct names"
            seen.setdefault(name, kind)
        if not declared:
            yield ("population", kind), f"at least one of the {kind} is needed"
    for name in scenario.policy:
        if fault := _name_fault(name):
            yield ("policy", name), fault


def _name_fault(name: str) -> str:
    if not name or name != name.strip() or "  " in name or not name.isprintable():
        return f"the name {name!r} is empty, or has spaces at its ends or unprintable characters"
    if name in RESERVED:
        return f"the name {name!r} is reserved"
    if "." in name:
        return f"the name {name!r} has a dot; dots separate the keys of a path"
    return ""


def _size_classes(scenario: Scenario, names: Names) -> Iterator[Finding]:
    sizes = scenario.population.sizes
    for name, size in sizes.items():
        if size.workers_from > size.workers_to:
            message = f"workers_from ({size.workers_from}) is above workers_to ({size.workers_to})"
            yield ("population", "sizes", name, "workers_from"), message
    for key in ("firm_share", "worker_share"):
        shares = {name: getattr(size, key) for name, size in sizes.items()}
        yield from _sum(("population", "sizes"), shares, f" of {key}")


def _classes_needed(scenario: Scenario, names: Names) -> Iterator[Finding]:
    population = scenario.population
    large = [name for name, size in population.sizes.items() if not size.is_sme]
    manufacturing = [name for name, sector in population.sectors.items() if sector.is_manufacturing]
    if population.sizes and not large:
        yield ("population", "sizes"), "at least one size must be large (is_sme: false)"
    if population.sizes and len(large) == len(population.sizes):
        yield ("population", "sizes"), "at least one size must be small or medium (is_sme: true)"
    if population.sectors and not manufacturing:
        yield ("population", "sectors"), "at least one sector must make goods (is_manufacturing: true)"
    if (
        large
        and manufacturing
        and not any(
            population.sector_share.get(size, {}).get(sector, 0.0) > 0.0 for size in large for sector in manufacturing
        )
    ):
        message = "there are no large manufacturers, from which the tiers of the network are counted"
        yield ("population", "sector_share", large[0]), message


def _tables(scenario: Scenario, names: Names) -> Iterator[Finding]:
    for path, levels in TABLES.items():
        yield from _table(path, levels, getattr(getattr(scenario, path[0]), path[1]), names)
    here = ("network", "final_demand")
    yield from _keys(here, list(FINAL_DEMAND), scenario.network.final_demand, "tiers")


def _table(path: Path, levels: tuple[str, ...], table: Any, names: Names) -> Iterator[Finding]:  # noqa: ANN401
    if not levels:
        return
    declared = names[levels[0]]
    yield from _keys(path, declared, table, levels[0])
    for name in declared:
        if name in table:
            yield from _table((*path, name), levels[1:], table[name], names)


def _keys(path: Path, declared: list[str], table: Mapping[str, Any], kind: str) -> Iterator[Finding]:
    """Demand exactly the declared names; one wrong and one missing name are one mistake."""
    wrong = [name for name in table if name not in declared]
    missing = [name for name in declared if name not in table]
    for name in wrong:
        hint = did_you_mean(name, missing or declared) or f"; declared are {', '.join(declared)}"
        yield (*path, name), f"{name!r} is not one of the {kind}{hint}"
    if missing and len(wrong) < len(missing):
        yield path, f"the entry for {', '.join(repr(name) for name in missing)} is missing"


def _sums(scenario: Scenario, names: Names) -> Iterator[Finding]:
    population = scenario.population
    for size, row in population.sector_share.items():
        yield from _sum(("population", "sector_share", size), row)
    for size, rows in population.region_share.items():
        for sector, row in rows.items():
            yield from _sum(("population", "region_share", size, sector), row)
    for sector, row in scenario.network.sector_mix.items():
        yield from _sum(("network", "sector_mix", sector), row)


def _sum(path: Path, row: Mapping[str, float], of: str = "") -> Iterator[Finding]:
    total = sum(row.values())
    if row and abs(total - 1.0) > TOLERANCE:
        terms = " + ".join(f"{share:g}" for share in row.values())
        yield path, f"the shares{of} sum to {total:.7g}, not to 1 ({terms})"


def _network(scenario: Scenario, names: Names) -> Iterator[Finding]:
    firms, suppliers = scenario.population.firms, scenario.network.mean_suppliers
    if firms > LARGEST_FIRMS:
        gigabytes = firms * (BYTES_PER_FIRM + BYTES_PER_LINK * suppliers) / 1e9
        message = (
            f"{firms:,} firms would need about {gigabytes:,.0f} GB of memory; at most {LARGEST_FIRMS:,} can be run"
        )
        yield ("population", "firms"), message
    if suppliers >= firms and scenario.population.data is None:
        message = f"{suppliers:g} suppliers per firm need more than {firms:,} firms (population.firms)"
        yield ("network", "mean_suppliers"), message


def _levers(scenario: Scenario, names: Names) -> Iterator[Finding]:
    for name, lever in scenario.policy.items():
        here = ("policy", name)
        if lever.last >= scenario.time.months:
            months = scenario.time.months
            message = f"month {lever.last} is after the last month {months - 1} (time.months: {months})"
            yield (*here, "last"), message
        for key, kind in (("size", "sizes"), ("sector", "sectors"), ("region", "regions")):
            for target in getattr(lever.who, key) or ():
                if target not in names[kind]:
                    hint = did_you_mean(target, names[kind]) or f"; declared are {', '.join(names[kind])}"
                    yield (*here, "who", key), f"{target!r} is not one of the {kind}{hint}"
    total = sum(lever.budget_share for lever in scenario.policy.values())
    if total > 1.0 + TOLERANCE:
        message = f"the budget shares of the levers sum to {total:.7g}; together they cannot spend more than 1"
        yield ("policy", list(scenario.policy)[-1], "budget_share"), message
