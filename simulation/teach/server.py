"""The live page: an application that gives a class its page and its runs, on this machine alone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from simulation.errors import TierwiseError
from simulation.experiments.extras import needed
from simulation.page.bundle import read_bundle
from simulation.page.embedding import live_page_of, policy_of
from simulation.teach.catalogue import Catalogue
from simulation.teach.declaration import Text
from simulation.teach.downloads import network_graphml, series_csv
from simulation.teach.guard import Guard
from simulation.teach.laboratory import Laboratory, Wish
from simulation.teach.refusals import said, told
from simulation.teach.serving import serve_application
from simulation.teach.settings import read_settings

if TYPE_CHECKING:
    from socket import socket

    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["OPTIONS", "application", "serve"]

OPTIONS: Mapping[str, Any] = {"lifespan": "off", "ws": "none", "limit_concurrency": 256}
"""How uvicorn serves the page: no web sockets, and no more connections than a few classes have browsers."""


def application(laboratory: Laboratory, port: int, start: str = "") -> Guard:
    """Return the application (ASGI): the page, what steers it, runs, and tables of them.

    ``GET /`` is the page; ``GET /api/start?lesson=NAME`` what it shows beside the runs; ``POST /api/runs`` answers
    settings with the block of `simulation.page.document.block_of`; ``POST /api/series`` and ``POST /api/network`` with
    CSV and GraphML. What is refused is answered with ``{"error": {"en": one sentence, "ko": the same}}``.

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

    async def answered(request: Request, begin: Callable[[], Wish], kind: str = "application/octet-stream") -> Response:
        return await _answer(laboratory, request, begin, kind)

    async def root(request: Request) -> Response:
        return Response(page, media_type="text/html")

    async def started(request: Request) -> Response:
        name = request.query_params.get("lesson", "")
        return await answered(request, lambda: laboratory.later(lambda: laboratory.catalogue.told(name)))

    async def runs(request: Request) -> Response:
        body = await request.body()
        return await answered(request, lambda: laboratory.block(read_settings(body)))

    async def series(request: Request) -> Response:
        body = await request.body()
        return await answered(request, lambda: _table(laboratory, series_csv, body), "text/csv; charset=utf-8")

    async def network(request: Request) -> Response:
        body = await request.body()
        return await answered(request, lambda: _table(laboratory, network_graphml, body), "application/graphml+xml")

    async def unknown(request: Request, error: Exception) -> Response:
        return _refused(getattr(error, "status_code", 404), said("missing"))

    routes = [
        Route("/", root),
        Route("/api/start", started),
        Route("/api/runs", runs, methods=["POST"]),
        Route("/api/series", series, methods=["POST"]),
        Route("/api/network", network, methods=["POST"]),
    ]
    inner = Starlette(routes=routes, exception_handlers={404: unknown, 405: unknown})
    return Guard(inner, port, policy_of(bundle, is_live=True))


def _table(laboratory: Laboratory, make: Callable[..., bytes], body: bytes) -> Wish:
    settings = read_settings(body)
    return laboratory.later(lambda: make(laboratory, settings))


async def _answer(laboratory: Laboratory, request: Request, begin: Callable[[], Wish], kind: str) -> Response:
    """Return the answer of work in the pool; bad input is one sentence, other faults are told by their kind alone.

    A browser that goes away waits no longer; the work itself goes on where others wait for it.
    """
    from starlette.responses import JSONResponse, Response

    try:
        wish = begin()
    except TierwiseError as error:
        return _told(error)
    work, gone = asyncio.wrap_future(wish.future), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        gone.cancel()
        laboratory.leave(wish)
    if not work.done() or work.cancelled():
        work.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody is left to be told
        return Response(status_code=499)
    if fault := work.exception():
        return _told(fault)
    found = work.result()
    return Response(found, media_type=kind) if isinstance(found, bytes) else JSONResponse(found)


async def _left(request: Request) -> None:
    """Return when the browser has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _told(error: BaseException) -> Response:
    """Return what a browser is told of an error; a fault of our own is told to the teacher."""
    status, sentence = told(error)
    if not isinstance(error, TierwiseError):
        logging.getLogger(__name__).error("a run failed", exc_info=error)
    return _refused(status, sentence)


def _refused(status: int, sentence: Text) -> Response:
    from starlette.responses import JSONResponse

    return JSONResponse({"error": {"en": sentence.en, "ko": sentence.ko}}, status)


def serve(catalogue: Catalogue, place: socket, start: str, on_ready: Callable[[str], None]) -> bool:
    """Serve until Ctrl-C or SIGTERM.

    Parameters
    ----------
    catalogue : Catalogue
    place : socket
        As `simulation.teach.serving.bound` gives it.
    start : str
        Lesson that the page opens.
    on_ready : callable
        Told the address once the server answers.

    Returns
    -------
    bool
        Whether nothing was running any more when it ended.
    """
    laboratory = Laboratory(catalogue)

    def ready(address: str) -> None:
        laboratory.warm(start)
        on_ready(address)

    try:
        app = application(laboratory, place.getsockname()[1], start)
        serve_application(app, place, ready, **OPTIONS)
    finally:
        laboratory.close()
    return laboratory.is_idle
