"""Errors for the person who made them: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["InputError", "Problem", "RunError", "TierwiseError"]


class TierwiseError(Exception):
    """Any failure that is reported as a sentence instead of a traceback; ``exit_code`` ends the command."""

    exit_code = 1


class RunError(TierwiseError):
    """Something failed while running (exit code 1)."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input.

    Attributes
    ----------
    message : str
        What is wrong and what to do.
    place : str
        ``file:line:col``, ``file:line`` or ``--set``; empty where there is none.
    path : str
        Dotted path of the value inside a scenario; empty where there is none.
    """

    message: str
    place: str = ""
    path: str = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.path, self.message) if part)


class InputError(TierwiseError):
    """Bad input (exit code 2): one or more problems, each with its place."""

    exit_code = 2

    def __init__(self, problems: str | Problem | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
