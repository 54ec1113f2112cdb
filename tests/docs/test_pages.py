"""Every page is in the list of pages, every link leads somewhere, and what describes the project says the same."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md"), *(ROOT / "results").glob("**/README.md")])
FENCED = re.compile(r"^(`{3,})[^\n]*\n.*?^\1$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(\s*([^)\s]+)\s*\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def prose(page: Path) -> str:
    """Return a page without its blocks of code."""
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """Return the names by which headings can be linked, as GitHub and MyST make them."""
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(prose(page)))
    return {word.strip().replace(" ", "-") for word in words}


def listed() -> list[str]:
    """Return the pages in the tables of contents of the index."""
    text = (DOCS / "index.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\{toctree\}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [name for block in blocks for name in re.findall(r"^[^:\n].* <(\w+)>$", block, re.MULTILINE)]


def test_every_page_is_listed_once():
    assert len(listed()) > 30
    assert sorted(listed()) == sorted(page.stem for page in DOCS.glob("*.md") if page.stem != "index")


def test_the_index_links_every_page_in_words():
    linked = set(LINK.findall(prose(DOCS / "index.md")))
    standing_for = {"contributing": "../CONTRIBUTING.md", "changes": "../CHANGELOG.md"}
    assert {standing_for.get(name, f"{name}.md") for name in listed()} <= linked


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_inside_the_project_leads_somewhere(page):
    for link in LINK.findall(prose(page)):
        if re.match(r"https?:|mailto:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_page_begins_with_its_title(page):
    assert re.match(r"# \S", page.read_text(encoding="utf-8"))


def test_what_describes_the_project_says_the_same():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    meta = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    assert citation["version"] == meta["version"] == project["version"]
    assert citation["license"] == project["license"]
    assert meta["license"].endswith(f"/{project['license']}")
    assert [author["name"] for author in citation["authors"]] == [author["name"] for author in project["authors"]]
    assert [author["name"] for author in meta["author"]] == [author["name"] for author in project["authors"]]
    assert meta["description"] == project["description"]
    needed = {re.split(r"[<>=!~]", requirement)[0] for requirement in project["dependencies"]}
    assert set(meta["softwareRequirements"]) == needed
    assert f"({project['version']})" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
