"""The live page: an application that gives a class its page and its runs, on this machine alone."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from simulation.errors import InputError, TierwiseError
from simulation.experiments.extras import needed
from simulation.page.bundle import read_bundle
from simulation.page.embedding import live_page_of, policy_of
from simulation.teach.catalogue import Catalogue, TooLargeError
from simulation.teach.downloads import network_graphml, series_csv
from simulation.teach.guard import Guard
from simulation.teach.laboratory import BusyError, Laboratory
from simulation.teach.settings import read_settings

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["ADDRESS", "application", "bound", "configured", "serve"]

ADDRESS = "127.0.0.1"

_GRACE = 1
"""Seconds that requests under way have when the server is stopped."""


def application(laboratory: Laboratory, port: int, start: str = "") -> Guard:
    """Return the application (ASGI): the page, what steers it, runs, and tables of them.

    ``GET /`` is the page; ``GET /api/start?lesson=NAME`` what it shows beside the runs; ``POST /api/runs`` answers
    settings with the block of `simulation.page.document.block_of`; ``POST /api/series`` and ``POST /api/network`` with
    CSV and GraphML. What is refused is answered with ``{"error": one sentence}``.

    Parameters
    ----------
    laboratory : Laboratory
    port : int
        At which the server listens; requests for another host or port are refused.
    start : str
        Lesson that the page opens.
    """
    with needed("teach"):
        from starlette.applications import Starlette
        from starlette.responses import Response
        from starlette.routing import Route

    bundle = read_bundle()
    page = live_page_of(bundle, start).encode()

    async def root(request: Request) -> Response:
        return Response(page, media_type="text/html")

    async def started(request: Request) -> Response:
        name = request.query_params.get("lesson", "")
        return await _answer(lambda: laboratory.later(lambda: laboratory.catalogue.told(name)))

    async def runs(request: Request) -> Response:
        body = await request.body()
        return await _answer(lambda: laboratory.block(read_settings(body)))

    async def series(request: Request) -> Response:
        body = await request.body()
        return await _answer(lambda: _table(laboratory, series_csv, body), "text/csv; charset=utf-8")

    async def network(request: Request) -> Response:
        body = await request.body()
        return await _answer(lambda: _table(laboratory, network_graphml, body), "application/graphml+xml")

    async def unknown(request: Request, error: Exception) -> Response:
        return _refused(getattr(error, "status_code", 404), "there is nothing of that name here")

    routes = [
        Route("/", root),
        Route("/api/start", started),
        Route("/api/runs", runs, methods=["POST"]),
        Route("/api/series", series, methods=["POST"]),
        Route("/api/network", network, methods=["POST"]),
    ]
    inner = Starlette(routes=routes, exception_handlers={404: unknown, 405: unknown})
    return Guard(inner, port, policy_of(bundle, is_live=True))


def _table(laboratory: Laboratory, make: Callable[..., bytes], body: bytes) -> Any:  # noqa: ANN401 - a future
    settings = read_settings(body)
    return laboratory.later(lambda: make(laboratory, settings))


async def _answer(begin: Callable[[], Any], kind: str = "application/octet-stream") -> Response:
    """Return the answer of work in the pool; bad input is one sentence, other faults are told by their kind alone.

    A browser that goes away does not cancel the work (`asyncio.wait` cancels nothing): others may wait for it.
    """
    from starlette.responses import JSONResponse, Response

    try:
        work = asyncio.wrap_future(begin())
    except TierwiseError as error:
        return _told(error)
    await asyncio.wait({work})
    if fault := work.exception():
        return _told(fault)
    found = work.result()
    return Response(found, media_type=kind) if isinstance(found, bytes) else JSONResponse(found)


def _told(error: BaseException) -> Response:
    """Return what a browser is told of an error; a fault of our own is told to the teacher."""
    sentence = str(error).split("\n")[0]
    match error:
        case TooLargeError():
            return _refused(422, sentence)
        case InputError():
            return _refused(400, sentence)
        case BusyError():
            return _refused(503, sentence)
        case TierwiseError():
            return _refused(500, sentence)
    logging.getLogger(__name__).error("a run failed", exc_info=error)
    return _refused(500, "this run failed, by a fault in Tierwise and not in the request")


def _refused(status: int, sentence: str) -> Response:
    from starlette.responses import JSONResponse

    return JSONResponse({"error": sentence}, status)


def bound(port: int) -> socket.socket:
    """Return a socket that listens on this machine alone; 0 takes any free port.

    Raises
    ------
    InputError
        The port is taken.
    """
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((ADDRESS, port))
    except OSError as error:
        found.close()
        message = (
            f"port {port} of this machine cannot be used ({error.strerror}); choose another with --port, 0 for any"
        )
        raise InputError(message) from error
    return found


def configured(app: Guard) -> Any:  # noqa: ANN401 - a configuration of uvicorn
    """Return how the application is served: over plain HTTP/1.1, with limits for those who open much and say little."""
    import uvicorn

    from simulation.teach.patience import prompt_protocol

    return uvicorn.Config(
        app,
        http=prompt_protocol(),
        lifespan="off",
        log_level="critical",
        access_log=False,
        ws="none",
        server_header=False,
        limit_concurrency=256,
        timeout_graceful_shutdown=_GRACE,
    )


def serve(catalogue: Catalogue, place: socket.socket, start: str, on_ready: Callable[[str], None]) -> bool:
    """Serve until Ctrl-C or SIGTERM.

    Parameters
    ----------
    catalogue : Catalogue
    place : socket
        As `bound` gives it.
    start : str
        Lesson that the page opens.
    on_ready : callable
        Told the address once the server answers.

    Returns
    -------
    bool
        Whether nothing was running any more when it ended.
    """
    with needed("teach"):
        import uvicorn

    laboratory = Laboratory(catalogue)
    port = place.getsockname()[1]

    class Server(uvicorn.Server):
        """A server that ends by itself: its own way raises the signal again when it has ended."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            kinds = (signal.SIGINT, signal.SIGTERM)
            before = {kind: signal.signal(kind, self.handle_exit) for kind in kinds}
            try:
                yield
            finally:
                for kind, handler in before.items():
                    signal.signal(kind, handler)

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            laboratory.warm(start)
            on_ready(f"http://{ADDRESS}:{port}/")

    try:
        Server(configured(application(laboratory, port, start))).run(sockets=[place])
    finally:
        laboratory.close()
        place.close()
    return laboratory.is_idle
