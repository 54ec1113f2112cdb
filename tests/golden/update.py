"""Write the golden digests anew: ``python tests/golden/update.py``, after a deliberate change of the model.

Say in the commit which numbers changed and why.
"""

from __future__ import annotations

import json
from pathlib import Path

from simulation.runs import run
from simulation.scenario.reading import load

FILE = Path(__file__).with_name("digests.json")

SMALL = ["population.firms=300", "time.months=48", "budget.strength=fixed"]

CASES: dict[str, tuple[str, list[str]]] = {
    "baseline": ("baseline", SMALL),
    "cash_subsidy": ("cash_subsidy", [*SMALL, "policy.subsidy.last=47", "policy.subsidy.strength=10"]),
    "capability": ("capability", [*SMALL, "policy.training.last=47"]),
    "balanced": ("balanced", [*SMALL, "policy.subsidy.last=47", "policy.training.last=47"]),
    "trickle_down": ("trickle_down", [*SMALL, "policy.large_firm_support.last=47"]),
    "zero_influence": ("zero_influence", SMALL),
    "bass": ("baseline", [*SMALL, "adoption.rule=bass_hazard"]),
    "pure_max_plus": ("baseline", [*SMALL, "lateness.pass_through=1", "lateness.buffer=4"]),
    "own_data": ("own_data", ["time.months=48"]),
}
"""By name: shipped scenario and what is set."""


def numbers(name: str) -> dict[str, object]:
    """Return the digest of a case and some of its numbers, rounded, by which a change can be judged."""
    scenario, sets = CASES[name]
    result = run(load(f"tierwise:{scenario}", sets), seed=11)
    last = result.series.query("month == 47 and origin.isna() and depth.isna()").set_index(["measure", "group"])[
        "value"
    ]
    shown = {
        f"{measure} {group}": round(float(last[measure, group]), 9)
        for measure in ("user_share", "adopter_share", "defect_ppm", "late_days", "capacity")
        for group in ("large", "sme")
    }
    return {"digest": result.digest, **shown}


if __name__ == "__main__":
    FILE.write_text(json.dumps({name: numbers(name) for name in CASES}, indent=1) + "\n", encoding="utf-8")
