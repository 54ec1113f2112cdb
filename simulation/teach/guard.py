"""Who may ask the server, and how much: around the application, before anything is read or run."""

from __future__ import annotations

from typing import Any

from simulation.teach.declaration import Text
from simulation.teach.refusals import said

__all__ = ["LARGEST_BODY", "Guard", "OwnPages"]

LARGEST_BODY = 16_384
"""Bytes of a request's body."""

_SLOW_BODY = 10.0
"""Seconds that a browser has to send its body."""

Scope = Any
Receive = Any
Send = Any
"""What servers hand to an application (ASGI)."""

Refusal = tuple[int, Text]


class Guard:
    """An application (ASGI) that lets only the page's own requests through to another one.

    The server listens to this machine alone, but a page from elsewhere, open in the same browser, could still send it
    requests, or give its own name the address of this machine. So the host must be this machine under the server's
    port, a request that runs something must come from the server's own page, and no other origin is ever allowed to
    read an answer. Every answer carries the policy of the page.

    Parameters
    ----------
    app : application
    port : int
    policy : str
        Content security policy of the page.
    """

    def __init__(self, app: Any, port: int, policy: str) -> None:  # noqa: ANN401 - an application
        self.app = app
        self.hosts, self.origins = _own(port)
        self.headers = [
            (b"content-security-policy", f"{policy}; frame-ancestors 'none'".encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cache-control", b"no-store"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self.headers]
            await send(message)

        if refusal := self._refusal(scope):
            await _refuse(guarded, *refusal)
            return
        if scope["method"] == "POST":
            body = await _body(receive)
            if isinstance(body, tuple):
                await _refuse(guarded, *body)
                return
            receive = _again(body, receive)
        await self.app(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> Refusal | None:
        """Return status and sentence where a request is not the page's own."""
        headers = scope["headers"]
        if not _is_one_of(self.hosts, b"host", scope):
            return 400, said("host")
        if scope["method"] not in {"GET", "HEAD", "POST"}:
            return 405, said("method")
        if scope["method"] != "POST":
            return None
        if not _is_one_of(self.origins, b"origin", scope):
            return 403, said("origin")
        kinds = [value.split(b";")[0].strip().lower() for name, value in headers if name == b"content-type"]
        if kinds != [b"application/json"]:
            return 415, said("kind")
        lengths = [value for name, value in headers if name == b"content-length"]
        if lengths and (not lengths[0].isdigit() or int(lengths[0][:20]) > LARGEST_BODY):
            return 413, said("body", most=LARGEST_BODY)
        return None


class OwnPages:
    """An application (ASGI) that lets only requests of its own pages through to one with pages of its own kind.

    Looking may be asked for by anybody who knows the server by its own address; whatever steers it, sockets included
    (a browser opens them for any page), only by pages from there.

    Parameters
    ----------
    app : application
    port : int
    """

    def __init__(self, app: Any, port: int) -> None:  # noqa: ANN401 - an application
        self.app = app
        self.hosts, self.origins = _own(port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        kind = scope["type"]
        if kind not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        is_looking = kind == "http" and scope["method"] in {"GET", "HEAD"}
        refusal: Refusal | None = None
        if not _is_one_of(self.hosts, b"host", scope):
            refusal = 400, said("host")
        elif not is_looking and not _is_one_of(self.origins, b"origin", scope):
            refusal = 403, said("origin")
        if refusal is None:
            await self.app(scope, receive, send)
        elif kind == "http":
            await _refuse(send, *refusal)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refusal[1].en})


def _own(port: int) -> tuple[set[bytes], set[bytes]]:
    """Return names under which a server on this machine is reached, and origins of its pages."""
    hosts = {f"{name}:{port}".encode() for name in ("127.0.0.1", "localhost")}
    return hosts, {b"http://" + host for host in hosts}


def _is_one_of(known: set[bytes], name: bytes, scope: Scope) -> bool:
    """Say whether a header stands there once, with a known value."""
    values = [value for other, value in scope["headers"] if other == name]
    return len(values) == 1 and values[0].lower() in known


async def _body(receive: Receive) -> bytes | Refusal:
    """Return the body of a request, or status and sentence where it is too large or too slow."""
    import asyncio

    body = b""
    try:
        async with asyncio.timeout(_SLOW_BODY):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return 400, said("early")
                body += bytes(message.get("body", b""))
                if len(body) > LARGEST_BODY:
                    return 413, said("body", most=LARGEST_BODY)
                if not message.get("more_body", False):
                    return body
    except TimeoutError:
        return 408, said("slow")


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body that was read, then what follows it."""
    is_given = False

    async def give() -> dict[str, Any]:
        nonlocal is_given
        if is_given:
            return await receive()  # type: ignore[no-any-return]
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give


async def _refuse(send: Send, status: int, sentence: Text) -> None:
    import json

    body = json.dumps({"error": {"en": sentence.en, "ko": sentence.ko}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
