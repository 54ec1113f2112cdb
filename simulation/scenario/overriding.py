"""``--set path=value``: values given on the command line, laid over the files."""

from __future__ import annotations

from simulation.errors import InputError, Problem
from simulation.scenario.document import Document, parse_value
from simulation.scenario.merging import layer

__all__ = ["SET", "override"]

SET = "--set"
"""Origin of a value given on the command line."""


def override(text: str) -> Document:
    """Return ``path=value`` as a layer; the value is read as YAML, so 0.5, true, [sme] and {size: [sme]} all work.

    Raises
    ------
    InputError
        There is no equals sign, the path has an empty part, or the value is not YAML.
    """
    path, equals, value = text.partition("=")
    steps = tuple(path.strip().split("."))
    if not equals:
        message = f"{text!r} has no equals sign; write path=value, such as population.firms=5000"
        raise InputError(Problem(message, SET))
    if not all(steps):
        message = f"{path.strip()!r} is not a path; write the keys with dots between them, such as population.firms"
        raise InputError(Problem(message, SET))
    try:
        return layer(steps, parse_value(value, SET), SET)
    except InputError as error:
        # The problem of the value itself names no path: several values may be set at once.
        raise InputError(Problem(entry.message, SET, ".".join(steps)) for entry in error.problems) from error
