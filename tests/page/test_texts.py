"""The catalogues: the same texts in every language, none missing and none left over."""

import csv
import json
import re

import pytest

from simulation.page.bundle import SOURCES
from simulation.scenario.reading import load
from simulation.scenario.shipped import shipped_folder

pytestmark = pytest.mark.skipif(not SOURCES.is_dir(), reason="the sources of the page are not in the wheel")
LANGUAGES = ("en", "ko")


@pytest.fixture(scope="module")
def catalogues():
    folder = SOURCES / "src" / "texts"
    return {language: json.loads((folder / f"{language}.json").read_text(encoding="utf-8")) for language in LANGUAGES}


def test_all_languages_have_the_same_texts_with_the_same_places(catalogues):
    one, other = (catalogues[language] for language in LANGUAGES)
    assert list(one) == list(other)
    for key in one:
        places = [sorted(re.findall(r"\{(\w+)\}", texts[key])) for texts in (one, other)]
        assert places[0] == places[1], key
        assert one[key].strip(), key
        assert other[key].strip(), key


def test_korean_texts_are_korean(catalogues):
    """Words that stay as they are (units, measures, names of programs) aside."""
    same = {key for key, text in catalogues["ko"].items() if not re.search("[가-힣]", text)}
    assert same <= {key for key in same if key.endswith(".unit") or key.startswith("unit.") or key == "language"}


def _sources():
    return {path: path.read_text(encoding="utf-8") for path in (SOURCES / "src").rglob("*.js")}


def test_every_text_that_is_asked_for_exists_and_every_text_is_asked_for(catalogues):
    asked, begun = set(), set()
    for text in _sources().values():
        asked |= set(re.findall(r"""\bt\(\s*["']([\w. ]+)["']""", text))
        asked |= set(re.findall(r"""SourceError\(["']([\w.]+)["']""", text))
        asked |= {word for pair in re.findall(r"""\?\s*"([\w.]+)"\s*:\s*"([\w.]+)\"""", text) for word in pair}
        begun |= set(re.findall(r"`([a-z_]+\.)\$\{", text)) | set(re.findall(r"\[`([a-z]+\.)\$\{", text))
    known = set(catalogues["en"])
    begun |= {f"{name}." for name in ("color", "layout")}  # choices of the toolbar
    missing = {key for key in asked if "." in key and key not in known}
    assert not missing
    left = {key for key in known if key not in asked and not any(key.startswith(start) for start in begun)}
    assert left <= {"language"}


def test_shipped_scenarios_and_survey_points_are_named_in_both_languages(catalogues):
    titles = {path.stem: load(f"tierwise:{path.stem}").title for path in shipped_folder().glob("*.yaml")}
    for name, title in titles.items():
        assert catalogues["en"][f"scenario.{name}"] == title
    assert {key for key in catalogues["en"] if key.startswith("scenario.")} == {f"scenario.{name}" for name in titles}
    with (shipped_folder() / "targets" / "survey.csv").open(encoding="utf-8", newline="") as file:
        points = {f"survey.{row['id']}" for row in csv.DictReader(file)}
    assert {key for key in catalogues["en"] if key.startswith("survey.")} == points
