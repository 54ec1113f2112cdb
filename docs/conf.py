"""Settings of the site that `make docs` builds out of these pages, which read as well where they lie."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import simulation.rules
from simulation.compiled import Compiled

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = "Tierwise"
author = PROJECT["authors"][0]["name"]
project_copyright = f"2026, {author}"
version = release = PROJECT["version"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
highlight_language = "none"
myst_heading_anchors = 3

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"Tierwise {version}"
html_static_path = ["static"]
html_css_files = ["wide_tables.css"]
html_copy_source = False
html_show_sphinx = False

STANDS_FOR = {"contributing": "CONTRIBUTING.md", "changes": "CHANGELOG.md", "study": "results/study/README.md"}
"""Pages that show a file of another folder."""

FENCED = re.compile(r"(^(`{3,})[^\n]*\n.*?^\2$)", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")


def shown(text: str, home: Path) -> str:
    """Return a page of a folder with links as the site has them: what is no page and no picture is not linked."""
    pages = {(ROOT / name).resolve(): f"{page}.md" for page, name in STANDS_FOR.items()}

    def link(found: re.Match[str]) -> str:
        mark, words, target = found.groups()
        if re.match(r"https?:|mailto:|#", target):
            return found[0]
        name, _, anchor = target.partition("#")
        file = (home / name).resolve()
        is_page = file.parent == FOLDER and file.suffix == ".md"
        if not (mark or is_page or file in pages):
            return words
        place = pages.get(file) or os.path.relpath(file, FOLDER)
        return f"{mark}[{words}]({place}{f'#{anchor}' if anchor else ''})"

    # Every third part is a block of code, followed by its fence.
    parts = FENCED.split(text)
    return "".join(
        LINK.sub(link, part) if place % 3 == 0 else part for place, part in enumerate(parts) if place % 3 < 2
    )


def read(app: Sphinx, page: str, source: list[str]) -> None:
    """Put the file that a page stands for in its place, and links as the site has them."""
    file = ROOT / STANDS_FOR[page] if page in STANDS_FOR else FOLDER / f"{page}.md"
    source[0] = shown(file.read_text(encoding="utf-8"), file.parent)
    app.env.note_dependency(str(file))


def as_written() -> None:
    """Put the functions of the model in the place of what compiles them: pages show the functions."""
    rules = [found.name for found in pkgutil.iter_modules(simulation.rules.__path__, "simulation.rules.")]
    for module in map(importlib.import_module, ["simulation.randomness", *rules]):
        for name, value in list(vars(module).items()):
            if isinstance(value, Compiled):
                setattr(module, name, value.plain)


def setup(app: Sphinx) -> None:
    """Connect the above."""
    as_written()
    app.connect("source-read", read)
