"""The check of a network as text: every number is one of the check, put into a line by its name."""

from __future__ import annotations

import string
import textwrap
from collections.abc import Sequence
from math import isnan
from typing import Any

from rich.cells import cell_len, set_cell_size

from simulation.experiments.network_check.check import NetworkCheck
from simulation.experiments.network_check.finding import Finding, percent
from simulation.texts.numbers import MISSING
from simulation.world.diagnosis.mixing import Mixing

__all__ = ["SECTIONS", "network_lines"]

_WIDTH = 110
_LABEL = 26
_CLASSES = 4
"""Most classes of which a table of who sells to whom is shown."""

SECTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "Who is connected": (
        ("pieces", "{d.components.weak:,}; {d.components.weak_largest:.1%} of the firms in the largest"),
        (
            "along goods",
            "core {d.components.core:.1%}, towards it {d.components.inward:.1%}, from it {d.components.outward:.1%}, "
            "beside it {d.components.beside:.1%}, apart {d.components.apart:.1%}",
        ),
        (
            "firms without",
            "suppliers {d.ends[0].without_suppliers:,}, buyers {d.ends[0].without_buyers:,}, "
            "both {d.ends[0].isolated:,}",
        ),
    ),
    "How many partners": (
        (
            "suppliers of a firm",
            "mean {d.suppliers.mean:.2f}, median {d.suppliers.quantiles[2]:.0f}, 99 % at most "
            "{d.suppliers.quantiles[5]:.0f}, largest {d.suppliers.largest:,}",
        ),
        (
            "buyers of a firm",
            "mean {d.buyers.mean:.2f}, median {d.buyers.quantiles[2]:.0f}, 99 % at most "
            "{d.buyers.quantiles[5]:.0f}, largest {d.buyers.largest:,}",
        ),
        (
            "tail, suppliers",
            "exponent {d.suppliers.tail.exponent:.2f} +- {d.suppliers.tail.error:.2f}, from the "
            "{d.suppliers.tail.firms:,} firms with {d.suppliers.tail.smallest} or more",
        ),
        (
            "tail, buyers",
            "exponent {d.buyers.tail.exponent:.2f} +- {d.buyers.tail.error:.2f}, from the {d.buyers.tail.firms:,} "
            "firms with {d.buyers.tail.smallest} or more",
        ),
        ("links both ways", "{d.reciprocity.share:.2%}; by chance {d.reciprocity.expected:.2%}"),
        (
            "like with like",
            "by number of partners {d.assortativity.partners:+.3f}, by size {d.sizes.coefficient:+.3f}, by sector "
            "{d.sectors.coefficient:+.3f}, by region {d.regions.coefficient:+.3f} (-1 to 1, 0: by chance)",
        ),
        (
            "clustering",
            "{d.clustering.whole:.4f}; by chance {d.clustering.by_density:.4f}, with the same numbers of partners "
            "{d.clustering.by_degrees:.4f}",
        ),
    ),
    "Small and medium suppliers": (
        (
            "share that supplies",
            "{d.selling.share:.1%} of SMEs, {d.maker_selling.share:.1%} of SME manufacturers; a large manufacturer "
            "directly {d.maker_selling.share_large_makers:.1%} of the latter",
        ),
        (
            "buyers of a supplier",
            "mean {d.selling.buyers:.2f} ({d.selling.large_buyers:.2f} large, {d.selling.sme_buyers:.2f} SME); a "
            "single one {d.selling.one_buyer:.1%}",
        ),
        (
            "main buyer",
            "{d.selling.main_in_sales:.1%} of all sales, {d.selling.main_in_network:.1%} of sales to the network "
            "(mean); half or more of all sales {d.selling.dependent:.1%}",
        ),
        (
            "of a large manufacturer",
            "mean {d.buying.suppliers:.1f}; of one with 1,000 workers or more {d.buying.very_large_suppliers:.1f}",
        ),
        ("key suppliers", "{c.key_suppliers:,} SMEs sell 30 % or more to one large buyer"),
    ),
    "Before month 0": (
        (
            "defects, R_q",
            "{c.risks.start.defects:.3f}; with everybody using AI {c.risks.everybody.defects:.3f}, at most "
            "{c.risks.worst.defects:.3f}; delivered over own defects {c.risks.multiplier:.2f}",
        ),
        (
            "lateness, R_d",
            "{c.risks.start.late:.3f}; with everybody using AI {c.risks.everybody.late:.3f}, at most "
            "{c.risks.worst.late:.3f}; buyers late per own late event {c.risks.late_buyers:.3f}, most "
            "{c.risks.most_late_buyers:.2f}",
        ),
        (
            "cascade window",
            "z {c.cascade.branching:.2f} at threshold {c.setting.threshold:.3g}, cascades up to "
            "{c.cascade.highest_level:.3g} (the rule here: {c.setting.rule})",
        ),
        ("adopters", "{c.adopters:,} of {d.firms:,} firms"),
    ),
}
"""Labels and lines by heading; ``c`` is the check, ``d`` its diagnosis."""


class _Formatter(string.Formatter):
    """Writes a dash where a number is not defined, and a space before %."""

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - as in the base class
        """Return the value as text."""
        if isinstance(value, float) and isnan(value):
            return MISSING
        return str(super().format_field(value, format_spec)).replace("%", " %")


def _line(label: str, text: str) -> list[str]:
    """Return a label with a text that goes on below where it is long."""
    rows = textwrap.wrap(text, _WIDTH - _LABEL, break_on_hyphens=False) or [""]
    gap = " " * max(1, _LABEL - 2 - cell_len(label))
    return [f"  {label}{gap}{rows[0]}", *(" " * _LABEL + row for row in rows[1:])]


def _tiers(check: NetworkCheck) -> list[str]:
    """Return the firms by tier, of all and of small and medium manufacturers that supply."""
    lines: list[str] = []
    for label, tiers in (
        ("firms by tier", check.diagnosis.tiers),
        ("SME makers that supply", check.diagnosis.supplier_tiers),
    ):
        counted = [f"{number}: {count:,}" for number, count in enumerate(tiers.tier) if count > 0]
        lines += _line(label, ", ".join([*counted, f"no way: {tiers.no_way:,}"]))
    return lines


def _mixing(label: str, mixing: Mixing) -> list[str]:
    """Return who sells to whom, in per cent of links and of purchases, and the part within classes."""
    lines = _line(
        f"within a {label}",
        f"{percent(mixing.within)} of links, {percent(mixing.within_value)} of purchases; by chance "
        f"{percent(mixing.expected)}",
    )
    if not 1 < len(mixing.names) <= _CLASSES:
        return lines
    for seller, links, value in zip(mixing.names, mixing.links, mixing.value, strict=True):
        parts = [
            f"to {buyer} {percent(one)} ({percent(other)})"
            for buyer, one, other in zip(mixing.names, links, value, strict=True)
        ]
        lines += _line(f"  from {seller}", ", ".join(parts))
    return lines


def _critical(check: NetworkCheck) -> list[str]:
    """Return the suppliers whose closure would cost most."""
    lines = []
    for place, firm in enumerate(check.critical.firms[:5], 1):
        text = (
            f"{percent(firm.closure)} of all sales lost, {percent(firm.closure_unreplaced)} while nobody steps in; "
            f"its own {percent(firm.sales_share)}; {firm.size} {firm.sector}, {firm.region}, "
            f"{firm.buyers:,} buyer{'' if firm.buyers == 1 else 's'}"
        )
        lines += _line(set_cell_size(f"{place}. {firm.firm}", _LABEL - 3), text)
    return lines


def network_lines(check: NetworkCheck, found: Sequence[Finding]) -> list[str]:
    """Return the lines of the text about a network."""
    write, diagnosis = _Formatter(), check.diagnosis
    heading = (
        "{c.setting.scenario}: {d.firms:,} firms, {d.links:,} links, network of seed {c.setting.network_seed}, run of "
        "seed {c.setting.seed}"
    )
    lines = [write.format(heading, c=check, d=diagnosis)]
    for title, entries in SECTIONS.items():
        lines += ["", title]
        for label, template in entries:
            lines += _line(label, write.format(template, c=check, d=diagnosis))
        if title == "Who is connected":
            lines += _tiers(check)
            lines += ["", "Who sells to whom: % of links (% of purchases)"]
            for label, mixing in (
                ("size", diagnosis.sizes),
                ("sector", diagnosis.sectors),
                ("region", diagnosis.regions),
            ):
                lines += _mixing(label, mixing)
    if check.critical.firms:
        lines += ["", f"Most critical suppliers, of {check.critical.candidates:,} closed one by one", *_critical(check)]
    lines += ["", "What this means for a run"]
    for finding in found:
        mark = "! " if finding.severity == "warning" else "- "
        lines += textwrap.wrap(
            finding.text, _WIDTH, initial_indent=f"  {mark}", subsequent_indent="    ", break_on_hyphens=False
        )
    return [*lines, *(["", *check.fills] if check.fills else [])]
