"""What can be run and moved: the shipped lessons, and the model on its own with policies beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from simulation.errors import InputError
from simulation.page.limits import refuse_too_large
from simulation.scenario.declarations import Leaf, find, leaves, shape_of
from simulation.scenario.document import read
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.scenario.shipped import shipped_folder, shipped_names
from simulation.schema import NO_DATA
from simulation.teach.controls import Control, resolve_controls
from simulation.teach.declaration import ControlEntry, LessonFile, Text
from simulation.teach.lessons import Lesson, load_lesson, shipped_lessons
from simulation.teach.refusals import RefusedError, TooLargeError, hint
from simulation.teach.settings import LARGEST_SEED, Settings
from simulation.teach.words import label_of, section_of, unit_of

__all__ = ["FIRST", "MOST_FIRMS", "MOST_MONTHS", "MOST_POLICIES", "Catalogue"]

MOST_FIRMS = 2_000
MOST_MONTHS = 120
MOST_POLICIES = 3
"""What one request may ask for, so that a class on one machine stays quick."""

START_FIRMS = 500
_FEWEST_FIRMS = 100
_FIRMS = "population.firms"

FIRST = (
    "influence.customers", "influence.suppliers", "influence.peers", "use.growth", "use.capacity",
    "process.quality_effect", "lateness.buffer", "lateness.lean", "lateness.pass_through", "budget.per_worker",
)  # fmt: skip
"""What stands first among the sliders of the model on its own; the others follow by section."""


_RANGED = Text(en="; only numbers with a range to try are", ko=". 시험할 범위가 정해진 수만 바꿀 수 있습니다")


class Catalogue:
    """Lessons by name and the model on its own, each read once, when it is first asked for.

    Requests name what is here, never a file.

    Parameters
    ----------
    own : Lesson, optional
        A lesson of the teacher's own, beside the shipped ones or in place of the one of its name.

    Raises
    ------
    TooLargeError
        A lesson that is too large for a class.
    """

    def __init__(self, own: Lesson | None = None) -> None:
        if own is not None:
            _refuse_large(own.scenarios)
        self._own = own
        self._lessons = {own.name: own} if own else {}

    @cached_property
    def titles(self) -> dict[str, dict[str, str]]:
        """Titles of all lessons in both languages by name, in the order in which they are taught."""
        found = {}
        for name in shipped_lessons():
            values = read(shipped_folder() / "lessons" / f"{name}.yaml", name).values
            title = values["title"] if isinstance(values["title"], dict) else {"en": values["title"]}
            found[name] = (values.get("order", 0), _both(Text(**title)))
        own = {self._own.name: _both(self._own.title)} if self._own else {}
        return {name: title for name, (_, title) in sorted(found.items(), key=lambda one: one[1][0])} | own

    def lesson(self, name: str) -> Lesson:
        """Return a lesson that is one of `titles`."""
        if name not in self._lessons:
            self._lessons[name] = load_lesson(f"tierwise:{name}")
        return self._lessons[name]

    @cached_property
    def policies(self) -> dict[str, Scenario]:
        """Shipped scenarios that differ from the baseline by their policy alone."""
        found = {name: load(f"tierwise:{name}") for name in shipped_names()}
        same = _without_policy(found["baseline"])
        return {name: one for name, one in found.items() if one.policy and _without_policy(one) == same}

    @cached_property
    def model(self) -> Lesson:
        """The model on its own: a lesson without texts, in which all that has a range may be moved."""
        base = load("tierwise:baseline").with_({_FIRMS: START_FIRMS, "budget.seeds": 4})
        entries = {path: ControlEntry() for path in FIRST}
        entries |= {path: ControlEntry() for path in _ranged(base)}
        entries[_FIRMS] = ControlEntry(low=_FEWEST_FIRMS, high=MOST_FIRMS)
        file = LessonFile(name="model", controls=entries)
        controls, problems = resolve_controls(file, {"baseline": base}, lambda _: "")
        if problems:
            raise InputError(problems)
        return Lesson(file, {"baseline": base}, controls)

    def chosen(self, settings: Settings) -> Lesson:
        """Return the lesson of some settings; `RefusedError` where there is none of that name."""
        if not settings.lesson:
            return self.model
        if settings.lesson not in self.titles:
            near = hint(settings.lesson, self.titles)
            raise RefusedError("lesson", "lesson", name=repr(settings.lesson[:40]), hint=near)
        return self.lesson(settings.lesson)

    def seed(self, settings: Settings) -> int:
        """Return the seed that all runs of some settings share."""
        return self.chosen(settings).seed if settings.seed is None else settings.seed

    def scenarios(self, settings: Settings) -> list[Scenario]:
        """Return the scenarios side by side.

        Raises
        ------
        RefusedError
            An unknown lesson, policy or path, or a value outside its range.
        TooLargeError
            More firms, months or policies than a class may ask for.
        """
        lesson = self.chosen(settings)
        firms = settings.values.get(_FIRMS)
        if isinstance(firms, int | float) and firms > MOST_FIRMS:
            raise TooLargeError("large.firms", _FIRMS, firms=firms, most=MOST_FIRMS)
        for path in settings.values:
            if lesson is self.model and path not in lesson.controls:
                raise RefusedError("value.path", path[:80], hint=hint(path, lesson.controls, _RANGED))
        moved = lesson.moved(settings.values)
        if settings.policies:
            moved |= self._beside(settings)
        _refuse_large(moved)
        return list(moved.values())

    def _beside(self, settings: Settings) -> dict[str, Scenario]:
        """Return the model with the policies asked for, each under the values that the first run has."""
        if settings.lesson:
            raise RefusedError("lesson.policies", "policies")
        if len(set(settings.policies)) > MOST_POLICIES:
            raise TooLargeError("policies.many", "policies", most=MOST_POLICIES)
        found = {}
        for name in settings.policies:
            if name not in self.policies:
                raise RefusedError("policy", "policies", name=repr(name[:40]), hint=hint(name, self.policies))
            start = {_FIRMS: START_FIRMS, "budget.seeds": 4}
            found[name] = self.policies[name].with_(start | dict(settings.values))
        return found

    def told(self, name: str) -> dict[str, Any]:
        """Return what the page needs to steer a lesson, as JSON: texts in both languages, controls, policies."""
        lesson = self.chosen(Settings(name))
        file = lesson.file
        is_model = lesson is self.model
        return {
            "lesson": name,
            "lessons": [{"name": n, "title": title} for n, title in self.titles.items()],
            "texts": None if is_model else _texts(lesson),
            "seed": file.seed,
            "largest_seed": LARGEST_SEED,
            "controls": [
                _control(one, is_model and path not in (*FIRST, _FIRMS)) for path, one in lesson.controls.items()
            ],
            "policies": [{"name": n, "title": one.title} for n, one in self.policies.items()] if is_model else [],
            "most_policies": MOST_POLICIES,
        }


def _refuse_large(scenarios: Mapping[str, Scenario]) -> None:
    """Raise `TooLargeError` where a class cannot run scenarios."""
    for scenario in scenarios.values():
        size = (scenario.population.firms, scenario.time.months)
        if scenario.population.data is None and (size[0] > MOST_FIRMS or size[1] > MOST_MONTHS):
            raise TooLargeError(
                "large", name=scenario.name, firms=size[0], months=size[1], most=MOST_FIRMS, longest=MOST_MONTHS
            )
    refuse_too_large(list(scenarios.values()))


def _without_policy(scenario: Scenario) -> dict[str, Any]:
    left_out = ("name", "title", "description", "policy")
    return {name: value for name, value in scenario.resolved().items() if name not in left_out}


def _ranged(scenario: Scenario) -> list[str]:
    """Return the dotted paths of all numbers for which the schema declares a range to try."""
    shape = shape_of(Scenario)
    found = []
    for path, value in leaves(scenario.resolved()):
        leaf = find(shape, path)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and isinstance(leaf, Leaf) and leaf.quantity and leaf.quantity.low is not None:
            found.append(".".join(path))
    return found


def _both(text: Text) -> dict[str, str]:
    return {"en": text.in_("en"), "ko": text.in_("ko")}


def _texts(lesson: Lesson) -> dict[str, Any]:
    file = lesson.file
    return {
        "title": _both(file.title),
        "text": _both(file.text),
        "task": _both(file.task),
        "question": _both(file.question.text),
        "choices": {name: _both(text) for name, text in file.question.choices.items()},
        "right": file.answer.choice,
        "answer": _both(file.answer.text),
        "labels": {name: _both(shown.label) for name, shown in file.scenarios.items()},
    }


def _control(control: Control, is_further: bool) -> dict[str, Any]:
    """Return a control as the page makes a slider, a switch or a list of it."""
    quantity, factor = control.quantity, control.factor
    said = quantity.label if quantity else factor.label
    return {
        "path": control.path,
        "label": _both(control.label or label_of(control.path, said)),
        "section": _both(section_of(control.path)),
        "symbol": quantity.symbol if quantity else "",
        "unit": _both(Text() if control.label else unit_of(factor.unit)),
        "status": quantity.status if quantity else "design",
        "source": (quantity.source if quantity else "") or NO_DATA,
        "levels": list(control.ends) if factor.levels is not None else None,
        "range": None if factor.levels is not None else list(control.ends),
        "is_whole": bool(factor.is_whole) if factor.levels is None else False,
        "start": dict(control.start),
        "is_further": is_further,
    }
