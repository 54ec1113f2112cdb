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

__all__ = ["LIVE", "RECORDING", "live_page_of", "page_of", "policy_of"]

RECORDING = "recording"
"""Id of the element that holds the block of data."""

LIVE = "live"
"""Id of the element that says that a server gives the data."""

_CLOSING = ("</script", "<!--", "</style")


def policy_of(bundle: Bundle, *, is_live: bool = False) -> str:
    """Return the content security policy of a page; a live one may ask its own server, and nobody else."""
    asks = "'self'" if is_live else "'none'"
    script, style = (_hash(text) for text in (bundle.script, bundle.style))
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; img-src data:; connect-src {asks}; "
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
    data = base64.b64encode(block).decode("ascii")
    return _document(bundle, " | ".join(titles) or "Tierwise", RECORDING, data, policy_of(bundle))


def live_page_of(bundle: Bundle, start: str) -> str:
    """Return the page that asks its own server for runs; ``start`` is the lesson that it opens unless told otherwise.

    Its policy (``policy_of(bundle, is_live=True)``) is in its answer's header, which may also forbid frames.
    """
    data = base64.b64encode(start.encode()).decode("ascii")
    return _document(bundle, "Tierwise", LIVE, data, policy_of(bundle, is_live=True))


def _document(bundle: Bundle, title: str, name: str, data: str, policy: str) -> str:
    """Return the page with data (base64) in an element of that name."""
    for text in (bundle.script, bundle.style):
        if any(closing in text.lower() for closing in _CLOSING):
            message = "the built page holds a text that ends its element: run make page"
            raise RunError(message)
    licences = base64.b64encode(bundle.licences.encode()).decode("ascii")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{html.escape(title)} – Tierwise</title>
<style>{bundle.style}</style>
</head>
<body>
<div id="app"></div>
<noscript>This page needs JavaScript. 이 페이지를 보려면 JavaScript가 필요합니다.</noscript>
<script type="text/plain" id="{name}">{data}</script>
<script type="text/plain" id="licences">{licences}</script>
<script>{bundle.script}</script>
</body>
</html>
"""


def _hash(text: str) -> str:
    """Return a text's hash as policies name it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"
