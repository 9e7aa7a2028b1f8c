"""Decoding pictures to pixels: upright, laid over white, 8 bits, no larger than the work needs.

All that is strange about other people's files ends here: what comes out is plain, or one line says why not.
"""

import contextlib
import io
import logging
import os
import re
import stat
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.PpmImagePlugin import PpmImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from digits.base.errors import BadPicture, shown
from digits.base.files import reason
from digits.images.pixels import Refused, plain, shrunk, to_bytes, work_size

LEAST = 6  # pixels: on a shorter "longer side" than this no digit can be told
MAX_SIDE = 65_535  # pixels, the most that JPEG knows
MAX_PIXELS = 120_000_000  # of one page: phones make pictures of 108 million
MAX_ALL_PIXELS = 1_000_000_000  # of all pages: 100 of A4 at 300 dots per inch
MAX_PASSED_PIXELS = 2_000_000_000  # pixels times passes of a JPEG: 16 over the largest
MAX_PAGES = 100
MAX_BYTES = 1 << 29  # of a file: the largest picture, uncompressed, in four channels

_KINDS: tuple[tuple[re.Pattern[bytes], Callable[[io.BytesIO], ImageFile]], ...] = tuple(
    (re.compile(start, re.DOTALL), kind)
    for start, kind in [
        (rb"\x89PNG\r\n\x1a\n", PngImageFile),
        (rb"\xff\xd8\xff", JpegImageFile),
        (rb"RIFF.{4}WEBP", WebPImageFile),
        (rb"II[*+]\0|MM\0[*+]", TiffImageFile),
        (rb"GIF8[79]a", GifImageFile),
        (rb"BM", BmpImageFile),
        (rb"P[1-6]\s", PpmImageFile),
    ]
)
_FOREIGN = {
    rb".{4}ftyp(hei|hev|mif|msf)": "a HEIC photo",
    rb".{4}ftypavi": "an AVIF picture",
    rb"%PDF": "a PDF file",
    rb"%!PS": "a PostScript file",
    rb"8BPS": "a Photoshop file",
    rb"\0\0\x01\0": "an icon",
    rb"\0\0\0\x0cjP": "a JPEG 2000 picture",
    rb"\s*<(svg|\?xml)": "an SVG or XML file",
}
_MARKER = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")  # in JPEG, those that a length follows; and the end, \xd9
_PILLOW = re.compile(r"PIL\.")

# Pillow logs some broken files as errors, which would reach the terminal of a program that has set up no logging.
logging.getLogger("PIL").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Bounds:
    """What a file may have, looked at before it is decoded: pixels of a page and of all pages, and pages."""

    pixels: int = MAX_PIXELS
    all_pixels: int = MAX_ALL_PIXELS
    pages: int = MAX_PAGES


WIDE = Bounds()


@dataclass(frozen=True, eq=False)
class Picture:
    """One page as pixels.

    pixels  uint8, (H, W) grey or (H, W, 3) red, green, blue; upright, without transparency, not the caller's own array
    size    (width, height) of the picture as it is shown, before it was shrunk: scale = size[0] / pixels.shape[1]
    """

    pixels: NDArray[np.uint8]
    size: tuple[int, int]


def decode(source: object, name: str = "", bounds: Bounds = WIDE) -> list[Picture]:
    """Return the pages of `source`: a path, the bytes of a file, a Pillow image, or an array.

    Files may be PNG, JPEG, WebP, TIFF, BMP, GIF or PPM. A TIFF gives all its pages, an animation its first frame, a
    Pillow image the frame that it stands on. An array is (H, W), (H, W, 1), (H, W, 3) red, green, blue, or (H, W, 4)
    with alpha, and holds whole numbers to 255, or, where the largest is above that, to 65535; or fractions to 1, or,
    where the largest is above that, to 255; or truth values, where True is white. Pillow images of more than 8 bits
    are taken likewise.

    Pages are turned as EXIF says and laid over white, or over black where nothing would show on white. They are shrunk
    by area until the longer side is WORK pixels or the shorter is SHORT, and there are at most WORK * WORK of them;
    never enlarged.

    Raises BadPicture, and nothing else, in one line that starts with `name`, or else the path: also for what is beyond
    `bounds`. Thread-safe.
    """
    path = os.fsdecode(source) if isinstance(source, str | os.PathLike) else None
    try:
        with _hushed():
            return _pages(source if path is None else _read(path), bounds)
    except Refused as refusal:
        why, cause = str(refusal), refusal.__cause__
    except Image.DecompressionBombError as error:
        why, cause = f"it is too large; at most {_millions(bounds.pixels)} pixels are read", error
    except MemoryError as error:
        why, cause = "there is not enough memory to decode it; shrink it first", error
    except Exception as error:
        # Broad, since Pillow's decoders meet a broken file with almost any exception that Python has.
        why, cause = f"it is damaged or cut short ({shown(str(error) or type(error).__name__)})", error
    raise BadPicture(f"Cannot read {shown(name or path or 'the picture')}: {why}.") from cause


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """Keep Pillow's warnings about odd files to ourselves.

    warnings.catch_warnings would restore the whole list, also over what other threads have set meanwhile. This one
    entry goes in and out by itself, once for each call in progress, and touches nobody's warnings but Pillow's.
    """
    entry = ("ignore", None, Warning, _PILLOW, 0)
    filters = cast(list[Any], warnings.filters)
    filters.insert(0, entry)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):  # the list may have been exchanged meanwhile
            filters.remove(entry)


def _read(path: str) -> bytes:
    """Return the bytes of the file at `path`, looked at before it is opened: a pipe would keep us waiting."""
    if not path:
        raise Refused("there is no name")
    try:
        about = os.stat(path)  # noqa: PTH116 (a Path takes longer to make than to use, here and below)
        if stat.S_ISDIR(about.st_mode):
            raise Refused("it is a folder, not a picture")
        if not stat.S_ISREG(about.st_mode):
            raise Refused("it is no regular file; give what is in it as bytes")
        if about.st_size > MAX_BYTES:
            raise Refused(f"it is a file of {about.st_size >> 20} MiB; at most {MAX_BYTES >> 20} are read")
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read()
    except FileNotFoundError as error:
        raise Refused("there is no such file") from error
    except OSError as error:
        raise Refused(reason(error)) from error
    except ValueError as error:
        raise Refused("no file can have such a name") from error


def _pages(source: object, bounds: Bounds) -> list[Picture]:
    if isinstance(source, np.ndarray):
        return [_of_array(np.asarray(source), bounds.pixels)]  # a plain one of any subclass
    if isinstance(source, Image.Image):
        return [_of_image(source, _checked(source.size, bounds.pixels))]
    if isinstance(source, bytes | bytearray | memoryview):
        return _of_bytes(bytes(source), bounds)
    raise Refused(f"it is of type {type(source).__name__}; give a path, bytes, a Pillow image or an array")


def _of_bytes(content: bytes, bounds: Bounds) -> list[Picture]:
    """Decode by the format that the first bytes name.

    Not by Image.open: that judges size by a setting of the whole process, tells it less well, and looks further.
    """
    if not content:
        raise Refused("it is empty")
    kind = next((kind for start, kind in _KINDS if start.match(content)), None)
    if kind is None:
        raise Refused(_what_else(content))
    image = kind(io.BytesIO(content))
    if isinstance(image, TiffImageFile):
        return _of_tiff(image, len(content), bounds)
    size = _checked(image.size, bounds.pixels)
    if isinstance(image, JpegImageFile):
        _check_passes(content, size, MAX_PASSED_PIXELS * bounds.pixels // MAX_PIXELS)
        image.draft(None, work_size(size))  # libjpeg shrinks by 2, 4 or 8 at a fraction of the cost
    return [_of_image(image, size)]


def _what_else(content: bytes) -> str:
    """Say what a file is that is none of ours."""
    for start, what in _FOREIGN.items():
        if re.match(start, content, re.DOTALL):
            return f"it is {what}; save it as PNG or JPEG"
    return "it is not a picture; PNG, JPEG, WebP, TIFF, BMP, GIF and PPM are read"


def _check_passes(content: bytes, size: tuple[int, int], most_pixels: int) -> None:
    """Refuse a JPEG that goes over its pixels too often: a few bytes for each pass could keep us busy for minutes."""
    most = most_pixels // (size[0] * size[1])
    if content.count(b"\xff\xda") <= most:
        return
    place, passes = 2, 0  # a film or a second picture may follow: count until the first ends
    while (found := _MARKER.search(content, place)) and found[0] != b"\xff\xd9":
        place = found.end() + int.from_bytes(content[found.end() : found.end() + 2])
        passes += found[0] == b"\xff\xda"
    if passes > most:
        raise Refused(f"it goes over its {size[0]} x {size[1]} pixels {passes} times; save it again")


def _of_tiff(image: TiffImageFile, length: int, bounds: Bounds) -> list[Picture]:
    numbers, pixels = [], 0
    for number in range(bounds.pages + 1):
        try:
            image.seek(number)
        except EOFError:
            break
        if number and image.tag_v2.get(ExifTags.Base.NewSubfileType, 0) & 5:
            continue  # a smaller copy of another page, or its mask
        width, height = _checked(image.size, bounds.pixels)
        if image.info["compression"] != "raw":
            _check_strips(image.tag_v2, length)
        numbers.append(number)
        pixels += width * height
    else:
        raise Refused(f"it has more than {bounds.pages} pages; split it")
    if pixels > bounds.all_pixels:
        raise Refused(f"its {len(numbers)} pages hold {pixels // 10**6} million pixels; split it")
    return [_of_page(image, number) for number in numbers]


def _check_strips(tags: Mapping[int, Any], length: int) -> None:
    """Refuse a compressed page that lies beyond the end: libtiff would do so too, but tell the terminal as well."""
    places = tags.get(ExifTags.Base.StripOffsets) or tags.get(ExifTags.Base.TileOffsets)
    counts = tags.get(ExifTags.Base.StripByteCounts) or tags.get(ExifTags.Base.TileByteCounts)
    if not places:
        raise Refused("it is cut short: it does not say where its pixels are")
    if counts and max(map(sum, zip(places, counts, strict=False))) > length:
        raise Refused("it is cut short: some of its pixels are beyond its end")


def _of_page(image: TiffImageFile, number: int) -> Picture:
    image.seek(number)
    return _of_image(image, image.size)


def _of_array(array: NDArray[Any], most: int) -> Picture:
    if array.ndim not in (2, 3) or array.shape[2:] not in ((), (1,), (3,), (4,)):
        raise Refused(f"its shape is {array.shape}; give (height, width), or (height, width, 1, 3 or 4)")
    height, width = array.shape[:2]
    size = _checked((width, height), most)
    pixels = np.ascontiguousarray(to_bytes(array[..., 0] if array.shape[2:] == (1,) else array))
    if pixels.shape[2:] == (4,):
        return _of_image(Image.fromarray(pixels), size)
    return Picture(shrunk(pixels, size), size)


def _of_image(image: Image.Image, size: tuple[int, int]) -> Picture:
    return Picture(*plain(image, size))


def _checked(size: tuple[int, int], most_pixels: int) -> tuple[int, int]:
    """Return `size`, if it is one to decode."""
    width, height = size
    if min(size) < 1 or max(size) < LEAST:
        raise Refused(f"it is too small: {width} x {height} pixels; a digit needs at least {LEAST}")
    if max(size) > MAX_SIDE or width * height > most_pixels:
        most = f"at most {_millions(most_pixels)}, and {MAX_SIDE} to a side, are read"
        raise Refused(f"it is too large: {width} x {height} pixels; {most}")
    return size


def _millions(pixels: int) -> str:
    return f"{pixels // 10**6} million" if pixels >= 10**6 else f"{pixels:,}"
