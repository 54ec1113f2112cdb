"""Verdicts by rule: what counts as an answer is declared here, before the runs, and applied to their frames.

A part of a claim says that an effect is at least as large as the smallest that matters, or that it falls short of it.
Under any assumption the answer is *yes* where the whole 95 % interval bears that out, *no* where the whole interval
contradicts it, and *open* where the interval holds the smallest effect. Parts make a claim: one of them is enough, or
all are needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import copysign, isfinite
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CLAIMS", "Answer", "Claim", "Part", "answer", "judged", "together", "verdicts"]

Answer = Literal["yes", "no", "open"]

ASSUMED = "as assumed"


@dataclass(frozen=True)
class Part:
    """One effect that a claim speaks of.

    Attributes
    ----------
    label, unit : str
        Words for people; unit of the effect.
    outcome, of : str
        Outcome and scenario of `policy_effects`, or measure and group of `gap_effects`.
    smallest : float
        The smallest effect that matters, with the sign of the direction that the claim speaks of.
    is_short : bool
        Whether the claim says that the effect falls short of it.
    has_null : bool
        Whether the effect should be smaller where the claim's mechanism is absent.
    counts : bool
        Whether the verdict on the claim hangs on it; others are told beside.
    """

    label: str
    unit: str
    outcome: str
    of: str
    smallest: float
    is_short: bool = False
    has_null: bool = True
    counts: bool = True


@dataclass(frozen=True)
class Claim:
    """A claim: its parts, whether all of them are needed, its null, and the frames that it is judged by."""

    name: str
    title: str
    parts: tuple[Part, ...]
    needs_all: bool
    null: str
    effects: str
    ensemble: str


def _performance(smallest: float, outcome: str, label: str, unit: str) -> Part:
    return Part(label, unit, outcome, "cash_subsidy", smallest, is_short=True, has_null=False)


CLAIMS = (
    Claim(
        "a",
        "Trickle-down",
        (
            Part("adopters among SME manufacturers", "points", "sme_manufacturing_adopters", "trickle_down", 0.5),
            Part("SMEs' delivered defects", "ppm", "sme_defect_ppm", "trickle_down", -10.0),
            Part("SMEs' deliveries on time", "points", "sme_on_time", "trickle_down", 0.1),
            Part("SMEs' late days", "days per delivery", "sme_late_days", "trickle_down", -0.004),
            Part(
                "large firms' late days", "days per delivery", "large_late_days", "trickle_down", -0.004, counts=False
            ),
        ),
        needs_all=False,
        null="null of a",
        effects="policies",
        ensemble="ensemble",
    ),
    Claim(
        "b",
        "Money without capability",
        (
            Part(
                "adopters among SME manufacturers",
                "points",
                "sme_manufacturing_adopters",
                "cash_subsidy",
                0.5,
                has_null=False,
            ),
            _performance(-5.0, "sme_defect_ppm", "SMEs' delivered defects", "ppm"),
            Part("SMEs' defects, less half of what courses change", "ppm", "sme_defects_beside", "cash_subsidy", 0.0),
            _performance(0.1, "sme_on_time", "SMEs' deliveries on time", "points"),
            _performance(-0.004, "sme_late_days", "SMEs' late days", "days per delivery"),
            _performance(-0.004, "large_late_days", "large firms' late days", "days per delivery"),
        ),
        needs_all=True,
        null="null of b",
        effects="policies",
        ensemble="ensemble",
    ),
    Claim(
        "c",
        "The gap itself",
        (
            Part("delivered defects of all firms", "%", "defect_ppm", "all", 1.0),
            Part("late days of all firms", "%", "late_days", "all", 1.0),
            Part("delivered defects of large firms", "%", "defect_ppm", "large", 1.0),
            Part("late days of large firms", "%", "late_days", "large", 1.0),
        ),
        needs_all=False,
        null="null of c",
        effects="gap",
        ensemble="ensemble_gap",
    ),
)
"""Late days: 0.004 days are 1 % of the 0.4 days per delivery without any policy."""


def answer(low: float, high: float, part: Part) -> Answer:
    """Return what an interval of an effect says of a part of a claim."""
    if not (isfinite(low) and isfinite(high)):
        return "open"
    low, high = _along(part, low, high)
    size = abs(part.smallest)
    if low >= size:
        return "no" if part.is_short else "yes"
    if high < size:
        return "yes" if part.is_short else "no"
    return "open"


def _along(part: Part, low: float, high: float) -> tuple[float, float]:
    """Return an interval in the direction that the claim speaks of."""
    return (low, high) if copysign(1.0, part.smallest) > 0.0 else (-high, -low)


def together(answers: Iterable[Answer], needs_all: bool) -> Answer:
    """Return the answer of a claim from those of its parts: all are needed, or one is enough."""
    found = set(answers)
    decisive: Answer = "no" if needs_all else "yes"
    if decisive in found:
        return decisive
    return "open" if "open" in found else "yes" if needs_all else "no"


def judged(answers: Mapping[str, Answer], is_smaller: bool) -> tuple[str, list[str]]:
    """Return the verdict, and where the answer is another than over seeds as assumed.

    Parameters
    ----------
    answers : mapping
        By place: "seeds" (as assumed), "ensemble", and every assumption that was varied.
    is_smaller : bool
        Whether the effect is smaller in the null.
    """
    found = set(answers.values())
    if found == {"no"} or (found == {"yes"} and not is_smaller):
        return "not supported", []
    if found == {"yes"}:
        return "supported", []
    usual = answers["seeds"]
    elsewhere = [place for place, other in answers.items() if other != usual]
    return "depends on", (["seeds"] if usual == "open" else []) + elsewhere


def verdicts(frames: Mapping[str, pd.DataFrame], claims: Sequence[Claim] = CLAIMS) -> pd.DataFrame:
    """Return a row per claim (part "claim") and part: what seeds, ensemble and null say, the verdict, what it hangs on.

    Columns: claim, part, outcome, of, smallest, unit, seeds, ensemble, null, verdict, depends_on.

    Parameters
    ----------
    frames : mapping
        "policies" and "gap" with intervals over seeds by setting; "ensemble" and "ensemble_gap" with the range of 95 %
        of the members. What a frame does not hold stays open.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for claim in claims:
        parts = [_of_part(claim, part, frames) for part in claim.parts]
        counted = [found for part, found in zip(claim.parts, parts, strict=True) if part.counts]
        places = dict.fromkeys(place for one in counted for place in one["answers"])
        answers = {
            place: together((one["answers"].get(place, "open") for one in counted), claim.needs_all) for place in places
        }
        said = [one["is_smaller"] for one in counted if one["has_null"]]
        carried = [one["is_smaller"] for one in counted if one["has_null"] and one["answers"]["seeds"] == "yes"]
        whole = {
            "answers": answers,
            "has_null": bool(said),
            "is_smaller": all(said) if claim.needs_all else any(carried or said),
            "named": {"part": "claim", "outcome": "", "of": "", "smallest": float("nan"), "unit": ""},
        }
        rows += [_row(claim, found) for found in (whole, *parts)]
    return pd.DataFrame(rows)


def _of_part(claim: Claim, part: Part, frames: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return the answers of a part by place, and whether it is smaller in the null."""
    effects = {str(row["setting"]): row for row in _rows(frames, claim.effects, part)}
    members = [row for row in _rows(frames, claim.ensemble, part) if row.get("setting", ASSUMED) == ASSUMED]
    nothing = {"low": float("nan"), "high": float("nan"), "mean": float("nan")}
    usual, null = effects.get(ASSUMED, nothing), effects.get(claim.null, nothing)
    intervals = {"seeds": usual, "ensemble": members[0] if members else nothing}
    intervals |= {name: row for name, row in effects.items() if name != ASSUMED and not name.startswith("null")}
    low, _ = _along(part, usual["low"], usual["high"])
    mean, _ = _along(part, null["mean"], null["mean"])
    return {
        "answers": {place: answer(row["low"], row["high"], part) for place, row in intervals.items()},
        "has_null": part.has_null,
        "is_smaller": mean < low if part.has_null else True,
        "named": {
            "part": part.label,
            "outcome": part.outcome,
            "of": part.of,
            "smallest": part.smallest,
            "unit": part.unit,
        },
    }


def _rows(frames: Mapping[str, pd.DataFrame], name: str, part: Part) -> list[dict[str, Any]]:
    """Return the rows of a part in a frame of effects of policies or of the gap."""
    if name not in frames:
        return []
    frame = frames[name]
    if "measure" in frame:
        chosen = (frame["measure"] == part.outcome) & (frame["group"] == part.of) & (frame["part"] == "whole")
    else:
        chosen = (frame["outcome"] == part.outcome) & (frame["scenario"] == part.of)
    found: list[dict[str, Any]] = frame[chosen].to_dict("records")  # type: ignore[assignment]
    return found


def _row(claim: Claim, found: Mapping[str, Any]) -> dict[str, Any]:
    verdict, hangs_on = judged(found["answers"], found["is_smaller"])
    return {
        "claim": claim.name,
        **found["named"],
        "seeds": found["answers"]["seeds"],
        "ensemble": found["answers"]["ensemble"],
        "null": ("smaller" if found["is_smaller"] else "not smaller") if found["has_null"] else "",
        "verdict": verdict,
        "depends_on": "; ".join(hangs_on),
    }
