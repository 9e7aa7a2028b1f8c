"""Extra glyphs of the user's own, with labels, to train on: a folder or a .zip of PNG files with a labels.csv.

Whoever made them, they may be anything: how large a thing says it is comes before reading it, nothing is read from
outside, and nothing is written.
"""

import csv
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

import numpy as np
from numpy.typing import NDArray

from digits.base.errors import BadData, BadPicture, shown
from digits.base.files import reason
from digits.base.records import NOT_A_DIGIT, SIDE, Samples
from digits.images import Bounds, decode

LABELS = "labels.csv"
COLUMNS = ("file", "label")
MOST_GLYPHS = 60_000  # as many as MNIST has
MOST_ZIP = 1 << 26  # bytes: so many glyphs, and the bytes around them
MOST_CSV = 1 << 24  # bytes
MOST_PNG = 1 << 16  # bytes: a glyph without any compression has a thousand
ENCRYPTED = 1  # a zip's flag of one file
PNG_START = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
ONE = Bounds(SIDE * SIDE, SIDE * SIDE, 1)
GREY = 0  # a PNG's colour type
OTHERS = {2: "in colour", 3: "in colours of a palette", 4: "grey with transparency", 6: "in colour with transparency"}
# What zipfile raises of a broken archive. Nothing is swallowed: each becomes a BadData that names the file. Its own
# BadZipFile; of features it lacks NotImplementedError (a newer zip version, strong encryption) and RuntimeError (a
# password is needed); of sizes and offsets that lie ValueError, OSError, EOFError; of damaged content zlib.error and
# struct.error.
DAMAGED = (BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, zlib.error, struct.error)

Read = Callable[[str, int], bytes]  # (name, most bytes) -> what the file of that name holds


class Extra(NamedTuple):
    """What a folder or .zip of glyphs holds.

    samples   the glyphs whose label is one of the classes, in the order of labels.csv, named after the folder or .zip
    left_out  how many more are labelled "not a digit", where that is none of the classes
    """

    samples: Samples
    left_out: int


class _Row(NamedTuple):
    line: int
    file: str
    label: str


def read_extra(path: Path | str, classes: tuple[str, ...]) -> Extra:
    """Return the glyphs, uint8 (N, 28, 28), and labels, int64 (N,), that the folder or .zip at `path` holds.

    Its labels.csv (UTF-8) has a header with the columns file and label, and perhaps others, which are passed over. Each
    file is a PNG of 28 x 28 in grey, 0 paper, 255 ink, named as it lies beside labels.csv; each label is one of
    `classes`, or "not a digit". Raises BadData.
    """
    path = Path(path)
    try:
        read = _reader(path)
        rows = list(_rows(read(LABELS, MOST_CSV)))
        taken = [row for row in rows if row.label in classes or row.label != NOT_A_DIGIT]
        if not taken:
            raise BadData(f"all it holds is labelled {NOT_A_DIGIT!r}, a class that only --data reader has.")
        labels = np.array([_label(row, classes) for row in taken], np.int64)
        glyphs = np.stack([_glyph(read(row.file, MOST_PNG), shown(row.file)) for row in taken])
    except (BadData, BadPicture) as error:
        raise BadData(f"{shown(str(path))}: {error}") from error
    except OSError as error:
        raise BadData(f"{shown(str(path))} cannot be read: {reason(error)}.") from error
    return Extra(Samples(glyphs, labels, classes, path.name or path.resolve().name), len(rows) - len(taken))


def with_extras(train_data: Samples, extras: Sequence[Samples]) -> Samples:
    """Return `train_data` followed by the `extras` in their order, as a part of the same data set. Raises BadData."""
    for each in extras:
        if each.classes != train_data.classes:
            raise BadData(f"{each.name} has the classes {each.classes}, {train_data.name} has {train_data.classes}.")
    glyphs, labels = [train_data.glyphs], [train_data.labels]
    glyphs += [each.glyphs for each in extras]
    labels += [each.labels for each in extras]
    return Samples(np.concatenate(glyphs), np.concatenate(labels), train_data.classes, train_data.name, train_data.part)


def _rows(content: bytes) -> Iterator[_Row]:
    """Yield the rows of labels.csv. Raises BadData."""
    table = csv.reader(StringIO(_text(content), newline=""))
    seen: set[str] = set()
    try:
        file_at, label_at = _columns(next(table, []))
        for cells in filter(None, table):
            file, label = (cells[at].strip() if at < len(cells) else "" for at in (file_at, label_at))
            if not file:
                raise BadData(f"line {table.line_num} of {LABELS} names no file.")
            if file in seen:
                raise BadData(f"line {table.line_num} of {LABELS} names {shown(file)} once more. Keep one line of it.")
            if len(seen) == MOST_GLYPHS:
                raise BadData(f"{LABELS} has more than {MOST_GLYPHS:,} glyphs. Split it, and give --extra twice.")
            seen.add(file)
            yield _Row(table.line_num, file, label)
    except csv.Error as error:
        raise BadData(f"line {table.line_num} of {LABELS} is no CSV ({error}). Mend it.") from error
    if not seen:
        raise BadData(f"{LABELS} names no glyphs: it needs a line for each, below the header.")


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")  # spreadsheets write a mark at the start
    except UnicodeDecodeError as error:
        raise BadData(f"{LABELS} is not UTF-8: see byte {error.start:,}. Save it as UTF-8.") from error


def _columns(header: list[str]) -> list[int]:
    """Return where `header` has the columns that are needed. Raises BadData."""
    names = [name.strip() for name in header]
    lacks = [name for name in COLUMNS if name not in names]
    if lacks:
        raise BadData(
            f"{LABELS} has no column {' and no column '.join(lacks)}; its first line is "
            f"{shown(','.join(names)) or 'empty'!r}. It must name {','.join(COLUMNS)}, with commas between them."
        )
    return [names.index(name) for name in COLUMNS]


def _label(row: _Row, classes: tuple[str, ...]) -> int:
    if row.label not in classes:
        raise BadData(
            f"line {row.line} of {LABELS} has the label {shown(row.label)!r}, which is no class. "
            f"Choose from: {shown(', '.join(classes))}; or take the line out."
        )
    return classes.index(row.label)


def _glyph(content: bytes, name: str) -> NDArray[np.uint8]:
    """Return the glyph, uint8 (28, 28), that a PNG holds: what its head says is looked at first. Raises BadData."""
    if not content.startswith(PNG_START) or len(content) < 26:
        raise BadData(f"{name} is no PNG file. Save it as PNG.")
    width, height, depth, kind = struct.unpack(">IIBB", content[16:26])
    if (width, height) != (SIDE, SIDE):
        raise BadData(f"{name} is {width} x {height} pixels; a glyph is {SIDE} x {SIDE}.")
    if kind != GREY or depth > 8:
        what = OTHERS.get(kind, f"grey of {depth} bits")
        raise BadData(f"{name} is {what}. Save it as grey of 8 bits, 0 paper, 255 ink.")
    pixels = decode(content, name, ONE)[0].pixels  # its head may come twice: that size is looked at, too
    if pixels.shape != (SIDE, SIDE):
        raise BadData(f"{name} is not plain grey: it has a transparent shade. Save it without.")
    return pixels


def _reader(path: Path) -> Read:
    """Return what reads a file by its name in the folder or .zip at `path`. Raises BadData."""
    if path.is_dir():
        return partial(_from_folder, path)
    if not path.is_file():
        raise BadData("there is no such folder or .zip file. Give --extra another path.")
    _check_size("it", path.stat().st_size, MOST_ZIP)
    try:
        archive = ZipFile(BytesIO(path.read_bytes()))
    except DAMAGED as error:
        raise BadData(f"it is neither a folder nor a whole .zip file ({_brief(error)}). Make it anew.") from error
    return partial(_from_zip, archive)


def _from_folder(folder: Path, name: str, most: int) -> bytes:
    file = folder / _inner(name)
    try:
        if not file.resolve().is_relative_to(folder.resolve()):
            raise BadData(f"{shown(name)} is a link that leads outside. Put the file itself there.")
        if not file.is_file():
            raise _missing(name)
        _check_size(shown(name), file.stat().st_size, most)
        return file.read_bytes()
    except OSError as error:
        raise BadData(f"{shown(name)} cannot be read: {reason(error)}.") from error
    except (ValueError, RuntimeError) as error:  # a name with a zero byte; links in a circle
        raise _missing(name) from error


def _from_zip(archive: ZipFile, name: str, most: int) -> bytes:
    inner = str(_inner(name))
    if inner not in archive.NameToInfo:
        raise _missing(name)
    about = archive.getinfo(inner)
    if about.flag_bits & ENCRYPTED:
        raise BadData(f"{shown(name)} is encrypted. Make the .zip anew without a password.")
    if about.compress_type not in (ZIP_STORED, ZIP_DEFLATED):  # of others, a few bytes may unpack to any size at once
        raise BadData(f"{shown(name)} is compressed by method {about.compress_type}. Make the .zip anew by deflate.")
    _check_size(shown(name), about.file_size, most)
    try:
        with archive.open(about) as file:
            return file.read(most)
    except DAMAGED as error:
        raise BadData(f"{shown(name)} is damaged ({_brief(error)}). Make the .zip anew.") from error


def _inner(name: str) -> PurePosixPath:
    """Return `name` as a path that stays inside. Raises BadData."""
    inner = PurePosixPath(name)
    if inner.is_absolute() or ".." in inner.parts:
        raise BadData(f"{shown(name)} lies outside. Put it beside {LABELS}, and name it as it lies there.")
    return inner


def _missing(name: str) -> BadData:
    if name == LABELS:
        return BadData(f"there is no {LABELS} in it. It needs one, with the columns {','.join(COLUMNS)}.")
    return BadData(f"there is no {shown(name)} in it. Take its line out of {LABELS}.")


def _check_size(name: str, size: int, most: int) -> None:
    if size > most:
        raise BadData(f"{name} has {size:,} bytes; at most {most:,} are read.")


def _brief(error: Exception) -> str:
    return shown(str(error) or type(error).__name__)
