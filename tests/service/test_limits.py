"""The admission limit: never more than there are, all at once or none, first come, first served."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digits.service.limits import AdmissionLimit
from digits.service.problems import Busy

SOON = 0.05  # seconds


def test_what_is_not_there_in_time_is_refused_and_nothing_is_lost() -> None:
    async def crowd() -> None:
        limit = AdmissionLimit(3)
        async with limit.taking(3):
            assert limit.full
            with pytest.raises(Busy, match="All 3 places are taken"):
                async with limit.taking(1, SOON):
                    raise AssertionError("it has no place")
        assert limit.free == 3

    asyncio.run(crowd())


def test_who_waits_comes_in_when_somebody_leaves() -> None:
    async def wait() -> None:
        limit, left = AdmissionLimit(1), asyncio.Event()

        async def first() -> None:
            async with limit.taking():
                await left.wait()

        async def second() -> None:
            async with limit.taking(1, 10):
                pass

        one = asyncio.create_task(first())
        await asyncio.sleep(0)
        two = asyncio.create_task(second())
        await asyncio.sleep(0)
        left.set()
        await asyncio.gather(one, two)
        assert limit.free == 1

    asyncio.run(wait())


def test_those_who_want_many_do_not_keep_each_other_from_any() -> None:
    async def request(limit: AdmissionLimit, done: list[int], number: int) -> None:
        async with limit.taking(1, 10), limit.taking(63, 10):
            await asyncio.sleep(0.001)
            done.append(number)

    async def crowd() -> list[int]:
        limit, done = AdmissionLimit(128), list[int]()
        await asyncio.gather(*(request(limit, done, number) for number in range(24)))
        assert limit.free == 128
        return done

    assert asyncio.run(crowd()) == list(range(24))


def test_who_holds_a_place_and_wants_no_more_does_not_queue() -> None:
    async def hold() -> None:
        limit = AdmissionLimit(1)
        async with limit.taking():
            waiting = asyncio.create_task(_enter(limit))
            await asyncio.sleep(0)
            async with asyncio.timeout(SOON), limit.taking(0, 10):
                pass
        await waiting

    asyncio.run(hold())


async def _enter(limit: AdmissionLimit) -> None:
    async with limit.taking(1, 10):
        pass


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.booleans(), st.integers(0, 3)), max_size=12),
)
def test_whatever_comes_and_goes_all_places_are_free_in_the_end(visits: list[tuple[int, int, bool, int]]) -> None:
    async def visit(limit: AdmissionLimit, wanted: int, turns: int) -> None:
        async with limit.taking(wanted, SOON):
            assert limit.free >= 0
            for _ in range(turns):
                await asyncio.sleep(0)

    async def all_of_them() -> int:
        limit, tasks = AdmissionLimit(4), []
        for wanted, turns, leaves, later in visits:
            tasks.append(asyncio.create_task(visit(limit, wanted, turns)))
            for _ in range(later):
                await asyncio.sleep(0)
            if leaves:
                tasks[-1].cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(each is None or isinstance(each, Busy | asyncio.CancelledError) for each in outcomes)
        return limit.free

    assert asyncio.run(all_of_them()) == 4
