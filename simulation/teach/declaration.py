"""What a lesson file may say: texts, scenarios side by side, what may be moved, a question and its answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from simulation.schema import Count, Quantity, Section

__all__ = ["LANGUAGES", "Answer", "ControlEntry", "Language", "LessonFile", "Question", "Shown", "Teacher", "Text"]

Language = Literal["en", "ko"]

LANGUAGES: tuple[Language, ...] = ("en", "ko")

Names = Annotated[tuple[str, ...], Field(strict=False)]
Values = Annotated[tuple[Any, ...], Field(strict=False)]
End = Annotated[float, Quantity("end of a range", status="design")]


class Text(Section):
    """A text in English, Korean or both; where one is missing the other stands in."""

    en: str = ""
    ko: str = ""

    def in_(self, language: Language) -> str:
        """Return the text in a language, else in the other one."""
        return getattr(self, language) or self.en or self.ko

    def __bool__(self) -> bool:
        return bool(self.en.strip() or self.ko.strip())


class Shown(Section):
    """One of the scenarios side by side: a file or shipped name, and values of its own by dotted path."""

    scenario: str = "baseline"
    label: Text = Text()
    set: dict[str, Any] = Field(default_factory=dict)


class ControlEntry(Section):
    """What the student may move: a range or a list of values; a range not given is that of the parameter register.

    ``scenarios`` names the scenarios that it moves, by default all that have such a value.
    """

    low: End | None = None
    high: End | None = None
    values: Values | None = None
    label: Text = Text()
    scenarios: Names = ()


class Question(Section):
    """A question; without choices the answer is free."""

    text: Text = Text()
    choices: dict[str, Text] = Field(default_factory=dict)


class Answer(Section):
    """The right choice, empty for a free answer, and why."""

    choice: str = ""
    text: Text = Text()


class Teacher(Section):
    """For the teacher: minutes, what students usually get wrong, how to go on, where the numbers come from."""

    minutes: Annotated[int, Count("minutes that the lesson takes", unit="minutes", status="design", maximum=600)] = 30
    mistakes: Text = Text()
    next: Text = Text()
    measured: Text = Text()


class LessonFile(Section):
    """A lesson as its file declares it.

    Attributes
    ----------
    name : str
        By default that of the file.
    order : int
        Place among the lessons.
    title, text, task : Text
        Paragraphs are separated by empty lines; ``*``, ``**`` and backquotes mark words, ``- `` items of a list.
    seed : int
        Of all scenarios, which so share every draw.
    set : dict
        Values of all scenarios, by dotted path.
    scenarios : dict of Shown
        Side by side, by a name of the lesson's own; the first is what the others are compared with.
    formula : {"none", "bass"}
        Curves that are drawn beside those of the model.
    controls : dict of ControlEntry
        What the student may move, by dotted path; everything else is locked.
    watch : dict of tuple of str
        Measures to look at, each with its groups.
    question : Question
    answer : Answer
    teacher : Teacher
    """

    name: str = "unnamed"
    order: Annotated[int, Count("place among the lessons", status="design", maximum=1000)] = 1000
    title: Text = Text()
    text: Text = Text()
    seed: Annotated[int, Quantity("seed", status="design", minimum=0, maximum=999_999)] = 1
    set: dict[str, Any] = Field(default_factory=dict)
    scenarios: dict[str, Shown] = Field(default_factory=dict)
    formula: Literal["none", "bass"] = "none"
    controls: dict[str, ControlEntry] = Field(default_factory=dict)
    watch: dict[str, Names] = Field(default_factory=dict)
    task: Text = Text()
    question: Question = Question()
    answer: Answer = Answer()
    teacher: Teacher = Teacher()
