"""What every lever of a policy has: whom it serves, when, with how much money, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from simulation.schema import NO_DATA, Count, Factor, Money, Months, Section, Share

if TYPE_CHECKING:  # reading scenarios needs no arrays, and NumPy takes long to import
    from simulation.state import Bool, Firms, Float, Groups

__all__ = [
    "RATIONING",
    "AwardMonths",
    "Cap",
    "CourseMonths",
    "GrantMonths",
    "InstallShare",
    "Lever",
    "Row",
    "Target",
    "blank",
    "grant",
]

Rationing = Literal["lottery", "need_first", "capability_first"]
RATIONING: dict[str, int] = {"lottery": 0, "need_first": 1, "capability_first": 2}
"""Numbers by which compiled code knows the orders of service."""

Names = Annotated[tuple[str, ...], Field(strict=False)]
Tiers = Annotated[tuple[int, ...], Field(strict=False)]


AnnualBudget = Annotated[
    float,
    Money("public money of the lever a year; none: from the envelope", status="design", unit="million won a year"),
]
CapPerFirm = Annotated[
    float, Money("most public money of the lever that one firm may get; none: no limit", status="design")
]
BudgetShare = Annotated[
    float, Share("part of the policy's public envelope that is meant for this lever", status="design")
]
LeadShare = Annotated[
    float,
    Share(
        "part of the lever's cost that the firm's lead customer pays; the firm itself where it has none",
        symbol="lead",
        low=0.0,
        high=0.4,
        source="G001-G003: win-win smart factories, state 30 %, large firm 30 %, small firm 40 %",
    ),
]
OwnShare = Annotated[
    float,
    Share("part of the lever's cost that the firm itself pays", symbol="own", low=0.0, high=0.5, source="G001-G003"),
]


class Target(Section):
    """Which firms may be served; a list that is left out excludes nobody."""

    size: Names | None = None
    sector: Names | None = None
    region: Names | None = None
    tier: Tiers | None = None
    key_suppliers: bool = False

    def members(self, firms: Firms, groups: Groups) -> Bool:
        """Return (n,) 1 for each firm that belongs to the target."""
        import numpy as np

        is_in_group = [
            (self.size is None or size in self.size)
            and (self.sector is None or sector in self.sector)
            and (self.region is None or region in self.region)
            for size, sector, region in groups.members()
        ]
        chosen = np.asarray(is_in_group, dtype=bool)[firms.group]
        if self.tier is not None:
            chosen &= np.isin(firms.tier, self.tier)
        if self.key_suppliers:
            chosen &= firms.is_key_supplier == 1
        return chosen.astype(np.uint8)


class Row(NamedTuple):
    """What an award of a lever is, in numbers: one row of `Programmes`.

    Attributes
    ----------
    duration : int
        Months for which an award stands.
    takes_adopters : bool
        Whether firms that have adopted may hold an award.
    grant, monthly : (n,) million won, on adoption and in each month, whoever pays
    adoption_subsidy, access_subsidy, training, reinvestment, pressure, overdue : (n,) additions to the channels
    development : (n,) addition to training per unit of the lead customer's advance in absorptive capacity
    needs_lead : bool
        Whether it acts only while a large customer that has adopted takes 30 % or more of the firm's sales.
    grace : int
        Months after which a firm that has not adopted is overdue, -1: never.
    grant_months : int or None
        Months after which a promised grant lapses while the rest of the award goes on; none: with the award.
    """

    duration: int
    takes_adopters: bool
    grant: Float
    monthly: Float
    adoption_subsidy: Float
    access_subsidy: Float
    training: Float
    reinvestment: Float
    pressure: Float
    overdue: Float
    development: Float
    needs_lead: bool = False
    grace: int = -1
    grant_months: int | None = None


def blank(n: int, duration: int, *, takes_adopters: bool) -> Row:
    """Return an award for n firms that costs nothing and does nothing, to be filled with ``_replace``."""
    import numpy as np

    a, b, c, d, e, f, g, h, i = (np.zeros(n) for _ in range(9))
    return Row(duration, takes_adopters, a, b, c, d, e, f, g, h, i)


class Lever(Section):
    """One instrument of a policy.

    A lever's file declares its parameters and says in ``row`` what an award brings and costs. Eligibility, ranking,
    promises, lapsing and the books are the same for all levers.
    """

    lever: str
    who: Target = Target()
    first: Annotated[int, Months("first month of the lever", status="design", source="month 36 = January 2026")] = 36
    last: Annotated[int, Months("last month of the lever", status="design", source="month 95 = December 2030")] = 95
    budget_share: BudgetShare = 1.0
    strength: Annotated[
        float,
        Factor(
            "annual budget over the even split of the lever's part of the envelope; solved so that the part is spent",
            symbol="strength",
            status="calibrated",
            source="equal public envelope in present value",
        ),
    ] = 1.0
    annual_budget: AnnualBudget | None = None
    """Public money a year, instead of the lever's part of the envelope times its strength."""
    cap_per_firm: CapPerFirm | None = None
    """Most public money of the lever that one firm may get in all; an award that could exceed it is not given."""
    rationing: Rationing = "lottery"
    lead_share: LeadShare = 0.0
    own_share: OwnShare = 0.0

    @model_validator(mode="after")
    def _months_in_order(self) -> Lever:
        if self.last < self.first:
            message = f"last ({self.last}) must not be before first ({self.first})"
            raise ValueError(message)
        if self.lead_share + self.own_share >= 1.0:
            message = f"lead_share ({self.lead_share:g}) and own_share ({self.own_share:g}) leave nothing to the state"
            raise ValueError(message)
        return self

    @property
    def years(self) -> float:
        """Length of the lever in years."""
        return (self.last - self.first + 1) / 12.0

    def row(self, firms: Firms, groups: Groups) -> Row:
        """Return what an award is for each firm."""
        raise NotImplementedError


CourseMonths = Annotated[int, Count("months of an award", symbol="T_a", unit="months", low=3, high=24, source=NO_DATA)]
AwardMonths = Annotated[
    int,
    Count(
        "months for which an award stands",
        symbol="T_a",
        unit="months",
        low=3,
        high=24,
        source="awards lapse after 6 months",
    ),
]
GrantMonths = Annotated[
    int,
    Count(
        "months after which a promised grant lapses",
        symbol="T_a",
        unit="months",
        low=3,
        high=24,
        source="awards lapse after 6 months",
    ),
]
InstallShare = Annotated[
    float, Share("share of the install cost that is paid", symbol="share", low=0.3, high=0.7, source="G004: 50 %")
]
Cap = Annotated[
    float, Money("largest grant per firm", symbol="cap", low=50.0, high=400.0, source="G005-G006: 50-400 million won")
]


def grant(firms: Firms, share: float, cap: float) -> tuple[Float, Float]:
    """Return (n,) grants min(share x install cost, cap) in million won, and them as shares of the install cost."""
    import numpy as np

    amount = np.minimum(share * firms.install_cost, cap)
    with np.errstate(divide="ignore", invalid="ignore"):
        return amount, np.where(firms.install_cost > 0.0, amount / firms.install_cost, 0.0)
