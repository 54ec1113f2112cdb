"""State of a model: arrays of firms and links, one entry per firm or link.

Shapes use n firms, m links, G groups (size x sector x region), H depth bins, P programmes, T months. Entry i of a
firm array belongs to firm i; links are stored by buyer in slot order, so the suppliers of buyer i are the entries
``links.start[i]`` to ``links.start[i + 1]``. Every field names the phase that writes it; no other phase does.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "DEPTH_BINS",
    "START_MONTH",
    "Awards",
    "Bool",
    "Channels",
    "Class",
    "Firms",
    "Float",
    "Groups",
    "Index",
    "Key",
    "Links",
    "Programmes",
    "Real",
    "Short",
    "Small",
    "State",
    "Tallies",
    "Word32",
    "World",
]

Float = NDArray[np.float64]
Real = NDArray[np.floating]
"""Numbers in the precision of a run: single, or double where formulas are verified."""

Short = NDArray[np.int16]
Word32 = NDArray[np.uint32]
Class = NDArray[np.int32]
Index = NDArray[np.int64]
Small = NDArray[np.int32]
Bool = NDArray[np.uint8]
Key = NDArray[np.uint64]

DEPTH_BINS = 11
"""Links travelled: 0, 1, ... 9, and 10 or more."""

START_MONTH = 4095
"""Month in the address of draws made before month 0."""


class Groups(NamedTuple):
    """Names of the classes of firms; group = (size x sectors + sector) x regions + region.

    Attributes
    ----------
    sizes, sectors, regions : tuple of str
        Names in the order of the scenario; the first size is the largest.
    is_sme : tuple of bool
        For each size, whether it counts as small or medium.
    is_manufacturing : tuple of bool
        For each sector, whether it makes goods; its large firms are where the tiers of the network are counted from.
    is_capital : tuple of bool
        For each region, whether it belongs to the capital.
    """

    sizes: tuple[str, ...]
    sectors: tuple[str, ...]
    regions: tuple[str, ...]
    is_sme: tuple[bool, ...]
    is_manufacturing: tuple[bool, ...]
    is_capital: tuple[bool, ...]

    @property
    def count(self) -> int:  # type: ignore[override]
        """Number of groups G."""
        return len(self.sizes) * len(self.sectors) * len(self.regions)

    def members(self) -> list[tuple[str, str, str]]:
        """Return (size, sector, region) of every group in order."""
        return [(size, sector, region) for size in self.sizes for sector in self.sectors for region in self.regions]


class Firms(NamedTuple):
    """What does not change during a run; written by ``world``.

    Attributes
    ----------
    key : (n,) address of the firm's draws
    group : (n,) index of size x sector x region
    cell : (n,) index of sector x region, the firm's peers
    weight : (n,) firms of the economy that this firm stands for, relative
    workers : (n,) workers
    final_demand : (n,) sales to final demand, million won a year
    input_share : (n,) purchases over sales; 0 for a firm without suppliers
    reinvested : (n,) part of the time saved by AI that is not spent on rest
    capacity_start : (n,) absorptive capacity that the firm returns to without learning
    own_defects : (n,) own defect share without AI
    late_chance : (n,) chance of an own late event per delivery without AI
    adoption_cost : (n,) cost of adopting as the firm weighs it, log-odds
    install_cost : (n,) cost of adopting, million won
    critical_suppliers : (n,) number of suppliers marked critical
    tier : (n,) shortest path along links to a large manufacturer, -1 where there is none
    is_key_supplier : (n,) 1 where some large buyer takes 30 % or more of the firm's sales at the start
    is_large : (n,) 1 for firms that are not small or medium
    """

    key: Key
    group: Small
    cell: Small
    weight: Float
    workers: Float
    final_demand: Float
    input_share: Float
    reinvested: Float
    capacity_start: Float
    own_defects: Float
    late_chance: Float
    adoption_cost: Float
    install_cost: Float
    critical_suppliers: Small
    tier: Small
    is_key_supplier: Bool
    is_large: Bool


class Links(NamedTuple):
    """Who buys from whom; written by ``world``, and where partners change by *review*.

    A slot keeps its buyer, input share, purchase value and whether it is critical; *review* writes ``supplier``,
    ``sales_share``, ``sales_start`` and ``sales_link``.

    Attributes
    ----------
    start : (n + 1,) first link of each buyer
    supplier : (m,) supplier of each link
    buyer : (m,) buyer of each link
    weight : (m,) share of the link in the buyer's inputs; sums to 1 over a buyer's slots
    value : (m,) purchase value, million won a year
    sales_share : (m,) share of the link in the supplier's sales
    is_critical : (m,) 1 where the buyer cannot produce without this input
    sales_start : (n + 1,) first entry of each supplier in ``sales_link``
    sales_link : (m,) links of each supplier, ordered by the buyer's key
    """

    start: Index
    supplier: Small
    buyer: Small
    weight: Float
    value: Float
    sales_share: Float
    is_critical: Bool
    sales_start: Index
    sales_link: Index


class World(NamedTuple):
    """Who exists and who buys from whom, before any policy and any draw of a run."""

    groups: Groups
    firms: Firms
    links: Links
    names: tuple[str, ...] | None
    """Text ids of the firms in order; None where the ids are 0, 1, 2, ..."""
    fills: tuple[str, ...]
    """Sentences about values that the data did not hold and that were filled by rule."""

    def name(self, firm: int) -> str:
        """Return the id of a firm as text."""
        return self.names[firm] if self.names else str(int(self.firms.key[firm]))


class State(NamedTuple):
    """What changes from month to month and round to round.

    Attributes
    ----------
    adopted : (n,) 1 where the firm itself has put AI into its processes; *adopt*
    months_adopted : (n,) months since adoption, 0 in the month of adoption and before; *adopt*
    wait : (n,) months that a firm which quit still waits; *adopt*
    log_odds : (n,) z, with user share = u_max / (1 + exp(-z)); *use*
    user_share : (n,) share of the firm's workers who used AI in the last week; *use*
    capacity : (n,) absorptive capacity, 0 to 1; *learn*
    effective : (n,) effective use e = adopted x user share x capacity^kappa; *learn*
    sales : (n,) million won a year; *review*
    defects_average, late_average : (n,) exponential averages of ``defects`` and of mean late days; *review*
    value_added : (n,) of this month, million won; *account*
    own_defects : (n,) own defect share; *produce*
    own_late : (n,) own lateness of this round, days; *produce*
    defects : (n,) delivered defect share; *pass on defects*
    defect_parts : (n, G, H) or (0, G, H) parts of -ln(1 - defects) by origin group and depth; *pass on defects*
    late : (n,) lateness of this round's delivery, days; *pass on lateness*
    root : (n,) firm where this delivery's lateness began; *pass on lateness*
    travelled : (n,) links travelled from the root; *pass on lateness*
    late_parts : (n, G) or (0, G) late days by origin group; *pass on lateness*
    """

    adopted: Bool
    months_adopted: Short
    wait: Short
    log_odds: Real
    user_share: Real
    capacity: Real
    effective: Real
    sales: Float
    defects_average: Real
    late_average: Real
    value_added: Float
    own_defects: Real
    own_late: Real
    defects: Real
    defect_parts: Float
    late: Real
    root: Small
    travelled: Small
    late_parts: Float


class Channels(NamedTuple):
    """Where levers act; set to zero and filled again by *policy* each month.

    Attributes
    ----------
    adoption_subsidy : (n,) share of the adoption cost that somebody else bears, 0 to 1
    access_subsidy : (n,) share of AI subscriptions that somebody else bears, 0 to 1
    training : (n,) monthly addition to what the firm learns
    reinvestment : (n,) addition to the part of the time saved that is not spent on rest
    pressure : (n,) addition to the adoption index, log-odds
    overdue : (n,) monthly hazard with which large buyers that have adopted replace the firm, on top of the others
    """

    adoption_subsidy: Float
    access_subsidy: Float
    training: Float
    reinvestment: Float
    pressure: Float
    overdue: Float


class Programmes(NamedTuple):
    """The levers of a policy as numbers, one row per lever; written by ``policies``.

    Attributes
    ----------
    first, last : (P,) months
    annual_budget : (P,) million won that may be spent or promised in a year, of the economy that firms stand for
    cap : (P,) million won that one firm may get in all, infinite without a limit
    rationing : (P,) 0 lottery, 1 need first, 2 capability first
    duration : (P,) months for which an award stands
    grant_months : (P,) months after which a promised grant lapses, at the latest with the award
    takes_adopters : (P,) 1 where firms that have adopted may hold an award
    needs_lead : (P,) 1 where an award acts only while a large customer that has adopted takes 30 % of the firm's sales
    lead_ratio, own_ratio : (P,) what that customer and what the firm itself pay, over the public money
    grace : (P,) months after which an award on a firm that has not adopted makes it overdue, -1: never
    is_eligible : (P, n) 1 where the firm belongs to the lever's target
    grant : (P, n) public million won paid to one firm if it adopts while the award stands
    monthly : (P, n) public million won paid in each month of the award
    adoption_subsidy, access_subsidy, training, reinvestment, pressure, overdue : (P, n) what it adds to the channels
    development : (P, n) what it adds to training per unit of the lead customer's advance in absorptive capacity
    """

    first: Small
    last: Small
    annual_budget: Float
    cap: Float
    rationing: Small
    duration: Small
    grant_months: Small
    takes_adopters: Bool
    needs_lead: Bool
    lead_ratio: Float
    own_ratio: Float
    grace: Small
    is_eligible: Bool
    grant: Float
    monthly: Float
    adoption_subsidy: Float
    access_subsidy: Float
    training: Float
    reinvestment: Float
    pressure: Float
    overdue: Float
    development: Float


class Awards(NamedTuple):
    """The books of the programmes; written by *policy* and *settle*.

    Money by firm is that of one firm. Sums are of the economy that the firms stand for: an award to firm i counts w_i
    times (`Firms.weight`), and so spent = sum over firms of w_i received_i.

    Attributes
    ----------
    until : (P, n) last month of the firm's award, -1 without one
    promised : (P, n) grant that the firm gets if it adopts while its award stands, million won
    reserved : (P,) money promised and not yet paid, grants and monthly payments, million won, weighted
    spent_year : (P,) paid in the current year of the programme, million won, weighted
    spent : (P, T) paid, million won, weighted
    private_cost : (T,) paid by the served and by adopting firms themselves, million won, weighted
    lead_cost : (T,) paid by large customers for their suppliers, million won, weighted like these
    received : (P, n) public money that reached the firm, million won
    served : (n,) 1 where the firm ever held an award
    """

    until: Small
    promised: Float
    reserved: Float
    spent_year: Float
    spent: Float
    private_cost: Float
    lead_cost: Float
    received: Float
    served: Bool


class Tallies(NamedTuple):
    """Sums over the firms of a group, from which every measure is computed; written by *record*.

    ``groups[t, g, c]`` is the sum over the firms of group g in month t of the quantity in column c (`COLUMNS`).

    Attributes
    ----------
    groups : (T, G, C)
    late_days : (T, G, G) or (T, 0, 0) late days by origin group and bearing group, weighted
    late_roots : (T, G, G) late deliveries by the root's group and bearing group, weighted
    late_depth : (T, H, G) late deliveries by links travelled and bearing group, weighted
    defects : (T, G, H, G) or (T, 0, H, 0) -ln(1 - d) by origin group, depth and bearing group, sales-weighted
    late_before : (T,) late deliveries of the rounds before those of the month, number
    late_inherited : (T,) late deliveries whose lateness came from a supplier, number; on a loop the root may be the
        firm itself
    """

    groups: Float
    late_days: Float
    late_roots: Float
    late_depth: Float
    defects: Float
    late_before: Float
    late_inherited: Float


COLUMNS = (
    "count",
    "firms",
    "workers",
    "adopters_count",
    "adopters",
    "users",
    "capacity",
    "quality_effect",
    "sales",
    "defects",
    "sales_defects",
    "sales_defect_hazard",
    "deliveries",
    "on_time",
    "sales_deliveries",
    "sales_on_time",
    "late_days",
    "own_late_days",
    "excluded",
    "slots",
    "switched",
    "value_added",
    "value_added_floored",
    "value_added_log",
    "floored_count",
    "support",
    "own_cost",
    "covered",
    "overdue",
    "overdue_sales",
    "lost_slots",
    "passing",
)
"""Columns of ``Tallies.groups``: numbers of firms end in ``_count`` or are ``count``; all others carry weights."""
