"""The property of all bad input: accepted, or refused in sentences with their places; never anything else."""

from __future__ import annotations

import contextlib
import re
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from simulation.errors import LONGEST, InputError, Problem

__all__ = ["Fault", "Verdict", "judged", "limited", "memory_peak", "placed"]

SECONDS = 10.0
"""Processor time that reading one small file may take; what is usual is a hundredth of a second."""

_PLACE = re.compile(r"(?P<file>.+?):(?:(?P<line>\d+)(?::(?P<column>\d+))?|(?:row|node|edge) .+)", re.DOTALL)


class TooLongError(BaseException):
    """The limit of time is over; no handler of ordinary errors takes it."""


class Fault(AssertionError):  # noqa: N818 - it says what is wrong with the program
    """Reading did what it must never do."""


class Verdict(NamedTuple):
    """What became of a case: what was read, or the problems."""

    found: Any
    problems: tuple[Problem, ...]


@contextlib.contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """End what takes more processor time than this."""

    def over(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
        signal.signal(signal.SIGVTALRM, before)


def judged(read: Callable[[], Any], check: Callable[[Problem], str], about: str) -> Verdict:
    """Read within the limit; `Fault` for anything but success or problems of which ``check`` has nothing to say."""
    try:
        with limited():
            return Verdict(read(), ())
    except InputError as error:
        problems = error.problems
    except TooLongError:
        raise Fault(f"{about}: took more than {SECONDS:g} s") from None
    except BaseException as error:
        raise Fault(f"{about}: {type(error).__name__}: {str(error)[:300]}") from error
    if not problems:
        raise Fault(f"{about}: refused without a problem")
    for problem in problems:
        if said := _unreadable(problem) or check(problem):
            raise Fault(f"{about}: {said}: {str(problem)[:500]!r}")
    return Verdict(None, problems)


def _unreadable(problem: Problem) -> str:
    text = str(problem)
    if not problem.message:
        return "a problem without a message"
    if len(text) > 4 * LONGEST:  # place, path and message, with escapes
        return f"a problem of {len(text)} characters"
    if not text.isprintable():
        return "a problem that is not one printable line"
    return ""


def placed(problem: Problem, lines: Callable[[str], int | None], *, needs_line: Callable[[Problem], bool]) -> str:
    """Say what is wrong with the place of a problem.

    Parameters
    ----------
    lines : callable
        Number of lines of a file that a place may name, None for a file that it may not.
    needs_line : callable
        Whether the problem is about a line and not about a file as a whole.

    A line goes with a column in a YAML file; tables that a scenario names have lines alone.
    """
    if lines(problem.place) is not None:  # a file as a whole
        return "there is no line" if needs_line(problem) else ""
    found = _PLACE.fullmatch(problem.place)
    if found is None or (most := lines(found["file"])) is None:
        return "the place is none"
    if found["line"] is None:
        return ""
    is_yaml = found["file"].endswith(".yaml") or found["file"].startswith("tierwise:")
    if is_yaml and found["column"] is None:
        return "there is no column"
    return "" if 1 <= int(found["line"]) <= most + 1 else f"the file has {most} lines"


def memory_peak(*, is_new: bool = False) -> int:
    """Return the most bytes that this process has held since it was last asked for a new peak (Linux only, else 0)."""
    try:
        if is_new:
            Path("/proc/self/clear_refs").write_text("5")
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def lines_of(files: Iterable[Path]) -> dict[str, int]:
    """Return the number of lines of files by the names by which messages may call them."""
    counts = {}
    for file in files:
        content = file.read_bytes()
        count = 1 + max(content.count(b"\n"), content.count(b"\r"), len(content.splitlines()))
        counts |= {str(file): count, file.name: count}
    return counts
