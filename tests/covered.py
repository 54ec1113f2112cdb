"""Lines and branches that the tests run, by package, as Markdown.

    coverage combine && coverage json -o build/coverage.json && python tests/covered.py build/coverage.json 95

Ends with 1 where the whole is covered less than asked for.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

KEYS = ("num_statements", "covered_lines", "num_branches", "covered_branches")


def table(report: dict, needed: float) -> tuple[list[str], bool]:
    """Return the lines of the table, and whether enough is covered."""
    packages: dict[str, Counter[str]] = {}
    for file, told in report["files"].items():
        parts = Path(file).parts
        inside = parts[len(parts) - parts[::-1].index("simulation") :]
        name = f"{inside[0]}/" if len(inside) > 1 else "single files"
        packages.setdefault(name, Counter()).update({key: told["summary"][key] for key in KEYS})
    packages["all"] = sum(packages.values(), Counter())
    lines = ["| Package | Lines | Run | Branches | Run | Together |", "|---|--:|--:|--:|--:|--:|"]
    for name in sorted(packages, key=lambda name: (name == "all", name)):
        statements, run, branches, taken = (packages[name][key] for key in KEYS)
        whole = 100.0 * (run + taken) / max(statements + branches, 1)
        lines.append(f"| `{name}` | {statements:,} | {run:,} | {branches:,} | {taken:,} | {whole:.1f} % |")
    return lines, whole >= needed


if __name__ == "__main__":
    lines, is_enough = table(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), float(sys.argv[2]))
    print("\n".join(lines))
    sys.exit(0 if is_enough else 1)
