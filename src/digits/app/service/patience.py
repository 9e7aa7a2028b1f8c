"""A connection that is given up where no request comes: uvicorn itself would wait, and listen, for ever."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PATIENCE = 10.0  # seconds for the head of a request
MOST_HEAD = 1 << 16  # bytes of it


class Patient(HttpToolsProtocol):
    """uvicorn's protocol, with bounds on how long and how large the head of a request may be."""

    _timer: asyncio.TimerHandle | None = None
    _size = 0

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def on_message_begin(self) -> None:
        """Begin to wait anew: one more request on this connection has begun."""
        super().on_message_begin()
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came, unless it is a head without an end."""
        self._size += len(data) if self._timer else 0
        if self._size > MOST_HEAD + len(data):
            self.transport.close()
        else:
            super().data_received(data)

    def on_headers_complete(self) -> None:
        """Stop waiting: from here on the request's own bounds hold."""
        self._stop()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop()
        self._timer, self._size = self.loop.call_later(PATIENCE, self.transport.close), 0

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None
