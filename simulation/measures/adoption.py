"""Adopter share: the share of firms that have put AI into their own processes, firm-weighted."""

from __future__ import annotations

from simulation.measures.measure import Mask, Measure, Record, capital_mask, column, log_odds, ratio, sme_mask
from simulation.state import Float

__all__ = [
    "MEASURES",
    "adopter_gap",
    "adopter_gap_log_odds",
    "adopter_share",
    "adopters",
    "regional_adopter_gap",
    "regional_adopter_gap_log_odds",
]


def adopter_share(record: Record, mask: Mask) -> Float:
    """Return adopters / firms, both weighted."""
    return ratio(column(record, "adopters", mask), column(record, "firms", mask))


def adopters(record: Record, mask: Mask) -> Float:
    """Return the number of firms that have adopted, of the economy that the model's firms stand for."""
    return column(record, "adopters", mask)


def adopter_gap(record: Record, mask: Mask) -> Float:
    """Return the adopter share of large firms minus that of small and medium ones, as a share."""
    small = sme_mask(record.groups)
    return adopter_share(record, mask & ~small) - adopter_share(record, mask & small)


def adopter_gap_log_odds(record: Record, mask: Mask) -> Float:
    """Return the size gap of the adopter share in log-odds; NaN while a share is 0 or 1."""
    small = sme_mask(record.groups)
    return log_odds(adopter_share(record, mask & ~small)) - log_odds(adopter_share(record, mask & small))


def regional_adopter_gap(record: Record, mask: Mask) -> Float:
    """Return the adopter share of small and medium firms in the capital minus that elsewhere."""
    small, capital = sme_mask(record.groups), capital_mask(record.groups)
    return adopter_share(record, mask & small & capital) - adopter_share(record, mask & small & ~capital)


def regional_adopter_gap_log_odds(record: Record, mask: Mask) -> Float:
    """Return the regional gap of small and medium firms in log-odds; NaN while a share is 0 or 1."""
    small, capital = sme_mask(record.groups), capital_mask(record.groups)
    here, there = mask & small & capital, mask & small & ~capital
    return log_odds(adopter_share(record, here)) - log_odds(adopter_share(record, there))


MEASURES = (
    Measure("adopter_share", "Adopter share", "share of firms", adopter_share),
    Measure("adopters", "Adopters", "firms", adopters),
    Measure("adopter_gap", "Adopter gap, large - SME", "share of firms", adopter_gap, "sectors"),
    Measure("adopter_gap_log_odds", "Adopter gap, large - SME", "log-odds", adopter_gap_log_odds, "sectors"),
    Measure(
        "regional_adopter_gap",
        "Adopter gap of SMEs, capital - elsewhere",
        "share of firms",
        regional_adopter_gap,
        "sectors",
    ),
    Measure(
        "regional_adopter_gap_log_odds",
        "Adopter gap of SMEs, capital - elsewhere",
        "log-odds",
        regional_adopter_gap_log_odds,
        "sectors",
    ),
)
