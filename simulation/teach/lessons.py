"""Reading a lesson: its file, the scenarios that it names, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from os import PathLike, fspath
from pathlib import Path as File
from typing import Any

from pydantic import ValidationError

from simulation.errors import InputError, Problem
from simulation.scenario.declarations import Part, Path, Shape, Table, plain, shape_of
from simulation.scenario.document import Document, Place, read
from simulation.scenario.explaining import explain
from simulation.scenario.finding import locate, scenario_beside, shipped_in, with_values
from simulation.scenario.merging import MOST_PROBLEMS, Draft
from simulation.scenario.scenario import Scenario
from simulation.teach.checks import findings
from simulation.teach.controls import Control, resolve_controls
from simulation.teach.declaration import Answer, LessonFile, Question, Teacher, Text
from simulation.teach.formulas import Curve, bass_curves
from simulation.teach.refusals import RefusedError

__all__ = ["Lesson", "lessons", "load_lesson", "shipped_lessons"]


@dataclass(frozen=True)
class Lesson:
    """A lesson made ready: its texts, its scenarios and what may be moved in them.

    Attributes
    ----------
    file : LessonFile
        What its file says.
    scenarios : mapping of str to Scenario
        Locked settings, by the names that the lesson gives them; the first is what the others are compared with.
    controls : mapping of str to Control
        What the student may move, by dotted path.
    """

    file: LessonFile
    scenarios: Mapping[str, Scenario]
    controls: Mapping[str, Control]

    @property
    def name(self) -> str:
        """Name, as in ``tierwise:lessons/name``."""
        return self.file.name

    @property
    def title(self) -> Text:
        """Title in both languages."""
        return self.file.title

    @property
    def text(self) -> Text:
        """Text that introduces the lesson."""
        return self.file.text

    @property
    def task(self) -> Text:
        """Task of the student."""
        return self.file.task

    @property
    def seed(self) -> int:
        """Seed that all scenarios share."""
        return self.file.seed

    @property
    def question(self) -> Question:
        """Question to the student."""
        return self.file.question

    @property
    def answer(self) -> Answer:
        """Answer, to be revealed afterwards."""
        return self.file.answer

    @property
    def teacher(self) -> Teacher:
        """Note to the teacher."""
        return self.file.teacher

    def moved(self, values: Mapping[str, Any]) -> dict[str, Scenario]:
        """Return the scenarios with values of controls, by dotted path.

        Raises
        ------
        RefusedError
            Something that is no control of this lesson, or a value outside its range.
        """
        changes: dict[str, dict[str, Any]] = {name: {} for name in self.scenarios}
        for path, value in values.items():
            if path not in self.controls:
                known = ", ".join(self.controls) or Text(en="nothing", ko="없음")
                raise RefusedError("lesson.locked", path[:80], known=known)
            control = self.controls[path]
            control.check(value)
            for name in control.scenarios:
                changes[name][path] = value
        return {name: scenario.with_(changes[name]) for name, scenario in self.scenarios.items()}

    def curves(self, values: Mapping[str, Any] | None = None) -> dict[str, tuple[Curve, ...]]:
        """Return by scenario the curves of the formula that stands beside the model; empty where there is none."""
        if self.file.formula == "none":
            return {}
        return {name: bass_curves(scenario) for name, scenario in self.moved(values or {}).items()}


def shipped_lessons() -> list[str]:
    """Return the names of the shipped lessons, ordered by name."""
    return shipped_in("lessons")


def lessons() -> list[Lesson]:
    """Return the shipped lessons in the order in which they are taught."""
    return sorted(map(load_lesson, shipped_lessons()), key=lambda lesson: (lesson.file.order, lesson.name))


def load_lesson(path: str | PathLike[str]) -> Lesson:
    """Read and check a lesson and all that it names.

    Parameters
    ----------
    path : str or path
        A YAML file, or the name of a shipped lesson: ``tierwise:trickle_down``, or ``trickle_down`` where no such file
        is.

    Raises
    ------
    InputError
        Everything that is wrong, each with ``file:line:col`` and path.
    """
    file, name = locate(fspath(path), "lessons")
    draft = Draft(shape_of(LessonFile), plain(LessonFile(name=file.stem)))
    draft.apply(_spelled_out(read(file, name), draft.shape))
    try:
        declared = _finished(draft)
        scenarios = _scenarios(declared, draft, file)
        controls, problems = resolve_controls(declared, scenarios, draft.place)
        problems += findings(declared, scenarios, draft)
        if problems:
            raise InputError(problems[:MOST_PROBLEMS])
    except InputError as error:  # what is missing has no line
        raise InputError(replace(one, place=one.place or name) for one in error.problems) from error
    return Lesson(declared, scenarios, controls)


def _spelled_out(document: Document, shape: Part) -> Document:
    """Return a document in which texts of one language, and groups that are one word, are written in full."""
    places = dict(document.places)

    def whole(value: Any, shape: Shape | None, path: Path) -> Any:  # noqa: ANN401 - any plain value
        if isinstance(shape, Part) and shape.kind is Text and isinstance(value, str):
            places[*path, "en"] = places.get(path, Place("", ""))
            return {"en": value}
        if path[:1] == ("watch",) and len(path) == 2 and isinstance(value, str):
            return [value]
        if isinstance(value, dict) and isinstance(shape, Part):
            return {key: whole(entry, shape.fields.get(key), (*path, key)) for key, entry in value.items()}
        if isinstance(value, dict) and isinstance(shape, Table):
            is_part = isinstance(shape.entry, Part)  # an entry left empty has the declared values
            given = {key: {} if entry is None and is_part else entry for key, entry in value.items()}
            return {key: whole(entry, shape.entry, (*path, key)) for key, entry in given.items()}
        return value

    return Document(whole(document.values, shape, ()), places)


def _finished(draft: Draft) -> LessonFile:
    """Return the lesson of a draft as declared; `InputError` with all its problems."""
    problems = draft.problems[:MOST_PROBLEMS]
    try:
        declared = LessonFile.model_validate(draft.values)
    except ValidationError as error:
        problems += explain(draft, error.errors(include_url=False)[: MOST_PROBLEMS - len(problems)])
        raise InputError(problems) from None
    if problems:
        raise InputError(problems)
    return declared


def _scenarios(declared: LessonFile, draft: Draft, file: File) -> dict[str, Scenario]:
    """Return the scenarios side by side, with what the lesson sets in all of them and in each."""
    if not declared.scenarios:
        message = "a lesson shows at least one scenario, such as {without: {scenario: baseline}}"
        raise InputError(Problem(message, draft.place(("scenarios",)), "scenarios"))
    found = {}
    for name, shown in declared.scenarios.items():
        path = ("scenarios", name, "scenario")
        found[name] = scenario_beside(shown.scenario, file, "lesson", draft.place(path), ".".join(path))
    levers = {lever for scenario in found.values() for lever in scenario.policy}
    made = {}
    for name, shown in declared.scenarios.items():
        common = with_values(found[name], declared.set, levers, draft)
        own = with_values(common, shown.set, (), draft, ("scenarios", name, "set"))
        made[name] = own.with_({"name": name, "title": shown.label.en or own.title or name})
    return made
