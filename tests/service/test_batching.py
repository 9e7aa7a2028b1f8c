"""The queue: who comes together is answered together, who is too many is told so, who leaves disturbs nobody."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from digits.base.reading import Reading
from digits.images import Bounds
from digits.reading import Failure, Limits, Reader, Segmented
from digits.service.batching import TOGETHER, BatchingQueue, Upload
from digits.service.problems import Busy
from tests.service.test_service import picture

SURE = Limits(single=False, least=0.0, force=False)
PATIENT = 20  # seconds


class Watched(Reader):
    """A reader that keeps how many pictures each pass had, and does nothing while its gate is closed."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader.classifier)
        self.passes: list[int] = []
        self.begun, self.gate = threading.Event(), threading.Event()
        self.gate.set()

    def answer(self, asked: Sequence[tuple[Segmented, Limits]]) -> list[Reading]:
        self.begun.set()
        assert self.gate.wait(PATIENT)
        self.passes.append(len(asked))
        return super().answer(asked)


@pytest.fixture
def reader(network: Path) -> Watched:
    return Watched(Reader.load(network))


async def ask(queue: BatchingQueue, *numbers: str) -> list[Reading | Failure]:
    return await queue.read([Upload(number, picture(number)) for number in numbers], SURE)


async def occupy(queue: BatchingQueue, reader: Watched) -> asyncio.Task[list[Reading | Failure]]:
    """Give the network a 1 to work on until the gate is opened; return what will be its answer."""
    reader.gate.clear()
    work = asyncio.create_task(ask(queue, "1"))
    assert await asyncio.to_thread(reader.begun.wait, PATIENT)
    return work


async def until_seen(queue: BatchingQueue, count: int) -> None:
    """Wait until so many pictures have been looked at and wait for the network."""
    async with asyncio.timeout(PATIENT):
        while len(queue._pile) < count:
            await asyncio.sleep(0.01)


def test_what_comes_while_the_network_works_shares_the_next_pass(reader: Watched) -> None:
    async def many() -> list[list[Reading | Failure]]:
        queue = BatchingQueue(reader, Bounds())
        work = await occupy(queue, reader)
        asked = [asyncio.create_task(ask(queue, str(number))) for number in range(10, 22)]
        await until_seen(queue, 12)
        reader.gate.set()
        await work
        return await asyncio.gather(*asked)

    answers = asyncio.run(many())
    assert [each.text for [each] in answers if isinstance(each, Reading)] == [str(number) for number in range(10, 22)]
    assert reader.passes == [1, 12]


def test_a_pass_has_a_bound(reader: Watched) -> None:
    asyncio.run(ask(BatchingQueue(reader, Bounds()), *["7"] * 100))
    assert sum(reader.passes) == 100
    assert max(reader.passes) <= TOGETHER


def test_each_is_answered_in_its_own_way(reader: Watched) -> None:
    async def both() -> list[list[Reading | Failure]]:
        queue = BatchingQueue(reader, Bounds())
        upload = [Upload("", picture("12"))]
        return await asyncio.gather(*(queue.read(upload, Limits(single, 0.0, False)) for single in (False, True)))

    [[apart], [single]] = asyncio.run(both())
    assert isinstance(apart, Reading)
    assert isinstance(single, Reading)
    assert (len(apart.digits), len(single.digits)) == (2, 1)


def test_a_picture_that_cannot_be_read_is_a_failure_among_readings(reader: Watched) -> None:
    uploads = [Upload("a", picture("1")), Upload("b", b""), Upload("c", picture("2"))]
    made = asyncio.run(BatchingQueue(reader, Bounds()).read(uploads, SURE))
    assert [type(each) for each in made] == [Reading, Failure, Reading]


def test_who_gives_up_leaves_peace(reader: Watched) -> None:
    async def leave() -> None:
        queue = BatchingQueue(reader, Bounds())
        work = await occupy(queue, reader)
        leaving, staying = (asyncio.create_task(ask(queue, number)) for number in ("2", "3"))
        await until_seen(queue, 2)
        leaving.cancel()
        await asyncio.sleep(0)
        reader.gate.set()
        [[first], [third]] = await asyncio.gather(work, staying)
        assert isinstance(first, Reading)
        assert isinstance(third, Reading)
        assert (first.text, third.text) == ("1", "3")

    asyncio.run(leave())


def test_a_network_that_fails_fails_those_who_asked_and_nobody_after(reader: Watched) -> None:
    async def fail() -> str:
        queue = BatchingQueue(reader, Bounds())
        transcriber = reader._transcriber
        works, transcriber.classifier = transcriber.classifier, None  # type: ignore[assignment]
        with pytest.raises(TypeError):
            await ask(queue, "1")
        transcriber.classifier = works
        [after] = await ask(queue, "2")
        assert isinstance(after, Reading)
        return after.text

    assert asyncio.run(fail()) == "2"


def test_what_takes_too_long_is_given_up(reader: Watched) -> None:
    async def wait() -> None:
        queue = BatchingQueue(reader, Bounds(), timeout=0.05)
        reader.gate.clear()
        with pytest.raises(Busy, match=r"This took more than 0\.05 seconds"):
            await ask(queue, "1")
        reader.gate.set()

    asyncio.run(wait())


def test_pages_full_of_marks_are_answered_a_few_at_a_time(reader: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digits.service.batching.SHAPES", 6)

    async def many() -> None:
        queue = BatchingQueue(reader, Bounds())
        work = await occupy(queue, reader)
        asked = [asyncio.create_task(ask(queue, "123")) for _ in range(4)]
        await until_seen(queue, 4)
        reader.gate.set()
        await asyncio.gather(work, *asked)

    asyncio.run(many())
    assert reader.passes == [1, 2, 2]
