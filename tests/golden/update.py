"""Write the golden histories anew: ``python tests/golden/update.py``, after a deliberate change of the model.

It prints what changed. Say in the commit which numbers changed and why.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
from pathlib import Path

from simulation.runs import run
from simulation.scenario.reading import load

FILE = Path(__file__).with_name("digests.json")

SEED = 11
SMALL = ["population.firms=300", "time.months=48", "time.origin_months=6"]
LIVELY = [*SMALL, "adoption.hazard.level=-3", "budget.per_worker=4", "budget.strength=fixed"]
"""Four years are short: more money and a quicker start, so that levers have something to do."""

BASS = [*SMALL, "adoption.bass.innovation=0.02", "adoption.bass.imitation=0.3"]
COURSES = [*LIVELY, "policy.training.last=47", "policy.training.strength=0.2"]

CASES: dict[str, tuple[str, list[str]]] = {
    "baseline": ("baseline", SMALL),
    "lively": ("baseline", LIVELY),
    "zero_influence": ("zero_influence", LIVELY),
    "cash_subsidy": ("cash_subsidy", [*LIVELY, "policy.subsidy.last=47", "policy.subsidy.strength=10"]),
    "capability": ("capability", COURSES),
    "need_first": ("capability", [*COURSES, "policy.training.rationing=need_first"]),
    "capability_first": ("capability", [*COURSES, "policy.training.rationing=capability_first"]),
    "balanced": ("balanced", [*LIVELY, "policy.subsidy.last=47", "policy.training.last=47"]),
    "trickle_down": ("trickle_down", [*LIVELY, "policy.large_firm_support.last=47"]),
    "solved_strength": ("capability", [*SMALL, "policy.training.last=47", "budget.seeds=4"]),
    "paid_access": ("paid_access", [*LIVELY, "policy.paid_access.last=47"]),
    "reinvestment": ("reinvestment", [*LIVELY, "policy.reinvestment.last=47"]),
    "supplier_development": (
        "supplier_development",
        [*LIVELY, "policy.supplier_development.last=47", "policy.supplier_development.first=12"],
    ),
    "mandate": (
        "mandate",
        [
            *LIVELY,
            "policy.mandate.last=47",
            "policy.subsidy.last=47",
            "policy.mandate.first=6",
            "policy.mandate.grace=6",
        ],
    ),
    "regional_hub": ("regional_hub", [*LIVELY, "policy.regional_hub.last=47"]),
    "bass_step": ("baseline", [*BASS, "adoption.rule=bass_step", "adoption.bass.quitting=0.02"]),
    "bass_hazard": ("baseline", [*BASS, "adoption.rule=bass_hazard"]),
    "quitting": ("baseline", [*LIVELY, "adoption.quitting.level=0.1"]),
    "pure_max_plus": ("baseline", [*SMALL, "lateness.pass_through=1", "lateness.buffer=4"]),
    "all_defects_travel": ("baseline", [*SMALL, "defects.inspection=0.1", "defects.critical_inputs=3"]),
    "threshold": (
        "baseline",
        [*SMALL, "adoption.rule=threshold", "adoption.threshold.level=0.1", "adoption.threshold.spread=0.3"],
    ),
    "logit": ("baseline", [*SMALL, "adoption.rule=logit", "adoption.reference.partners=customers"]),
    "partners_change": ("baseline", [*LIVELY, "review.base=0.05", "review.sensitivity=0.05"]),
    "partners_stay": ("baseline", [*LIVELY, "review.base=0", "review.sensitivity=0"]),
    "lean_and_mismatched": ("baseline", [*LIVELY, "defects.mismatch=1", "lateness.lean=0.6", "lateness.buffer=5"]),
    "own_data": ("own_data", ["time.months=48", "time.origin_months=6"]),
}
"""By name: shipped scenario and what is set."""


def numbers(name: str) -> dict[str, object]:
    """Return the digest of a case and some of its numbers, rounded, by which a change can be judged."""
    scenario, sets = CASES[name]
    result = run(load(f"tierwise:{scenario}", sets), SEED)
    series = result.series
    last = series[(series["month"] == 47) & series["origin"].isna() & series["depth"].isna()]
    values = last.set_index(["measure", "group"])["value"]
    shown = {
        f"{measure} {group}": round(float(values[measure, group]), 9)
        for measure in ("user_share", "adopter_share", "defect_ppm", "late_days", "capacity")
        for group in ("large", "sme")
    }
    public = round(float(result.awards.spent.sum()), 6)
    served = int((result.awards.served > 0).sum())
    return {"digest": result.digest, **shown, "public cost": public, "firms served": served}


def elementary() -> str:
    """Return a digest of this machine's exp, log and power, whose last bits differ between C libraries and processors.

    Digests of histories are the same only where this one is.
    """
    total = hashlib.sha256()
    for step in range(1, 2001):
        x = step * 0.6180339887498949 % 1.0
        found = (math.exp(8.0 * x - 4.0), math.log(x), math.log1p(-x), math.expm1(-x), 300.0**-x, (1.0 + x) ** 1.1)
        total.update(struct.pack("<6d", *found))
    return total.hexdigest()


def golden() -> dict[str, dict[str, object]]:
    """Return what the file holds."""
    held: dict[str, dict[str, object]] = json.loads(FILE.read_text(encoding="utf-8"))
    return held


def update() -> None:
    """Write all golden numbers and print those that changed."""
    before = golden() if FILE.exists() else {}
    after = {"machine": {"elementary": elementary()}} | {name: numbers(name) for name in CASES}
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, {}), after.get(name, {})
        for entry in dict.fromkeys((*old, *new)):
            if old.get(entry) != new.get(entry):
                print(f"{name}: {entry}: {old.get(entry)} -> {new.get(entry)}")  # noqa: T201 - what it is for
    FILE.write_text(json.dumps(after, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    update()
