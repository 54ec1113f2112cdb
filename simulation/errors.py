"""Errors for the person who made them: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["LONGEST", "InputError", "Problem", "RunError", "TierwiseError", "printable"]

LONGEST = 1000
"""Characters of a message that are shown."""


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
        What is wrong and what to do, in one line. What a file or a library may bring along is made harmless: characters
        that cannot be printed become their escapes, and what is longer than `LONGEST` is cut.
    place : str
        ``file:line:col``, ``file:line`` or ``--set``; empty where there is none.
    path : str
        Dotted path of the value inside a scenario; empty where there is none.
    """

    message: str
    place: str = ""
    path: str = ""

    def __post_init__(self) -> None:
        """Make the message one printable line; place and path are kept as they are, to be looked up."""
        object.__setattr__(self, "message", printable(self.message))

    def __str__(self) -> str:
        return ": ".join(part for part in (printable(self.place), printable(self.path), self.message) if part)


def printable(text: str) -> str:
    """Return a text that a terminal shows and does not obey, and that does not flood it."""
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


class InputError(TierwiseError):
    """Bad input (exit code 2): one or more problems, each with its place."""

    exit_code = 2

    def __init__(self, problems: str | Problem | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
