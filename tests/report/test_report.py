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
    assert heads[0] in ("The comparison at equal budget", "The comparison")
    assert heads[1:] == [
        "Who gains: by size, sector and region", "Imported risk: where it begins and who bears it", "Paths over time",
        "What it hangs on", "Method", "How sure this is", "To run it again", "Annex A. All differences",
        "Annex B. All assumed numbers", "Annex C. The supplier network of one run",
    ]  # fmt: skip
    assert text.index("<h1>") < text.index('class="answer"') < text.index('id="figure-answer"') < text.index("<h2>")


def test_the_answer_is_three_sentences_with_intervals(text):
    answer = re.search("<ol>(.*?)</ol>", text, re.DOTALL)
    assert answer is not None
    sentences = re.findall("<li>(.*?)</li>", answer[1], re.DOTALL)
    assert len(sentences) == 3
    assert all(sentence.endswith(".") for sentence in sentences)
    assert "assumed, not measured" in sentences[2]


def test_every_figure_says_runs_seeds_and_interval_below_it(page, text):
    captions = re.findall("<figcaption>(.*?)</figcaption>", text, re.DOTALL)
    assert len(captions) == len(NAMES)
    for caption in captions:
        assert "seed" in caption
        assert "interval" in caption
    numbers = re.findall(r"<strong>Figure (\d+)\.</strong>", text)
    assert [int(number) for number in numbers] == list(range(1, len(NAMES) + 1))


def test_it_prints_to_pages_of_a4_without_cutting_figures_or_tables(text):
    style = re.search("<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    assert "@page { size: A4" in style[1]
    assert "counter(page)" in style[1]
    assert "thead { display: table-header-group; }" in style[1]
    assert re.search(r"tr, figure, \.scroll:not\(\.long\)[^{]*\{ break-inside: avoid; \}", style[1])
    heads = re.findall(r"<table[^>]*>\s*<caption>.*?</caption>\s*<thead>", text, re.DOTALL)
    assert len(heads) == text.count("<table")


def test_every_outcome_and_scenario_has_its_row(comparison, page, text):
    table = comparison.differences()
    for label in table["label"].unique():
        assert label in page.text
    annex = text[text.index("Annex A. All differences</h2>") :]
    blocks = re.findall('<tbody class="outcome">.*?</tbody>', annex, re.DOTALL)
    assert len(blocks) == table["outcome"].nunique()
    assert sum(block.count('<th scope="row"') for block in blocks) == len(table)


def test_months_are_dates_and_assumed_numbers_are_listed(page):
    assert "Jan 2023 to Dec 2027" in page.text
    assert "January 2026" in page.text
    assert "Oct 2025" in page.text
    assert "numbers are assumed: nobody has measured them" in page.text
    assert "weight of customers who adopted" in page.text
    assert "influence.customers" in page.text


def test_what_is_needed_to_run_it_again_is_named(comparison, page):
    for entry in comparison.experiment.manifest["scenarios"].values():
        assert entry["digest"][:16] in page.text
    assert "3 seeds (1–3), 9 runs in all. No run failed." in page.text
    assert "numba" in page.text


def test_a_single_run_gives_a_report_of_its_outcomes_without_differences(lonely):
    assert "There is only one scenario, so there is nothing to compare it with." in lonely.text
    assert "One run gives no interval" in lonely.text
    assert "Thirty seeds are usual" in lonely.text
    assert "Who gains" not in lonely.text
    assert "Annex A" not in lonely.text
    assert lonely.count("img") == len(NAMES) - 4  # those that compare
    assert "nan" not in lonely.text.lower().replace("financ", "")


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(single, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(RunError, match="cannot write"):
        write_report(single, blocked / "report.html")
