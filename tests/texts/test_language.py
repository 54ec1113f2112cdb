"""The catalogues: the same sentences in every language, none missing or left over, no user's text taken apart."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import simulation
from simulation.errors import InputError
from simulation.experiments.cost_effectiveness import QUANTITIES
from simulation.experiments.gains import GAINED
from simulation.experiments.outcomes import outcomes_of
from simulation.experiments.robustness.metrics import METRICS
from simulation.experiments.survey import survey_points
from simulation.figures import all_pictures
from simulation.policies import lever_kinds
from simulation.scenario.reading import load
from simulation.scenario.register import register
from simulation.scenario.scenario import Scenario
from simulation.scenario.shipped import shipped_folder
from simulation.texts import LANGUAGES, catalogue, ended, language_now, say, speaking, word

SOURCES = Path(simulation.__file__).parent
HANGUL = re.compile("[가-힣]")
SAME = {"found.index_morris", "varied.designs_sobol", "differences.holm"}
"""Sentences without a word of Korean: symbols and names."""

HOLDS_NOTHING = {"found.figure_words"}


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_all_languages_have_the_same_sentences_with_the_same_places():
    english, korean = (catalogue(code).texts for code in ("en", "ko"))
    assert list(english) == list(korean)
    for key, text in english.items():
        # A number that only chooses between singular and plural has no place in Korean.
        only_plural = {name for name in places(text) if f"{{{name}:" in text and f"{{{name}}}" not in text}
        assert places(text) - only_plural <= places(korean[key]) <= places(text), key
        assert text.strip() or key in HOLDS_NOTHING
        assert korean[key].strip()


def test_korean_sentences_are_korean_and_english_ones_english():
    for key, text in catalogue("ko").texts.items():
        bare = re.sub(r"`[^`]*`|\{[^}]*\}", "", text)
        assert HANGUL.search(bare) or key in SAME or not re.search("[A-Za-z]{2}", bare), key
        assert not re.search(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}", bare), key  # three English words in a row
    assert not [key for key, text in catalogue("en").texts.items() if HANGUL.search(text)]


def test_every_sentence_that_is_asked_for_exists_and_every_sentence_is_asked_for():
    asked, begun = set(), set()
    for path in [*(SOURCES / "report").rglob("*.*"), *(SOURCES / "figures").rglob("*.py")]:
        if path.suffix not in (".py", ".html", ".css"):
            continue
        text = path.read_text(encoding="utf-8")
        asked |= set(re.findall(r"""["']([a-z_]+\.[a-z_]+)["']""", text))
        begun |= set(re.findall(r"""f["']([a-z_]+\.[a-z_]*)\{""", text))
    known = set(catalogue("en").texts)
    sections = {key.partition(".")[0] for key in known}
    missing = {key for key in asked if key.partition(".")[0] in sections} - known
    assert {key for key in missing if not key.endswith((".html", ".css"))} <= {"figure.facecolor"}
    assert not {key for key in known - asked if not any(key.startswith(start) for start in begun)}


def test_words_that_the_model_declares_have_a_korean_form():
    korean = catalogue("ko").words
    scenarios = [load(f"tierwise:{path.stem}") for path in sorted(shipped_folder().glob("*.yaml"))]
    outcomes = [*outcomes_of(Scenario()), *GAINED]
    wanted = {outcome.label for outcome in outcomes} | {outcome.unit for outcome in outcomes if outcome.unit != "ppm"}
    wanted |= {one.label for one in QUANTITIES} | {one.unit for one in QUANTITIES}
    wanted |= {scenario.title for scenario in scenarios}
    wanted |= {" ".join(scenario.description.split()) for scenario in scenarios}
    wanted |= {entry.label for entry in register() if entry.status == "assumed"}
    wanted |= {entry.source for entry in register() if entry.status == "assumed"}
    wanted |= {entry.unit for entry in register()}
    wanted |= {point.short for point in survey_points()}
    wanted |= {picture.title for picture in all_pictures()} | {metric.label for metric in METRICS}
    wanted |= set(lever_kinds())
    for scenario in scenarios:
        population = scenario.population
        wanted |= {*population.sizes, *population.sectors, *population.regions}
    assert {text for text in wanted if text and text not in korean} <= {"%"}


def test_korean_words_keep_their_places_and_say_something():
    for english, korean in catalogue("ko").words.items():
        assert places(english) == places(korean), english
        assert korean.strip(), english


def test_english_is_spoken_outside_and_another_language_only_within():
    assert language_now().code == "en"
    assert say("sure.complete") == "No run failed."
    with speaking("ko"):
        assert say("sure.complete") == "실패한 실행은 없다."
        assert word("Baseline") == "기준 시나리오"
        with speaking("en"):
            assert word("Baseline") == "Baseline"
        assert language_now().code == "ko"
    assert language_now().code == "en"


def test_an_error_leaves_the_language_as_it_was():
    def fail():
        with speaking("ko"):
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        fail()
    assert language_now().code == "en"


def test_one_and_many_have_their_own_forms():
    assert say("sure.seeds", n=1, seeds="7", runs="1").startswith("1 seed (7)")
    assert say("sure.seeds", n=30, seeds="1–30", runs="90").startswith("30 seeds (1–30)")


@pytest.mark.parametrize("title", ["[은/는]", "{n}", "a [가/나] {x} b", "%s {0}"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_what_users_call_their_scenarios_is_left_as_it_is(title, code):
    with speaking(code):
        assert title in say("hangs.influence_none", baseline=title)
        assert title in word("User share by size, {scenario}", scenario=title)


def test_clauses_end_as_their_place_in_the_sentence_asks():
    text = "격차는 줄어⟨든다|들고⟩"
    assert ended(text) == "격차는 줄어든다"
    assert ended(text, is_last=False) == "격차는 줄어들고"
    assert ended("narrows") == ended("narrows", is_last=False) == "narrows"


def test_an_unknown_language_is_refused_in_a_sentence():
    with pytest.raises(InputError, match="there is no language 'fr'; there are en and ko"):
        catalogue("fr")
