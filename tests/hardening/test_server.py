"""The live server asked by somebody who wishes it ill: no fault of its own, no file read, nobody locked out."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import threading
import time

import pytest
from teach.asking import ORIGIN, PORT

from simulation.teach import patience
from simulation.teach.catalogue import Catalogue
from simulation.teach.guard import LARGEST_BODY
from simulation.teach.laboratory import Laboratory
from simulation.teach.refusals import BusyError
from simulation.teach.server import OPTIONS, application
from simulation.teach.serving import ADDRESS, bound, configured

pytest.importorskip("starlette", reason="the extra teach is not installed")
uvicorn = pytest.importorskip("uvicorn", reason="the extra teach is not installed")

ALLOWED = {200, 400, 403, 404, 405, 408, 413, 415, 422, 503}
HOME, PAGE = f"127.0.0.1:{PORT}".encode(), ORIGIN.encode()


class NoRuns(Laboratory):
    """A laboratory that checks what it is asked for and runs nothing."""

    def _run(self, settings, wish):
        self.catalogue.scenarios(settings)
        return b"run"

    def solved(self, settings):
        self.catalogue.scenarios(settings)
        raise BusyError("busy")


@pytest.fixture(scope="module")
def laboratory():
    made = NoRuns(Catalogue(), threads=2)
    yield made
    made.close()


@pytest.fixture(scope="module")
def app(laboratory):
    return application(laboratory, PORT)


def asked(app, *, method="GET", path="/", query=b"", headers=((b"host", HOME),), parts=(b"",), kind="http"):
    """Hand any request to the application; return status, headers and body."""
    scope = {
        "type": kind, "http_version": "1.1", "method": method, "scheme": "http", "path": path,
        "raw_path": path.encode("utf-8", "surrogatepass"), "query_string": query, "root_path": "",
        "headers": list(headers), "server": ("127.0.0.1", PORT), "client": ("127.0.0.1", 5),
    }  # fmt: skip
    waiting, sent = list(parts), []

    async def receive():
        if not waiting:
            await asyncio.Event().wait()  # the browser waits for its answer
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body


def posted(app, body, *more, path="/api/runs", host=HOME):
    headers = [(b"host", host), (b"origin", PAGE), (b"content-type", b"application/json"), *more]
    return asked(app, method="POST", path=path, headers=headers, parts=[body])


HOSTS = (
    b"", b" ", HOME + b".", b"127.0.0.1.:4321", b"127.0.0.1", b"127.0.0.1:", b"127.0.0.1:04321", b"127.0.0.1:4321 ",
    b" 127.0.0.1:4321", b"127.0.0.1:4321\t", b"127.0.0.1:4321,evil", b"evil@127.0.0.1:4321", b"127.0.0.1:4321@evil",
    b"127.0.0.1:4321/evil", b"127.0.0.1:4321#", b"127.1:4321", b"0:4321", b"0.0.0.0:4321", b"2130706433:4321",
    b"0x7f000001:4321", b"0177.0.0.1:4321", b"127.0.0.2:4321", b"[::1]:4321", b"::1", b"[::ffff:127.0.0.1]:4321",
    b"localhost", b"localhost.:4321", b"localhost.evil.example:4321", b"evil.localhost:4321", b"localhost:80",
    b"LOCALHOST:43210", b"l\xc3\xb6calhost:4321", b"localhost:4321\x00", b"localhost:4321\r\nx: y",
    "ⓛocalhost:4321".encode(), b"x" * 10_000, b"http://127.0.0.1:4321", b"127.0.0.1:4321:4321", b"127.0.0.1:-1",
    b"127.0.0.1:99999",
)  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_another_host_is_refused_however_it_is_written(app, host):
    assert asked(app, headers=[(b"host", host)])[0] == 400
    assert posted(app, b"{}", host=host)[0] == 400


@pytest.mark.parametrize("hosts", [(), (HOME, HOME), (HOME, b"evil"), (b"evil", HOME), (HOME, b"")])
def test_a_request_has_exactly_one_host(app, hosts):
    more = [(b"x-forwarded-host", HOME), (b"forwarded", b"host=127.0.0.1:4321")]
    assert asked(app, headers=[*((b"host", host) for host in hosts), *more])[0] == 400


@pytest.mark.parametrize("host", [HOME, b"localhost:4321", b"LocalHost:4321"])
def test_its_own_host_is_answered(app, host):
    """Were everything refused, the tests above would prove nothing."""
    assert asked(app, headers=[(b"host", host)])[0] == 200


PATHS = (
    "/..", "/../", "/../../etc/passwd", "/%2e%2e/etc/passwd", "/..%2fetc/passwd", "/..\\..\\etc\\passwd",
    "//etc/passwd", "/./", "//", "///", "/api/runs/..", "/api/../api/runs", "/api/start/../../etc/passwd",
    "/api//start", "/API/START", "/api/start/", "/api/start\0", "/\0", "/api/start;x", "/" + "a" * 100_000,
    "/" + "../" * 5000, "/기업", "/\udcff", "/static/../../../etc/passwd", "/.git/config", "/favicon.ico", "/C:/x",
    "/con", "*", "", "/etc/passwd", "http://evil.example/", "/api/start%00", "/api/%73tart",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_paths_lead_nowhere(app, path):
    status, headers, body = asked(app, path=path)
    assert status in {307, 404}
    assert b"root:x:0" not in body
    assert status == 404 or headers[b"location"].startswith(b"http://" + HOME)
    assert b"content-security-policy" in headers


@pytest.mark.parametrize(
    "method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "PROPFIND", "", "GET\0", "X" * 5000]
)
def test_other_methods_are_refused(app, method):
    for path in ("/", "/api/runs"):
        status, headers, _ = asked(app, method=method, path=path)
        assert status == 405
        assert not any(name.startswith(b"access-control") for name in headers)


LESSONS = (
    b"lesson=", b"lesson=../../etc/passwd", b"lesson=%00", b"lesson=%ff%fe", b"lesson=" + b"a" * 60_000,
    b"lesson=%ED%A0%80", b"lesson=lean_chains&lesson=x", b"lesson=tierwise:lean_chains", b"lesson=/etc/passwd",
    b"lesson[]=x", b"=" * 5000, b"&" * 5000, b"lesson=" + b"%2e%2e%2f" * 1000, b"lesson=<script>", b"%", b"\xff",
    b"&".join(b"p%d=1" % number for number in range(20_000)),
)  # fmt: skip


@pytest.mark.parametrize("query", LESSONS)
def test_any_name_of_a_lesson_is_answered(app, query):
    status, _, body = asked(app, path="/api/start", query=query)
    assert status in {200, 400}
    assert status == 200 or "\n" not in json.loads(body)["error"]["en"]


# --- settings ---------------------------------------------------------------------------------------------------------

VALUES = (
    "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e308", "-1e308", "9" * 400, "9" * 5000, "-1", "0", "0.5",
    "1e-400", "true", "null", '""', '"x"', '"\\ud800"', '"\\u0000"', '"\\u202e"', "[]", "{}", "[[]]",
    '"' + "x" * 300 + '"', '"fixed"', '"solve"', "100", "2000", "2001", "1.5", '"../../etc/passwd"', '["a"]',
    '"baseline"', "01", "0x1",
)  # fmt: skip
PATHS_OF_VALUES = (
    "population.firms", "time.months", "use.growth", "population.data", "population.data.firms", "extends",
    "policy.cash_subsidy.share", "policy", "", ".", "a.b.c.d", "use", "use..growth", "use.growth.", "__class__",
    "network.kind", "network.seed", "budget.strength", "\\ud800", "\\u0000", "\\u001b[2J", "x" * 3000,
    "population.sizes.sme.tail", "name", "기업", "network.input_output.file", "population.firms ", "Population.Firms",
)  # fmt: skip


def settings_of(number: int) -> bytes:
    """Return a body of a request, always the same for a number."""
    rng = random.Random(f"settings {number}")
    if rng.random() < 0.1:
        return rng.randbytes(rng.randrange(200))
    entries = []
    for name in rng.sample(("lesson", "seed", "policies", "values", "x", "", "seed", "__proto__"), k=rng.randrange(5)):
        match name:
            case "values":
                count = rng.choice((0, 1, 1, 2, 5, 127, 128, 129, 400))
                some = [f'"{rng.choice(PATHS_OF_VALUES)}": {rng.choice(VALUES)}' for _ in range(count)]
                some = [f'"{number}x": 1' for number in range(count)] if count > 5 else some
                value = "{" + ", ".join(some) + "}"
            case "policies":
                names = (
                    '"cash_subsidy"',
                    '"mandate"',
                    '"none"',
                    "5",
                    "null",
                    '"../x"',
                    '"\\ud800"',
                    '"baseline"',
                    "[]",
                )
                value = "[" + ", ".join(rng.choices(names, k=rng.choice((0, 1, 2, 3, 4, 900)))) + "]"
            case "lesson":
                value = rng.choice(
                    (
                        '"lean_chains"',
                        '"none"',
                        '""',
                        '"\\ud800"',
                        '"../../etc/passwd"',
                        "5",
                        "null",
                        '"tierwise:two_gaps"',
                        '"' + "x" * 250 + '"',
                    )
                )
            case _:
                value = rng.choice(VALUES)
        entries.append(f'"{name}": {value}')
    text = "{" + ", ".join(entries) + "}"
    if rng.random() < 0.2:
        at = rng.randrange(len(text) + 1)
        text = (
            text[:at]
            + rng.choice(("{", "}", "[", '"', ",", "\\", "\0", "\ufeff", "\r\n", "[" * 8000, "//", "'"))
            + text[at + rng.randrange(3) :]
        )
    return text.encode(rng.choice(("utf-8", "utf-8", "utf-8", "utf-8", "utf-16", "latin-1")), "replace")


def judge_settings(app, numbers) -> set[int]:
    seen = set()
    for number in numbers:
        path = ("/api/runs", "/api/runs", "/api/series")[number % 3]
        started = time.process_time()
        status, headers, body = posted(app, settings_of(number), path=path)
        assert time.process_time() - started < 5.0, number
        assert status in ALLOWED, (number, body)
        assert headers[b"x-content-type-options"] == b"nosniff"
        if status != 200:
            said = json.loads(body)["error"]["en"]
            assert said.isprintable(), (number, said)
            assert len(said) < 1000, (number, said)
        seen.add(status)
    return seen


def test_a_sample_of_spoiled_settings(app):
    assert judge_settings(app, range(300)) >= {200, 400, 413, 503}


@pytest.mark.slow
def test_ten_thousand_spoiled_settings(app):
    judge_settings(app, range(10_000))


@pytest.mark.parametrize(
    "length", [b"", b" 5", b"5 ", b"+5", b"5, 5", b"0x5", b"1e3", "\u0665".encode(), b"9" * 5000, b"-0", b"5\x00"]
)
def test_a_length_that_is_no_number_is_not_believed(app, length):
    status, *_ = posted(app, b"{}", (b"content-length", length))
    assert status in {200, 400, 413}


def test_a_body_in_very_many_pieces_is_read_to_the_limit(app):
    headers = [(b"host", HOME), (b"origin", ORIGIN.encode()), (b"content-type", b"application/json")]
    small = asked(app, method="POST", path="/api/runs", headers=headers, parts=[b" "] * (LARGEST_BODY - 2) + [b"{}"])
    large = asked(app, method="POST", path="/api/runs", headers=headers, parts=[b" "] * (LARGEST_BODY * 2))
    assert (small[0], large[0]) == (200, 413)


def test_thousands_of_headers_change_nothing(app):
    more = [(b"x-%d" % number, b"y") for number in range(5000)]
    assert asked(app, headers=[(b"host", HOME), *more])[0] == 200
    doubled = [(b"origin", ORIGIN.encode()), (b"content-type", b"application/json")]
    assert posted(app, b"{}", *doubled)[0] in {403, 415}


# --- a real connection ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(laboratory):
    """Serve at a free port, as the command does; return the port."""
    place = bound(0)
    port = place.getsockname()[1]
    server = uvicorn.Server(configured(application(laboratory, port), **OPTIONS))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [place]}, daemon=True)
    thread.start()
    until = time.monotonic() + 20.0
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield port
    server.should_exit = True
    thread.join(10.0)
    place.close()


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
    place = bound(0)
    port = place.getsockname()[1]
    server = uvicorn.Server(configured(application(laboratory, port), **OPTIONS))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [place]}, daemon=True)
    thread.start()
    until = time.monotonic() + 20.0
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    slow = [socket.create_connection((ADDRESS, port), timeout=10.0) for _ in range(300)]
    try:
        for connection in slow[::2]:
            connection.sendall(b"GET / HTTP/1.1\r\nHo")
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
    finally:
        for connection in slow:
            connection.close()
        server.should_exit = True
        thread.join(10.0)
        place.close()
