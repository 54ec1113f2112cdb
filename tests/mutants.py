"""Mutation test: change a formula a little, and see whether a test notices.

    NUMBA_DISABLE_JIT=1 python tests/mutants.py simulation/rules simulation/measures -- tests/rules tests/measures ...

Every mutant is one change of one function: another comparison, operator, number or condition, or a statement left out.
It is made in a copy of this process (fork), in which the function gets the changed code, so that nothing is imported or
collected again; then the tests run that call the function, the quickest first, until one fails. Declared ranges and
defaults are no code of functions and are not mutated. The table goes to standard output as Markdown; the survivors are
to be killed by a test or explained in ``docs/quality.md``.

Why not a known tool is in ``docs/quality.md``.
"""

from __future__ import annotations

import argparse
import ast
import copy
import functools
import gc
import importlib
import inspect
import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

import pytest
from _pytest.runner import runtestprotocol

ROOT = Path(__file__).resolve().parents[1]
SLOWEST = 6.0
"""Seconds of processor time of a test; slower ones are left out."""

PATIENCE = 20.0
"""Seconds of processor time after which the tests of a mutant are ended: it loops without end, and that was noticed."""


class Mutant(NamedTuple):
    """One change: where, what, and the code of the changed function."""

    module: str
    function: str
    line: int
    change: str
    code: CodeType

    @property
    def name(self) -> str:
        return f"{self.module}.{self.function}:{self.line}: {self.change}"


# --- changes ----------------------------------------------------------------------------------------------------------

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or,
    ast.Or: ast.And, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.BitXor: ast.BitAnd,
}  # fmt: skip
CALLS = {
    "min": "max",
    "max": "min",
    "minimum": "maximum",
    "maximum": "minimum",
    "any": "all",
    "all": "any",
    "floor": "ceil",
}


def changes_of(node: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:
    """Yield what could stand in the place of a node, with a word about it; None: nothing."""
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in SWAPS:
            yield _with(node, op=SWAPS[type(op)]())
        case ast.BoolOp(op=op):
            yield _with(node, op=SWAPS[type(op)]())
        case ast.Compare(ops=[op], comparators=[_]) if type(op) in SWAPS:
            yield _with(node, ops=[SWAPS[type(op)]()])
            if type(op) in {ast.Lt, ast.LtE}:
                yield _with(node, ops=[ast.Gt()])
            elif type(op) in {ast.Gt, ast.GtE}:
                yield _with(node, ops=[ast.Lt()])
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert(), operand=operand):
            yield f"{_said(node)} -> {_said(operand)}", operand
        case ast.Constant(value=bool() as value):
            yield f"{value} -> {not value}", ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield f"{value} -> {value + 1}", ast.Constant(value + 1)
        case ast.Constant(value=float() as value):
            changed = value * 1.5 if value else 0.5
            yield f"{value} -> {changed}", ast.Constant(changed)
        case ast.IfExp(test=test):
            yield _with(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.If(test=test) | ast.While(test=test):
            yield f"if {_said(test)} -> if not", _with(node, test=ast.UnaryOp(ast.Not(), test))[1]
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            yield _with(node, func=ast.Name(CALLS[name], ast.Load()))
        case ast.Call(func=ast.Attribute(attr=name, value=value)) if name in CALLS:
            yield _with(node, func=ast.Attribute(value, CALLS[name], ast.Load()))
        case ast.Break():
            yield "break -> continue", ast.Continue()
        case ast.Continue():
            yield "continue -> break", ast.Break()
    is_statement = isinstance(node, ast.AugAssign | ast.Raise) or (isinstance(node, ast.Expr) and not _is_text(node))
    if is_statement or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)):
        yield f"{_said(node)} -> nothing", ast.Pass()


def _is_text(node: ast.Expr) -> bool:
    return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _said(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def _with(node: ast.AST, **fields: Any) -> tuple[str, ast.AST]:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return f"{_said(node)} -> {_said(changed)}", changed


class _Exchange(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return ast.copy_location(self.new, node) if node is self.old else super().visit(node)


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Yield every mutant of a module."""
    source = path.read_text(encoding="utf-8")
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for name, function in _functions(ast.parse(source)):
        count = len(list(_changeable(function)))
        for at in range(count):
            number = len(list(changes_of(list(_changeable(function))[at])))
            for which in range(number):
                tree = ast.parse(source)  # a new one: what is changed stays changed
                own = dict(_functions(tree))[name]
                node = list(_changeable(own))[at]
                said, new = list(changes_of(node))[which]
                assert new is not None
                changed = ast.fix_missing_locations(_Exchange(node, new).visit(tree))
                code = _code_of(compile(changed, str(path), "exec"), name)
                if code is not None:
                    yield Mutant(module, name, node.lineno, said, code)


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield f"{node.name}.{inner.name}", inner


def _changeable(function: ast.FunctionDef) -> Iterator[Any]:
    """Yield the nodes of the body: no annotations, no text, and of messages nothing."""

    def walk(node: ast.AST) -> Iterator[ast.AST]:
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Expr) and _is_text(node)):
            return
        yield node
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "decorator_list", "args" if isinstance(node, ast.FunctionDef) else ""}:
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from walk(child)

    for statement in function.body:
        yield from walk(statement)


def _code_of(code: CodeType, name: str) -> CodeType | None:
    for part in name.split("."):
        code = next((one for one in code.co_consts if isinstance(one, CodeType) and one.co_name == part), None)  # type: ignore[assignment]
        if code is None:
            return None
    return code


def function_of(module: ModuleType, name: str) -> FunctionType | None:
    """Return the function behind a name, whatever wraps it."""
    found: Any = module
    for part in name.split("."):
        found = inspect.getattr_static(found, part, None)
    for _ in range(5):
        if isinstance(found, FunctionType):
            return found
        found = next(
            (
                getattr(found, word)
                for word in ("__wrapped__", "__func__", "fget", "func", "function", "_function")
                if getattr(found, word, None)
            ),
            None,
        )
    return None


# --- tests ------------------------------------------------------------------------------------------------------------


class Judge:
    """A plugin of pytest: learns which tests call which function, then lets every mutant be tested by those."""

    def __init__(self, paths: list[Path], share: float, seed: int) -> None:
        self.paths, self.share, self.seed = paths, share, seed
        self.survivors: list[Mutant] = []
        self.uncalled: list[Mutant] = []
        self.counts: dict[str, list[int]] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        callers, seconds = self._learn(session)
        chosen = random.Random(self.seed)
        for path in self.paths:
            for mutant in mutants_of(path):
                if chosen.random() >= self.share:
                    continue
                function = function_of(importlib.import_module(mutant.module), mutant.function)
                key = None if function is None else (function.__code__.co_filename, function.__code__.co_firstlineno)
                tests = sorted(callers.get(key, ()), key=lambda at: seconds[at])
                count = self.counts.setdefault(mutant.module, [0, 0])
                count[0] += 1
                if function is None or not tests:
                    self.uncalled.append(mutant)
                elif _survives(mutant, function, [session.items[at] for at in tests]):
                    self.survivors.append(mutant)
                    print("survived", mutant.name, file=sys.stderr, flush=True)
                else:
                    count[1] += 1
        return True

    def _learn(self, session: pytest.Session) -> tuple[dict[Any, set[int]], list[float]]:
        """Run every test once; return the tests that call each function, and how long each takes."""
        files = {str(path) for path in self.paths}
        callers: dict[Any, set[int]] = {}
        seconds = []
        remembered = [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]
        for at, item in enumerate(session.items):
            for function in remembered:  # what an earlier test computed would hide who calls what
                function.cache_clear()
            called: set[Any] = set()

            def note(frame: Any, event: str, _: Any, called: set[Any] = called) -> None:
                if event == "call" and frame.f_code.co_filename in files:
                    called.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))

            sys.setprofile(note)
            start = time.process_time()
            reports = runtestprotocol(item, nextitem=None, log=False)
            sys.setprofile(None)
            seconds.append(time.process_time() - start)
            if any(report.failed for report in reports):
                raise pytest.UsageError(f"{item.nodeid} fails without any mutation")
            if seconds[-1] <= SLOWEST and not any(report.skipped for report in reports):
                for key in called:
                    callers.setdefault(key, set()).add(at)
        for function in remembered:
            function.cache_clear()
        print(f"{len(seconds)} tests in {sum(seconds):.0f} s", file=sys.stderr, flush=True)
        return callers, seconds


def _survives(mutant: Mutant, function: FunctionType, items: list[pytest.Item]) -> bool:
    """Say whether all tests pass although a function is another one, in a copy of this process."""
    child = os.fork()
    if child == 0:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        try:
            function.__code__ = mutant.code
            for item, following in zip(items, [*items[1:], None], strict=True):
                if any(report.failed for report in runtestprotocol(item, nextitem=following, log=False)):
                    os._exit(1)
        except BaseException:  # noqa: BLE001 - whatever it is, it was noticed
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return status == 0


def main() -> int:
    """Mutate the modules of some folders; print the table; end with 1 where survivors are not explained."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+", type=Path)
    parser.add_argument("--tests", nargs="+", default=["tests/rules", "tests/measures"])
    parser.add_argument("--share", type=float, default=1.0, help="part of the mutants, chosen at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--explained", type=Path, default=ROOT / "tests" / "mutants.json")
    given = parser.parse_args()
    if os.environ.get("NUMBA_DISABLE_JIT") != "1":
        parser.error("machine code cannot be mutated; set NUMBA_DISABLE_JIT=1")
    paths = [
        path
        for source in given.sources
        for path in ([source.resolve()] if source.is_file() else sorted(source.resolve().rglob("*.py")))
    ]
    judge = Judge(paths, given.share, given.seed)
    start = time.perf_counter()
    code = pytest.main(["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", *given.tests], plugins=[judge])
    if code not in {0, 5}:
        return int(code)
    explained = json.loads(given.explained.read_text(encoding="utf-8")) if given.explained.exists() else {}
    return told(judge, explained, time.perf_counter() - start)


def told(judge: Judge, explained: dict[str, str], seconds: float) -> int:
    """Print the tables."""
    print("\n| Module | Mutants | Killed | Survived | Of these explained | Never called |\n|---|--:|--:|--:|--:|--:|")
    total = [0, 0, 0, 0, 0]
    for module, (count, killed) in judge.counts.items():
        alive = [one for one in judge.survivors if one.module == module]
        known = sum(_key(one) in explained for one in alive)
        uncalled = sum(one.module == module for one in judge.uncalled)
        row = [count, killed, len(alive), known, uncalled]
        total = [a + b for a, b in zip(total, row, strict=True)]
        print(f"| `{module.removeprefix('simulation.')}` | {' | '.join(map(str, row))} |")
    print(f"| all | {' | '.join(map(str, total))} |\n\n{seconds:.0f} s\n")
    strange = [one for one in [*judge.survivors, *judge.uncalled] if _key(one) not in explained]
    for one in strange:
        print(f"- {one.name}{' (never called)' if one in judge.uncalled else ''}")
    return 1 if strange else 0


def _key(mutant: Mutant) -> str:
    """Return the name of a mutant without its line, which moves."""
    return f"{mutant.module}.{mutant.function}: {mutant.change}"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
