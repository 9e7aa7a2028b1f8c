"""Where requests meet: pictures that wait are looked at, and answered by one pass of the network, together.

Nothing waits for company: while a thread is at work on some pictures, what comes in piles up, and the next round takes
the pile. So a request that is alone is answered at once, and many that come together cost little more than one. Large
pictures, which would keep the others waiting, are looked at by threads of their own before they join the pile.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, TypeVar

from digits.app.service.problems import Busy
from digits.base.errors import BadPicture
from digits.base.machine import cores
from digits.base.reading import Reading
from digits.read import Failure, Limits, Reader, Seen, see

TOGETHER = 16  # pictures of one round
MOMENT = 1.0  # seconds that a request waits for a place
LARGE = 16_384  # bytes: no smaller file takes long, whatever it unpacks to
LOOKERS = min(4, cores())  # threads that look at large pictures
Made = TypeVar("Made")


class Upload(NamedTuple):
    """A picture as it came: the name that the sender gave it, if any, and its bytes."""

    name: str
    content: bytes


class Waiting(NamedTuple):
    """A picture, looked at already if it is large, how it is to be answered, and where the answer goes."""

    picture: Upload | Seen
    limits: Limits
    answer: asyncio.Future[Reading | Failure]


class Desk:
    """Takes pictures, as many as it has places for, and gives their readings. For one event loop."""

    def __init__(self, reader: Reader, places: int, max_pixels: int, timeout: float = 20.0) -> None:
        self.reader, self.places, self.max_pixels, self.timeout = reader, places, max_pixels, timeout
        self._free = asyncio.Semaphore(places)
        self._lookers = ThreadPoolExecutor(LOOKERS, "look")
        self._answerer = ThreadPoolExecutor(1, "answer")
        self._pile: list[Waiting] = []
        self._work: asyncio.Task[None] | None = None

    async def read(self, uploads: Sequence[Upload], limits: Limits) -> list[Reading | Failure]:
        """Return a Reading of each picture, or a Failure, in order. For whoever has taken a place for each.

        Raises Busy if that takes more than `timeout` seconds; what has not begun then is dropped.
        """
        try:
            async with asyncio.timeout(self.timeout):
                return list(await asyncio.gather(*(self._read(each, limits) for each in uploads)))
        except TimeoutError as error:
            raise Busy(f"This took more than {self.timeout:g} seconds: send less at a time.") from error

    def close(self) -> None:
        """Let the threads go; work that has not begun is dropped."""
        for pool in (self._lookers, self._answerer):
            pool.shutdown(wait=False, cancel_futures=True)

    @property
    def full(self) -> bool:
        """Whether all places are taken."""
        return self._free.locked()

    @asynccontextmanager
    async def taking(self, count: int = 1) -> AsyncIterator[None]:
        """Take so many places while the context lasts; wait a moment for them. Raises Busy if they do not come free.

        To refuse at once would cost more than to wait: whoever does not heed Retry-After would be back at once, and
        the service busy with refusing.
        """
        taken = 0
        try:
            try:
                async with asyncio.timeout(MOMENT):
                    while taken < count:
                        await self._free.acquire()
                        taken += 1
            except TimeoutError as error:
                told = f"All {self.places} places are taken: try again in a moment, or send fewer pictures at a time."
                raise Busy(told) from error
            yield
        finally:
            for _ in range(taken):
                self._free.release()

    async def _read(self, upload: Upload, limits: Limits) -> Reading | Failure:
        picture: Upload | Seen | Failure = upload
        if len(upload.content) > LARGE:
            picture = await _in(self._lookers, self._look, upload, limits)
        if isinstance(picture, Failure):
            return picture
        waiting = Waiting(picture, limits, asyncio.get_running_loop().create_future())
        self._pile.append(waiting)
        if self._work is None:
            self._work = asyncio.create_task(self._answer_all())
        return await waiting.answer

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
            answers = await _in(self._answerer, self._answers, batch)
        except Exception as error:
            for each in _unanswered(batch):
                each.answer.set_exception(error)
            return
        for each, answer in zip(batch, answers, strict=True):
            if not each.answer.done():
                each.answer.set_result(answer)

    def _answers(self, batch: list[Waiting]) -> list[Reading | Failure]:
        """Return what comes of each picture; runs in the thread of the answerer."""
        seen = [
            each.picture if isinstance(each.picture, Seen) else self._look(each.picture, each.limits) for each in batch
        ]
        asked = [(one, each.limits) for one, each in zip(seen, batch, strict=True) if isinstance(one, Seen)]
        readings = iter(self.reader.answer(asked))
        return [one if isinstance(one, Failure) else next(readings) for one in seen]

    def _look(self, upload: Upload, limits: Limits) -> Seen | Failure:
        try:
            return see(upload.content, limits.single, name=upload.name, max_pixels=self.max_pixels)
        except BadPicture as error:
            return Failure(upload.name, str(error))


def _unanswered(batch: list[Waiting]) -> list[Waiting]:
    """Return those that still wait: who gave up has cancelled the answer."""
    return [each for each in batch if not each.answer.done()]


async def _in(pool: ThreadPoolExecutor, work: Callable[..., Made], *arguments: Any) -> Made:
    return await asyncio.get_running_loop().run_in_executor(pool, work, *arguments)
