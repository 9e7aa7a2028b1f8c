"""Read IDX, the format of MNIST's files: http://yann.lecun.com/exdb/mnist, at its foot.

Two zero bytes, a byte for the element type (0x08 is unsigned byte), a byte for the number of dimensions, each dimension
as a big-endian 32-bit integer, then the elements.
"""

import gzip
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digits.base.errors import BadData
from digits.base.files import reason

UNSIGNED_BYTE = 0x08
GZIP = b"\x1f\x8b"


def read_plain(path: Path) -> bytes:
    """Return the content of `path`, decompressed if it is gzip (told by its first bytes, not its name).

    Raises BadData if it cannot be read or ends before its gzip stream does.
    """
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(GZIP) else content
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadData(f"{path} is truncated or damaged ({error}). Delete it and fetch it again.") from error
    except OSError as error:
        raise BadData(f"Cannot read {path}: {reason(error)}.") from error


def parse_idx(content: bytes, name: str) -> NDArray[np.uint8]:
    """Return the uint8 array that IDX `content` holds; `name` is what errors call it. Raises BadData."""
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] != UNSIGNED_BYTE:
        raise BadData(f"{name} is no IDX file of unsigned bytes: it starts with {content[:4].hex(' ') or 'nothing'}.")
    dimensions = content[3]
    header = 4 + 4 * dimensions
    shape = tuple(np.frombuffer(content[4:header], ">u4").tolist()) if len(content) >= header else ()
    expected = header + int(np.prod(shape, dtype=np.int64))
    if len(shape) != dimensions or len(content) != expected:
        raise BadData(f"{name} has {len(content):,} bytes where its header {shape} asks for {expected:,}.")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)
