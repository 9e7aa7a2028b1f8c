"""Prefetching: pictures are decoded and segmented ahead of the network, in threads or in processes of their own."""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import get_context, parent_process
from typing import Any

import cv2

from digits.base.errors import DigitsError
from digits.base.machine import cores
from digits.base.reading import Failure
from digits.reading.networks import use_threads
from digits.reading.segmentation import Segmented, segment

DECODERS = min(4, cores())  # threads that large pictures are decoded in
SLOW, WAITED = 0.003, 0.012  # seconds that a picture is large from: of work, or of waiting for a disk as well
AT_ONCE = 16  # small pictures that are taken at a time
AHEAD = 512  # pictures that are segmented ahead, at most

Few = tuple[list[Segmented | Failure], bool]


def prefetch(sources: Iterable[Any], single: bool, processes: int = 0) -> Iterator[Segmented | Failure]:
    """Yield what is on each picture, in order, at most AHEAD pictures ahead.

    Without `processes`, small pictures are segmented by one thread, for several would only take Python from each
    other; large ones, which spend their time in libraries that need no Python, by DECODERS of them. The last pictures
    tell which these are.
    """
    rest = iter(sources)
    waiting: deque[tuple[list[Any], Future[Few] | None]] = deque()
    slow = True
    with _workers(processes) as (one, several):
        while few := list(islice(rest, 1 if slow else AT_ONCE)):
            waiting.append((few, _submitted(several if slow else one, few, single)))
            while len(waiting) >= (2 * DECODERS if slow else AHEAD // AT_ONCE):
                segmented, slow = _result(*waiting.popleft(), single)
                yield from segmented
        while waiting:
            yield from _result(*waiting.popleft(), single)[0]


def _submitted(pool: Executor, few: list[Any], single: bool) -> Future[Few] | None:
    """Return the work on a few pictures; None if a process of the pool has died, which is the end of all of them."""
    try:
        return pool.submit(_segment_few, few, single)
    except BrokenExecutor:
        return None


def _result(few: list[Any], work: Future[Few] | None, single: bool) -> Few:
    """Return what came of the work; done here where a process died over it, or could not be sent the pictures."""
    with suppress(Exception):  # whatever a picture of the caller's own raises when it is packed for another process
        if work:
            return work.result()
    return _segment_few(few, single)


@contextmanager
def _workers(processes: int) -> Iterator[tuple[Executor, Executor]]:
    """Yield what works on small pictures, and what works on large ones; work that has not begun then is dropped."""
    one: Executor = _processes(processes) if processes else ThreadPoolExecutor(1)
    several: Executor = one if processes else ThreadPoolExecutor(DECODERS)
    try:
        yield one, several
    finally:
        one.shutdown(wait=False, cancel_futures=True)
        several.shutdown(wait=False, cancel_futures=True)


def _processes(count: int) -> ProcessPoolExecutor:
    """Return so many processes, started, which leave Ctrl-C to this one."""
    pool = ProcessPoolExecutor(count, get_context("spawn"), _settle)
    with _put_off(signal.SIGINT):
        for _ in range(count):
            pool.submit(int)
    return pool


@contextmanager
def _put_off(sign: signal.Signals) -> Iterator[None]:
    """Put off what a signal does until the context ends; processes started meanwhile hold it back for ever.

    For a process starts with the signals held back that are so where it is started (not on Windows). What a signal
    does can be told by the main thread only; in any other, it is as it was.
    """
    ours = threading.current_thread() is threading.main_thread()
    came: list[int] = []
    act = signal.signal(sign, lambda number, _: came.append(number)) if ours else None
    mask = getattr(signal, "pthread_sigmask", None)
    before = mask(signal.SIG_BLOCK, {sign}) if mask else None
    try:
        yield
    finally:
        if mask:
            mask(signal.SIG_SETMASK, before)
        if ours:
            signal.signal(sign, act)
    if came:
        signal.raise_signal(sign)


def _settle() -> None:
    """Make a process one that works for another: on one core, and gone when the other is gone."""
    cv2.setNumThreads(1)
    use_threads(1)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _segment_few(few: list[Any], single: bool) -> Few:
    """Return what is on a few pictures, and whether they took long."""
    began = time.thread_time(), time.monotonic()
    segmented = [_try(each, single) for each in few]
    worked, waited = time.thread_time() - began[0], time.monotonic() - began[1]
    return segmented, worked > SLOW * len(few) or waited > WAITED * len(few)


def _try(source: Any, single: bool) -> Segmented | Failure:
    try:
        return segment(source, single)
    except DigitsError as error:
        return Failure(str(source) if isinstance(source, str | os.PathLike) else "", str(error))
