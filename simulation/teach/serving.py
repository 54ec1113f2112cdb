"""A place on this machine alone, and serving an application there until it is told to stop."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from simulation.errors import InputError
from simulation.experiments.extras import needed

__all__ = ["ADDRESS", "bound", "configured", "serve_application"]

ADDRESS = "127.0.0.1"

_GRACE = 1
"""Seconds that requests under way have when the server is stopped."""


def bound(port: int) -> socket.socket:
    """Return a socket that is bound to this machine alone; 0 takes any free port.

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


def configured(app: Any, **options: Any) -> Any:  # noqa: ANN401 - uvicorn's configuration
    """Return how an application is served: quietly, and with patience that ends (`simulation.teach.patience`)."""
    import uvicorn

    from simulation.teach.patience import prompt_protocol

    given: dict[str, Any] = {
        "http": prompt_protocol(), "log_level": "critical", "access_log": False, "server_header": False,
        "timeout_graceful_shutdown": _GRACE,
    }  # fmt: skip
    return uvicorn.Config(app, **given | options)


def serve_application(
    app: Any,  # noqa: ANN401 - an application (ASGI)
    place: socket.socket,
    on_ready: Callable[[str], None],
    **options: Any,  # noqa: ANN401 - of uvicorn
) -> None:
    """Serve an application until Ctrl-C or SIGTERM, and close its place.

    Parameters
    ----------
    app : application
    place : socket
        As `bound` gives it.
    on_ready : callable
        Told the address once the server answers.
    options
        Of ``uvicorn.Config``.
    """
    with needed("teach"):
        import uvicorn

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
            on_ready(f"http://{ADDRESS}:{place.getsockname()[1]}/")

    try:
        Server(configured(app, **options)).run(sockets=[place])
    finally:
        place.close()
