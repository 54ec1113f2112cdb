"""What firms see of others who are not their partners: adopters among peers, and how well a sector delivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.mesa_model.partners import added
from simulation.rules import influence

if TYPE_CHECKING:
    from simulation.mesa_model.firm import Firm
    from simulation.mesa_model.model import SupplyChainModel

__all__ = ["average_sectors", "count_peers", "peers_share", "share_of_others"]

_AVERAGES = ("defects_average", "late_average")
"""What buyers remember of their suppliers."""


def count_peers(model: SupplyChainModel) -> None:
    """Count firms and adopters of every sector in every region."""
    counts: dict[int, list[int]] = {}
    for firm in model.firms:
        of_cell = counts.setdefault(firm.cell, [0, 0])
        of_cell[0] += 1
        of_cell[1] += firm.adopted
    model.peers = counts
    model.adopters = sum(adopters for _, adopters in counts.values())


def share_of_others(model: SupplyChainModel, firm: Firm) -> float:
    """Return the adopter share among all other firms."""
    others = len(model.firms) - 1
    return (model.adopters - firm.adopted) / others if others else 0.0


def peers_share(model: SupplyChainModel, firm: Firm) -> float:
    """Return the adopter share among a firm's peers: its sector, here and, less, in the other regions."""
    regions = len(model.world.groups.regions)
    first = firm.cell - firm.cell % regions
    shares = [
        model.peers[cell][1] / model.peers[cell][0]
        for cell in range(first, first + regions)
        if cell != firm.cell and cell in model.peers
    ]
    others = added(shares) / len(shares) if shares else 0.0
    firms, adopters = model.peers[firm.cell]
    here = (adopters - firm.adopted) / (firms - 1) if firms > 1 else 0.0
    return influence.peer_influence(here, others, model.parameters.influence.spillover)


def average_sectors(model: SupplyChainModel) -> None:
    """Find how well the firms of every sector deliver on average."""
    model.sector_means = {}
    for sector in model.world.groups.sectors:
        rows = [firm for firm in model.firms if firm.sector == sector]
        if rows:
            means = [added(getattr(firm, name) for firm in rows) / len(rows) for name in _AVERAGES]
            model.sector_means[sector] = (means[0], means[1])
