"""Who buys from whom: the section of a scenario about its network."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulation.schema import NO_DATA, Chance, Count, Factor, Quantity, Section, Share

__all__ = ["Network", "NetworkKind"]

NetworkKind = Literal[
    "production",
    "configuration",
    "gravity",
    "random",
    "scale_free",
    "small_world",
    "chain",
    "tree",
    "star",
    "complete",
]
"""Names of the files of ``world.networks``."""

_TABLE = "measured in Germany in 2009 (United Nations 2018, scenarios/data/input_output), assumed for Korea"

NetworkSeed = Annotated[
    int,
    Quantity("seed of population and links; none: the run's seed", status="design", minimum=0, maximum=2**64 - 1),
]
RelativeSuppliers = Annotated[
    float, Factor("suppliers relative to other sectors", symbol="k_c", low=0.5, high=2.0, source=NO_DATA)
]
MixShare = Annotated[
    float, Share("share of a sector's suppliers in each sector", symbol="M", source=f"{_TABLE}; a row sums to 1")
]
SupplierShare = Annotated[
    float,
    Share(
        "share of firms that supply others at all",
        symbol="sigma",
        low=0.17,
        high=1.0,
        source="SME manufacturers 0.43-0.57 (N019, N021), all SMEs at least 0.17 (N015, commissioned work alone); "
        "services and large firms assumed",
    ),
]
FinalDemand = Annotated[
    float,
    Share("final demand over the sales that workers alone would give", symbol="f", low=0.1, high=1.0, source=NO_DATA),
]


class Network(Section):
    """Who buys from whom."""

    kind: NetworkKind = "production"
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
            status="calibrated",
            source="N025: 108 suppliers of a large manufacturer",
            maximum=5.0,
        ),
    ] = 0.65
    sector_suppliers: dict[str, RelativeSuppliers] = Field(
        default_factory=lambda: {"manufacturing": 1.5, "services": 1.0}
    )
    sector_mix: dict[str, dict[str, MixShare]] = Field(
        default_factory=lambda: {
            "manufacturing": {"manufacturing": 0.57, "services": 0.43},
            "services": {"manufacturing": 0.14, "services": 0.86},
        }
    )
    """By the buyer's and the supplier's sector."""
    supplier_share: dict[str, dict[str, SupplierShare]] = Field(
        default_factory=lambda: {
            "large": {"manufacturing": 1.0, "services": 1.0},
            "sme": {"manufacturing": 0.5, "services": 0.5},
        }
    )
    """By size and sector."""
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
            status="calibrated",
            source="N022-N024: tiers and numbers of buyers",
            maximum=5.0,
        ),
    ] = 0.7
    fitness_spread: Annotated[
        float,
        Factor(
            "spread (log) of attractiveness among suppliers of one size",
            symbol="s_f",
            low=0.3,
            high=1.5,
            status="calibrated",
            source="N022-N024: tiers and numbers of buyers",
            maximum=10.0,
        ),
    ] = 0.6
    weight_exponent: Annotated[
        float,
        Factor(
            "how an input share grows with the supplier's workers",
            symbol="beta_w",
            low=0.0,
            high=1.0,
            status="calibrated",
            source="N005: SMEs' share of sales; N016, N020: dependence on buyers",
            maximum=5.0,
        ),
    ] = 0.5
    weight_spread: Annotated[
        float, Factor("spread (log) of input shares", symbol="s_w", low=0.0, high=1.5, source=NO_DATA, maximum=10.0)
    ] = 1.0
    critical_chance: Annotated[
        float, Chance("chance that an input is critical", symbol="p_c", low=0.1, high=0.6, source=NO_DATA)
    ] = 0.3
    final_demand: dict[str, FinalDemand] = Field(
        default_factory=lambda: {"tier 0": 0.8, "tier 1": 0.3, "tier 2": 0.3, "deeper": 0.3, "no buyers": 0.9}
    )
    """By tier: 0 for large manufacturers, 1 for their suppliers, and so on; 'deeper' is 3 and more or unconnected."""
    rewired: Annotated[
        float,
        Chance("small world: chance that a link leads elsewhere than to a neighbour", symbol="p_r", status="design"),
    ] = 0.1
    branches: Annotated[
        int, Count("tree: suppliers of each firm", symbol="b", unit="links", status="design", maximum=1_000_000)
    ] = 3

    def links_of(self, firms: int) -> float:
        """Return about how many links a network of so many firms has."""
        if self.kind == "complete":
            return float(firms) * (firms - 1)
        return float(firms) if self.kind in ("chain", "tree", "star") else firms * self.mean_suppliers
