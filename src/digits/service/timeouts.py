"""Connection time-outs: a slow sender or reader is cut off; uvicorn itself would wait for ever."""

import asyncio
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

WAIT = 10.0  # seconds for the head of a request, and for some progress of an answer
MOST_HEAD = 1 << 16  # bytes of a head


class TimeoutConfig(Config):
    """uvicorn's configuration, with the most bytes that a request may have, its head and framing included."""

    most_bytes = MOST_HEAD


class TimeoutProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with bounds on what comes outside of the body, and on who does not read his answer."""

    _timer: asyncio.TimerHandle | None = None
    _size = _unsent = 0
    _in_head = True

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came, unless it is a request without an end."""
        self._size += len(data)
        if self._size > (MOST_HEAD + len(data) if self._in_head else getattr(self.config, "most_bytes", MOST_HEAD)):
            self.transport.abort()
        else:
            super().data_received(data)

    def on_message_begin(self) -> None:
        """Count anew: one more request on this connection has begun."""
        super().on_message_begin()
        self._size, self._in_head = 0, True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; not one that comes behind the body, which nobody here would read."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Stop waiting: from here on the request's own bounds hold."""
        self._in_head = False
        self._stop()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Wait for the answer to be read, and for the next request."""
        super().on_response_complete()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop()
        self._unsent = self._left()
        self._timer = self.loop.call_later(WAIT, self._give_up)

    def _give_up(self) -> None:
        """Cut the connection, unless some more of the answer was read since the last look."""
        if 0 < self._left() < self._unsent:
            self._wait()
        else:
            self.transport.abort()

    def _left(self) -> int:
        return self.transport.get_write_buffer_size() if self.transport else 0

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None
