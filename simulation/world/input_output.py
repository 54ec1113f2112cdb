"""The mix of sectors from which each sector buys: as the scenario writes it, or from an input-output table."""

from __future__ import annotations

import csv
import math
from functools import lru_cache
from pathlib import Path as File

import numpy as np

from simulation.errors import InputError, Problem
from simulation.scenario.data_files import content_digest
from simulation.scenario.merging import did_you_mean
from simulation.scenario.scenario import Scenario
from simulation.scenario.shipped import displayed
from simulation.state import Float

__all__ = ["sector_mix"]

_PATH = "network.input_output"


def sector_mix(scenario: Scenario) -> Float:
    """Return (C, C) the share of each sector (columns) in what a sector (rows) buys; rows sum to 1.

    Raises
    ------
    InputError
        Everything that is wrong with the input-output table, each with ``file:line``.
    """
    declared, sectors = scenario.network, tuple(scenario.population.sectors)
    if declared.input_output is None:
        return np.array([[declared.sector_mix[own][other] for other in sectors] for own in sectors])
    own = declared.input_output
    return _from_table(own.file, content_digest(own.file), tuple(own.sectors.items()), sectors).copy()


@lru_cache(maxsize=4)
def _from_table(path: str, digest: str, mapped: tuple[tuple[str, str], ...], sectors: tuple[str, ...]) -> Float:
    """Return the mix of a table; its digest belongs to what is remembered."""
    rows, problems = _rows(path)
    suppliers = [name for _, name, _ in rows]
    buyers = rows[0][2] if rows else []
    belongs = dict(mapped) or {name: name for name in sectors}
    problems += _misnamed(path, belongs, sectors, {"row": suppliers[1:], "column": buyers}, is_mapped=bool(mapped))
    flows = np.zeros((len(sectors), len(sectors)))
    for line, supplier, cells in rows[1:]:
        for buyer, cell in zip(buyers, cells, strict=False):
            if supplier in belongs and buyer in belongs:
                value = _number(cell)
                if math.isfinite(value) and value >= 0.0 and not problems:
                    flows[sectors.index(belongs[buyer]), sectors.index(belongs[supplier])] += value
                elif not math.isfinite(value) or value < 0.0:
                    message = f"what {supplier} sells to {buyer} must be a number of 0 or more, not {cell.strip()!r}"
                    problems.append(Problem(message, f"{displayed(File(path))}:{line}", _PATH))
    if not problems:
        problems += [
            Problem(f"the sector {name!r} buys nothing", displayed(File(path)), _PATH)
            for name, bought in zip(sectors, flows.sum(axis=1), strict=True)
            if bought <= 0.0
        ]
    if problems:
        raise InputError(problems)
    return flows / flows.sum(axis=1, keepdims=True)


def _rows(path: str) -> tuple[list[tuple[int, str, list[str]]], list[Problem]]:
    """Return (line, first cell, other cells) of the rows that are not empty, the header first."""
    file = displayed(File(path))
    try:
        with File(path).open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.reader(opened)
            rows = [(reader.line_num, row[0].strip(), [cell.strip() for cell in row[1:]]) for row in reader if any(row)]
    except UnicodeDecodeError:
        return [], [Problem("the file is not UTF-8 text; save it as 'CSV UTF-8 (comma delimited)'", file, _PATH)]
    except (OSError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        return [], [Problem(f"the file cannot be read: {reason}", file, _PATH)]
    if len(rows) < 2:
        return [], [
            Problem("there is no table: a first line with the buyers, then a line for each supplier", file, _PATH)
        ]
    width = len(rows[0][2])
    return rows, [
        Problem(f"{len(cells)} numbers where the first line names {width} buyers", f"{file}:{line}", _PATH)
        for line, _, cells in rows[1:]
        if len(cells) != width
    ]


def _misnamed(
    path: str,
    belongs: dict[str, str],
    sectors: tuple[str, ...],
    names: dict[str, list[str]],
    *,
    is_mapped: bool,
) -> list[Problem]:
    """Return what is wrong with the names of a table and of the sectors that they belong to."""
    file = displayed(File(path))
    problems = []
    for name, sector in belongs.items():
        if sector not in sectors:
            hint = did_you_mean(sector, sectors) or f"; declared are {', '.join(sectors)}"
            problems.append(Problem(f"{sector!r} is not one of the sectors{hint}", path=f"{_PATH}.sectors.{name}"))
        for kind, present in names.items():
            if present and name not in present:
                hint = did_you_mean(name, present) or f"; there are {', '.join(present[:20])}"
                advice = "" if is_mapped else f"; say in {_PATH}.sectors what belongs to which sector"
                problems.append(Problem(f"there is no {kind} {name!r}{hint}{advice}", f"{file}:1", _PATH))
            if present.count(name) > 1:
                problems.append(Problem(f"there are two {kind}s {name!r}", f"{file}:1", _PATH))
    problems += [
        Problem(f"no name of the table belongs to the sector {sector!r}", path=f"{_PATH}.sectors")
        for sector in sectors
        if sector not in belongs.values()
    ]
    return problems


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan
