"""What the scripts that write pages share: tables in Markdown and words about declarations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Rows = Iterable[Sequence[object]]


def table(header: Sequence[str], rows: Rows) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    for row in rows:
        cells = [escaped(str(cell)) for cell in row]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def escaped(text: str) -> str:
    """Return a text that stands in a cell as it is; names between backquotes need nothing."""
    text = text.replace("|", "\\|").replace("\n", " ")
    return text if text.startswith("`") else text.replace("*", "\\*").replace("<", "&lt;")


def first_line(thing: object) -> str:
    """Return the first line of what something says about itself, without "Return"."""
    text = (getattr(thing, "plain", thing).__doc__ or "").strip().split("\n")[0].rstrip(".")
    text = text.removeprefix("Return ")
    return text[:1].upper() + text[1:]


def number(value: object) -> str:
    """Return a number as the page writes it; nothing for none."""
    return f"{value:g}" if isinstance(value, float) else ("" if value is None else str(value))
