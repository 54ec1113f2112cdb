"""Conditions on the factors of a sweep, such as ``lateness.lean + 0.5 * defects.mismatch <= 1``.

Only numbers, names of factors, + - * / and comparisons are known; nothing is executed.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulation.scenario.merging import did_you_mean
from simulation.state import Bool, Float

__all__ = ["Constraint", "ConstraintError", "parse_constraint"]

_ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_LONGEST = 500


class ConstraintError(ValueError):
    """A condition that cannot be read, and why."""


@dataclass(frozen=True)
class Constraint:
    """A comparison, or a chain of them, of sums and products of factors."""

    text: str
    tree: ast.Compare
    names: frozenset[str]

    def holds(self, columns: Mapping[str, Float]) -> Bool:
        """Return (P,) whether the condition holds, given (P,) values by factor; never where something is not finite."""
        with np.errstate(divide="ignore", invalid="ignore"):
            values = [_value(node, columns) for node in (self.tree.left, *self.tree.comparators)]
            pairs = zip(self.tree.ops, values[:-1], values[1:], strict=True)
            found = np.array(True)
            for comparison, left, right in pairs:
                found = found & _COMPARISONS[type(comparison)](left, right)
        return np.asarray(found)


def parse_constraint(text: str, known: Mapping[str, bool]) -> Constraint:
    """Return the condition that a text states.

    Parameters
    ----------
    known : mapping
        Names that may stand in it, with whether each is a number.

    Raises
    ------
    ConstraintError
        Anything but a comparison of sums and products of known numbers.
    """
    if len(text) > _LONGEST:
        raise ConstraintError(f"a condition has at most {_LONGEST} characters")
    try:
        # Factors may be called anything that a path may, such as "final_demand.tier 0": those names are put in quotes.
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConstraintError(f"{text!r} is not a condition; write one such as a + 2 * b <= 1") from None
    if not isinstance(tree, ast.Compare) or any(type(entry) not in _COMPARISONS for entry in tree.ops):
        raise ConstraintError(f"{text!r} compares nothing; a condition has <, <=, > or >=")
    names: set[str] = set()
    for node in (tree.left, *tree.comparators):
        _check(node, known, names)
    if not names:
        raise ConstraintError(f"{text!r} names no factor")
    return Constraint(text, tree, frozenset(names))


def _check(node: ast.expr, known: Mapping[str, bool], names: set[str]) -> None:
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        _check(node.left, known, names)
        _check(node.right, known, names)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        _check(node.operand, known, names)
    elif (name := _name(node)) is not None:
        if name not in known:
            raise ConstraintError(f"{name!r} is no factor of this sweep{did_you_mean(name, known)}")
        if not known[name]:
            raise ConstraintError(f"{name!r} takes words, not numbers; a condition compares numbers")
        names.add(name)
    elif not (isinstance(node, ast.Constant) and type(node.value) in (int, float)):
        raise ConstraintError("a condition has numbers, factors, + - * / and comparisons, and nothing else")


def _name(node: ast.expr) -> str | None:
    """Return the dotted name that a node spells, or a name in quotes."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Attribute):
        above = _name(node.value) if isinstance(node.value, ast.Name | ast.Attribute) else None
        return f"{above}.{node.attr}" if above is not None else None
    return None


def _value(node: ast.expr, columns: Mapping[str, Float]) -> Any:  # noqa: ANN401 - a number or an array of them
    if isinstance(node, ast.BinOp):
        return _ARITHMETIC[type(node.op)](_value(node.left, columns), _value(node.right, columns))
    if isinstance(node, ast.UnaryOp):
        value = _value(node.operand, columns)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.Constant) and not isinstance(node.value, str):
        return np.float64(node.value)  # type: ignore[arg-type]
    return columns[_name(node) or ""]
