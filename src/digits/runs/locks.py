"""File locks: only one process at a time writes a run's files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from digits.base.errors import BadOutput
from digits.base.files import make_folder, reason


@contextmanager
def locked(lock: Path, what: Path) -> Iterator[None]:
    """Hold `lock`, a file, while the context lasts. Raises BadOutput if another process holds it: it uses `what`."""
    make_folder(lock.parent)
    held = FileLock(lock)
    try:
        held.acquire(timeout=0)
    except Timeout as error:
        raise BadOutput(
            f"{what} is being written by another process that still runs. Wait for it, or name another with --out."
        ) from error
    except OSError as error:
        raise BadOutput(f"Cannot write {lock}: {reason(error)}. Name another place with --out.") from error
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)  # while it is still held: who opens it now makes a new one
        held.release()
