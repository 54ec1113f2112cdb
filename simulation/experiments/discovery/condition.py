"""What is looked for, in words: ``adopter_gap > 30``, ``adopter_gap: cash_subsidy - baseline >= 0``.

    where     = clause {"and" clause}
    clause    = outcome [":" scenario ["-" scenario]] ("<" | "<=" | ">" | ">=") number

A minus between scenarios stands between spaces, since names may contain one. Nothing of the text is ever executed.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simulation.errors import InputError
from simulation.experiments.sample import Sample
from simulation.state import Float

__all__ = ["Condition", "Where", "parse_where"]

_COMPARISONS: dict[str, Callable[[Float, float], Float]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TOKEN = re.compile(
    r"\s*(?:(?P<name>[^\W\d][\w.]*(?:-[\w.]+)*)|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<sign><=|>=|<|>|:|-))"
)
_EXAMPLE = "write for instance: adopter_gap > 30, or adopter_gap: cash_subsidy - baseline >= 0"
_LONGEST = 1000


@dataclass(frozen=True)
class Condition:
    """A comparison of an outcome, or of its difference between two scenarios, with a number.

    Attributes
    ----------
    outcome : str
    scenario : str or None
        None is the baseline.
    minus : str or None
        The scenario that is subtracted on the same seeds.
    comparison : {"<", "<=", ">", ">="}
    number : float
    """

    outcome: str
    scenario: str | None
    minus: str | None
    comparison: str
    number: float

    def holds(self, sample: Sample) -> Float:
        """Return (P, R) 1 where it holds, 0 where not, NaN where a value is missing."""
        values = self._of(sample, self.scenario)
        if self.minus is not None:
            values = values - self._of(sample, self.minus)
        is_true = _COMPARISONS[self.comparison](values, self.number)
        return np.where(np.isfinite(values), is_true, np.nan)

    def _of(self, sample: Sample, scenario: str | None) -> Float:
        is_first = scenario == "baseline" and scenario not in sample.scenarios
        return sample.of(None if is_first else scenario)

    def __str__(self) -> str:
        of = "" if self.scenario is None else f": {self.scenario}"
        less = "" if self.minus is None else f" - {self.minus}"
        return f"{self.outcome}{of}{less} {self.comparison} {self.number:g}"


@dataclass(frozen=True)
class Where:
    """Conditions that have to hold together."""

    clauses: tuple[Condition, ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that are looked at, each once."""
        return tuple(dict.fromkeys(clause.outcome for clause in self.clauses))

    def holds(self, sample_of: Callable[[str], Sample]) -> Float:
        """Return (P, R) 1 where all hold, 0 where one does not, NaN where a value is missing."""
        every = [clause.holds(sample_of(clause.outcome)) for clause in self.clauses]
        return np.asarray(np.prod(every, axis=0))

    def __str__(self) -> str:
        return " and ".join(str(clause) for clause in self.clauses)


class _Token(NamedTuple):
    kind: str
    text: str
    place: int


def parse_where(text: str) -> Where:
    """Return the conditions of a text; `InputError` with the place of what is wrong and an example."""
    if len(text) > _LONGEST:
        message = f"--where is longer than {_LONGEST:,} characters"
        raise InputError(message)
    tokens = [*_tokens(text), _Token("end", "", len(text))]
    clauses: list[Condition] = []
    place = 0
    while True:
        clause, place = _clause(tokens, place)
        clauses.append(clause)
        last = tokens[place]
        if last.kind == "end":
            return Where(tuple(clauses))
        if last.text != "and":
            raise _fault(last, "'and' or the end")
        place += 1


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while text[place:].strip():
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            start = len(text) - len(text[place:].lstrip())
            message = f"--where, character {start + 1}: '{text[start]}' has no meaning here; {_EXAMPLE}"
            raise InputError(message)
        yield _Token(found.lastgroup, found.group(found.lastgroup), found.start(found.lastgroup))
        place = found.end()


def _fault(token: _Token, expected: str) -> InputError:
    what = "the end" if token.kind == "end" else f"'{token.text}'"
    return InputError(f"--where, character {token.place + 1}: {expected} is expected, not {what}; {_EXAMPLE}")


def _clause(tokens: list[_Token], place: int) -> tuple[Condition, int]:
    """Read one comparison; return it and the place behind it."""

    def take(kind: str, expected: str) -> str:
        nonlocal place
        token = tokens[place]
        if token.kind != kind or token.text == "and":
            raise _fault(token, expected)
        place += 1
        return token.text

    def follows(sign: str) -> bool:
        nonlocal place
        is_next = tokens[place].text == sign
        place += int(is_next)
        return is_next

    outcome = take("name", "the name of an outcome")
    scenario = take("name", "the name of a scenario") if follows(":") else None
    minus = take("name", "the name of a scenario") if scenario is not None and follows("-") else None
    if tokens[place].text not in _COMPARISONS:
        raise _fault(tokens[place], "one of < <= > >=")
    comparison = take("sign", "one of < <= > >=")
    return Condition(outcome, scenario, minus, comparison, float(take("number", "a number"))), place
