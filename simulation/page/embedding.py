"""One HTML file of program, style and data, which may ask nobody for anything.

The file's content security policy allows its own script and its own styles, each named by its hash, and nothing else:
no other script, no request, no form, no frame. Data stand in elements that browsers do not run, as base64, in which no
tag can be closed; the page writes texts of data as text and never as HTML.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Sequence

from simulation.errors import RunError
from simulation.page.bundle import Bundle

__all__ = ["RECORDING", "page_of", "policy_of"]

RECORDING = "recording"
"""Id of the element that holds the block of data."""

_CLOSING = ("</script", "<!--", "</style")


def policy_of(bundle: Bundle) -> str:
    """Return the content security policy of a page."""
    script, style = (_hash(text) for text in (bundle.script, bundle.style))
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; img-src data:; connect-src 'none'; "
        "base-uri 'none'; form-action 'none'"
    )


def page_of(block: bytes, bundle: Bundle, titles: Sequence[str]) -> str:
    """Return the page of a block of data.

    Parameters
    ----------
    block : bytes
        As `simulation.page.document.block_of` makes it.
    bundle : Bundle
    titles : sequence of str
        Of the runs, for the title of the document.

    Raises
    ------
    RunError
        A program or style that would end its own element.
    """
    for text in (bundle.script, bundle.style):
        if any(closing in text.lower() for closing in _CLOSING):
            message = "the built page holds a text that ends its element: run make page"
            raise RunError(message)
    title = html.escape(" | ".join(titles) or "Tierwise")
    data = base64.b64encode(block).decode("ascii")
    licences = base64.b64encode(bundle.licences.encode()).decode("ascii")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy_of(bundle)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title} – Tierwise</title>
<style>{bundle.style}</style>
</head>
<body>
<div id="app"></div>
<noscript>This page needs JavaScript. 이 페이지를 보려면 JavaScript가 필요합니다.</noscript>
<script type="text/plain" id="{RECORDING}">{data}</script>
<script type="text/plain" id="licences">{licences}</script>
<script>{bundle.script}</script>
</body>
</html>
"""


def _hash(text: str) -> str:
    """Return a text's hash as policies name it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"
