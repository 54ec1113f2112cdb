"""What in a lesson does not fit together: missing texts, unknown measures and groups, answers without a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from simulation.errors import InputError, Problem
from simulation.measures import all_measures
from simulation.measures.measure import labels
from simulation.scenario.declarations import Path
from simulation.scenario.merging import Draft, did_you_mean
from simulation.scenario.scenario import Scenario
from simulation.teach.declaration import LessonFile, Text
from simulation.teach.formulas import bass_curves
from simulation.world.build import groups_of

__all__ = ["findings"]

_NEEDED: tuple[Path, ...] = (("title",), ("text",), ("task",), ("question", "text"), ("answer", "text"))


class _Finding(NamedTuple):
    """The path of what is at fault, what is wrong with it, and whether that is the key."""

    path: Path
    message: str
    is_key: bool = False


Found = Iterator[_Finding]


def findings(declared: LessonFile, scenarios: Mapping[str, Scenario], draft: Draft) -> list[Problem]:
    """Return what does not fit together, each with its place in the lesson's file."""
    found = [*_texts(declared), *_choices(declared), *_watched(declared, scenarios), *_formula(declared, scenarios)]
    return [Problem(one.message, draft.place(one.path, of_key=one.is_key), ".".join(one.path)) for one in found]


def _texts(declared: LessonFile) -> Found:
    for path in _NEEDED:
        text: object = declared
        for step in path:
            text = getattr(text, step)
        if isinstance(text, Text) and not text:
            yield _Finding(path, "this text is missing; write it, or {en: ..., ko: ...} for both languages")


def _choices(declared: LessonFile) -> Found:
    choices, right = declared.question.choices, declared.answer.choice
    if len(choices) == 1:
        yield _Finding(("question", "choices"), "one choice is no choice; give two at least, or none for a free answer")
    for name, text in choices.items():
        if not text:
            yield _Finding(("question", "choices", name), "this choice has no text")
    if choices and right not in choices:
        said = f"{right!r} is not one of the choices" if right else "which choice is right is not said"
        yield _Finding(("answer", "choice"), f"{said}; they are {', '.join(choices)}")
    if right and not choices:
        yield _Finding(("answer", "choice"), "the question has no choices")


def _watched(declared: LessonFile, scenarios: Mapping[str, Scenario]) -> Found:
    measures = all_measures()
    for name, groups in declared.watch.items():
        if name not in measures:
            yield _Finding(("watch", name), f"there is no measure {name!r}{did_you_mean(name, measures)}", True)
            continue
        for scenario in scenarios.values():
            known = list(labels(groups_of(scenario), measures[name].scope))
            wrong = [group for group in groups if group not in known]
            if wrong:
                hint = did_you_mean(wrong[0], known) or f"; groups are {', '.join(known)}"
                yield _Finding(("watch", name), f"the measure {name!r} has no group {wrong[0]!r}{hint}")
                break


def _formula(declared: LessonFile, scenarios: Mapping[str, Scenario]) -> Found:
    if declared.formula == "none":
        return
    for name, scenario in scenarios.items():
        try:
            bass_curves(scenario)
        except InputError as error:
            yield _Finding(("formula",), f"{name}: {error.problems[0].message}")
