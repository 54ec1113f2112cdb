"""Sections of a scenario that no mechanism owns: time, population, and what firms of a group are like."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from simulation.rules.adoption import AdoptionHazard, Bass, Logit, Quitting, Reference, RuleName, Threshold
from simulation.scenario.own_data import Data
from simulation.schema import NO_DATA, Chance, Count, Factor, LogOdds, Money, Months, Quantity, Section, Share

__all__ = ["Adoption", "FirmTables", "Population", "Region", "Sector", "SizeClass", "Time"]


class Time(Section):
    """Months and rounds. Month 0 is January of the start year."""

    start_year: Annotated[int, Count("year of month 0", unit="year", status="design", maximum=2200)] = 2023
    months: Annotated[
        int,
        Count(
            "months simulated",
            symbol="T",
            unit="months",
            status="design",
            source="January 2023 - December 2030",
            maximum=1200,
        ),
    ] = 96
    survey_month: Annotated[int, Months("month of the survey", status="design", source="K001: October 2025")] = 33
    deliveries_per_month: Annotated[
        int, Count("rounds of delivery in a month", symbol="rounds", low=2, high=8, source=NO_DATA, maximum=31)
    ] = 4
    origin_months: Annotated[
        int,
        Months(
            "months at the end in which origins of defects and late days are followed", status="design", maximum=1200
        ),
    ] = 12
    start_rounds: Annotated[
        int, Quantity("unrecorded rounds before month 0", status="design", minimum=0, maximum=250)
    ] = 60


class SizeClass(Section):
    """A class of firms by number of workers, with a truncated Pareto distribution."""

    workers_from: Annotated[
        int, Count("smallest number of workers", unit="workers", status="design", maximum=10_000_000)
    ]
    workers_to: Annotated[int, Count("largest number of workers", unit="workers", status="design", maximum=10_000_000)]
    tail: Annotated[
        float,
        Factor(
            "Pareto tail of the number of workers",
            symbol="a_n",
            low=0.9,
            high=1.3,
            source="assumed near 1, as firm sizes are found to be (Axtell 2001)",
            maximum=10.0,
        ),
    ]
    firm_share: Annotated[
        float, Share("share of the model's firms; large firms are over-sampled and weighted back", status="design")
    ]
    worker_share: Annotated[
        float,
        Share(
            "share of all workers",
            symbol="W",
            status="measured",
            source="K001-K003: 56.3 = 66.5 x + 52.7 (1 - x) gives x = 0.261, 0.254-0.268 with rounding",
        ),
    ]
    sales_per_worker: Annotated[
        float,
        Money(
            "sales per worker",
            symbol="y_n",
            unit="million won a year",
            low=100.0,
            high=2000.0,
            source="assumed; N003-N005: ratio of sizes about 5",
        ),
    ]
    is_sme: bool


class Sector(Section):
    """A sector of the economy."""

    is_manufacturing: bool = False


class Region(Section):
    """A region of the country."""

    is_capital: bool = False


SizeShares = dict[
    str,
    Annotated[
        float,
        Share(
            "share of the size's workers",
            symbol="W_c, W_r",
            status="assumed",
            source="assumed by sector: manufacturing 0.33-0.5 of large, 0.15-0.3 of SME workers; K002, K006-K007 give "
            "51.6 % of SME workers in the capital; a row sums to 1",
        ),
    ],
]


def _sizes() -> dict[str, SizeClass]:
    return {
        "large": SizeClass(
            workers_from=300,
            workers_to=50_000,
            tail=1.1,
            firm_share=0.01,
            worker_share=0.261,
            sales_per_worker=1000.0,
            is_sme=False,
        ),
        "sme": SizeClass(
            workers_from=5,
            workers_to=299,
            tail=1.05,
            firm_share=0.99,
            worker_share=0.739,
            sales_per_worker=200.0,
            is_sme=True,
        ),
    }


class Population(Section):
    """Who the firms are: sizes, sectors and regions with their shares of workers, or own data."""

    firms: Annotated[
        int, Count("number of firms", symbol="N", unit="firms", status="design", low=500, high=100_000)
    ] = 2000
    sizes: dict[str, SizeClass] = Field(default_factory=_sizes)
    sectors: dict[str, Sector] = Field(
        default_factory=lambda: {"manufacturing": Sector(is_manufacturing=True), "services": Sector()}
    )
    regions: dict[str, Region] = Field(
        default_factory=lambda: {"capital": Region(is_capital=True), "elsewhere": Region()}
    )
    sector_share: dict[str, SizeShares] = Field(
        default_factory=lambda: {
            "large": {"manufacturing": 0.38, "services": 0.62},
            "sme": {"manufacturing": 0.22, "services": 0.78},
        }
    )
    """By size: share of the workers in each sector."""
    region_share: dict[str, dict[str, SizeShares]] = Field(
        default_factory=lambda: {
            "large": {
                "manufacturing": {"capital": 0.223, "elsewhere": 0.777},
                "services": {"capital": 0.787, "elsewhere": 0.213},
            },
            "sme": {
                "manufacturing": {"capital": 0.4222, "elsewhere": 0.5778},
                "services": {"capital": 0.5425, "elsewhere": 0.4575},
            },
        }
    )
    """By size and sector: share of the workers in each region; plants where plants are, not headquarters."""
    data: Data | None = None


Middle = Annotated[
    float,
    LogOdds("middle of the absorptive capacity at the start", symbol="k0", status="calibrated", source="K001-K007"),
]
Shift = Annotated[
    float,
    LogOdds("shift of the absorptive capacity in a region", symbol="k_r", status="calibrated", source="K006-K007"),
]
FirstAdopters = Annotated[
    float,
    Share(
        "share of adopters in month 0",
        symbol="A0",
        low=0.0,
        high=0.1,
        source="assumed; shares of month 33 back at 0.5 log-odds a year",
    ),
]
AdoptionCost = Annotated[
    float,
    LogOdds(
        "cost of adopting as the firm weighs it",
        symbol="cost",
        low=0.0,
        high=2.5,
        minimum=0.0,
        status="calibrated",
        source="adopter shares at month 33",
    ),
]
Reinvested = Annotated[
    float,
    Share("part of the time saved that is not spent on rest", symbol="rho", low=0.5, high=1.0, source="K029-K032"),
]
InputShare = Annotated[
    float,
    Share(
        "purchases from firms over sales",
        symbol="iota",
        low=0.3,
        high=0.7,
        source="measured in Germany in 2009, domestic inputs over output: industry 0.49, services 0.36 (United Nations "
        "2018, scenarios/data/input_output); assumed for Korea",
    ),
]
OwnDefects = Annotated[
    float,
    Share(
        "own defect share without AI",
        symbol="o",
        low=0.0002,
        high=0.003,
        source="assumed; Q013-Q018: about 2,000 ppm delivered by suppliers",
    ),
]
LateChance = Annotated[
    float,
    Chance(
        "chance of an own late event per delivery without AI",
        symbol="p",
        low=0.04,
        high=0.12,
        source="assumed; Q019-Q020",
    ),
]


class FirmTables(Section):
    """What firms of a group are like."""

    capacity: dict[str, dict[str, Middle]] = Field(
        default_factory=lambda: {
            "large": {"manufacturing": 2.823, "services": 0.555},
            "sme": {"manufacturing": -0.9675, "services": -0.2197},
        }
    )
    """By size and sector."""
    capacity_region: dict[str, Shift] = Field(default_factory=lambda: {"capital": 0.0, "elsewhere": -1.105})
    capacity_spread: Annotated[
        float,
        Factor(
            "spread (logit) of the absorptive capacity within a group",
            symbol="s_k",
            unit="log-odds",
            low=0.3,
            high=1.0,
            source=NO_DATA,
            maximum=10.0,
        ),
    ] = 0.5
    adopters_start: dict[str, dict[str, FirstAdopters]] = Field(
        default_factory=lambda: {
            "large": {"manufacturing": 0.04, "services": 0.04},
            "sme": {"manufacturing": 0.005, "services": 0.005},
        }
    )
    """By size and sector."""
    adoption_cost: dict[str, AdoptionCost] = Field(default_factory=lambda: {"large": 0.0, "sme": 1.059})
    """By size."""
    install_cost: dict[
        str,
        Annotated[
            float,
            Money(
                "cost of adopting",
                symbol="Z",
                low=200.0,
                high=8000.0,
                source="G020: SME 750, all adopters 1,130; large assumed",
            ),
        ],
    ] = Field(default_factory=lambda: {"large": 4000.0, "sme": 750.0})
    """By size."""
    reinvested: dict[str, Reinvested] = Field(default_factory=lambda: {"large": 0.8, "sme": 0.73})
    """By size."""
    input_share: dict[str, InputShare] = Field(default_factory=lambda: {"manufacturing": 0.49, "services": 0.36})
    """By sector."""
    own_defects: dict[str, dict[str, OwnDefects]] = Field(
        default_factory=lambda: {
            "large": {"manufacturing": 0.0007, "services": 0.0007},
            "sme": {"manufacturing": 0.0014, "services": 0.0014},
        }
    )
    """By size and sector."""
    late_chance: dict[str, dict[str, LateChance]] = Field(
        default_factory=lambda: {
            "large": {"manufacturing": 0.08, "services": 0.08},
            "sme": {"manufacturing": 0.08, "services": 0.08},
        }
    )
    """By size and sector."""


class Adoption(Section):
    """Which rule adopts, and its parameters."""

    rule: RuleName = "hazard"
    hazard: AdoptionHazard = AdoptionHazard()
    bass: Bass = Bass()
    threshold: Threshold = Threshold()
    logit: Logit = Logit()
    reference: Reference = Reference()
    quitting: Quitting = Quitting()
