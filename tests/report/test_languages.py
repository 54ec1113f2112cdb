"""The report in Korean: nothing left in English but what users and packages are called."""

from __future__ import annotations

import re
from html import unescape

import pytest

from simulation.figures import fonts
from simulation.report import pictures, write_folder_report, write_report
from simulation.report.pictures import shown
from simulation.texts import language_now, speaking

ENGLISH = re.compile(r"\b[A-Za-z][a-z]{1,}\b(?:[ ,;]+[A-Za-z][a-z]{1,}\b){2,}")
"""Three words of Latin letters in a row."""


def words_of(page: str) -> str:
    bare = re.sub(r"<style>.*?</style>|<code>.*?</code>", " ", page, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "\n", bare))


@pytest.fixture
def korean(comparison, tmp_path, no_pictures):
    return write_report(comparison, tmp_path / "ko.html", "ko").read_text(encoding="utf-8")


def test_no_english_sentence_is_left_in_the_korean_report(korean, attack):
    text = words_of(korean)
    assert '<html lang="ko">' in korean
    assert "세 문장으로 본 결론" in text
    for users in (attack, "</td><b>bold"):
        assert users in text
        text = text.replace(users, "")
    about = next(line for line in text.splitlines() if "numba" in line)  # names of packages and of the machine
    assert not ENGLISH.findall(text.replace(about, ""))


def test_every_paragraph_heading_and_caption_is_korean(korean):
    for element in ("h1", "h2", "p", "li", "caption", "th"):
        for inside in re.findall(rf"<{element}[^>]*>(.*?)</{element}>", korean, re.DOTALL):
            bare = words_of(inside).strip()
            assert bare == "Holm p" or not re.fullmatch(r"[A-Z][a-z]+ [a-z ]+", bare), bare


def test_korean_sentences_have_their_particles(korean):
    text = words_of(korean)
    assert not re.search(r"\[[가-힣]+/[가-힣]*\]|⟨|⟩", text)
    assert "을(를)" not in text


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_single_run_is_reported_in_both_languages(kept_run, tmp_path, no_pictures, language):
    path = write_folder_report(kept_run, tmp_path / "run.html", language)
    text = words_of(path.read_text(encoding="utf-8"))
    assert ("One run gives no interval" if language == "en" else "한 번의 실행에는 신뢰구간이 없어") in text
    assert not re.search(r"\bnan\b", text)
    assert language_now().code == "en"


def test_the_file_of_a_language_has_its_name(kept_run, tmp_path, no_pictures):
    import shutil

    folder = shutil.copytree(kept_run, tmp_path / "run")
    assert write_folder_report(folder).name == "report.html"
    assert write_folder_report(folder, language="ko").name == "report-ko.html"


def test_without_a_korean_font_figures_stay_in_english_and_the_page_says_so(comparison, tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "has_korean", lambda: False)
    monkeypatch.setattr("simulation.report.comparison.all_pictures", lambda: ())
    path = write_report(comparison, tmp_path / "ko.html", "ko")
    assert "한글 글꼴이 없어 그림 속 글자는 영어로 남겨 두었다" in path.read_text(encoding="utf-8")
    spoken = []

    def draw():
        spoken.append(language_now().code)
        return pictures_figure()

    with speaking("ko"):
        title = shown("Over all points of the sweep", "", draw).title
    assert spoken == ["en"]
    assert title == "탐색한 모든 점에서"


def pictures_figure():
    from simulation.figures.style import finish, new_figure, styled

    with styled():
        figure = new_figure(3.0, 2.0, "A title")
        figure.subplots()
        return finish(figure, "A note.")


def test_title_and_note_of_a_figure_become_text_of_the_page():
    one = shown("Who gains", "A caption.", pictures_figure)
    assert (one.title, one.caption, one.note, one.missing) == ("Who gains", "A caption.", "A note.", "")
    assert one.source.startswith("data:image/svg+xml;base64,")


def test_a_korean_font_is_looked_for_among_the_installed_ones():
    assert fonts.has_korean() == fonts.is_writable("한국어")
    assert set(fonts.families("ko")) == set(fonts.families())
