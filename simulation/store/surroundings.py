"""What results were made with: versions, processor, and the state of the sources."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from simulation.compiled import source_digest

__all__ = ["environment", "installed"]

_PACKAGE = Path(__file__).parents[1]


def _git(*arguments: str) -> str | None:
    try:
        answer = subprocess.run(
            ["git", *arguments],
            cwd=_PACKAGE,
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()


def _commit() -> tuple[str | None, bool]:
    """Return the commit of the sources and whether they were changed since; of an installed package nothing.

    A package that is installed below a folder under git, as in an environment inside a project, is not part of it.
    """
    if _git("ls-files", "--error-unmatch", "__init__.py") is None:
        return None, False
    return _git("rev-parse", "HEAD"), bool(_git("status", "--porcelain", "--", "."))


_PACKAGES = ("tierwise", "numpy", "numba", "llvmlite", "scipy", "mesa", "networkx", "pandas", "pyarrow", "pydantic")
_OPTIONAL = {
    "SALib": "SALib",
    "dask": "dask",
    "dask-jobqueue": "dask_jobqueue",
    "distributed": "distributed",
    "duckdb": "duckdb",
    "optuna": "optuna",
    "scikit-learn": "sklearn",
    "xarray": "xarray",
}
"""Packages of extras with their modules: their versions matter where they were used."""


def installed(name: str) -> str | None:
    """Return the version of a package, None where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    """Return the kind of processor for which the model is compiled."""
    from llvmlite import binding

    return str(binding.get_host_cpu_name())


def environment() -> dict[str, Any]:
    """Return versions, platform and the state of the sources, for the manifest."""
    names = _PACKAGES + tuple(name for name, module in _OPTIONAL.items() if module in sys.modules)
    commit, has_local_changes = _commit()
    return {
        "versions": {name: found for name in names if (found := installed(name)) is not None},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": _processor(),
        "processors": os.cpu_count(),
        "source": source_digest(),
        "commit": commit,
        "has_local_changes": has_local_changes,
        "command": sys.argv[1:],
    }
