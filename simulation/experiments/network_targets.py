"""Generated networks beside published facts about firms' networks: `scenarios/targets/network.csv`."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulation.scenario.scenario import Scenario
from simulation.scenario.shipped import shipped_folder
from simulation.state import World
from simulation.world.assembly import sales_of
from simulation.world.build import build
from simulation.world.diagnosis import Diagnosis, diagnose

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["QUANTITIES", "NetworkTarget", "compare_networks", "network_targets", "observe_network"]


class NetworkTarget(NamedTuple):
    """A published fact about networks, and what counts as agreement.

    Attributes
    ----------
    quantity : one of `QUANTITIES`
    label : what it is, in words
    scenario : name of the shipped scenario whose network is looked at
    value : what the source says, NaN where it gives a sign or an order only
    low, high : range that counts as agreement, declared by hand
    use : "fitted" where parameters were chosen by it, "not fitted" where it checks them
    source, comment : texts
    """

    quantity: str
    label: str
    scenario: str
    value: float
    low: float
    high: float
    use: str
    source: str
    comment: str


def _sector_share(found: Diagnosis, buyer: int) -> float:
    """Return the part of a sector's purchases that comes from the first sector, manufacturing as it is declared."""
    from_sector = np.asarray(found.sectors.value)[:, buyer]
    return float(from_sector[0] / from_sector.sum())


def _tier(found: Diagnosis, first: int, last: int | None) -> float:
    """Return the share of some tiers among the suppliers from whom goods reach a large manufacturer."""
    counts = np.asarray(found.supplier_tiers.tier, np.float64)
    return float(counts[first:last].sum() / counts.sum())


def _sme_sales(world: World) -> float:
    sales = sales_of(world.firms, world.links) * world.firms.weight
    return float(sales[world.firms.is_large == 0].sum() / sales.sum())


QUANTITIES: dict[str, Callable[[World, Diagnosis], float]] = {
    "links": lambda world, found: found.links / found.firms,
    "within_region": lambda world, found: found.regions.within,
    "maker_mix": lambda world, found: _sector_share(found, 0),
    "service_mix": lambda world, found: _sector_share(found, 1),
    "maker_supply": lambda world, found: found.maker_selling.share,
    "large_buyers": lambda world, found: found.maker_selling.large_buyers,
    "sme_buyers": lambda world, found: found.maker_selling.sme_buyers,
    "tier_1": lambda world, found: _tier(found, 1, 2),
    "tier_2": lambda world, found: _tier(found, 2, 3),
    "tier_3": lambda world, found: _tier(found, 3, None),
    "large_suppliers": lambda world, found: found.buying.very_large_suppliers,
    "network_sales": lambda world, found: found.maker_selling.network_sales,
    "main_buyer": lambda world, found: found.selling.main_in_network,
    "sme_sales": lambda world, found: _sme_sales(world),
    "supplier_tail": lambda world, found: found.suppliers.tail.exponent,
    "buyer_tail": lambda world, found: found.buyers.tail.exponent,
    "assortativity": lambda world, found: found.assortativity.partners,
    "clustering": lambda world, found: found.clustering.whole,
    "clustering_ratio": lambda world, found: found.clustering.whole / found.clustering.by_density,
    "reciprocity": lambda world, found: found.reciprocity.share,
    "weak": lambda world, found: found.components.weak_largest,
    "core": lambda world, found: found.components.core,
}
"""What is read from a network, by name."""


def network_targets() -> list[NetworkTarget]:
    """Return the shipped facts in their order."""
    path = shipped_folder() / "targets" / "network.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [
            NetworkTarget(
                row["quantity"],
                row["label"],
                row["scenario"],
                float(row["value"] or "nan"),
                float(row["low"]),
                float(row["high"]),
                row["use"],
                row["source"],
                row["comment"],
            )
            for row in csv.DictReader(file)
        ]


def observe_network(scenario: Scenario, seed: int) -> dict[str, float]:
    """Return every quantity of the network that a scenario generates with a seed."""
    world = build(scenario, seed)
    found = diagnose(world)
    return {name: quantity(world, found) for name, quantity in QUANTITIES.items()}


def compare_networks(firms: int, seeds: Iterable[int]) -> pd.DataFrame:
    """Return the facts beside what is generated: one row each, with mean, standard deviation over seeds and verdict.

    Parameters
    ----------
    firms : int
        Number of firms of each network.
    seeds : iterable of int
        Seeds of the networks; their mean counts.
    """
    import pandas as pd

    from simulation.scenario.reading import load

    targets, numbers = network_targets(), list(seeds)
    observed = {
        name: pd.DataFrame(
            [observe_network(load(f"tierwise:{name}", [f"population.firms={firms}"]), seed) for seed in numbers]
        )
        for name in dict.fromkeys(target.scenario for target in targets)
    }
    rows = []
    for target in targets:
        values = observed[target.scenario][target.quantity]
        mean = float(values.mean())
        rows.append(
            {
                **target._asdict(),
                "mean": mean,
                "deviation": float(values.std(ddof=1)) if len(values) > 1 else float("nan"),
                "is_met": isfinite(mean) and target.low <= mean <= target.high,
            }
        )
    return pd.DataFrame(rows)
