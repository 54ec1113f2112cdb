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
from simulation.schema import Section

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
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
suppress_warnings = ["ref.python"]  # a word that says what an attribute is may be the name of several others

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


def without_signature(_app: Sphinx, what: str, _name: str, thing: object, *_: object) -> tuple[str, str] | None:
    """Leave out what a section of a scenario is made with: all its values, which stand in the register."""
    return ("", "") if what == "class" and issubclass(thing, Section) else None


def left_out(_app: Sphinx, _what: str, _name: str, thing: object, _skip: bool, _options: object) -> bool | None:
    """Leave out fields of tuples, which their class describes, and the parameters of rules, which the register has."""
    is_field = (getattr(thing, "__doc__", None) or "").startswith("Alias for field number")
    is_parameters = (
        isinstance(thing, type) and hasattr(thing, "_fields") and thing.__module__.startswith("simulation.rules")
    )
    return True if is_field or is_parameters else None


def setup(app: Sphinx) -> None:
    """Connect the above."""
    as_written()
    app.connect("source-read", read)
    app.connect("autodoc-process-signature", without_signature)
    app.connect("autodoc-skip-member", left_out)
