"""Months of a scenario as dates of the calendar."""

from __future__ import annotations

from calendar import month_abbr, month_name

from simulation.policies import Lever
from simulation.scenario.scenario import Scenario
from simulation.scenario.sections import Time
from simulation.texts import language_now

__all__ = ["date", "policy_window", "year"]


def date(time: Time, month: int, *, is_short: bool = False) -> str:
    """Return a month in words, such as "October 2025" or "Oct 2025", in the language that is spoken now."""
    years, place = divmod(month, 12)
    if language_now().code == "ko":
        return f"{time.start_year + years}{'.' if is_short else '년 '}{place + 1}{'.' if is_short else '월'}"
    names = month_abbr if is_short else month_name
    return f"{names[place + 1]} {time.start_year + years}"


def year(time: Time, month: float) -> float:
    """Return a month as a decimal year: January of 2025 is 2025.0."""
    return time.start_year + month / 12.0


def policy_window(scenarios: tuple[Scenario, ...]) -> tuple[int, int] | None:
    """Return the first and the last month of any lever of any scenario; None where there are no levers."""
    levers: list[Lever] = [lever for scenario in scenarios for lever in scenario.policy.values()]
    if not levers:
        return None
    return min(lever.first for lever in levers), max(lever.last for lever in levers)
