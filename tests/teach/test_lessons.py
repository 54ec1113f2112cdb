"""Lesson files: what they mean, that both languages are complete, and every mistake with its place."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pytest
from pydantic import BaseModel, ValidationError

import simulation as tw
from simulation.errors import InputError
from simulation.teach.declaration import LANGUAGES, Text
from simulation.teach.lessons import lessons, load_lesson, shipped_lessons

TEXTS = """\
title: A lesson
text: One paragraph.
task: Do it.
question: {text: What happens?}
answer: {text: This.}
"""
WORLDS = "set: {population.firms: 60}\nscenarios: {plain: {}, grants: {scenario: cash_subsidy}}\n"


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a lesson file and gives its path."""

    def written(text: str, name: str = "lesson.yaml"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return written


@pytest.fixture
def refuse(write):
    """Return a function that gives the problems of a lesson file, without its folder."""

    def refused(text: str) -> list[str]:
        path = write(text)
        with pytest.raises(InputError) as caught:
            load_lesson(path)
        return [str(problem).replace(str(path), "lesson.yaml") for problem in caught.value.problems]

    return refused


def texts_in(part: object, path: str = "") -> Iterator[tuple[str, Text]]:
    """Yield all texts of a lesson with their paths."""
    if isinstance(part, Text):
        yield path, part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from texts_in(getattr(part, name), f"{path}.{name}")
    elif isinstance(part, dict):
        for name, entry in part.items():
            yield from texts_in(entry, f"{path}.{name}")


SHIPPED = lessons()


def test_lessons_come_in_the_order_in_which_they_are_taught():
    assert [lesson.file.order for lesson in SHIPPED] == list(range(1, len(SHIPPED) + 1))
    assert sorted(lesson.name for lesson in SHIPPED) == shipped_lessons()
    assert len(SHIPPED) >= 7
    assert tw.load_lesson("two_gaps") == next(lesson for lesson in SHIPPED if lesson.name == "two_gaps")


@pytest.mark.parametrize("lesson", SHIPPED, ids=lambda lesson: lesson.name)
def test_a_shipped_lesson_says_everything_in_both_languages(lesson):
    found = dict(texts_in(lesson.file))
    missing = [f"{path} ({language})" for path, text in found.items() for language in LANGUAGES
               if not getattr(text, language).strip()]  # fmt: skip
    assert not missing
    for path, text in found.items():
        paragraphs = [getattr(text, language).strip().count("\n\n") for language in LANGUAGES]
        assert paragraphs[0] == paragraphs[1], path


@pytest.mark.parametrize("lesson", SHIPPED, ids=lambda lesson: lesson.name)
def test_korean_texts_are_korean_and_marks_are_paired(lesson):
    for path, text in texts_in(lesson.file):
        assert any("가" <= letter <= "힣" for letter in text.ko), path
        for language in LANGUAGES:
            said = getattr(text, language)
            assert said.count("*") % 2 == said.count("`") % 2 == 0, f"{path} {language}"


@pytest.mark.parametrize("lesson", SHIPPED, ids=lambda lesson: lesson.name)
def test_a_shipped_lesson_is_small_locked_and_has_something_to_move(lesson):
    worlds = list(lesson.scenarios.values())
    assert all(one.population.firms == 500 for one in worlds)
    assert all((one.population, one.network) == (worlds[0].population, worlds[0].network) for one in worlds)
    assert lesson.controls
    assert lesson.file.watch
    assert lesson.answer.choice in lesson.question.choices
    for control in lesson.controls.values():
        for end in control.ends:
            lesson.moved({control.path: end})


def test_a_file_becomes_a_lesson(write):
    path = write(f"""{WORLDS}{TEXTS}seed: 7
controls:
  lateness.lean:
  policy.subsidy.share: {{low: 0.2, high: 0.8}}
  population.firms: {{values: [60, 120], label: Firms}}
  review.base: {{low: 0, high: 0.1, scenarios: [plain]}}
watch: {{late_days: large, adopter_share: [sme, sme manufacturing]}}
""")
    lesson = load_lesson(path)
    assert (lesson.name, lesson.seed) == ("lesson", 7)
    assert lesson.title == Text(en="A lesson")
    assert lesson.title.in_("ko") == "A lesson"
    assert list(lesson.scenarios) == ["plain", "grants"]
    assert {scenario.population.firms for scenario in lesson.scenarios.values()} == {60}
    assert [scenario.name for scenario in lesson.scenarios.values()] == ["plain", "grants"]
    assert lesson.file.watch == {"late_days": ("large",), "adopter_share": ("sme", "sme manufacturing")}
    assert {path: control.scenarios for path, control in lesson.controls.items()} == {
        "lateness.lean": ("plain", "grants"),
        "policy.subsidy.share": ("grants",),
        "population.firms": ("plain", "grants"),
        "review.base": ("plain",),
    }
    lean = lesson.controls["lateness.lean"]
    assert lean.ends == (0.0, 0.6)
    assert lean.start == {"plain": 0.2, "grants": 0.2}
    assert lean.quantity.status == "assumed"
    assert lesson.controls["population.firms"].ends == (60, 120)


def test_a_control_moves_its_scenarios_and_nothing_else(write):
    lesson = load_lesson(write(f"{WORLDS}{TEXTS}controls: {{review.base: {{low: 0, high: 0.1, scenarios: [plain]}}}}"))
    moved = lesson.moved({"review.base": 0.05})
    assert moved["plain"] == lesson.scenarios["plain"].with_({"review.base": 0.05})
    assert moved["grants"] == lesson.scenarios["grants"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"review.base": 0.2}, "review.base: 0.2 is not allowed here; it may be a number from 0 to 0.1"),
        ({"review.base": float("nan")}, "review.base: nan is not allowed here"),
        ({"review.base": True}, "review.base: True is not allowed here"),
        ({"review.base": "x" * 1000}, "is not allowed here"),
        ({"population.firms": 10}, "population.firms: 10 is not allowed here; it may be one of 60, 120"),
        ({"population.firms": 60.0}, "population.firms: 60 is not allowed here"),
        ({"time.months": 10}, "time.months: this lesson does not let you move it"),
        ({"name": "x"}, "name: this lesson does not let you move it; what can be moved: review.base, population.firms"),
    ],
)
def test_what_a_lesson_does_not_allow_is_refused(write, values, message):
    controls = "controls: {review.base: {low: 0, high: 0.1}, population.firms: {values: [60, 120]}}"
    lesson = load_lesson(write(f"{WORLDS}{TEXTS}{controls}"))
    with pytest.raises(InputError) as caught:
        lesson.moved(values)
    assert message in str(caught.value)


def test_a_scenario_beside_the_file_may_have_the_name_of_the_lesson(write):
    write("extends: tierwise:baseline\nlateness: {lean: 0.5}\n", "mine.yaml")
    lesson = load_lesson(
        write(f"scenarios: {{a: {{scenario: mine}}, b: {{scenario: baseline}}}}\n{TEXTS}", "baseline.yaml")
    )
    assert lesson.scenarios["a"].lateness.lean == 0.5
    assert lesson.scenarios["b"].lateness.lean == 0.2


def test_nothing_of_a_lesson_can_be_changed(write):
    lesson = load_lesson(write(f"{WORLDS}{TEXTS}"))
    with pytest.raises(ValidationError):
        lesson.file.seed = 2
    with pytest.raises(AttributeError):
        lesson.file = None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{WORLDS}{TEXTS}sed: 1", "lesson.yaml:8:1: sed: unknown key; did you mean 'seed'?"),
        (f"{WORLDS}{TEXTS}seed: x", "lesson.yaml:8:7: seed: 'x' is text; give a plain whole number between"),
        (f"{WORLDS}{TEXTS}seed: -1", "lesson.yaml:8:7: seed: -1 is below the smallest allowed value 0"),
        (f"{WORLDS}{TEXTS}title: x", "lesson.yaml:8:1: title: "),
        (f"{WORLDS}{TEXTS}formula: logistic", "lesson.yaml:8:10: formula: 'logistic' is not one of none or bass"),
        (f"{WORLDS}{TEXTS}formula: bass", "lesson.yaml:8:10: formula: plain: the formula is Bass's"),
        (TEXTS, "lesson.yaml: scenarios: a lesson shows at least one scenario"),
        (WORLDS, "lesson.yaml: title: this text is missing"),
        (f"{WORLDS}{TEXTS}teacher: {{next: [a]}}", "lesson.yaml:8:17: teacher.next: a list stands where keys"),
        (f"{WORLDS}{TEXTS}teacher: {{next: {{jp: a}}}}", "lesson.yaml:8:18: teacher.next.jp: unknown key"),
        (f"{WORLDS}{TEXTS}teacher: {{minutes: 0}}", "lesson.yaml:8:20: teacher.minutes: 0 is below"),
        (
            f"{TEXTS}scenarios: {{a: {{scenario: bseline}}}}",
            "lesson.yaml:6:27: scenarios.a.scenario: there is no scenario 'bseline' beside the lesson or among the "
            "shipped ones; did you mean 'baseline'?",
        ),
        (
            f"{TEXTS}scenarios: {{a: {{scenario: /etc/passwd}}}}",
            "lesson.yaml:6:27: scenarios.a.scenario: '/etc/passwd' leaves the project folder",
        ),
        (
            f"{TEXTS}scenarios: {{a: {{set: {{lateness.leen: 1}}}}}}",
            "lesson.yaml:6:38: scenarios.a.set.lateness.leen: unknown key; did you mean 'lean'?",
        ),
        (
            f"{TEXTS}scenarios: {{a: }}\nset: {{lateness.lean: 7}}",
            "lesson.yaml:7:22: set.lateness.lean: 7 is above the largest allowed value 1",
        ),
        (
            f"{WORLDS}{TEXTS}controls: {{lateness.leen: }}",
            "lesson.yaml:8:12: controls.lateness.leen: no scenario of this",
        ),
        (
            f"{WORLDS}{TEXTS}controls: {{lateness.lean: {{low: -1}}}}",
            "lesson.yaml:8:33: controls.lateness.lean.low: -1 is below the smallest allowed value 0",
        ),
        (
            f"{WORLDS}{TEXTS}controls: {{lateness.lean: {{low: 0.5}}}}",
            "lesson.yaml:8:12: controls.lateness.lean: 'plain' begins with 0.2, which is not allowed here",
        ),
        (
            f"{WORLDS}{TEXTS}controls: {{lateness.lean: {{values: [0.1]}}}}",
            "lesson.yaml:8:36: controls.lateness.lean.values: 'plain' begins with 0.2, which is not allowed here: it",
        ),
        (
            f"{WORLDS}{TEXTS}controls: {{lateness.lean: {{values: [0.2, 5.0]}}}}",
            "lesson.yaml:8:36: controls.lateness.lean.values: 5 is above the largest allowed value 1",
        ),
        (
            f"{WORLDS}{TEXTS}controls: {{lateness.lean: {{scenarios: [plane]}}}}",
            "lesson.yaml:8:39: controls.lateness.lean.scenarios: 'plane' is not one of the scenarios of this lesson; "
            "did you mean 'plain'?",
        ),
        (
            f"{WORLDS}{TEXTS}watch: {{late_day: [all]}}",
            "lesson.yaml:8:9: watch.late_day: there is no measure 'late_day'; did you mean 'late_days'?",
        ),
        (
            f"{WORLDS}{TEXTS}watch: {{late_days: [smes]}}",
            "lesson.yaml:8:20: watch.late_days: the measure 'late_days' has no group 'smes'; did you mean 'sme'?",
        ),
        (
            f"{WORLDS}{TEXTS.replace('What happens?}', 'What?, choices: {a: yes}}')}",
            "question.choices: one choice is no choice",
        ),
        (
            f"{WORLDS}{TEXTS.replace('What happens?}', 'What?, choices: {a: x, b: y}}')}",
            "answer.choice: which choice is right is not said; they are a, b",
        ),
        (
            f"{WORLDS}{TEXTS.replace('{text: This.}', '{text: This., choice: a}')}",
            "lesson.yaml:7:31: answer.choice: the question has no choices",
        ),
    ],
)
def test_every_mistake_is_told_with_its_place(refuse, text, message):
    assert any(message in problem for problem in refuse(text)), refuse(text)


def test_a_lesson_that_is_not_there():
    with pytest.raises(InputError, match=r"there is no such lesson; did you mean 'two_gaps'\?"):
        load_lesson("tierwise:two_gap")
