"""One HTML file from a template and what it shows: styles and figures inside, no request to anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.store.files import replace_file
from simulation.texts import language_now, say, word

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["write_document"]

_FOLDER = Path(__file__).parent / "templates"
_SYMBOL = re.compile(r"\b([Rmu])_(q|d|max)(?![A-Za-z])")
_LONGEST = 90
"""Letters at the head of a printed page."""

_CODE = re.compile(r"`([^`]+)`")


def _marked(text: str) -> Markup:
    """Return a text, escaped, with indices of symbols set low and what stands in backquotes as code."""
    from markupsafe import Markup, escape

    safe = _SYMBOL.sub(r"\1<sub>\2</sub>", str(escape(text)))
    return Markup(_CODE.sub(r"<code>\1</code>", safe))


def _running(title: str) -> str:
    """Return a title, escaped, as a string of CSS may hold it at the head of each printed page."""
    from markupsafe import Markup

    plain = " ".join(Markup(title).unescape().split())
    line = "".join(letter for letter in plain if letter not in '\\"<>{}')
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,  # names of scenarios come from users
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"marked": _marked, "running": _running}
    environment.globals |= {"say": say, "word": word, "language": language_now().code}
    return environment


def write_document(template: str, content: Callable[[], Mapping[str, Any]], path: Path) -> Path:
    """Write a page in the language that is spoken now and return its path.

    The content is made when it is clear that the folder can be written to: before that nothing is lost.

    Raises
    ------
    RunError
        Where the file cannot be written.
    """
    page = _environment().get_template(template)
    with replace_file(path) as temporary:
        temporary.write_text(page.render(content()), encoding="utf-8")
    return path
