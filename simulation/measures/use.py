"""User share: the share of workers who used AI in the last week, worker-weighted as in the survey."""

from __future__ import annotations

from simulation.measures.measure import Mask, Measure, Record, capital_mask, column, log_odds, ratio, sme_mask
from simulation.state import Float

__all__ = ["MEASURES", "regional_user_gap", "regional_user_gap_log_odds", "user_gap", "user_gap_log_odds", "user_share"]


def user_share(record: Record, mask: Mask) -> Float:
    """Return users / workers."""
    return ratio(column(record, "users", mask), column(record, "workers", mask))


def user_gap(record: Record, mask: Mask) -> Float:
    """Return the user share of large firms minus that of small and medium ones, as a share (1 = 100 points)."""
    small = sme_mask(record.groups)
    return user_share(record, mask & ~small) - user_share(record, mask & small)


def user_gap_log_odds(record: Record, mask: Mask) -> Float:
    """Return the size gap of ln(u / (u_max - u)), large minus small and medium."""
    small = sme_mask(record.groups)
    large_odds = log_odds(user_share(record, mask & ~small), record.ceiling)
    return large_odds - log_odds(user_share(record, mask & small), record.ceiling)


def user_gap_raw_log_odds(record: Record, mask: Mask) -> Float:
    """Return the size gap of ln(u / (1 - u)), as surveys report it."""
    small = sme_mask(record.groups)
    return log_odds(user_share(record, mask & ~small)) - log_odds(user_share(record, mask & small))


def regional_user_gap(record: Record, mask: Mask) -> Float:
    """Return the user share of small and medium firms in the capital minus that elsewhere."""
    small, capital = sme_mask(record.groups), capital_mask(record.groups)
    return user_share(record, mask & small & capital) - user_share(record, mask & small & ~capital)


def regional_user_gap_log_odds(record: Record, mask: Mask) -> Float:
    """Return the regional gap of ln(u / (u_max - u)) of small and medium firms, capital minus elsewhere."""
    small, capital = sme_mask(record.groups), capital_mask(record.groups)
    here_odds = log_odds(user_share(record, mask & small & capital), record.ceiling)
    return here_odds - log_odds(user_share(record, mask & small & ~capital), record.ceiling)


MEASURES = (
    Measure("user_share", "User share", "share of workers", user_share),
    Measure("user_gap", "User gap, large - SME", "share of workers", user_gap, "sectors"),
    Measure("user_gap_log_odds", "User gap, large - SME", "log-odds", user_gap_log_odds, "sectors"),
    Measure("user_gap_raw_log_odds", "User gap, large - SME, no ceiling", "log-odds", user_gap_raw_log_odds, "sectors"),
    Measure(
        "regional_user_gap", "User gap of SMEs, capital - elsewhere", "share of workers", regional_user_gap, "sectors"
    ),
    Measure(
        "regional_user_gap_log_odds",
        "User gap of SMEs, capital - elsewhere",
        "log-odds",
        regional_user_gap_log_odds,
        "sectors",
    ),
)
