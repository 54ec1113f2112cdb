"""Tables of a scenario that have one entry per size, sector or region, level by level."""

from __future__ import annotations

from simulation.scenario.declarations import Path

__all__ = ["CLASSES", "TABLES"]

CLASSES = ("sizes", "sectors", "regions")
"""Keys of the population that declare names."""

TABLES: dict[Path, tuple[str, ...]] = {
    ("population", "sector_share"): ("sizes", "sectors"),
    ("population", "region_share"): ("sizes", "sectors", "regions"),
    ("network", "sector_suppliers"): ("sectors",),
    ("network", "sector_mix"): ("sectors", "sectors"),
    ("network", "supplier_share"): ("sizes", "sectors"),
    ("firms", "capacity"): ("sizes", "sectors"),
    ("firms", "capacity_region"): ("regions",),
    ("firms", "adopters_start"): ("sizes", "sectors"),
    ("firms", "adoption_cost"): ("sizes",),
    ("firms", "install_cost"): ("sizes",),
    ("firms", "reinvested"): ("sizes",),
    ("firms", "input_share"): ("sectors",),
    ("firms", "own_defects"): ("sizes", "sectors"),
    ("firms", "late_chance"): ("sizes", "sectors"),
}
