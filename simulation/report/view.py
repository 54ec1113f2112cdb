"""What the sentences of a report look at: a table of differences and the scenarios behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LETTERS", "Case", "Row", "View", "is_clear"]

LETTERS = 44
"""Longest name of a scenario in a table."""

Row = Mapping[str, Any]
"""A row of `Comparison.differences`."""


@dataclass(frozen=True)
class Case:
    """What the sentences have to know of a scenario besides its numbers.

    Attributes
    ----------
    name, label : str
        Name in the tables, and words for people.
    is_policy : bool
        Whether it has levers; otherwise it varies an assumption.
    envelope, spent : float
        Public money that the policy should spend and does spend over the seeds on which its strengths were solved,
        million won in present value; NaN where they were not solved.
    paid : float
        Mean public money in the runs that are compared.
    can_spend : bool
        Whether it spends its envelope within the tolerance.
    is_mixed : bool
        Whether it changes other numbers than those of its policy, so that its difference is not the policy's.
    has_influence : bool
        Whether any partner's adoption influences a firm's.
    """

    name: str
    label: str
    is_policy: bool = True
    envelope: float = nan
    spent: float = nan
    paid: float = nan
    can_spend: bool = True
    is_mixed: bool = False
    has_influence: bool = True

    @property
    def is_equal_money(self) -> bool:
        """Whether it is a policy that spends its solved envelope."""
        return self.is_policy and self.can_spend and isfinite(self.envelope)


def is_clear(low: float, high: float) -> bool:
    """Say whether an interval exists and leaves out 0."""
    return isfinite(low) and isfinite(high) and (low > 0.0 or high < 0.0)


@dataclass(frozen=True)
class View:
    """Differences, scenarios, and by outcome the baseline's means and the units."""

    table: pd.DataFrame
    cases: list[Case]
    means: Mapping[str, float]
    units: Mapping[str, str]

    @property
    def policies(self) -> list[Case]:
        """Scenarios that differ from the baseline by their levers alone."""
        return [case for case in self.cases[1:] if case.is_policy and not case.is_mixed]

    @property
    def judged(self) -> list[Case]:
        """Policies that are ranked: those at equal money where there are any, else all."""
        return [case for case in self.policies if case.is_equal_money] or self.policies

    def label(self, name: str) -> str:
        """Return what a scenario is called."""
        return next(case.label for case in self.cases if case.name == name)

    def rows(self, outcome: str, cases: Sequence[Case]) -> list[dict[str, Any]]:
        """Return the rows of an outcome with a value, for some scenarios."""
        if self.table.empty:
            return []
        names = {case.name for case in cases}
        part = self.table[(self.table["outcome"] == outcome) & self.table["scenario"].isin(names)]
        records: list[dict[str, Any]] = part.to_dict("records")  # type: ignore[assignment]
        return [row for row in records if isfinite(row["difference"])]

    @property
    def n_tests(self) -> int:
        """Number of differences that were tested."""
        return int(self.table["p_value"].notna().sum())
