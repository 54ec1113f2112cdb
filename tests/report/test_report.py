"""The report of a real comparison with hostile names: one file, complete, and harmless."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

import pytest

from simulation.errors import RunError
from simulation.figures import NAMES
from simulation.report import write_report

VOID = {"meta", "img", "br", "hr", "link", "input"}


class Page(HTMLParser):
    """Elements of a page with their attributes, its text, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.text += data

    def count(self, tag):
        return sum(name == tag for name, _ in self.elements)


@pytest.fixture(scope="module")
def text(comparison, tmp_path_factory):
    path = write_report(comparison, tmp_path_factory.mktemp("report") / "report.html")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


@pytest.fixture(scope="module")
def lonely(single, tmp_path_factory):
    return Page(write_report(single, tmp_path_factory.mktemp("report") / "single.html").read_text(encoding="utf-8"))


def test_the_page_is_well_formed(page):
    assert page.open == []
    assert page.elements[0] == ("html", {"lang": "en"})
    assert page.count("h1") == page.count("title") == 1


def test_nothing_is_loaded_from_elsewhere(text, page):
    assert page.count("script") == page.count("link") == page.count("iframe") == page.count("a") == 0
    for _, attributes in page.elements:
        for name in ("src", "href", "srcset", "data", "poster", "action", "background"):
            assert (attributes.get(name) or "data:").startswith("data:")
        assert not any(name.startswith("on") for name in attributes)
    style = re.search("<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    policy = next(a["content"] for tag, a in page.elements if tag == "meta" and "http-equiv" in a)
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_names_and_descriptions_of_users_are_shown_as_text(page, attack):
    assert attack in page.text
    assert "</td><b>bold" in page.text
    assert page.count("b") == 0
    assert page.count("img") == len(NAMES)


def test_every_figure_is_inside_with_a_caption_and_an_alternative_text(page):
    pictures = [attributes for tag, attributes in page.elements if tag == "img"]
    assert len(pictures) == len(NAMES)
    for picture in pictures:
        kind, content = (picture["src"] or "").split(";base64,")
        start = {"data:image/svg+xml": b"<?xml", "data:image/png": b"\x89PNG"}[kind]
        assert base64.b64decode(content).startswith(start)
        assert len(picture["alt"] or "") > 40
    assert page.count("figcaption") == len(NAMES)


def test_the_file_is_small_enough_to_mail(text):
    assert len(text) < 5_000_000


def test_sections_come_in_the_order_in_which_they_are_read(text):
    heads = re.findall("<h2>(.*?)</h2>", text)
    assert heads == [
        "What was compared", "At a glance", "Differences in full", "Money", "What the money bought",
        "How long the gap lasts", "Figures", "How risk multiplies",
        "What it hangs on", "Method", "To run it again",
    ]  # fmt: skip
    assert text.index("<h1>") < text.index('class="says"') < text.index("<h2>")


def test_every_outcome_and_scenario_has_its_row(comparison, page, text):
    table = comparison.differences()
    for label in table["label"].unique():
        assert label in page.text
    blocks = re.findall('<tbody class="outcome">.*?</tbody>', text, re.DOTALL)
    assert len(blocks) == table["outcome"].nunique()
    assert sum(block.count('<th scope="row"') for block in blocks) == len(table)


def test_months_are_dates_and_assumed_numbers_are_listed(page):
    assert "January 2023 to December 2027" in page.text
    assert "January 2026" in page.text
    assert "Oct 2025" in page.text
    assert "weight of customers who adopted" in page.text
    assert "influence.customers" in page.text


def test_what_is_needed_to_run_it_again_is_named(comparison, page):
    for entry in comparison.experiment.manifest["scenarios"].values():
        assert entry["digest"][:16] in page.text
    assert "Seeds 1–3; 9 runs" in page.text
    assert "numba" in page.text


def test_a_single_run_gives_a_report_of_its_outcomes_without_differences(lonely):
    assert "No policy alone was compared" in lonely.text
    assert "there are no differences" in lonely.text
    assert "Differences from the baseline: not drawn" in lonely.text
    assert "Cost-effectiveness frontier: not drawn, because there is no policy" in lonely.text
    assert lonely.count("img") == len(NAMES) - 2
    assert "nan" not in lonely.text.lower().replace("financ", "")


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(single, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(RunError, match="cannot write"):
        write_report(single, blocked / "report.html")
