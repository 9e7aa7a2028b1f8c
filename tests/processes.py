"""Processes that a test started, and those that these started, by what Linux tells in /proc: `ps` may be missing."""

import time
from collections.abc import Callable
from pathlib import Path


def children(process: int, name: bytes = b"") -> set[int]:
    """Return the numbers of the processes that `process` has started whose command line has `name` in it."""
    numbers = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return {int(each) for each in numbers if name in _command_line(each)}


def wait_until(there: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until `there()` is true; fail, saying `what` did not come, if that takes too long."""
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, f"{what}: not within {seconds:g} seconds"
        time.sleep(0.02)


def _command_line(number: str) -> bytes:
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:  # it has ended since
        return b""
