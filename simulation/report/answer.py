"""The answer of a comparison in three sentences, made from its table and never going beyond it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan

from simulation.report.view import Case, Row, View, is_clear
from simulation.texts import ended, say, word
from simulation.texts.numbers import difference_unit, fixed, level, money, places, probability, signed

__all__ = ["Background", "answer", "listed"]

Level = tuple[float, float, float]
"""A mean with the ends of its interval, NaN where there is none."""

_NAMED = 3
"""Most names in a sentence."""


@dataclass(frozen=True)
class Background:
    """What the sentences have to know beside the differences.

    Attributes
    ----------
    levels : mapping
        By outcome the baseline's mean with its interval.
    n_assumed : int
        Number of parameters without a measurement behind them.
    near : callable
        Of (outcome, best, others) those others that a test does not tell apart from the best.
    members : int
        Members of the ensemble in which the comparison was made again, 0 without one.
    spread : mapping
        By (outcome, scenario) between what 95 % of the members' means lie.
    """

    levels: Mapping[str, Level] = field(default_factory=dict)
    n_assumed: int = 0
    near: Callable[[str, str, Sequence[str]], list[str]] = lambda outcome, best, others: list(others)
    members: int = 0
    spread: Mapping[tuple[str, str], tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Subject:
    """An outcome as the subject of a sentence, with the verbs for going up and down."""

    outcome: str
    phrase: str
    rises: str = "answer.rises"
    falls: str = "answer.falls"


def answer(view: View, background: Background) -> list[str]:
    """Return three sentences: on adoption and use, on quality and schedule, on money and what it all rests on."""
    if len(view.cases) == 1:
        return _levels(view, background)
    first = _joined([_clause(view, background, subject) for subject in _spreading(view)] or [say("answer.one_kind")])
    second = _joined([_clause(view, background, subject) for subject in _risks(view)] or [say("answer.no_risk")])
    return [_sentence(text) for text in (say(_opening(view), first=first), second, _rests(view, background))]


def listed(names: Sequence[str], most: int = _NAMED) -> str:
    """Return names as a sentence has them, the first of many with the number of the rest."""
    if len(names) == 1:
        return names[0]
    if len(names) > most + 1:
        return word("{names} and {n} others", names=", ".join(names[:most]), n=len(names) - most)
    return word("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])


def _opening(view: View) -> str:
    """Return the key of the words that say how the money of what is judged compares."""
    judged = view.judged
    if not judged:
        return "answer.changed"
    if len(judged) == 1:
        return "answer.one"
    envelopes = {round(case.envelope, 3) for case in judged}
    is_equal = all(case.is_equal_money for case in judged) and len(envelopes) == 1
    return "answer.equal" if is_equal else "answer.unequal"


def _spreading(view: View) -> list[_Subject]:
    """Return adoption by small manufacturers and the gap in use, where there are such firms."""
    found = []
    makers = next((name for name in view.units if name.startswith("sme_") and name.endswith("_adopters")), None)
    if makers is not None:
        sector = makers.removeprefix("sme_").removesuffix("_adopters")
        found.append(_Subject(makers, say("answer.adopters", sector=word(sector))))
    gap = "user_gap" if len(view.cases) > 1 else "adopter_gap"
    if gap in view.units:
        found.append(_Subject(gap, say(f"answer.{gap}"), "answer.widens", "answer.narrows"))
    return found


def _risks(view: View) -> list[_Subject]:
    """Return defects and delays of small and medium firms; of large ones where there are no others."""
    for kind in ("sme", "large"):
        names = [name for name in (f"{kind}_defect_ppm", f"{kind}_late_days") if name in view.units]
        if names:
            late = {f"{kind}_late_days": ("answer.lengthens", "answer.shortens")}
            return [_Subject(name, say(f"answer.{name}"), *late.get(name, ())) for name in names]
    return []


def _clause(view: View, background: Background, subject: _Subject) -> str:
    """Return which scenario improves an outcome most, or that none can be told from chance."""
    judged = view.judged or view.cases[1:]
    rows = view.rows(subject.outcome, judged)
    if not rows:
        return say("answer.no_value", subject=subject.phrase)
    if not any(isfinite(row["low"]) for row in rows):
        return say("answer.one_pair", subject=subject.phrase)
    if all(row["low"] == row["high"] == 0.0 for row in rows):
        return say("answer.same", subject=subject.phrase)
    clear = [row for row in rows if is_clear(row["low"], row["high"])]
    better = sorted((row for row in clear if _gain(row) > 0.0), key=_gain, reverse=True)
    worse = sorted((row for row in clear if _gain(row) < 0.0), key=_gain)
    if better:
        text = _best(view, background, subject, better[0], judged)
        names = [view.label(row["scenario"]) for row in worse]
        return text + (say("answer.opposite", names=listed(names)) if names else "")
    if worse:
        return say("answer.worse", **_amount(view, subject, worse[0]))
    return _unclear(view, subject, rows)


def _gain(row: Row) -> float:
    return -row["difference"] if row["is_lower_better"] else float(row["difference"])


def _best(view: View, background: Background, subject: _Subject, best: Row, judged: Sequence[Case]) -> str:
    amount = _amount(view, subject, best)
    others = [case.name for case in judged if case.name != best["scenario"]]
    if not others:
        return say("answer.only", **amount)
    near = background.near(subject.outcome, best["scenario"], others)
    names = listed([view.label(name) for name in near]) if near else ""
    rivals = say("answer.near", names=names) if near else "" if amount["chance"] else say("answer.ahead")
    return say("answer.best", rivals=rivals, **amount)


def _amount(view: View, subject: _Subject, row: Row) -> dict[str, str]:
    """Return the parts of a clause about a row whose interval leaves out 0."""
    row = _readable(row)
    decimals = _decimals(row)
    low, high = sorted((abs(row["low"]), abs(row["high"])))
    is_sure = not isfinite(row["p_holm"]) or row["p_holm"] <= 0.05
    return {
        "subject": subject.phrase,
        "verb": say(subject.rises if row["difference"] > 0.0 else subject.falls),
        "policy": view.label(row["scenario"]),
        "size": fixed(abs(row["difference"]), decimals),
        "unit": difference_unit(row["unit"]),
        "low": fixed(low, decimals),
        "high": fixed(high, decimals),
        "start": level(row["mean_baseline"]),
        "start_unit": word(row["unit"]),
        "chance": "" if is_sure else say("answer.chance", p=probability(row["p_holm"])),
    }


def _readable(row: Row) -> Row:
    """Return a row with days per delivery, of which policies move thousandths, as days per 1,000 deliveries."""
    if row["unit"] != "days per delivery":
        return row
    scaled = {name: 1000.0 * row[name] for name in ("difference", "low", "high", "mean_baseline")}
    return {**row, **scaled, "unit": "days per 1,000 deliveries"}


def _decimals(row: Row) -> int:
    """Return decimals that show two figures of half the interval, however small it is."""
    return places([0.5 * (row["high"] - row["low"])], [row["difference"]], most=6)


def _unclear(view: View, subject: _Subject, rows: Sequence[Row]) -> str:
    row = _readable(max((row for row in rows if isfinite(row["low"])), key=lambda row: abs(row["difference"])))
    decimals = _decimals(row)
    return say(
        "answer.unclear",
        subject=subject.phrase,
        policy=view.label(row["scenario"]),
        difference=signed(row["difference"], decimals),
        unit=difference_unit(row["unit"]),
        low=fixed(row["low"], decimals),
        high=fixed(row["high"], decimals),
    )


def _rests(view: View, background: Background) -> str:
    """Return what the money was and bought, and on how many assumed numbers and other sets of them all rests."""
    values = {"n": background.n_assumed, "ensemble": _ensemble(view, background)}
    if not view.policies:
        return say("answer.rests_alone", **values)
    return say("answer.rests", first=ended(_bought(view), is_last=False), **values)


def _bought(view: View) -> str:
    first = ended(_spent(view), is_last=False)
    rows = view.rows("additional_adopters", view.judged)
    if not rows:
        return _spent(view)
    if not any(isfinite(row["low"]) for row in rows):
        return say("answer.bought_single", first=first)
    clear = [row for row in rows if is_clear(row["low"], row["high"]) and row["difference"] > 0.0]
    if not clear:
        return say("answer.bought_none", first=first)
    best = max(clear, key=lambda row: row["difference"])
    decimals = _decimals(best)
    return say(
        "answer.bought",
        first=first,
        policy=view.label(best["scenario"]),
        value=fixed(best["difference"], decimals),
        low=fixed(best["low"], decimals),
        high=fixed(best["high"], decimals),
    )


def _spent(view: View) -> str:
    short = [case.label for case in view.policies if not case.can_spend and isfinite(case.envelope)]
    if short:
        return say("answer.short", names=listed(short), n=len(short))
    amounts = {money(case.envelope) for case in view.judged}
    if len(amounts) > 1 or not all(case.is_equal_money for case in view.judged):
        return say("answer.unsolved")
    return say("answer.spent" if len(view.judged) > 1 else "answer.spent_one", amount=amounts.pop())


def _ensemble(view: View, background: Background) -> str:
    """Return how far the first effect that is told spreads over other sets of parameters."""
    if not background.members:
        return ""
    for subject in _spreading(view):
        rows = view.rows(subject.outcome, view.judged or view.cases[1:])
        clear = [row for row in rows if is_clear(row["low"], row["high"]) and _gain(row) > 0.0]
        if clear:
            best = max(clear, key=_gain)
            low, high = background.spread.get((subject.outcome, best["scenario"]), (nan, nan))
            decimals = places([0.5 * (high - low)], [low], most=6)
            return say(
                "answer.ensemble",
                members=background.members,
                policy=view.label(best["scenario"]),
                subject=subject.phrase,
                low=signed(low, decimals),
                high=signed(high, decimals),
                unit=difference_unit(best["unit"]),
            )
    return ""


def _levels(view: View, background: Background) -> list[str]:
    """Return the three sentences where there is nothing to compare: levels, and on what they rest."""
    spreading = [_level(view, background, subject) for subject in _spreading(view)] or [say("answer.one_kind")]
    risks = [_level(view, background, subject) for subject in _risks(view)] or [say("answer.no_risk")]
    told = [
        say("answer.at_end", baseline=view.cases[0].label, first=_joined(spreading)),
        say("answer.in_year", first=_joined(risks)),
    ]
    value, low, high = background.levels.get("large_defects_from_sme", (nan, nan, nan))
    if not any(isfinite(one[1]) for one in background.levels.values()):
        last = say("answer.single", n=background.n_assumed)
    elif isfinite(value) and isfinite(low):
        shares = {"share": fixed(value, 1), "low": fixed(low, 1), "high": fixed(high, 1)}
        last = say("answer.levels_rest", n=background.n_assumed, **shares)
    else:
        last = say("answer.levels_rest_unknown", n=background.n_assumed)
    return [_sentence(text) for text in (*told, last)]


def _level(view: View, background: Background, subject: _Subject) -> str:
    value, low, high = background.levels.get(subject.outcome, (nan, nan, nan))
    if not isfinite(value):
        return say("answer.no_value", subject=subject.phrase)
    unit = word(view.units[subject.outcome])
    if not isfinite(low):
        return say("answer.level_single", subject=subject.phrase, value=level(value), unit=unit)
    between = {"low": level(low), "high": level(high)}
    return say("answer.level", subject=subject.phrase, value=level(value), unit=unit, **between)


def _joined(clauses: Sequence[str]) -> str:
    """Return one or two clauses as one."""
    if len(clauses) == 1:
        return clauses[0]
    return say("answer.join", first=ended(clauses[0], is_last=False), last=clauses[1])


def _sentence(text: str) -> str:
    done = ended(text)
    return f"{done[:1].upper()}{done[1:]}."
