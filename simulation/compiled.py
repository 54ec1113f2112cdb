"""Compilation of the model's formulas and loops with Numba, on first call.

A function decorated with ``@compiled`` is translated to machine code the first time it is called, so that
importing the package, ``tierwise --help`` and the reading of scenarios never load Numba. Compiled functions may
call each other. Machine code is cached on disk in a folder named after the content of the model's sources: Numba
itself does not notice a change in a *called* function of another file.

``@compiled_inner`` marks what only compiled code calls: no wrapper for Python is made, which saves half of the
compilation. Called from Python, as tests do, such a function runs as written, with compiled callees.

Set ``NUMBA_DISABLE_JIT=1`` to run everything as plain Python (slow; used for coverage and debugging).
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar

__all__ = [
    "Compiled",
    "cache_folder",
    "compiled",
    "compiled_formula",
    "compiled_inner",
    "compiled_kernel",
    "compiled_step",
    "is_compilation_on",
    "source_digest",
]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_MODEL = (
    "compiled.py", "elementary.py", "randomness.py", "state.py", "rules", "policies", "measures", "world", "engines",
    "mesa_model",
)  # fmt: skip
"""Files and folders whose content makes the model; how results are shown or scenarios are read is not part of it."""

_LOCK = threading.RLock()


def is_compilation_on() -> bool:
    """Say whether ``@compiled`` functions run as machine code in this process."""
    return os.environ.get("NUMBA_DISABLE_JIT", "0") in {"", "0"}


@functools.cache
def source_digest() -> str:
    """Return 16 hexadecimal digits of the SHA-256 over the sources of the model: what decides the numbers of a run."""
    package = Path(__file__).parent
    total = hashlib.sha256()
    for part in _MODEL:
        for path in sorted((package / part).rglob("*.py")) or [package / part]:
            total.update(path.relative_to(package).as_posix().encode())
            total.update(path.read_bytes())
    return total.hexdigest()[:16]


def cache_folder() -> Path:
    """Return the folder of the machine code of these sources (``TIERWISE_CACHE`` moves its parent)."""
    if chosen := os.environ.get("TIERWISE_CACHE"):
        parent = Path(chosen)
    elif sys.platform == "win32":
        parent = Path(os.environ.get("LOCALAPPDATA", Path.home())) / "tierwise"
    else:
        parent = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "tierwise"
    return parent / "compiled" / source_digest()


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _apart() -> dict[str, bool]:
    """Return the option that tells the compiler that arrays do not overlap; none where Numba has dropped it.

    Numba has the flag and uses it for its own parallel loops, but offers no name for it. Without it loops over more
    than a few arrays are not vectorised: slower, with the same results.
    """
    try:
        from numba.core import cpu
        from numba.core.options import TargetOptions

        if not hasattr(cpu.CPUTargetOptions, "noalias"):
            cpu.CPUTargetOptions.noalias = TargetOptions.Mapping("noalias")
    except (ImportError, AttributeError):
        return {}
    return {"noalias": True}


def _save_alone(dispatcher: Any, lock: Path) -> None:  # noqa: ANN401 - Numba's dispatcher is untyped
    """Let only one process at a time save machine code of a function.

    Numba numbers the files of a function by an index that it reads before and writes after: two processes that save
    code for different types at once give it one number, and the index may then lead to the other's code for good.
    """
    from filelock import FileLock

    cache = dispatcher._cache
    save = cache.save_overload

    def saved(*arguments: Any) -> None:  # noqa: ANN401
        with FileLock(lock):
            save(*arguments)

    cache.save_overload = saved


class Compiled(Generic[Arguments, Result]):
    """A function that becomes machine code at its first call.

    Attributes
    ----------
    is_inner : bool
        Whether only compiled code calls the machine code.
    is_kernel : bool
        Whether no two of its arrays overlap, so that its loop may handle several entries at once.
    is_in_place : bool
        Whether its machine code is put in wherever compiled code calls it.
    """

    def __init__(
        self,
        function: Callable[Arguments, Result],
        *,
        is_inner: bool = False,
        is_kernel: bool = False,
        is_in_place: bool = False,
    ) -> None:
        self._function = function
        self.is_inner = is_inner
        self.is_kernel = is_kernel
        self.is_in_place = is_in_place
        self._dispatcher: Callable[Arguments, Result] | None = None
        functools.update_wrapper(self, function)

    @property
    def plain(self) -> Callable[Arguments, Result]:
        """The Python function as written, for tests and for reading.

        Where its module leaves ``np`` open, it is filled in now: formulas that schemas import load NumPy at first use.
        """
        names = self._function.__globals__
        if "np" not in names and "np" in self._function.__code__.co_names:
            names["np"] = importlib.import_module("numpy")
        return self._function

    @property
    def dispatcher(self) -> Callable[Arguments, Result]:
        """The compiled function itself (the plain one where compilation is off)."""
        if self._dispatcher is None:
            with _LOCK:
                if self._dispatcher is None:
                    self._dispatcher = self._compile()
        return self._dispatcher

    def _compile(self) -> Callable[Arguments, Result]:
        if not is_compilation_on():
            return self.plain
        import numba

        folder = cache_folder()
        is_cached = _is_writable(folder)
        before = numba.config.CACHE_DIR
        try:
            # The folder is looked up while the dispatcher is made; other users of Numba keep theirs.
            numba.config.CACHE_DIR = str(folder) if is_cached else before
            # No fastmath and no reordered sums: every engine, thread count and machine adds in the same order.
            made: Callable[Arguments, Result] = numba.njit(
                cache=is_cached and not self.is_inner,
                nogil=True,
                error_model="numpy",
                no_cpython_wrapper=self.is_inner,
                no_cfunc_wrapper=True,
                **({"_nrt": False} if self.is_inner else {}),
                **({"forceinline": True} if self.is_in_place else {}),
                **(_apart() if self.is_kernel else {}),
            )(self.plain)
        finally:
            numba.config.CACHE_DIR = before
        if is_cached and not self.is_inner:
            _save_alone(made, folder / ".lock")
        return made

    def __call__(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        """Call the compiled function (an inner one: as written)."""
        if self.is_inner:
            return self.plain(*args, **kwargs)
        return (self._dispatcher or self.dispatcher)(*args, **kwargs)

    @property
    def _numba_type_(self) -> Any:  # noqa: ANN401 - Numba's type objects are untyped
        """Numba's type of this object: lets one compiled function call another by its global name."""
        import numba

        return numba.typeof(self.dispatcher)


def compiled(function: Callable[Arguments, Result]) -> Compiled[Arguments, Result]:
    """Mark a function for compilation at its first call."""
    return Compiled(function)


def compiled_formula(function: Callable[Arguments, Result]) -> Compiled[Arguments, Result]:
    """Mark a formula of a few numbers for compilation: a loop that calls it can then handle several entries at once."""
    return Compiled(function, is_in_place=True)


def compiled_inner(function: Callable[Arguments, Result]) -> Compiled[Arguments, Result]:
    """Mark a function that other compiled functions call for compilation at its first use."""
    return Compiled(function, is_inner=True)


def compiled_step(function: Callable[Arguments, Result]) -> Compiled[Arguments, Result]:
    """Mark a step that one other compiled function calls: put in there, it need not be handed some thousand words.

    An array is seven words of an argument, and a step takes up to 170 arrays: handing them over took 2 microseconds a
    step, a third of a month of 2,000 firms.
    """
    return Compiled(function, is_inner=True, is_in_place=True)


def compiled_kernel(function: Callable[Arguments, Result]) -> Compiled[Arguments, Result]:
    """Mark a loop over arrays for compilation: called by compiled code alone, with arrays that do not overlap."""
    return Compiled(function, is_inner=True, is_kernel=True)
