"""Asking an application directly, as a server would: no socket, no browser."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, NamedTuple

PORT = 4321
ORIGIN = f"http://127.0.0.1:{PORT}"
SMALL = {"population.firms": 100}


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> str:
        """The sentence in English; the Korean one must be there too."""
        told = json.loads(self.body)["error"]
        assert re.search("[가-힣]", told["ko"]), told
        return told["en"]


async def asked(
    app,
    path: str,
    body: Any = None,
    host: str = f"127.0.0.1:{PORT}",
    leaves: asyncio.Event | None = None,
    **headers: str,
) -> Answer:
    """Ask; with a body (bytes, or what becomes JSON) it is a POST of the page itself unless headers say otherwise.

    The browser waits for the answer, or until ``leaves`` is set.
    """
    method = "GET" if body is None else "POST"
    given = {"host": host}
    if body is not None:
        given |= {"origin": ORIGIN, "content-type": "application/json"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
    plain, _, query = path.partition("?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": given.pop("method", method),
        "scheme": "http",
        "path": plain,
        "raw_path": plain.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in given.items() if value],
        "server": ("127.0.0.1", PORT),
        "client": ("127.0.0.1", 5),
    }
    parts = [content[at : at + 4096] for at in range(0, len(content), 4096)] or [b""]
    sent: list[dict[str, Any]] = []

    async def receive():
        if not parts:
            await (leaves or asyncio.Event()).wait()
            return {"type": "http.disconnect"}
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], told, b"".join(one.get("body", b"") for one in sent[1:]))


def ask(app, path: str, body: Any = None, **options: str) -> Answer:
    return asyncio.run(asked(app, path, body, **options))


def ask_together(app, path: str, bodies: list[Any]) -> list[Answer]:
    async def together():
        return await asyncio.gather(*(asked(app, path, body) for body in bodies))

    return asyncio.run(together())
