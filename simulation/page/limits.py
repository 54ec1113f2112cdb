"""How much one page holds: beyond that browsers of ordinary machines become slow."""

from __future__ import annotations

from collections.abc import Sequence

from simulation.errors import InputError
from simulation.scenario.scenario import Scenario

__all__ = ["MOST_FIRMS", "MOST_FIRM_MONTHS", "MOST_RUNS", "refuse_many_firms", "refuse_too_large"]

MOST_FIRMS = 20_000
MOST_RUNS = 6
MOST_FIRM_MONTHS = 4_000_000
"""Firms x months x runs: about 3 MB of file for a million."""

_MOST_MONTHS = 600


def refuse_too_large(scenarios: Sequence[Scenario]) -> None:
    """Raise before anything runs where a page would hold too much.

    Raises
    ------
    InputError
        No run or too many of them, too many firms or months, or too much in all. Of own tables the number of firms is
        known only when they are read: `refuse_many_firms`.
    """
    if not scenarios:
        message = "a page needs at least one scenario"
        raise InputError(message)
    if len(scenarios) > MOST_RUNS:
        message = f"a page shows at most {MOST_RUNS} runs beside each other, and {len(scenarios)} were asked for"
        raise InputError(message)
    for scenario in scenarios:
        months = scenario.time.months
        if months > _MOST_MONTHS:
            message = f"{scenario.name} runs for {months:,} months; a page shows at most {_MOST_MONTHS}: use --months"
            raise InputError(message)
        if scenario.population.data is None:
            refuse_many_firms(scenario.population.firms, months, len(scenarios))


def refuse_many_firms(firms: int, months: int, runs: int) -> None:
    """Raise where so many firms, months and runs are too much for one page."""
    if firms > MOST_FIRMS:
        message = f"{firms:,} firms are too many for a page, which shows at most {MOST_FIRMS:,}: use --firms"
        raise InputError(message)
    if firms * months * runs > MOST_FIRM_MONTHS:
        message = (
            f"{firms:,} firms x {months} months x {runs} runs are too much for a page, which holds at most "
            f"{MOST_FIRM_MONTHS:,} firm-months: use fewer scenarios, --firms or --months"
        )
        raise InputError(message)
