"""What the reproduction numbers of defects and lateness mean for a run."""

from __future__ import annotations

from simulation.experiments.network_check.check import NetworkCheck
from simulation.experiments.network_check.finding import Finding, Limits

__all__ = ["defects_spread", "lateness_spreads"]


def defects_spread(check: NetworkCheck, limits: Limits) -> Finding:
    """Say whether defects fade along the chain."""
    risks = check.risks
    start, worst = risks.start.defects, max(risks.start.defects, risks.worst.defects)
    values = {"start": start, "worst": worst, "multiplier": risks.multiplier}
    if start >= 1.0:
        text = (
            f"Defects do not fade: R_q = {start:.2f}. Along loops they build up round by round until they saturate, at "
            "shares that hardly depend on the firms' own. Fewer defects.critical_inputs or more defects.inspection make "
            "a chain that works."
        )
        return Finding("defects_grow", "warning", text, values)
    if worst >= 1.0:
        text = (
            f"Defects fade at the start (R_q = {start:.2f}) but need not later: where users of AI buy from firms "
            f"without it, R_q may reach {worst:.2f}."
        )
        return Finding("defects_may_grow", "warning", text, values)
    if worst == 0.0:
        text = (
            "Goods never return to a firm: defects end with the last buyer. By sales, firms deliver "
            f"{risks.multiplier:.2f} times their own defects."
        )
        return Finding("defects_end", "note", text, values)
    if worst >= limits.near:
        text = (
            f"Defects fade, but slowly: R_q = {start:.2f}, at most {worst:.2f} under any pattern of use. Small changes "
            "of inspection or of critical inputs change delivered defects much."
        )
        return Finding("defects_near", "note", text, values)
    text = (
        f"Defects fade along the chain: R_q = {start:.2f}, at most {worst:.2f} under any pattern of use. By sales, "
        f"firms deliver {risks.multiplier:.2f} times their own defects."
    )
    return Finding("defects_fade", "note", text, values)


def _without_recovery(check: NetworkCheck, values: dict[str, float]) -> Finding:
    """Say what r = 1 means: buffers alone absorb lateness."""
    at_start, with_all = check.risks.is_bounded
    start, everybody = values["start"], values["everybody"]
    if at_start and with_all:
        text = (
            "With r = 1 nothing of inherited lateness is recovered, but buffers are long enough for it to stay bounded "
            f"(R_d = {start:.2f}, {everybody:.2f} with everybody using AI)."
        )
        return Finding("late_bounded", "note", text, values)
    if at_start:
        text = (
            f"With r = 1 and lean buyers lateness need not die out: buffers suffice at the start (R_d = {start:.2f}), "
            f"but not surely once everybody uses AI (R_d = {everybody:.2f}). Late days may then grow month by month."
        )
        return Finding("late_may_grow", "warning", text, values)
    text = (
        f"With r = 1 lateness need not die out: buffers are too short to say that it stays bounded (R_d = {start:.2f}, "
        f"{everybody:.2f} with everybody using AI). Late days may grow month by month, whatever the policy."
    )
    return Finding("late_grows", "warning", text, values)


def lateness_spreads(check: NetworkCheck, limits: Limits) -> Finding:
    """Say whether lateness dies out."""
    risks, passed = check.risks, check.setting.pass_through
    start, everybody = risks.start.late, risks.everybody.late
    worst = max(start, risks.worst.late)
    values = {"start": start, "everybody": everybody, "worst": worst, "late_buyers": risks.late_buyers}
    if passed >= 1.0:
        return _without_recovery(check, values)
    ends = f"since r = {passed:.2g} each single event's effect still ends"
    if start >= 1.0:
        text = (
            f"A late event makes more than one other delivery late along loops (R_d = {start:.2f}): {ends}, but most "
            "late deliveries will be inherited, and they will be many."
        )
        return Finding("late_spreads", "warning", text, values)
    if worst >= 1.0:
        text = (
            f"Lateness dies out at the start (R_d = {start:.2f}), but when buyers run lean a late event makes more "
            f"than one other delivery late along loops (R_d up to {worst:.2f}): {ends}, but expect late days to rise "
            "sharply."
        )
        return Finding("late_may_spread", "warning", text, values)
    if worst == 0.0:
        text = (
            "Critical links form no loops: lateness ends with the last buyer. An own late event makes "
            f"{risks.late_buyers:.2f} buyers late directly."
        )
        return Finding("late_ends", "note", text, values)
    if worst >= limits.near:
        text = (
            f"Lateness dies out, but R_d = {start:.2f} may come near 1 ({worst:.2f} at most): small changes of buffers "
            "change late days much."
        )
        return Finding("late_near", "note", text, values)
    text = (
        f"Lateness dies out: an own late event makes {risks.late_buyers:.2f} buyers late directly, R_d = {start:.2f} "
        f"({everybody:.2f} with everybody using AI)."
    )
    return Finding("late_dies_out", "note", text, values)
