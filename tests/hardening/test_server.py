"""The live server asked by somebody who wishes it ill: no fault of its own, no file read, nobody locked out."""

from __future__ import annotations

import asyncio
import json
import random
import time

import pytest
from teach.asking import ORIGIN, PORT

from simulation.teach.guard import LARGEST_BODY
from simulation.teach.server import application

pytest.importorskip("starlette", reason="the extra teach is not installed")

ALLOWED = {200, 400, 403, 404, 405, 408, 413, 415, 422, 503}
HOME, PAGE = f"127.0.0.1:{PORT}".encode(), ORIGIN.encode()


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
