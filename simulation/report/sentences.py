"""What a comparison says, in sentences made from its table and never going beyond it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import TYPE_CHECKING

from simulation.report.numbers import difference_unit, fixed, interval, level, money, places, probability
from simulation.report.view import Case, Row, View, is_clear

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Finding", "findings"]

_NO_DIFFERENCE = "no detectable difference"


@dataclass(frozen=True)
class Finding:
    """A heading and the sentences under it."""

    heading: str
    text: str


def findings(
    table: pd.DataFrame, cases: Sequence[Case], means: Mapping[str, float], units: Mapping[str, str], n_assumed: int
) -> list[Finding]:
    """Return what the comparison says about adoption, about quality and schedule, and about money and assumptions.

    Parameters
    ----------
    table : frame
        As `Comparison.differences` returns it.
    cases : sequence of Case
        All scenarios, the baseline first.
    means : mapping
        The baseline's mean by outcome.
    units : mapping
        Units by outcome, in the order of the table.
    n_assumed : int
        Number of parameters without a measurement behind them.
    """
    view = View(table, list(cases), means, units)
    return [
        Finding("Adoption", _adoption(view)),
        Finding("Quality and schedule", _risk(view)),
        Finding("Money and assumptions", _limits(view, n_assumed)),
    ]


@dataclass(frozen=True)
class _Subject:
    """An outcome as the subject of a sentence, with the verbs for going up and down."""

    outcome: str
    phrase: str
    rises: str
    falls: str


def _adoption_subjects(view: View) -> list[_Subject]:
    makers = next((name for name in view.units if name.startswith("sme_") and name.endswith("_adopters")), None)
    found = []
    if makers is not None:
        sector = makers.removeprefix("sme_").removesuffix("_adopters")
        found.append(_Subject(makers, f"the share of SMEs in {sector} that have adopted", "rises", "falls"))
    if "adopter_gap" in view.units:
        found.append(_Subject("adopter_gap", "the adopter gap between large firms and SMEs", "widens", "narrows"))
    return found


_RISKS = (
    _Subject("large_defect_ppm", "the defects that large firms deliver", "rise", "fall"),
    _Subject("large_on_time", "large firms' deliveries on time", "rise", "fall"),
)


def _amount(row: Row) -> str:
    """Return "by 1.7 points (95 % interval 0.8 to 2.6, Holm p 0.18)" of a row whose interval leaves out 0."""
    decimals = places([0.5 * (row["high"] - row["low"])], [row["difference"]])
    low, high = sorted((abs(row["low"]), abs(row["high"])))
    size = fixed(abs(row["difference"]), decimals)
    holm = f", Holm p {probability(row['p_holm'])}" if isfinite(row["p_holm"]) else ""
    return f"by {size} {difference_unit(row['unit'])} (95 % interval {interval(low, high, decimals)}{holm})"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _gain(row: Row) -> float:
    return -row["difference"] if row["is_lower_better"] else float(row["difference"])


def _verdict(view: View, subject: _Subject) -> str:
    """Return which policy improves an outcome most and which make it worse, without a full stop at the end."""
    rows = view.rows(subject.outcome, view.judged)
    if not rows:
        return f"{subject.phrase} cannot be compared: there is no value in these runs"
    if not any(isfinite(row["low"]) for row in rows):
        return f"no difference in {subject.phrase} can be told from chance, because there is only one pair of runs"
    better, worse = _clear(rows)
    if not better and not worse:
        return f"{subject.phrase}: {_NO_DIFFERENCE} under {'the policy' if len(rows) == 1 else 'any policy'}"
    parts = []
    if better:
        best = better[0]
        most = "" if len(rows) == 1 else " most"
        start = f"from {level(best['mean_baseline'])} {best['unit']}"
        parts.append(
            f"{subject.phrase} {_verb(subject, best)}{most} under {view.label(best['scenario'])}, {_amount(best)}, "
            f"{start}"
        )
        parts += _rivals(view, best, better[1:])
    if worse:
        names = _listed([view.label(row["scenario"]) for row in worse])
        if better:
            parts.append(f"the opposite happens under {names}")
        else:
            parts.append(f"{subject.phrase} {_verb(subject, worse[0])} under {names}, and no policy does better")
    return "; ".join(parts)


def _clear(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows whose interval leaves out 0: improvements, the largest first, and the others."""
    clear = [row for row in rows if is_clear(row["low"], row["high"])]
    better = sorted((row for row in clear if _gain(row) > 0.0), key=_gain, reverse=True)
    return better, [row for row in clear if _gain(row) < 0.0]


def _verb(subject: _Subject, row: Row) -> str:
    return subject.rises if row["difference"] > 0.0 else subject.falls


def _rivals(view: View, best: Row, others: Sequence[Row]) -> list[str]:
    close = [row for row in others if row["low"] <= best["high"] and row["high"] >= best["low"]]
    if not close:
        return []
    names = _listed([view.label(row["scenario"]) for row in close])
    return [f"{names} {'follows' if len(close) == 1 else 'follow'} with overlapping intervals"]


def _adoption(view: View) -> str:
    subjects = _adoption_subjects(view)
    if not subjects:
        return "With one kind of size there is no gap between sizes to tell of; the table below has the other outcomes."
    if not view.policies:
        levels = [
            f"{subject.phrase} is {level(view.means.get(subject.outcome, nan))} {view.units[subject.outcome]}"
            for subject in subjects
        ]
        return f"No policy alone was compared. In the last month of {view.cases[0].label}, {' and '.join(levels)}."
    verdicts = [_verdict(view, subject) for subject in subjects]
    told = [f"{view.at_equal_money}, {verdicts[0]}.", *(_sentence(verdict) for verdict in verdicts[1:])]
    return " ".join([*told, *_chance(view, subjects)])


def _chance(view: View, subjects: Sequence[_Subject]) -> list[str]:
    """Return a warning where a difference that is named may owe to the number of differences looked at."""
    split = [_clear(view.rows(subject.outcome, view.judged)) for subject in subjects]
    named = [row for better, worse in split for row in (*better[:1], *worse)]
    if any(not row["p_holm"] <= 0.05 for row in named):
        return [f"Where Holm p is above 0.05, chance alone could show as much among {view.n_tests} differences."]
    return []


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _risk(view: View) -> str:
    parts = []
    if view.policies:
        subjects = [subject for subject in _RISKS if subject.outcome in view.units]
        parts += [*(_sentence(_verdict(view, subject)) for subject in subjects), *_chance(view, subjects)]
    defects, late = (view.means.get(name, nan) for name in ("large_defects_from_sme", "large_late_from_sme"))
    inherited = [
        f"{fixed(share, 0)} % of {what}"
        for share, what in ((defects, "the defects that large firms deliver"), (late, "their late days"))
        if isfinite(share)
    ]
    if inherited:
        parts.append(f"In the last year of {view.cases[0].label}, {' and '.join(inherited)} began in SMEs.")
    else:
        parts.append("How much of it began in SMEs was not recorded or is not defined.")
    return " ".join(parts)


def _limits(view: View, n_assumed: int) -> str:
    parts = []
    short = [case for case in view.policies if not case.can_spend and isfinite(case.envelope)]
    if short:
        amounts = _listed(
            [f"{case.label} ({money(case.spent)} of {money(case.envelope)} million won)" for case in short]
        )
        if len(short) == 1:
            parts.append(f"{amounts} does not meet its envelope; what it changes is not at equal money.")
        else:
            parts.append(f"{amounts} do not meet their envelopes; what they change is not at equal money.")
    equal = [case for case in view.policies if case.is_equal_money]
    if equal and not short:
        paid = [case.paid for case in equal if isfinite(case.paid)]
        here = f"; these runs spent {money(min(paid))} to {money(max(paid))}" if len(paid) > 1 else ""
        parts.append(
            f"On average over the seeds on which strengths were solved, every policy spends its envelope of "
            f"{money(equal[0].envelope)} million won within 1 %{here}."
        )
    if unsolved := [case.label for case in view.policies if not isfinite(case.envelope)]:
        parts.append(f"The money of {_listed(unsolved)} was taken as written and not made equal.")
    if mixed := [case.label for case in view.cases[1:] if case.is_policy and case.is_mixed]:
        parts.append(
            f"{_listed(mixed)} changed more than a policy and cannot be ranked; what else differs is listed below."
        )
    parts.append(_influence(view))
    parts.append(f"{n_assumed} numbers of the model are assumed, not measured; they are listed below.")
    return " ".join(parts)


def _influence(view: View) -> str:
    """Return what is known of the largest unknown: how far partners influence adoption."""
    if not view.cases[0].has_influence:
        return f"In {view.cases[0].label} no firm is influenced by its partners' adoption."
    text = "No effect size of partners' adoption on a firm's own is known, so its weights are assumed"
    off = [case for case in view.cases[1:] if not case.has_influence and not case.is_policy]
    rows = view.rows("additional_adopters", off)
    if not rows:
        return f"{text}; this comparison does not vary them."
    row = rows[0]
    label = view.label(row["scenario"])
    if not is_clear(row["low"], row["high"]):
        return f"{text}; with all of them at 0 ({label}) adopters at the end: {_NO_DIFFERENCE}."
    more = "more" if row["difference"] > 0.0 else "fewer"
    low, high = sorted((abs(row["low"]), abs(row["high"])))
    return (
        f"{text}; with all of them at 0 ({label}) and without any policy {fixed(abs(row['difference']), 0)} {more} "
        f"firms adopt (95 % interval {interval(low, high, 0)}, against {fixed(row['mean_baseline'], 0)}); "
        "whether the policies keep their order there was not tested."
    )
