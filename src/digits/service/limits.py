"""Admission limit: so many pictures at once; who comes when all places are taken waits, first come, first served.

To refuse at once would cost more than to wait: whoever does not heed Retry-After would be back at once, and the service
busy with refusing.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from digits.service.problems import Busy

ADMISSION_WAIT = 1.0  # seconds that a request waits for its first place


class _Waiting(NamedTuple):
    wanted: int
    turn: asyncio.Future[None]


class AdmissionLimit:
    """So many places. Whoever wants several gets all at once or none, so that two can never wait for each other."""

    def __init__(self, count: int) -> None:
        self.count = self.free = count
        self._queue: deque[_Waiting] = deque()

    @property
    def full(self) -> bool:
        """Whether all are taken."""
        return self.free == 0

    @asynccontextmanager
    async def taking(self, count: int = 1, wait: float = ADMISSION_WAIT) -> AsyncIterator[None]:
        """Take so many places while the context lasts. Raises Busy if they do not come free in time."""
        if count and (self._queue or count > self.free):
            await self._wait(count, wait)
        else:
            self.free -= count
        try:
            yield
        finally:
            self._give_back(count)

    async def _wait(self, count: int, wait: float) -> None:
        waiting = _Waiting(count, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        try:
            async with asyncio.timeout(wait):
                await waiting.turn
        except BaseException as error:
            if waiting in self._queue:
                self._queue.remove(waiting)
            elif waiting.turn.done() and not waiting.turn.cancelled():
                self._give_back(count)  # its turn came just when it gave up
            self._let_in()
            if isinstance(error, TimeoutError):
                raise Busy(f"All {self.count} places are taken: try again in a moment.") from error
            raise

    def _give_back(self, count: int) -> None:
        self.free += count
        self._let_in()

    def _let_in(self) -> None:
        """Give places to those who wait, in their order, as long as there are enough for the first."""
        while self._queue and self._queue[0].wanted <= self.free:
            first = self._queue.popleft()
            if not first.turn.done():
                self.free -= first.wanted
                first.turn.set_result(None)
