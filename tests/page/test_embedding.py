import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from simulation.errors import RunError
from simulation.page.bundle import Bundle, read_bundle
from simulation.page.document import block_of
from simulation.page.embedding import page_of


class _Elements(HTMLParser):
    """All elements with their attributes and the text in them."""

    def __init__(self):
        super().__init__()
        self.found, self.open = [], None

    def handle_starttag(self, tag, attrs):
        self.open = {"tag": tag, "text": "", **dict(attrs)}
        self.found.append(self.open)

    def handle_data(self, data):
        if self.open is not None:
            self.open["text"] += data

    def handle_endtag(self, tag):
        self.open = None


def elements(page):
    parser = _Elements()
    parser.feed(page)
    return parser.found


def digest(text):
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@pytest.fixture(scope="module")
def page(recordings):
    return page_of(block_of(recordings), read_bundle(), ["Base", "</title><script>alert(1)</script>"])


def test_the_policy_allows_exactly_the_scripts_and_styles_that_are_there(page):
    found = elements(page)
    policy = next(one["content"] for one in found if one.get("http-equiv") == "Content-Security-Policy")
    scripts = [one["text"] for one in found if one["tag"] == "script" and "type" not in one]
    styles = [one["text"] for one in found if one["tag"] == "style"]
    assert (len(scripts), len(styles)) == (1, 1)
    assert f"script-src 'sha256-{digest(scripts[0])}';" in policy
    assert f"style-src 'sha256-{digest(styles[0])}';" in policy
    for word in ("default-src 'none'", "connect-src 'none'", "base-uri 'none'", "form-action 'none'"):
        assert word in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_the_page_names_no_host_to_be_asked(page):
    found = elements(page)
    assert not [one for one in found if one["tag"] in {"link", "img", "iframe", "object", "base"}]
    assert not [one for one in found if {"src", "href", "action"} & set(one)]
    assert not [one for one in found if any(name.startswith("on") for name in one)]


def test_titles_and_data_cannot_become_elements(page, recordings):
    tags = [one["tag"] for one in elements(page)]
    assert tags.count("script") == 3  # data, licences, program
    data = next(one["text"] for one in elements(page) if one.get("id") == "recording")
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", data)
    assert base64.b64decode(data) == block_of(recordings)


def test_the_licences_of_all_that_is_bundled_are_in_the_page(page):
    text = base64.b64decode(next(one["text"] for one in elements(page) if one.get("id") == "licences")).decode()
    for name in ("graphology", "sigma", "uplot"):
        assert re.search(rf"^{name} [\d.]+ \(MIT\)$", text, re.MULTILINE)
    assert text.count("Permission is hereby granted") >= 3


@pytest.mark.parametrize("text", ["a</script>b", "a<!--b", "a</STYLE >b"])
def test_a_program_that_would_end_its_element_is_refused(text):
    with pytest.raises(RunError, match="make page"):
        page_of(b"", Bundle(text, "", ""), [])
    with pytest.raises(RunError, match="make page"):
        page_of(b"", Bundle("", text, ""), [])
