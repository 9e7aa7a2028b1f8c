"""Broken files of every kind: a picture or one line comes out, soon; never anything else."""

import io
import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, scalar_dtypes
from PIL import ExifTags, Image

from digits.base.errors import BadPicture
from digits.images.decode import MAX_PAGES, decode
from digits.images.pixels import WORK

SECONDS = 2
ROUNDS = 120  # of each kind of file in the run with a seed


def originals() -> dict[str, bytes]:
    """Small files of every format, with palettes, alpha, EXIF, pages and compression."""
    rng = np.random.default_rng(5)
    grey = np.clip(rng.normal(200, 40, (18, 25)), 0, 255).astype(np.uint8)
    image = Image.fromarray(np.dstack([grey, grey.T.reshape(18, 25), grey]))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    kinds: dict[str, tuple[str, Image.Image, dict[str, object]]] = {
        "png": ("PNG", image, {"exif": exif}),
        "png palette": ("PNG", image.convert("P"), {"transparency": b"\0\x80\xff"}),
        "png alpha": ("PNG", image.convert("RGBA"), {}),
        "png 16": ("PNG", Image.fromarray(grey.astype(np.uint16) * 257), {"transparency": 9}),
        "apng": ("PNG", image, {"save_all": True, "append_images": [image.convert("L").convert("RGB")]}),
        "jpeg": ("JPEG", image, {"exif": exif}),
        "jpeg progressive": ("JPEG", image.convert("L"), {"progressive": True}),
        "jpeg cmyk": ("JPEG", image.convert("CMYK"), {}),
        "webp": ("WEBP", image, {"exif": exif}),
        "webp lossless": ("WEBP", image.convert("RGBA"), {"lossless": True}),
        "gif": ("GIF", image.convert("P"), {"save_all": True, "append_images": [image.convert("L")]}),
        "bmp": ("BMP", image, {}),
        "bmp 1": ("BMP", image.convert("1"), {}),
        "ppm": ("PPM", image, {}),
        "tiff": ("TIFF", image, {"save_all": True, "append_images": [image.convert("L")]}),
        "tiff lzw": ("TIFF", image.convert("RGBA"), {"compression": "tiff_lzw"}),
        "tiff fax": ("TIFF", image.convert("1"), {"compression": "group4"}),
        "tiff jpeg": ("TIFF", image, {"compression": "jpeg"}),
        "tiff float": ("TIFF", Image.fromarray(grey / np.float32(255)), {}),
    }
    return {name: _saved(*how) for name, how in kinds.items()}


def _saved(kind: str, image: Image.Image, settings: dict[str, object]) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


FILES = originals()


def survive(source: object) -> bool:
    """Whether `source` gave pictures, once it is checked that they are, or that one line tells why there are none."""
    begun = time.monotonic()
    try:
        pages = decode(source)
    except BadPicture as refused:
        told = str(refused)
        pages = []
        if not told.isprintable() or len(told) > 400:
            raise AssertionError(told) from refused
    assert time.monotonic() - begun < SECONDS
    assert len(pages) <= MAX_PAGES
    for page in pages:
        assert page.pixels.dtype == np.uint8
        assert page.pixels.ndim == 2 or page.pixels.shape[2:] == (3,)
        assert 0 < page.pixels.shape[0] * page.pixels.shape[1] <= WORK * WORK
    return bool(pages)


def flip(content: bytes, at: int, much: int) -> bytes:
    return content[:at] + bytes([content[at] ^ (1 + much % 255)]) + content[at + 1 :]


def extreme(content: bytes, at: int, much: int) -> bytes:
    value = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\0\1\0\0")[much % 5]
    return content[:at] + value + content[at + 4 :]


def insert(content: bytes, at: int, much: int) -> bytes:
    return content[:at] + bytes([much % 256]) * (1 + much % 9) + content[at:]


def repeat(content: bytes, at: int, much: int) -> bytes:
    return content[: at + much % 64] + content[at:]


def cut_out(content: bytes, at: int, much: int) -> bytes:
    return content[:at] + content[at + much % 64 :]


def cut_off(content: bytes, at: int, much: int) -> bytes:
    return content[: at + much % 4]


DAMAGES: list[Callable[[bytes, int, int], bytes]] = [flip, flip, extreme, insert, repeat, cut_out, cut_off]
DAMAGE = st.tuples(st.sampled_from(DAMAGES), st.integers(0, 4000), st.integers(0, 4000))


@pytest.mark.parametrize("name", FILES)
def test_the_originals_are_whole(name: str) -> None:
    assert survive(FILES[name])


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(FILES)), st.lists(DAMAGE, min_size=1, max_size=5))
def test_damaged_files(name: str, damages: list[tuple[Callable[[bytes, int, int], bytes], int, int]]) -> None:
    content = FILES[name]
    for damage, at, much in damages:
        content = damage(content, at % len(content), much) if content else content
    survive(content)


@pytest.mark.parametrize("name", FILES)
def test_files_damaged_at_random_by_a_seed(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(sorted(FILES).index(name))
    for _ in range(ROUNDS):
        content = FILES[name]
        for _ in range(rng.integers(1, 4)):
            reach = len(content) if rng.random() < 0.5 else min(len(content), 80)  # the head breaks in more ways
            damage = DAMAGES[rng.integers(len(DAMAGES))]
            content = damage(content, int(rng.integers(max(1, reach))), int(rng.integers(4000))) or b"\0"
        survive(content)
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err == "" or name.startswith("tiff")  # libtiff speaks for itself, past Python


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"II*\0\x08\0\0\0", b"P5 "]),
    st.binary(),
)
def test_any_bytes(start: bytes, rest: bytes) -> None:
    survive(start + rest)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(arrays(scalar_dtypes(), array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=9)))
def test_any_array(array: np.ndarray) -> None:
    survive(array)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_any_name(name: str) -> None:
    survive("none/" + name)
