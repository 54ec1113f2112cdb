"""Bytes on a real connection to the live server: no fault of its own, no file read, nobody locked out."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from simulation.teach import patience
from simulation.teach.server import OPTIONS, application
from simulation.teach.serving import ADDRESS, bound, configured

pytest.importorskip("starlette", reason="the extra teach is not installed")
uvicorn = pytest.importorskip("uvicorn", reason="the extra teach is not installed")


@contextmanager
def serving(laboratory) -> Iterator[int]:
    """Serve at a free port, as the command does; give the port."""
    place = bound(0)
    port = place.getsockname()[1]
    server = uvicorn.Server(configured(application(laboratory, port), **OPTIONS))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [place]}, daemon=True)
    thread.start()
    until = time.monotonic() + 20.0
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(10.0)
        place.close()


@pytest.fixture(scope="module")
def served(laboratory):
    with serving(laboratory) as port:
        yield port


def said(port: int, content: bytes, *, seconds: float = 5.0, closes: bool = True) -> bytes:
    """Send bytes and return all that is answered until the server closes, or falls silent."""
    with socket.create_connection((ADDRESS, port), timeout=seconds) as connection:
        connection.settimeout(seconds)
        received = b""
        try:
            connection.sendall(content)
            if closes:
                connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65_536):
                received += part
        except OSError:  # silence, or closed in the middle of what was sent
            pass
        return received


def is_well(port: int) -> bool:
    answer = said(port, f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
    return answer.startswith(b"HTTP/1.1 200 ")


RAW = (
    b"", b"\r\n\r\n", b"\0" * 1000, b"GET / HTTP/9.9\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: HERE\r\n\r\n",
    b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost : HERE\r\n\r\n", b"GET / HTTP/1.1\r\n Host: HERE\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: HERE\nX: y\n\n", b"GET \x00 HTTP/1.1\r\nHost: HERE\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: HERE\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: HERE\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(20_000)) + b"\r\n",
    b"POST /api/runs HTTP/1.1\r\nHost: HERE\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    b"POST /api/runs HTTP/1.1\r\nHost: HERE\r\nContent-Length: -5\r\n\r\nhello",
    b"POST /api/runs HTTP/1.1\r\nHost: HERE\r\nContent-Length: 5\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
    b"POST /api/runs HTTP/1.1\r\nHost: HERE\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
    b"POST /api/runs HTTP/1.1\r\nHost: HERE\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    b"POST /api/runs HTTP/1.1\r\nHost: HERE\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: HERE\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n",
    b"GET /../../../../etc/passwd HTTP/1.1\r\nHost: HERE\r\n\r\n",
    b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: HERE\r\n\r\n",
    b"GET /..\\..\\etc HTTP/1.1\r\nHost: HERE\r\n\r\n", b"TRACE / HTTP/1.1\r\nHost: HERE\r\n\r\n",
    b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: HERE\r\nExpect: 100-continue\r\n\r\n",
)  # fmt: skip


@pytest.mark.parametrize("content", RAW, ids=range(len(RAW)))
def test_bytes_that_are_no_request_of_the_page_do_no_harm(served, content):
    received = said(served, content.replace(b"HERE", f"127.0.0.1:{served}".encode()))
    assert b"Traceback" not in received
    assert b"root:x:0" not in received
    assert b" 500 " not in received.split(b"\r\n", 1)[0]
    if b"HERE" not in content:
        assert not received.startswith(b"HTTP/1.1 200 ")
    assert is_well(served)


def test_a_connection_does_not_become_a_web_socket(served):
    received = said(served, RAW[24].replace(b"HERE", f"127.0.0.1:{served}".encode()))
    assert b" 101 " not in received.split(b"\r\n", 1)[0]


def test_random_bytes_do_no_harm(served):
    rng = random.Random("sockets")
    for _ in range(40):
        start = rng.choice((b"", b"GET / HTTP/1.1\r\nHost: ", b"POST /api/runs HTTP/1.1\r\n"))
        said(served, start + rng.randbytes(rng.randrange(400)))
    assert is_well(served)


def test_clients_that_say_nothing_or_little_are_sent_away(laboratory, monkeypatch):
    monkeypatch.setattr(patience, "SLOW_HEAD", 0.6)
    with ExitStack() as stack:
        port = stack.enter_context(serving(laboratory))
        slow = [stack.enter_context(socket.create_connection((ADDRESS, port), timeout=10.0)) for _ in range(300)]
        for connection in slow[::2]:
            connection.sendall(b"GET / HTTP/1.1\r\nHo")
        until = time.monotonic() + 20.0
        while not is_well(port) and time.monotonic() < until:
            time.sleep(0.1)
        assert is_well(port)
        assert slow[0].recv(10_000) == b""  # closed by the server
        assert slow[1].recv(10_000) == b""
        whole = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        with socket.create_connection((ADDRESS, port), timeout=10.0) as asks_again:
            asks_again.sendall(whole)
            while b"</html>" not in asks_again.recv(1_000_000):
                pass
            asks_again.sendall(whole[:10])
            assert asks_again.recv(10_000) == b""
