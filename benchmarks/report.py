"""All benchmarks in one process, with machine, versions and date, as JSON, as Markdown, and as a figure."""

from __future__ import annotations

import importlib
import json
import os
import platform
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.goals import goals
from benchmarks.outlook import outlook
from benchmarks.timing import Table
from simulation.compiled import source_digest
from simulation.store.files import replace_file

__all__ = ["NAMES", "as_json", "as_markdown", "concluded", "fill", "machine", "measured", "write"]

NAMES = (
    "bound", "phases", "threads", "peers", "precision", "scaling", "batches", "sharing", "lanes", "beside", "startup",
    "own_data",
)  # fmt: skip
"""Benchmarks in the order in which they run; each is a module with ``measure``."""

_PACKAGES = ("numpy", "numba", "scipy", "mesa", "ndlib", "mesa-frames", "polars")
_MARKED = re.compile(r"(<!-- bench: ([^>]+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # not Linux
    return platform.processor() or platform.machine()


def machine() -> dict[str, Any]:
    """Return what the numbers hang on: processor, memory, system, versions, sources, date, and how busy it was."""
    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
        busy = os.getloadavg()[0]
    except (AttributeError, ValueError, OSError):
        memory = busy = float("nan")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": _processor(),
        "processors": os.cpu_count(),
        "memory_gb": round(memory, 1),
        "load": round(busy, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": versions,
        "sources": source_digest(),
    }


def measured(
    names: Sequence[str] = NAMES, is_quick: bool = False, tell: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Run the benchmarks one after the other and return what they found."""
    found: dict[str, Any] = {"machine": machine(), "quick": is_quick, "benchmarks": {}}
    for name in names:
        tell(name)
        result = importlib.import_module(f"benchmarks.{name}").measure(is_quick)
        found["benchmarks"][name] = {
            "load": machine()["load"],
            "values": result.values,
            "tables": [table._asdict() for table in result.tables],
        }
    return concluded(found)


def concluded(found: dict[str, Any]) -> dict[str, Any]:
    """Add what follows from all benchmarks together: the outlook, and the goals with their verdicts."""
    benchmarks = found["benchmarks"]
    if not found["quick"]:
        following = {"outlook": outlook} if "scaling" in benchmarks else {}
        for name, conclude in (following | {"goals": goals}).items():
            result = conclude(benchmarks)
            benchmarks[name] = {"values": result.values, "tables": [table._asdict() for table in result.tables]}
    return found


def as_json(found: Mapping[str, Any]) -> str:
    """Return the findings as JSON."""
    return json.dumps(found, indent=2, default=float) + "\n"


def _table(table: Table) -> str:
    lines = ["| " + " | ".join(table.columns) + " |", "|" + "---|" * len(table.columns)]
    lines += ["| " + " | ".join(row) + " |" for row in table.rows]
    return "\n".join(lines) + (f"\n\n{table.note.strip()}" if table.note else "")


def _machine_line(found: Mapping[str, Any]) -> str:
    about = found["machine"]
    versions = ", ".join(f"{package} {number}" for package, number in about["versions"].items())
    loads = [entry["load"] for entry in found["benchmarks"].values() if "load" in entry]
    return (
        f"{about['date']}: {about['processor']}, {about['processors']} processors, {about['memory_gb']:g} GB, "
        f"{about['system']}, Python {about['python']}, {versions}; sources {about['sources']}. Processes that wanted "
        f"to run meanwhile, this one included (load): {min(loads, default=0):g} to {max(loads, default=0):g}."
    )


def sections(found: Mapping[str, Any]) -> dict[str, str]:
    """Return the Markdown of each benchmark, and of the machine."""
    parts = {"machine": _machine_line(found)}
    for name, entry in found["benchmarks"].items():
        tables = [Table(**table) for table in entry["tables"]]
        parts[name] = "\n\n".join(f"**{table.title}**\n\n{_table(table)}" for table in tables)
    return parts


def as_markdown(found: Mapping[str, Any]) -> str:
    """Return the findings as a page."""
    head = "# Benchmarks\n" + ("\nA quick pass: too short for numbers to be quoted.\n" if found["quick"] else "")
    return head + "\n" + "\n\n".join(sections(found).values()) + "\n"


def fill(page: Path, found: Mapping[str, Any]) -> None:
    """Write what was found between ``<!-- bench: NAME -->`` and ``<!-- end -->`` of a page."""
    parts = sections(found)
    text = page.read_text(encoding="utf-8")
    with replace_file(page) as temporary:
        temporary.write_text(
            _MARKED.sub(lambda m: f"{m[1]}{parts[m[2]]}\n{m[3]}" if m[2] in parts else m[0], text), encoding="utf-8"
        )


def write(found: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write bench.json, bench.md and, where sizes were compared, cost.svg; return their paths."""
    paths = [folder / "bench.json", folder / "bench.md"]
    for path, text in zip(paths, (as_json(found), as_markdown(found)), strict=True):
        with replace_file(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    if "scaling" in found["benchmarks"]:
        from benchmarks.figure import draw
        from simulation.figures.style import save

        paths.append(save(draw(found), folder / "cost.svg"))
    return paths


def main(folder: str, page: str) -> None:
    """Fill a page from the bench.json of an earlier run, and draw the figure beside it as cost.svg."""
    found = json.loads(Path(folder, "bench.json").read_text(encoding="utf-8"))
    fill(Path(page), found)
    if "scaling" in found["benchmarks"]:
        from benchmarks.figure import draw
        from simulation.figures.style import save

        save(draw(found), Path(page).parent / "cost.svg")


if __name__ == "__main__":
    main(*sys.argv[1:])
