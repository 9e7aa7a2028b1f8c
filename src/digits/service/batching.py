"""Batching queue: pictures are segmented in threads, and all that wait are answered by one pass of the network.

Nothing waits for company: while the network is at work, what comes in piles up, and the next pass takes the pile. So a
request that is alone is answered at once, and many that come together cost little more than one.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

from digits.base.errors import BadPicture
from digits.base.machine import cores
from digits.base.reading import Failure, Reading
from digits.images import Bounds
from digits.reading import Limits, Reader, Segmented, segment
from digits.service.problems import Busy

TOGETHER = 32  # pictures that one pass answers for
SHAPES = 1_000  # or fewer, where they have so many: a page of noise must not keep the others waiting
SEGMENTERS = min(4, cores())  # threads that look at pictures
Made = TypeVar("Made")


class Upload(NamedTuple):
    """A picture as it came: the name that the sender gave it, if any, and its bytes."""

    name: str
    content: bytes


class Waiting(NamedTuple):
    """A picture that was segmented, how it is to be answered, and where the answer goes."""

    segmented: Segmented
    limits: Limits
    answer: asyncio.Future[Reading]


class BatchingQueue:
    """Takes pictures, within `bounds`, and gives their readings within `timeout` seconds. For one event loop."""

    def __init__(self, reader: Reader, bounds: Bounds, timeout: float = 20.0) -> None:
        self.reader, self.bounds, self.timeout = reader, bounds, timeout
        self._segmenters = ThreadPoolExecutor(SEGMENTERS, "segment")
        self._answerer = ThreadPoolExecutor(1, "answer")
        self._pile: list[Waiting] = []
        self._work: asyncio.Task[None] | None = None

    async def read(self, uploads: Sequence[Upload], limits: Limits) -> list[Reading | Failure]:
        """Return a Reading of each picture, or a Failure, in order.

        Raises Busy if that takes more than `timeout` seconds; what has not begun then is dropped.
        """
        try:
            async with asyncio.timeout(self.timeout):
                return list(await asyncio.gather(*(self._read(each, limits) for each in uploads)))
        except TimeoutError as error:
            raise Busy(f"This took more than {self.timeout:g} seconds: send less at a time.") from error

    def close(self) -> None:
        """Let the threads go; work that has not begun is dropped."""
        for pool in (self._segmenters, self._answerer):
            pool.shutdown(wait=False, cancel_futures=True)

    async def _read(self, upload: Upload, limits: Limits) -> Reading | Failure:
        try:
            segmented = await _in(self._segmenters, self._segment, upload, limits)
        except BadPicture as error:
            return Failure(upload.name, str(error))
        waiting = Waiting(segmented, limits, asyncio.get_running_loop().create_future())
        self._pile.append(waiting)
        if self._work is None:
            self._work = asyncio.create_task(self._answer_all())
        return await waiting.answer

    def _segment(self, upload: Upload, limits: Limits) -> Segmented:
        return segment(upload.content, limits.single, name=upload.name, bounds=self.bounds)

    async def _answer_all(self) -> None:
        """Answer until nobody waits."""
        try:
            while self._pile:
                await self._answer(self._next())
        finally:
            self._work = None

    def _next(self) -> list[Waiting]:
        """Take from the pile what one pass answers for; not those who gave up, and so cancelled their answer."""
        batch: list[Waiting] = []
        shapes = 0
        while self._pile and len(batch) < TOGETHER and shapes < SHAPES:
            first = self._pile.pop(0)
            if not first.answer.done():
                batch.append(first)
                shapes += sum(len(placed.part.shapes) for placed in first.segmented.parts)
        return batch

    async def _answer(self, batch: list[Waiting]) -> None:
        try:
            readings = await _in(self._answerer, self.reader.answer, [(each.segmented, each.limits) for each in batch])
        except Exception as error:
            for each in batch:
                if not each.answer.done():
                    each.answer.set_exception(error)
            return
        for each, reading in zip(batch, readings, strict=True):
            if not each.answer.done():
                each.answer.set_result(reading)


async def _in(pool: ThreadPoolExecutor, work: Callable[..., Made], *arguments: Any) -> Made:
    return await asyncio.get_running_loop().run_in_executor(pool, work, *arguments)
