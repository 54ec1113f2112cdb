"""What is wrong with the rows of tables: everything is counted, the first faults are kept for the message."""

from __future__ import annotations

from collections.abc import Callable

from simulation.errors import InputError, Problem
from simulation.state import Index
from simulation.world.own.source import Table

__all__ = ["SHOWN", "Faults", "quoted"]

SHOWN = 50
"""Most problems that one message lists; the others are counted."""

_LONGEST = 60


class Faults:
    """Collects the problems of several files, so that all of them are told at once."""

    def __init__(self) -> None:
        self.count = 0
        self._files: list[str] = []
        self._kept: list[tuple[int, int, int, Problem]] = []

    def add(self, file: str, message: str, line: int = 0, place: str = "") -> None:
        """Note one problem of a file; line 0: of the file as a whole."""
        if file not in self._files:
            self._files.append(file)
        problem = Problem(message, place or (f"{file}:{line}" if line else file))
        self._kept.append((self._files.index(file), line, self.count, problem))
        self.count += 1

    def add_rows(self, table: Table, rows: Index, message: Callable[[int], str]) -> None:
        """Note a problem for each of some rows, in ascending order; sentences are made only for those shown."""
        for row in rows[:SHOWN].tolist():
            self.add(table.file, message(row), table.order(row), table.place(row))
        self.count += max(0, rows.size - SHOWN)

    def refuse(self) -> None:
        """Raise what was found, by file and line.

        Raises
        ------
        InputError
            At least one problem was noted.
        """
        if not self.count:
            return
        problems = [problem for *_, problem in sorted(self._kept, key=lambda kept: kept[:3])][:SHOWN]
        if self.count > len(problems):
            problems.append(Problem(f"and {self.count - len(problems):,} more problems"))
        raise InputError(problems)


def quoted(text: str) -> str:
    """Return a value as messages show it: in quotes, unprintable characters escaped, cut where it is long."""
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}...")
