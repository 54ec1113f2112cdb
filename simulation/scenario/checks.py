"""Checks across the values of a scenario: names, tables, sums and months that must fit together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice, product
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.scenario.classes import CLASSES, TABLES
from simulation.scenario.declarations import Path, leaves
from simulation.scenario.document import no_text
from simulation.scenario.merging import MOST_PROBLEMS, did_you_mean
from simulation.scenario.own_data import FIRM_COLUMNS, LINK_COLUMNS, RANK, REFUSE, SHARES

if TYPE_CHECKING:
    from simulation.policies import Target
    from simulation.scenario.scenario import Scenario

__all__ = ["BYTES_PER_FIRM", "BYTES_PER_LINK", "FINAL_DEMAND", "LARGEST_FIRMS", "Finding", "findings"]

Names = dict[str, list[str]]

TOLERANCE = 1e-6
FINAL_DEMAND = ("tier 0", "tier 1", "tier 2", "deeper", "no buyers")
RESERVED = "all"
"""First word of the labels of groups taken together."""
LARGEST_FIRMS = 100_000_000
LARGEST_GIGABYTES = 1000
BYTES_PER_FIRM, BYTES_PER_LINK = 410, 54
MOST_GROUPS, MOST_LEVERS = 500, 50
MOST_WORDS = 20
LARGEST_NUMBER, LARGEST_WHOLE_NUMBER = 1e12, 2**31 - 1
"""What the arrays of the model hold; nothing with a meaning comes near."""

_OWN_LIMIT: tuple[Path, ...] = (("population", "firms"), ("network", "seed"))
_TEXTS = ("name", "title", "description")


class Finding(NamedTuple):
    """Something that does not fit together.

    Attributes
    ----------
    path : path of the value at fault
    message : what is wrong with it
    cause : path of the value that may have brought it about, where the value at fault is a default
    is_key : whether the key is at fault, not its value
    """

    path: Path
    message: str
    cause: Path = ()
    is_key: bool = False


def findings(scenario: Scenario) -> list[Finding]:
    """Return what does not fit together, at most `MOST_PROBLEMS` findings, in the order of the sections."""
    names = {kind: list(getattr(scenario.population, kind)) for kind in CLASSES}
    checks: tuple[Callable[[Scenario, Names], Iterator[Finding]], ...] = (
        _texts,
        _months,
        _names,
        _labels,
        _size_classes,
        _makers_needed,
        _tables,
        _sums,
        _network,
        _own_data,
        _levers,
        _magnitudes,
    )
    return list(islice(chain.from_iterable(check(scenario, names) for check in checks), MOST_PROBLEMS))


def _texts(scenario: Scenario, names: Names) -> Iterator[Finding]:
    for key in _TEXTS:
        if fault := no_text(getattr(scenario, key)):
            yield Finding((key,), fault)


def _months(scenario: Scenario, names: Names) -> Iterator[Finding]:
    time = scenario.time
    if time.survey_month >= time.months:
        message = f"month {time.survey_month} is after the last month {time.months - 1} (months: {time.months})"
        yield Finding(("time", "survey_month"), message, ("time", "months"))


def _names(scenario: Scenario, names: Names) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for kind, declared in names.items():
        for name in declared:
            here = ("population", kind, name)
            if fault := _name_fault(name):
                yield Finding(here, fault)
            if name in seen:
                message = f"the name {name!r} is taken by one of the {seen[name]}; groups need distinct names"
                yield Finding(here, message)
            seen.setdefault(name, kind)
        if not declared:
            yield Finding(("population", kind), f"at least one of the {kind} is needed")
    for name in scenario.policy:
        if fault := _name_fault(name):
            yield Finding(("policy", name), fault)


def _name_fault(name: str) -> str:
    if not name or name != name.strip() or "  " in name or not name.isprintable():
        return f"the name {name!r} is empty, or has spaces at its ends or unprintable characters"
    if name.split(" ")[0] == RESERVED:
        return f"the name {name!r} is reserved: groups taken together are called 'all', 'all smes' and the like"
    if "." in name:
        return f"the name {name!r} has a dot; dots separate the keys of a path"
    return ""


def _labels(scenario: Scenario, names: Names) -> Iterator[Finding]:
    """Refuse groups that would be called the same: two classes make a label, such as "sme capital"."""
    count = math.prod(len(declared) for declared in names.values())
    if count > MOST_GROUPS:
        message = f"sizes x sectors x regions make {count:,} groups; at most {MOST_GROUPS} can be run"
        yield Finding(("population",), message)
        return
    taken = {name for declared in names.values() for name in declared}
    for size, other in product(names["sizes"], names["sectors"] + names["regions"]):
        label = f"{size} {other}"
        if label in taken:
            message = f"two groups would be called {label!r}; choose names of which no two can be taken for another"
            yield Finding(("population", "sizes", size), message, ("population",))
        taken.add(label)


def _size_classes(scenario: Scenario, names: Names) -> Iterator[Finding]:
    sizes = scenario.population.sizes
    for name, size in sizes.items():
        if size.workers_from > size.workers_to:
            message = f"workers_from ({size.workers_from}) is above workers_to ({size.workers_to})"
            here = ("population", "sizes", name)
            yield Finding((*here, "workers_from"), message, (*here, "workers_to"))
    for key in ("firm_share", "worker_share"):
        shares = {name: getattr(size, key) for name, size in sizes.items()}
        yield from _sum(("population", "sizes"), shares, f" of {key}")


def _makers_needed(scenario: Scenario, names: Names) -> Iterator[Finding]:
    """Refuse levers that ask for tiers where there are no large manufacturers, from whom tiers are counted."""
    population = scenario.population
    large = [name for name, size in population.sizes.items() if not size.is_sme and size.worker_share > 0.0]
    goods = [name for name, sector in population.sectors.items() if sector.is_manufacturing]
    if any(population.sector_share.get(size, {}).get(sector, 0.0) > 0.0 for size in large for sector in goods):
        return
    for name, lever in scenario.policy.items():
        for key in ("tier", "key_suppliers"):
            if getattr(lever.who, key):
                message = "no firm is served: there are no large manufacturers, from whom tiers are counted"
                yield Finding(("policy", name, "who", key), message, ("policy", name))


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
        hint = did_you_mean(name, missing or declared) or f"; declared are {_few(declared)}"
        yield Finding((*path, name), f"{name!r} is not one of the {kind}{hint}", ("population", kind), is_key=True)
    if missing and len(wrong) < len(missing):
        entries = _few([repr(name) for name in missing])
        message = f"the entry for {entries} is missing; each of the {kind} needs one"
        yield Finding(path, message, ("population", kind, missing[0]))


def _few(words: list[str], between: str = ", ") -> str:
    """Return words in a row, of very many the first."""
    return between.join(words if len(words) <= MOST_WORDS else [*words[:MOST_WORDS], "..."])


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
        terms = _few([f"{share:g}" for share in row.values()], " + ")
        advice = "; write the whole row anew after adding or removing a class" if len(path) > 2 else ""
        yield Finding(path, f"the shares{of} sum to {total:.7g}, not to 1 ({terms}){advice}", ("population",))


def _network(scenario: Scenario, names: Names) -> Iterator[Finding]:
    firms, network = scenario.population.firms, scenario.network
    links = network.links_of(firms)
    gigabytes = int(firms * BYTES_PER_FIRM + links * BYTES_PER_LINK) // 10**9
    needed = f"{_count(firms)} firms would need about {_count(gigabytes)} GB of memory"
    if firms > LARGEST_FIRMS:
        yield Finding(("population", "firms"), f"{needed}; at most {LARGEST_FIRMS:,} can be run")
    elif gigabytes > LARGEST_GIGABYTES:
        key = "kind" if network.kind == "complete" else "mean_suppliers"
        message = f"with {_each(links / firms)} suppliers each, {needed}"
        yield Finding(("network", key), message, ("population", "firms"))
    if scenario.population.data is not None or network.kind in ("chain", "tree", "star", "complete"):
        return
    suppliers = network.mean_suppliers
    if suppliers >= firms:
        message = f"{suppliers:g} suppliers per firm need more than {firms:,} firms (population.firms)"
        yield Finding(("network", "mean_suppliers"), message, ("population", "firms"))
    if network.kind not in ("production", "configuration"):
        return
    relative = scenario.network.sector_suppliers
    present = {sector for row in scenario.population.sector_share.values() for sector, share in row.items() if share}
    if suppliers > 0.0 and not any(relative.get(sector) for sector in present):
        message = "no sector has suppliers; for firms without any set network.mean_suppliers to 0"
        yield Finding(("network", "sector_suppliers"), message, ("population", "sector_share"))


def _each(number: float) -> str:
    return f"{number:g}" if number < 100.0 else f"{number:,.0f}"


def _own_data(scenario: Scenario, names: Names) -> Iterator[Finding]:
    """Refuse columns that the model does not have, and rules of filling that name no class."""
    data = scenario.population.data
    if data is None:
        return
    here: Path = ("population", "data")
    if data.firms is None and data.links is None:
        yield Finding(here, "name a file of firms, of links, or both; for generated firms leave data out")
    for table, known in (("firms", FIRM_COLUMNS), ("links", LINK_COLUMNS)):
        for name in getattr(data.columns, table):
            if name not in known:
                hint = did_you_mean(name, known) or f"; they are {', '.join(known)}"
                message = f"{name!r} is not a column of the model{hint}"
                yield Finding((*here, "columns", table, name), message, is_key=True)
    for name, kind, rule in (("size", "sizes", RANK), ("sector", "sectors", SHARES), ("region", "regions", SHARES)):
        word = getattr(data.fill, name)
        if word not in {rule, REFUSE, *names[kind]}:
            choices = [rule, *names[kind], REFUSE]
            hint = did_you_mean(word, choices) or f"; write one of {_few(choices)}"
            yield Finding((*here, "fill", name), f"{word!r} is no rule and no {name}{hint}", ("population", kind))


def _count(number: int) -> str:
    return f"{number:,}" if number < 10**15 else f"10^{math.log10(number):.0f}"


def _levers(scenario: Scenario, names: Names) -> Iterator[Finding]:
    if len(scenario.policy) > MOST_LEVERS:
        yield Finding(("policy",), f"there are {len(scenario.policy):,} levers; at most {MOST_LEVERS} can be run")
    meant = _several(scenario)
    for name, lever in scenario.policy.items():
        here = ("policy", name)
        if lever.last >= scenario.time.months:
            months = scenario.time.months
            message = f"month {lever.last} is after the last month {months - 1} (time.months: {months})"
            yield Finding((*here, "last"), message)
        yield from _target((*here, "who"), lever.who, names, meant)
    total = sum(lever.budget_share for lever in scenario.policy.values())
    if total > 1.0 + TOLERANCE:
        message = f"the budget shares of the levers sum to {total:.7g}; together they cannot spend more than 1"
        yield Finding(("policy", list(scenario.policy)[-1], "budget_share"), message)


def _several(scenario: Scenario) -> dict[str, str]:
    """Return a hint for each class of the baseline that this scenario has divided into several."""
    sizes, regions = scenario.population.sizes, scenario.population.regions
    divided = {
        "sme": ("small or medium", [name for name, size in sizes.items() if size.is_sme]),
        "large": ("large", [name for name, size in sizes.items() if not size.is_sme]),
        "capital": ("in the capital", [name for name, region in regions.items() if region.is_capital]),
        "elsewhere": ("outside the capital", [name for name, region in regions.items() if not region.is_capital]),
    }
    return {
        word: f"; write [{', '.join(classes)}] for all that are {what}"
        for word, (what, classes) in divided.items()
        if classes
    }


def _target(here: Path, who: Target, names: Names, meant: Mapping[str, str]) -> Iterator[Finding]:
    for key, kind in (("size", "sizes"), ("sector", "sectors"), ("region", "regions")):
        for target in getattr(who, key) or ():
            if target not in names[kind]:
                hint = meant.get(target) or did_you_mean(target, names[kind]) or f"; declared are {_few(names[kind])}"
                yield Finding((*here, key), f"{target!r} is not one of the {kind}{hint}", ("population", kind))
    for key in ("size", "sector", "region", "tier"):
        if getattr(who, key) == ():
            yield Finding(
                (*here, key), "an empty list serves nobody; leave it out to serve all, or leave the lever out"
            )
    if wrong := [tier for tier in who.tier or () if tier < 0]:
        yield Finding((*here, "tier"), f"there is no tier {wrong[0]}; tier 0 are the large manufacturers")


def _magnitudes(scenario: Scenario, names: Names) -> Iterator[Finding]:
    for path, value in leaves(scenario.resolved()):
        for number in value if isinstance(value, list) else [value]:
            if path in _OWN_LIMIT or not isinstance(number, int | float):
                continue
            largest = LARGEST_WHOLE_NUMBER if isinstance(number, int) else LARGEST_NUMBER
            if abs(number) > largest:
                kind = "whole numbers" if isinstance(number, int) else "numbers"
                yield Finding(path, f"this is too large to be computed with; {kind} go up to {largest:,.0f}")
