"""Atomic file writes: each file is whole or absent, whatever happens in between."""

import contextlib
import os
import tempfile
from pathlib import Path

from digits.base.errors import BadOutput


def write_whole(path: Path | str, content: bytes | str) -> Path:
    """Write `content` to `path` by way of a `.part` file that is renamed when complete; return the path.

    A reader of `path` sees the old content or the new, never half of one. Text is written as UTF-8.
    Raises BadOutput when the folder is missing, closed to us or full.
    """
    path = Path(path)
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise BadOutput(f"Cannot write {path}: {reason(error)}. Name another place.") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return path


WAY_OUT = "Name another."


def make_folder(path: Path | str, way_out: str = WAY_OUT) -> Path:
    """Make the folder `path` with its parents, prove that it can be written to, and return it.

    Called before long work starts, so that hours of it are not lost for want of a folder. Raises BadOutput.
    """
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except FileExistsError as error:
        raise BadOutput(f"Cannot write to the folder {path}: it is a file. {way_out}") from error
    except OSError as error:
        raise BadOutput(f"Cannot write to the folder {path}: {reason(error)}. {way_out}") from error
    return path


def prepare(path: Path | str) -> Path:
    """Make sure, before the work for it starts, that a file can be written at `path`; return it. Raises BadOutput."""
    path = Path(path)
    make_folder(path.parent)
    part = path.with_name(path.name + ".part")
    try:
        part.touch()  # proves the name too: it may be too long
        part.unlink()
        if path.is_dir():
            raise IsADirectoryError(None, "it is a folder")
    except OSError as error:
        raise BadOutput(f"Cannot write {path}: {reason(error)}. {WAY_OUT}") from error
    return path


def reason(error: OSError) -> str:
    """Return what the operating system says of `error`, in lower case and without its number."""
    return (error.strerror or str(error)).lower()
