"""What a browser asks for: a lesson, a seed, policies beside the first run, and values that were moved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, NoReturn

from simulation.teach.refusals import RefusedError

__all__ = ["LARGEST_SEED", "MOST_VALUES", "Settings", "read_settings"]

LARGEST_SEED = 999_999
MOST_VALUES = 128
_LONGEST = 200

Value = float | int | bool | str


@dataclass(frozen=True)
class Settings:
    """All that a run depends on; the server remembers nothing else of a browser.

    Attributes
    ----------
    lesson : str
        Name of a lesson; empty for the model on its own.
    seed : int or None
        None takes that of the lesson.
    policies : tuple of str
        Shipped policies, each a run beside the first.
    values : mapping of dotted path to value
        What was moved away from where it began.
    """

    lesson: str = ""
    seed: int | None = None
    policies: tuple[str, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)

    def digest(self) -> str:
        """Return the SHA-256 of the settings; the order in which values were moved does not matter."""
        told = [self.lesson, self.seed, self.policies, dict(self.values)]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def read_settings(body: bytes) -> Settings:
    """Return the settings that a request's body holds, as JSON of two levels.

    Raises
    ------
    RefusedError
        No JSON, an unknown key, or a value of another kind.
    """
    told = _parsed(body)
    if not isinstance(told, dict):
        raise RefusedError("object")
    known = ("lesson", "seed", "policies", "values")
    if unknown := [name for name in told if name not in known]:
        raise RefusedError("key", name=repr(unknown[0][:40]), known=", ".join(known))
    lesson, seed = told.get("lesson", ""), told.get("seed")
    policies, values = told.get("policies", []), told.get("values", {})
    if not isinstance(lesson, str) or len(lesson) > _LONGEST:
        raise RefusedError("lesson.word", "lesson")
    if seed is not None and (type(seed) is not int or not 0 <= seed <= LARGEST_SEED):
        raise RefusedError("seed", "seed", most=LARGEST_SEED)
    if not isinstance(policies, list) or not all(isinstance(name, str) for name in policies):
        raise RefusedError("policies", "policies")
    if not isinstance(values, dict) or len(values) > MOST_VALUES:
        raise RefusedError("values", "values", most=MOST_VALUES)
    for path, value in values.items():
        if not isinstance(value, float | int | bool | str) or (isinstance(value, str) and len(value) > _LONGEST):
            raise RefusedError("value", path[:_LONGEST])
    return Settings(lesson, seed, tuple(policies), values)


def _parsed(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Return what JSON says; numbers that are none, and numbers too large for one, are refused."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise RefusedError("json") from error


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else _refuse(text)
