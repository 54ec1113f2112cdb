"""Who buys from whom: the section of a scenario about its network."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from simulation.schema import NO_DATA, Chance, Factor, Quantity, Section, Share

__all__ = ["Network"]

NetworkSeed = Annotated[
    int,
    Quantity("seed of population and links; none: the run's seed", status="design", minimum=0, maximum=2**64 - 1),
]
RelativeSuppliers = Annotated[
    float, Factor("suppliers relative to other sectors", symbol="k_c", low=0.5, high=2.0, source=NO_DATA)
]
SupplierShare = Annotated[
    float, Share("share of a sector's suppliers in each sector", symbol="M", source="assumed; a row sums to 1")
]
FinalDemand = Annotated[
    float,
    Share("final demand over the sales that workers alone would give", symbol="f", low=0.1, high=1.0, source=NO_DATA),
]


class Network(Section):
    """Who buys from whom."""

    seed: NetworkSeed | None = None
    mean_suppliers: Annotated[
        float,
        Factor(
            "mean number of suppliers per firm",
            symbol="K",
            unit="links",
            low=4.0,
            high=6.0,
            source="assumed; N043-N047: 5.8 links per manufacturer in Japan",
            maximum=1000.0,
        ),
    ] = 5.0
    size_exponent: Annotated[
        float,
        Factor(
            "how the number of suppliers grows with workers",
            symbol="beta_K",
            low=0.5,
            high=0.8,
            source="assumed; N025",
            maximum=5.0,
        ),
    ] = 0.7
    sector_suppliers: dict[str, RelativeSuppliers] = Field(
        default_factory=lambda: {"manufacturing": 1.5, "services": 1.0}
    )
    sector_mix: dict[str, dict[str, SupplierShare]] = Field(
        default_factory=lambda: {
            "manufacturing": {"manufacturing": 0.65, "services": 0.35},
            "services": {"manufacturing": 0.2, "services": 0.8},
        }
    )
    home_bias: Annotated[
        float,
        Share(
            "share of suppliers sought in the own region first; the others anywhere",
            symbol="h",
            low=0.0,
            high=0.8,
            source="assumed; N044: 47.5 % of Belgian links within a region",
        ),
    ] = 0.4
    fitness_exponent: Annotated[
        float,
        Factor(
            "how a supplier's attractiveness grows with its workers",
            symbol="beta_f",
            low=0.2,
            high=0.9,
            source=NO_DATA,
            maximum=5.0,
        ),
    ] = 0.5
    fitness_spread: Annotated[
        float,
        Factor(
            "spread (log) of attractiveness among suppliers of one size",
            symbol="s_f",
            low=0.5,
            high=1.5,
            source=NO_DATA,
            maximum=10.0,
        ),
    ] = 1.0
    weight_spread: Annotated[
        float, Factor("spread (log) of input shares", symbol="s_w", low=0.0, high=1.5, source=NO_DATA, maximum=10.0)
    ] = 1.0
    critical_chance: Annotated[
        float, Chance("chance that an input is critical", symbol="p_c", low=0.1, high=0.6, source=NO_DATA)
    ] = 0.3
    final_demand: dict[str, FinalDemand] = Field(
        default_factory=lambda: {"tier 0": 0.8, "tier 1": 0.3, "tier 2": 0.3, "deeper": 0.3, "no buyers": 1.0}
    )
    """By tier: 0 for large manufacturers, 1 for their suppliers, and so on; 'deeper' is 3 and more or unconnected."""
