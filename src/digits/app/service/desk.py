"""Where requests meet: pictures are looked at in threads, and those that wait are answered by one pass of the network.

Nothing waits for company: while the network is at work, what comes in piles up, and the next pass takes the pile. So a
request that is alone is answered at once, and many that come together cost little more than one.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from digits.app.service.problems import Busy
from digits.base.errors import BadPicture
from digits.base.machine import cores
from digits.base.reading import Reading
from digits.read import Failure, Limits, Reader, Seen, see

TOGETHER = 32  # pictures that one pass answers for
LOOKERS = min(4, cores())  # threads that decode
Made = TypeVar("Made")


class Upload(NamedTuple):
    """A picture as it came: the name that the sender gave it, if any, and its bytes."""

    name: str
    content: bytes


class Waiting(NamedTuple):
    """A picture that was looked at, how it is to be answered, and where the answer goes."""

    seen: Seen
    limits: Limits
    answer: asyncio.Future[Reading]


class Desk:
    """Takes pictures, as many as it has places for, and gives their readings. For one event loop."""

    def __init__(self, reader: Reader, places: int, max_pixels: int) -> None:
        self.reader, self.places, self.max_pixels = reader, places, max_pixels
        self.taken = 0
        self._lookers = ThreadPoolExecutor(LOOKERS, "look")
        self._answerer = ThreadPoolExecutor(1, "answer")
        self._pile: list[Waiting] = []
        self._work: asyncio.Task[None] | None = None

    async def read(self, uploads: Sequence[Upload], limits: Limits) -> list[Reading | Failure]:
        """Return a Reading of each picture, or a Failure, in order. For whoever has taken a place for each."""
        return list(await asyncio.gather(*(self._read(each, limits) for each in uploads)))

    def close(self) -> None:
        """Let the threads go; work that has not begun is dropped."""
        for pool in (self._lookers, self._answerer):
            pool.shutdown(wait=False, cancel_futures=True)

    @contextmanager
    def taking(self, count: int = 1) -> Iterator[None]:
        """Take so many places while the context lasts. Raises Busy if there are not so many."""
        if self.taken + count > self.places:
            raise Busy(f"All {self.places} places are taken: try again in a moment, or send fewer pictures at a time.")
        self.taken += count
        try:
            yield
        finally:
            self.taken -= count

    async def _read(self, upload: Upload, limits: Limits) -> Reading | Failure:
        try:
            seen = await _in(self._lookers, self._look, upload, limits)
        except BadPicture as error:
            return Failure(upload.name, str(error))
        waiting = Waiting(seen, limits, asyncio.get_running_loop().create_future())
        self._pile.append(waiting)
        if self._work is None:
            self._work = asyncio.create_task(self._answer_all())
        return await waiting.answer

    def _look(self, upload: Upload, limits: Limits) -> Seen:
        return see(upload.content, limits.single, name=upload.name, max_pixels=self.max_pixels)

    async def _answer_all(self) -> None:
        """Answer until nobody waits."""
        try:
            while self._pile:
                batch, self._pile = self._pile[:TOGETHER], self._pile[TOGETHER:]
                await self._answer(_unanswered(batch))
        finally:
            self._work = None

    async def _answer(self, batch: list[Waiting]) -> None:
        try:
            readings = await _in(self._answerer, self.reader.answer, [(each.seen, each.limits) for each in batch])
        except Exception as error:
            for each in _unanswered(batch):
                each.answer.set_exception(error)
            return
        for each, reading in zip(batch, readings, strict=True):
            if not each.answer.done():
                each.answer.set_result(reading)


def _unanswered(batch: list[Waiting]) -> list[Waiting]:
    """Return those that still wait: who gave up has cancelled the answer."""
    return [each for each in batch if not each.answer.done()]


async def _in(pool: ThreadPoolExecutor, work: Callable[..., Made], *arguments: Any) -> Made:
    return await asyncio.get_running_loop().run_in_executor(pool, work, *arguments)
