"""IDX files, the format of MNIST: http://yann.lecun.com/exdb/mnist, at its foot.

Two zero bytes, a byte for the element type (0x08 is unsigned byte), a byte for the number of dimensions, each dimension
as a big-endian 32-bit integer, then the elements.
"""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digits.base.errors import BadData
from digits.base.files import reason

UNSIGNED_BYTE = 0x08
MOST_DIMENSIONS = 3
GZIP = b"\x1f\x8b"


def read_both(path: Path) -> tuple[bytes, bytes]:
    """Return the bytes of `path` as they are, and decompressed if they are gzip (told by the bytes, not the name).

    Raises BadData if the file cannot be read or ends before its gzip stream does.
    """
    try:
        stored = path.read_bytes()
        return stored, (gzip.decompress(stored) if stored.startswith(GZIP) else stored)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadData(f"{path} is truncated or damaged ({error}). Replace it, or delete a download.") from error
    except OSError as error:
        raise BadData(f"Cannot read {path}: {reason(error)}.") from error


def parse_idx(content: bytes, name: str) -> NDArray[np.uint8]:
    """Return the uint8 array that IDX `content` holds; `name` is what errors call it. Raises BadData."""
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] != UNSIGNED_BYTE:
        raise BadData(f"{name} is no IDX file of unsigned bytes: it starts with {content[:4].hex(' ') or 'nothing'}.")
    dimensions = content[3]
    header = 4 + 4 * dimensions
    if not 1 <= dimensions <= MOST_DIMENSIONS or len(content) < header:
        raise BadData(f"{name} is truncated, or no IDX file: {len(content):,} bytes for {dimensions} dimensions.")
    shape = tuple(np.frombuffer(content[4:header], ">u4").tolist())
    expected = header + math.prod(shape)
    if len(content) != expected:
        raise BadData(f"{name} has {len(content):,} bytes where its header {shape} asks for {expected:,}.")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)
