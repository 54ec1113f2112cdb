"""The guard around pages of another kind: whose requests and sockets reach them."""

from __future__ import annotations

import asyncio

import pytest
from teach.asking import ORIGIN, PORT, ask

from simulation.teach.guard import OwnPages

HOST = f"127.0.0.1:{PORT}"


@pytest.fixture
def reached():
    """An application that counts what reaches it, and answers nothing else."""
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        elif scope["type"] == "websocket":
            await send({"type": "websocket.accept"})

    return OwnPages(app, PORT), seen


def connect(app, **headers):
    sent = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message["type"])

    scope = {"type": "websocket", "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}
    asyncio.run(app(scope, receive, send))
    return sent


def test_the_servers_own_page_may_look_steer_and_connect(reached):
    app, seen = reached
    assert ask(app, "/").status == 200
    assert ask(app, "/", {}).status == 200
    assert ask(app, "/", host=f"LOCALHOST:{PORT}").status == 200
    assert connect(app, host=HOST, origin=ORIGIN) == ["websocket.accept"]
    assert seen == ["http", "http", "http", "websocket"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", f"evil.example:{PORT}", ""])
def test_nothing_for_another_host_gets_through(reached, host):
    app, seen = reached
    for body in (None, {}):
        answer = ask(app, "/", body, host=host)
        assert answer.status == 400
        assert "only at its own address" in answer.error
    assert connect(app, host=host, origin=ORIGIN) == ["websocket.close"]
    assert seen == []


@pytest.mark.parametrize("origin", ["http://evil.example", "null", f"https://{HOST}", ""])
def test_pages_from_elsewhere_neither_steer_nor_connect(reached, origin):
    """A browser lets any page open a socket to this machine, and says whose page it is."""
    app, seen = reached
    assert ask(app, "/", {}, origin=origin).status == 403
    assert connect(app, host=HOST, origin=origin) == ["websocket.close"]
    assert seen == []


def test_what_is_neither_request_nor_socket_passes(reached):
    app, seen = reached

    async def nothing(*_):
        return {}

    asyncio.run(app({"type": "lifespan"}, nothing, nothing))
    assert seen == ["lifespan"]
