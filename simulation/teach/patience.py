"""How long a connection may stay open before it has asked for anything."""

from __future__ import annotations

import asyncio
from typing import Any

__all__ = ["SLOW_HEAD", "prompt_protocol"]

SLOW_HEAD = 10.0
"""Seconds in which the head of a request must have come whole, from the opening of a connection or the last answer."""


def prompt_protocol() -> type[asyncio.Protocol]:
    """Return uvicorn's protocol with a limit that it does not have: whoever opens a connection asks within `SLOW_HEAD`.

    Otherwise a few hundred connections that say nothing, or a letter now and then, would keep everybody else out.
    """
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Prompt(H11Protocol):
        """One connection."""

        def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - asyncio's transport
            super().connection_made(transport)
            self._expect_request()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._expect_request()

        def _expect_request(self) -> None:
            self.loop.call_later(SLOW_HEAD, self._close_unless_asked, self.cycle)

        def _close_unless_asked(self, last: Any) -> None:  # noqa: ANN401 - uvicorn's record of a request and its answer
            is_waiting = self in self.connections and self.cycle is last  # and has not become a web socket
            if is_waiting and not self.transport.is_closing():
                self.transport.close()

    return Prompt
