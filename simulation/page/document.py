"""What the page is told: one header and arrays of small integers for a world and the runs in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np

from simulation.errors import InputError
from simulation.experiments.survey import SURVEY_START, survey_points
from simulation.measures import all_measures, labels
from simulation.measures.measure import pooled_label
from simulation.page.container import Array, packed
from simulation.page.layout import around, band_of, by_region, has_sector_cells, wedges_of
from simulation.page.recording import Recording
from simulation.state import Float, Groups, World

__all__ = ["FORMAT", "SCALES", "SERIES", "block_of", "is_same_world"]

FORMAT = 1
"""Number of the form of blocks; the page refuses others."""

SCALES = {"share": 4_000.0, "defects": 1_000.0, "days": 10.0, "weight": 50_000.0, "draw": 4e9, "pressure": 1_000.0}
"""By what a number is multiplied before it is rounded: shares, 1000 ln(1 + ppm), tenths of days."""

SERIES = {
    "user_share": ("all", "large", "sme", "sme capital", "sme elsewhere"),
    "user_gap": ("all", "manufacturing", "services"),
    "user_gap_log_odds": ("all",),
    "adopter_share": ("all", "large", "sme", "large manufacturing", "sme manufacturing"),
    "adopter_gap": ("all",),
    "adopter_gap_log_odds": ("all",),
    "defect_ppm": ("all", "large", "sme"),
    "on_time_share": ("all", "large", "sme"),
    "late_days": ("all", "large", "sme"),
    "own_late_days": ("all", "large", "sme"),
    "reproduction_late": ("all",),
}
"""Measures that the page draws or tells, each with its groups in the words of surveys."""


def is_same_world(one: World, other: World) -> bool:
    """Say whether two worlds hold the same firms and links, so that one picture shows runs in both."""
    firms = all(
        np.array_equal(getattr(one.firms, name), getattr(other.firms, name)) for name in ("key", "group", "workers")
    )
    links = all(np.array_equal(getattr(one.links, name), getattr(other.links, name)) for name in ("start", "supplier"))
    return one.groups == other.groups and one.names == other.names and firms and links


def block_of(
    recordings: Sequence[Recording],
    version: str = "",
    command: str = "",
    watch: Mapping[str, Sequence[str]] | None = None,
    more: Mapping[str, Any] | None = None,
) -> bytes:
    """Return recorded runs in one world as a block that the page reads.

    Parameters
    ----------
    recordings : sequence of Recording
    version : str
        Of the program.
    command : str
        What was typed to make the page, which it shows.
    watch : mapping of str to sequence of str, optional
        Measures and their groups that the page draws first, beside those of `SERIES`.
    more : mapping, optional
        Further entries of the header.

    Raises
    ------
    InputError
        Runs of different firms, links, months or seeds.
    """
    first = recordings[0]
    for other in recordings[1:]:
        _refuse_another(first, other)
    arrays = _world_arrays(first.world)
    runs = []
    for number, recording in enumerate(recordings):
        told, own = _run(recording, watch or {})
        runs.append(told)
        arrays |= {f"run{number}.{name}": array for name, array in own.items()}
    slow = [name for name in arrays if name.rpartition(".")[2] in _SLOW]
    header = {**_header(first), "version": version, "command": command, "runs": runs, "watch": _watched(watch or {})}
    return packed({**header, **(more or {})}, arrays, slow)


_SLOW = {"users", "capacity", "adopted", "defects", "late_time", "replaced_month", "supported_month", "supported_firm"}


def _watched(watch: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Return label, unit and groups of the measures to look at."""
    known = all_measures()
    return [
        {"measure": name, "label": known[name].label, "unit": known[name].unit, "groups": list(groups)}
        for name, groups in watch.items()
    ]


def _refuse_another(first: Recording, other: Recording) -> None:
    """Raise where two runs cannot stand in one picture."""
    names = f"{first.scenario.name} and {other.scenario.name}"
    calendar = [
        (r.scenario.time.months, r.scenario.time.start_year, r.scenario.time.deliveries_per_month, r.seed)
        for r in (first, other)
    ]
    if calendar[0] != calendar[1]:
        message = f"{names} differ in months, start year, deliveries per month or seed; a page shows runs in step"
        raise InputError(message)
    if not is_same_world(first.world, other.world):
        message = f"{names} have different firms or links; a page shows runs in one world, so make a page of each"
        raise InputError(message)


def _header(first: Recording) -> dict[str, Any]:
    """Return what all runs share."""
    world, time = first.world, first.scenario.time
    groups = world.groups
    return {
        "format": FORMAT,
        "seed": first.seed,
        "months": time.months,
        "rounds": time.deliveries_per_month,
        "start_year": time.start_year,
        "survey_month": time.survey_month,
        "firms": int(world.firms.key.size),
        "links": int(world.links.supplier.size),
        "groups": groups._asdict(),
        "names": list(world.names) if world.names else None,
        "fills": list(world.fills),
        "wedges": [[round(float(a), 4), round(float(b), 4)] for a, b in wedges_of(world)],
        "has_sector_cells": has_sector_cells(world),
        "scales": SCALES,
        "survey": _survey(groups, (SURVEY_START - time.start_year) * 12),
    }


def _survey(groups: Groups, shift: int) -> list[dict[str, Any]]:
    """Return what surveys say, with months of this run and groups named as in its series."""
    found = []
    for point in survey_points():
        told = {name: None if isinstance(v, float) and not isfinite(v) else v for name, v in point._asdict().items()}
        found.append(told | {"month": point.month + shift, "called": point.group})
    return found


def _world_arrays(world: World) -> dict[str, Array]:
    """Return firms and links as arrays."""
    firms, links = world.firms, world.links
    room = np.maximum(firms.workers, 1.0) ** 0.6 + 4.0
    rings, cells = around(world, room), by_region(world, room)
    return {
        "world.group": firms.group.astype(np.uint16),
        "world.workers": firms.workers.astype(np.float32),
        "world.tier": np.clip(firms.tier, -1, 127).astype(np.int8),
        "world.band": band_of(world).astype(np.uint8),
        "world.key": _halves(firms.key) if world.names is None else np.zeros((0, 2), np.uint32),
        "world.adoption_cost": firms.adoption_cost.astype(np.float32),
        "world.final_demand": firms.final_demand.astype(np.float32),
        "world.start": links.start.astype(np.uint32),
        "world.supplier": links.supplier.astype(np.uint32),
        "world.weight": _rounded(links.weight, "weight", np.uint16),
        "world.value": links.value.astype(np.float32),
        "world.critical": links.is_critical.astype(np.uint8),
        "world.rings": np.stack([rings.x, rings.y]).astype(np.float32),
        "world.cells": np.stack([cells.x, cells.y]).astype(np.float32),
    }


def _halves(key: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> Array:
    """Return (n, 2) the low and the high half of 64-bit keys."""
    return np.stack([key & np.uint64(0xFFFFFFFF), key >> np.uint64(32)], axis=1).astype(np.uint32)


def _rounded(values: Array, scale: str, kind: type[np.unsignedinteger[Any]]) -> Array:
    """Return values times their scale as whole numbers of a type, cut at its largest."""
    most = np.iinfo(kind).max
    scaled: Array = np.clip(np.rint(np.asarray(values, np.float64) * SCALES[scale]), 0, most)
    return scaled.astype(kind)


def _run(recording: Recording, watch: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], dict[str, Array]]:
    """Return what is told of a run, and its arrays."""
    scenario = recording.scenario
    names, series = _series(recording, watch)
    late, replaced, decided, supported = (
        recording.late,
        recording.replaced,
        recording.decided,
        recording.supported,
    )
    is_passed_on = late.links > 0
    rounds = scenario.time.deliveries_per_month
    told = {
        "name": scenario.name,
        "title": scenario.title or scenario.name.replace("_", " "),
        "description": scenario.description,
        "digest": scenario.digest(),
        "rule": scenario.adoption.rule,
        "hazard": scenario.adoption.hazard._asdict(),
        "quitting": scenario.adoption.quitting._asdict(),
        "influence": scenario.influence._asdict(),
        "ceiling": scenario.use.ceiling,
        "tolerance": scenario.lateness.tolerance,
        "policy": [
            {"name": name, "lever": lever.lever, "first": lever.first, "last": lever.last}
            for name, lever in scenario.policy.items()
        ],
        "series": names,
    }
    arrays = {
        "users": _rounded(recording.users, "share", np.uint16),
        "capacity": _rounded(recording.capacity, "share", np.uint16),
        "adopted": recording.adopted,
        "defects": _rounded(np.log1p(1e6 * recording.defects.astype(np.float64)), "defects", np.uint16),
        "late_time": (late.month.astype(np.uint32) * rounds + late.round.astype(np.uint32)).astype(np.uint16),
        "late_firm": late.buyer.astype(np.uint32),
        "late_days": _rounded(late.days, "days", np.uint16),
        "late_links": np.minimum(late.links, 255).astype(np.uint8),
        "late_supplier": late.supplier[is_passed_on].astype(np.uint32),
        "late_root": late.root[is_passed_on].astype(np.uint32),
        "replaced_month": replaced.month.astype(np.uint16),
        "replaced_slot": replaced.slot.astype(np.uint32),
        "replaced_supplier": replaced.supplier.astype(np.uint32),
        "decided_month": decided.month.astype(np.uint16),
        "decided_firm": decided.firm.astype(np.uint32),
        "decided_draw": _rounded(decided.draw, "draw", np.uint32),
        "supported_month": supported.month.astype(np.uint16),
        "supported_firm": supported.firm.astype(np.uint32),
        "supported_borne": _rounded(supported.borne, "share", np.uint16),
        "supported_pressure": supported.pressure.astype(np.float32),
        "series": series,
    }
    return told, arrays


def _series(recording: Recording, watch: Mapping[str, Sequence[str]]) -> tuple[list[list[str]], Array]:
    """Return the names (measure, group) of series and their values (S, T), NaN where a measure has none."""
    groups, record = recording.world.groups, recording.record
    names: list[list[str]] = []
    rows: list[Float] = []
    for measure in dict.fromkeys([*SERIES, *watch]):
        wanted = dict.fromkeys([*SERIES.get(measure, ()), *watch.get(measure, ())])
        known = labels(groups, all_measures()[measure].scope)
        for group in wanted:
            label = pooled_label(groups, group)
            if label in known:
                names.append([measure, group])
                rows.append(all_measures()[measure].of(record, known[label]))
    names.append(["structural_late", "all"])
    rows.append(recording.structural)
    return names, np.stack(rows).astype(np.float32)
