"""What the check of a network means for a run, in sentences; each follows from numbers and a declared limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isfinite

from simulation.experiments.network_check.check import NetworkCheck
from simulation.experiments.network_check.finding import Finding, Limits, Severity, percent
from simulation.experiments.network_check.spreading import defects_spread, lateness_spreads

__all__ = ["LIMITS", "findings"]

LIMITS = Limits()


_THROUGH_CUSTOMERS = ("mandate", "supplier_development")
"""Levers that act on suppliers through their large customers."""


def _advice(check: NetworkCheck) -> str:
    """Return what to do where results rest on few firms."""
    return "" if check.setting.is_own_data else " Take more firms, or several seeds of the network."


def _uses_customers(check: NetworkCheck) -> list[str]:
    """Return the levers of the scenario that act through large customers."""
    return [lever for lever in check.setting.levers if lever in _THROUGH_CUSTOMERS]


def _large_makers(check: NetworkCheck, limits: Limits) -> Finding | None:
    count = check.diagnosis.buying.firms
    if count == 0:
        text = (
            "There is no large manufacturer: no firm has a tier, and levers for suppliers of large manufacturers "
            "reach nobody."
        )
        return Finding("no_large_makers", "warning", text, {"large_makers": count})
    if count < limits.large_makers:
        text = (
            f"There are only {count} large manufacturers: tiers, and whatever is said of their suppliers, rest on a "
            f"few firms.{_advice(check)}"
        )
        return Finding("few_large_makers", "note", text, {"large_makers": count})
    return None


def _no_way(check: NetworkCheck, limits: Limits) -> Finding | None:
    tiers = check.diagnosis.tiers
    share = tiers.no_way / max(tiers.firms, 1)
    if check.diagnosis.buying.firms == 0 or share <= limits.no_way:
        return None
    severity: Severity = "warning" if share > limits.no_way_most else "note"
    text = (
        f"{percent(share)} of the firms have no way to a large manufacturer: what they deliver reaches none, and no "
        "large manufacturer influences them as a customer, directly or through others."
    )
    return Finding("no_way", severity, text, {"share": share})


def _no_partners(check: NetworkCheck, limits: Limits) -> Iterator[Finding]:
    everybody = check.diagnosis.ends[0]
    firms = max(everybody.firms, 1)
    sold, bought = everybody.without_buyers / firms, everybody.without_suppliers / firms
    if sold > limits.without_buyers:
        text = (
            f"{percent(sold)} of the firms have no buyers in the network: they pass nothing on to other firms, and no "
            "customer influences them."
        )
        yield Finding("without_buyers", "note", text, {"share": sold})
    if bought > limits.without_suppliers:
        text = (
            f"{percent(bought)} of the firms have no suppliers in the network: they inherit neither defects nor "
            "delays, and their buyers look safer than they are if suppliers are merely not in the tables."
        )
        yield Finding("without_suppliers", "note", text, {"share": bought})


def _in_pieces(check: NetworkCheck, limits: Limits) -> Finding | None:
    components, alone = check.diagnosis.components, check.diagnosis.ends[0].isolated
    outside = round(1.0 - components.weak_largest, 12)  # a limit that is just met is not exceeded
    if not outside > limits.outside:
        return None
    severity: Severity = "warning" if outside > limits.outside_most else "note"
    text = (
        f"The network falls into {components.weak:,} pieces, {alone:,} of them single firms; {percent(outside)} of the "
        "firms are outside of the largest. Risk and influence of partners do not pass between pieces until buyers "
        "replace suppliers."
    )
    values = {"pieces": components.weak, "isolated": alone, "outside": outside}
    return Finding("in_pieces", severity, text, values)


def _one_buyer(check: NetworkCheck, limits: Limits) -> Iterator[Finding]:
    selling = check.diagnosis.selling
    if selling.one_buyer > limits.one_buyer:
        text = (
            f"{percent(selling.one_buyer)} of the small and medium suppliers have a single buyer: losing it takes "
            "away all their sales to firms."
        )
        yield Finding("one_buyer", "note", text, {"share": selling.one_buyer})
    if selling.dependent > limits.dependent:
        text = (
            f"{percent(selling.dependent)} of the small and medium suppliers sell half or more of everything to one "
            "buyer: that buyer's adoption, demands and exit decide over them."
        )
        yield Finding("dependent", "note", text, {"share": selling.dependent})


def _key_suppliers(check: NetworkCheck, limits: Limits) -> Finding | None:
    if check.key_suppliers > 0:
        return None
    used = _uses_customers(check)
    levers = f" ({', '.join(used)} in this scenario)" if used else ""
    text = (
        "No small or medium firm sells 30 % or more to one large buyer: mandates and supplier development have nobody "
        f"to reach{levers}."
    )
    return Finding("no_key_suppliers", "warning" if used else "note", text, {"key_suppliers": 0})


def _regions(check: NetworkCheck, limits: Limits) -> Finding | None:
    regions = check.diagnosis.regions
    values = {"within": regions.within, "expected": regions.expected, "coefficient": regions.coefficient}
    if regions.coefficient > limits.closed_regions:
        text = (
            f"{percent(regions.within)} of the links stay within a region ({percent(regions.expected)} by chance): "
            "regions are nearly closed, and risk that begins in one mostly stays there."
        )
        return Finding("closed_regions", "warning", text, values)
    if regions.coefficient > limits.home_regions:
        text = (
            f"{percent(regions.within)} of the links stay within a region, against {percent(regions.expected)} by "
            "chance: defects and delays are imported from the own region more than its size suggests."
        )
        return Finding("home_regions", "note", text, values)
    if len(regions.names) > 1 and abs(regions.coefficient) < limits.open_regions:
        text = (
            f"Regions play no part in who trades with whom ({percent(regions.within)} of the links stay within one, "
            f"{percent(regions.expected)} by chance): what differs between regions is who is there."
        )
        return Finding("open_regions", "note", text, values)
    return None


def _sectors(check: NetworkCheck, limits: Limits) -> Iterator[Finding]:
    sectors = check.diagnosis.sectors
    if len(sectors.names) < 2:
        return
    for place, buyer in enumerate(sectors.names):
        column = [row[place] for row in sectors.links]
        if not sum(column) > 0.0:
            continue
        share, seller = max((entry / sum(column), name) for entry, name in zip(column, sectors.names, strict=True))
        if share > limits.one_sector:
            text = (
                f"{percent(share)} of the suppliers of {buyer} are in {seller}: no other sector can pass much on to it."
            )
            yield Finding("one_sector", "note", text, {"share": share})


def _hubs(check: NetworkCheck, limits: Limits) -> Iterator[Finding]:
    for kind, role, degrees in (
        ("suppliers", "buys from", check.diagnosis.suppliers),
        ("buyers", "sells to", check.diagnosis.buyers),
    ):
        share = degrees.largest / max(check.diagnosis.firms, 1)
        if degrees.largest >= limits.hub_partners and share > limits.hub:
            severity: Severity = "warning" if share > limits.hub_most else "note"
            text = (
                f"One firm {role} {degrees.largest:,} firms, {percent(share)} of all: much of what spreads passes "
                f"through it, and its luck is the luck of the run.{_advice(check)}"
            )
            yield Finding(f"hub_{kind}", severity, text, {"largest": degrees.largest, "share": share})
        tail = degrees.tail
        if tail.exponent + 2.0 * tail.error < limits.heavy_tail:
            text = (
                f"Numbers of {kind} have a tail so heavy (exponent {tail.exponent:.2f} +- {tail.error:.2f}, below 2) "
                "that their variance is that of a few firms and grows with the network."
            )
            yield Finding(f"heavy_{kind}", "note", text, {"exponent": tail.exponent, "error": tail.error})


def _small_groups(check: NetworkCheck, limits: Limits) -> Finding | None:
    few = [group for group in check.groups if group.firms < limits.group_firms]
    if not few:
        return None
    least = min(few, key=lambda group: group.firms)
    text = (
        f"{len(few)} of {len(check.groups)} groups have fewer than {limits.group_firms} firms (the smallest: "
        f"{least.name}, {least.firms}): what is reported of such a group is the luck of single firms. Look at larger "
        "groups, such as all firms of a size."
    )
    return Finding("small_groups", "note", text, {"groups": len(few), "smallest": least.firms})


def _influence(check: NetworkCheck, limits: Limits) -> Finding | None:
    setting = check.setting
    if setting.is_moved_by_partners:
        return None
    text = "No customer or supplier moves a firm's adoption directly"
    text += (
        ": their weights are 0." if setting.rule == "hazard" else ": under this rule firms look at all others alike."
    )
    if setting.is_moved_by_use:
        text += " Partners' use of AI still moves the firm's own use, and thereby its adoption."
    elif not _uses_customers(check):
        text += " Who adopts does not depend on who is linked with whom."
    text += " Defects and delays travel along the links as ever."
    return Finding("no_influence", "note", text, {})


def _cascade(check: NetworkCheck, limits: Limits) -> Finding | None:
    cascade, level = check.cascade, check.setting.threshold
    if check.setting.rule != "threshold":
        return None
    values = {"branching": cascade.branching, "threshold": level, "highest": cascade.highest_level}
    if cascade.branching > 1.0:
        text = (
            f"The threshold rule is inside its cascade window (z = {cascade.branching:.2f}): a single adopter can set "
            "off adoption across the network, so that outcomes differ much between seeds."
        )
        return Finding("inside_window", "note", text, values)
    if not cascade.without_thresholds > 1.0:
        reason = "firms have too few partners for any threshold"
    elif isfinite(cascade.highest_level):
        reason = f"the threshold {level:.3g} is above {cascade.highest_level:.3g}, the highest at which one could"
    else:
        reason = "no threshold above 0 lets one"
    text = (
        f"The threshold rule is outside of its cascade window (z = {cascade.branching:.2f}): a single adopter cannot "
        f"set off a cascade, since {reason}. Many adopters at the start still may."
    )
    return Finding("outside_window", "warning", text, values)


def _critical(check: NetworkCheck, limits: Limits) -> Finding | None:
    if not check.critical.firms:
        return None
    first = check.critical.firms[0]
    if first.closure <= limits.critical:
        return None
    severity: Severity = "warning" if first.closure > limits.most_critical else "note"
    name = f"firm {first.firm}" if first.firm.isdigit() else first.firm
    text = (
        f"If {name} ({first.size} {first.sector}, {first.region}) closed, {percent(first.closure)} of all sales would "
        f"be lost even with others stepping in; its own are {percent(first.sales_share)}. Nobody closes in a run, but "
        "what becomes of this firm weighs in every total."
    )
    return Finding("critical", severity, text, {"closure": first.closure, "sales_share": first.sales_share})


_Rule = Callable[[NetworkCheck, Limits], Finding | None | Iterator[Finding]]

_RULES: tuple[_Rule, ...] = (
    defects_spread, lateness_spreads, _cascade, _influence, _in_pieces, _large_makers, _no_way, _no_partners,
    _one_buyer, _key_suppliers, _regions, _sectors, _hubs, _critical, _small_groups,
)  # fmt: skip


def findings(check: NetworkCheck, limits: Limits = LIMITS) -> tuple[Finding, ...]:
    """Return what the check means for a run: warnings before notes, in both how risk spreads comes first."""
    found: list[Finding] = []
    for rule in _RULES:
        said = rule(check, limits)
        found += [said] if isinstance(said, Finding) else said or ()
    return tuple(sorted(found, key=lambda finding: finding.severity != "warning"))
