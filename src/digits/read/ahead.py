"""Pictures looked at before they are asked for: in threads, or in processes of their own."""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context, parent_process
from typing import Any

import cv2

from digits.base.errors import DigitsError
from digits.base.machine import cores
from digits.read.seen import Seen, see

DECODERS = min(4, cores())  # threads that large pictures are decoded in
SLOW = 0.003  # seconds of work that a picture is large from
AT_ONCE = 16  # small pictures that are taken at a time
AHEAD = 512  # pictures that are looked at ahead, at most


@dataclass(frozen=True)
class Failure:
    """A picture that could not be read: its name, and the reason in one line."""

    name: str
    reason: str


Few = tuple[list[Seen | Failure], bool]


def look_ahead(sources: Iterable[Any], single: bool, processes: int = 0) -> Iterator[Seen | Failure]:
    """Yield what is on each picture, in order, having looked at most AHEAD pictures ahead.

    Without `processes`, small pictures are looked at by one thread, for several would only take Python from each
    other; large ones, which spend their time in libraries that need no Python, by DECODERS of them. The last pictures
    tell which these are.
    """
    rest = iter(sources)
    waiting: deque[Future[Few]] = deque()
    slow = True
    with _workers(processes) as (one, several):
        while few := list(islice(rest, 1 if slow else AT_ONCE)):
            waiting.append((several if slow else one).submit(_see_few, few, single))
            while len(waiting) >= (2 * DECODERS if slow else AHEAD // AT_ONCE):
                seen, slow = waiting.popleft().result()
                yield from seen
        while waiting:
            yield from waiting.popleft().result()[0]


@contextmanager
def _workers(processes: int) -> Iterator[tuple[Executor, Executor]]:
    """Yield what works on small pictures, and what works on large ones; work that has not begun then is dropped."""
    pools: list[Executor]
    if processes:
        pools = [ProcessPoolExecutor(processes, get_context("spawn"), _settle)] * 2
    else:
        pools = [ThreadPoolExecutor(1), ThreadPoolExecutor(DECODERS)]
    try:
        yield pools[0], pools[1]
    finally:
        for pool in pools:
            pool.shutdown(wait=False, cancel_futures=True)


def _settle() -> None:
    """Make a process one that works for another: one core, quiet at Ctrl-C, and gone when the other is gone."""
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _see_few(few: list[Any], single: bool) -> Few:
    """Return what is on a few pictures, and whether they took long."""
    began = time.thread_time()
    seen = [_try(each, single) for each in few]
    return seen, time.thread_time() - began > SLOW * len(few)


def _try(source: Any, single: bool) -> Seen | Failure:
    try:
        return see(source, single)
    except DigitsError as error:
        return Failure(str(source) if isinstance(source, str | os.PathLike) else "", str(error))
