"""What cannot be read is told in one line that names it and the reason; nothing else comes out."""

import contextlib
import io
import os
import struct
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digits.base.errors import BadPicture, shown
from digits.images.decode import MAX_BYTES, MAX_PAGES, Bounds, decode
from tests.images.test_decode import WIDE, chunk, only, saved, tiff_of


def refusal(source: object, name: str = "") -> str:
    with pytest.raises(BadPicture) as told:
        decode(source, name)
    assert "\n" not in str(told.value)
    return str(told.value)


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header claims that size and whose pixels are missing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.full((9, 9), np.nan), "no finite numbers"),
        (np.full((9, 9), np.inf), "no finite numbers"),
        (np.full((9, 9), -1), "from -1 to -1"),
        (np.full((9, 9), 70000), "0 to 255, or 0 to 65535"),
        (np.full((9, 9), 256.0), "0 to 1, or 0 to 255"),
        (np.full((9, 9), "a"), "type <U1"),
        (np.full((9, 9), None), "type object"),
        (np.full((9, 9), 1j), "type complex128"),
        (np.zeros((9,)), "shape is (9,)"),
        (np.zeros((3, 28, 28)), "shape is (3, 28, 28)"),
        (np.zeros((2, 9, 9, 3)), "shape is (2, 9, 9, 3)"),
        (np.zeros((0, 9)), "too small: 9 x 0"),
        (np.zeros((5, 5)), "too small: 5 x 5"),
        (np.broadcast_to(np.uint8(0), (30000, 30000)), "too large: 30000 x 30000"),
        (np.broadcast_to(np.uint8(0), (8, 70000)), "65535 to a side"),
    ],
)
def test_arrays_that_are_no_pictures_are_refused(array: np.ndarray, words: str) -> None:
    assert words in refusal(array)


def test_a_narrow_stroke_is_a_picture() -> None:
    assert only(np.zeros((20, 3), np.uint8)).shape == (20, 3)


def test_other_things_are_refused() -> None:
    assert refusal(7) == "Cannot read the picture: it is of type int; give a path, bytes, a Pillow image or an array."
    assert "of type list" in refusal([[0, 1]])


def test_a_message_names_the_file_or_the_name_that_was_given(tmp_path: Path) -> None:
    path = tmp_path / "none.png"
    assert refusal(path) == f"Cannot read {path}: there is no such file."
    assert refusal(str(path)) == refusal(path)
    assert refusal(path, "first") == "Cannot read first: there is no such file."
    assert refusal(b"") == "Cannot read the picture: it is empty."


def test_places_that_are_no_pictures(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("seven")
    assert refusal(tmp_path).endswith("it is a folder, not a picture.")
    assert refusal(tmp_path / "pipe").endswith("it is no regular file; give what is in it as bytes.")
    assert refusal(tmp_path / "empty.png").endswith("it is empty.")
    assert refusal(tmp_path / "text.png").endswith(
        "it is not a picture; PNG, JPEG, WebP, TIFF, BMP, GIF and PPM are read."
    )
    assert refusal("") == "Cannot read the picture: there is no name."


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied"), "permission denied"),
        (FileNotFoundError(2, "No such file"), "there is no such file"),  # it vanished since it was looked at
        (OSError(116, "Stale file handle"), "stale file handle"),
        (MemoryError(), "not enough memory"),
    ],
)
def test_what_happens_while_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fail(*_: object) -> bytes:
        raise error

    (tmp_path / "a.png").write_bytes(saved(WIDE))
    monkeypatch.setattr(sys.modules[decode.__module__], "open", fail, raising=False)
    assert words in refusal(tmp_path / "a.png")


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert refusal(tmp_path / "a.png").endswith("it is a file of 512 MiB; at most 512 are read.")


@pytest.mark.parametrize(
    "name", ["new\nline", "bell\a", "\udce4 not UTF-8", "right \u202e to left", "nul\0", "x" * 9000]
)
def test_odd_names_are_told_in_one_line(tmp_path: Path, name: str) -> None:
    told = refusal(tmp_path / name)
    assert told.isprintable()
    assert len(told) < 400


def test_odd_names_are_read(tmp_path: Path) -> None:
    for name in ("new\nline", "\udce4.png", "seven 七.png", "-"):
        (tmp_path / name).write_bytes(saved(WIDE))
        assert np.array_equal(only(tmp_path / name), WIDE)


def test_a_name_that_prints_is_shown_as_it_is() -> None:
    assert shown("seven 七.png") == "seven 七.png"
    assert shown("a\nb") == "a\\nb"
    assert shown("a" * 50 + "b" * 500) == "a" * 50 + "..." + "b" * 150


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"%PDF-1.7", "a PDF file; save it as PNG or JPEG"),
        (b"\0\0\0\x18ftypheic", "a HEIC photo"),
        (b"<svg xmlns", "an SVG"),
        (b"%!PS-Adobe-3.0 EPSF", "PostScript"),
        (b"RIFF\0\0\0\0WAVE", "not a picture"),
    ],
)
def test_other_formats_are_told_by_name(start: bytes, words: str) -> None:
    assert words in refusal(start + bytes(100))


def test_sizes_are_judged_before_decoding() -> None:
    begun = time.monotonic()
    assert "too large: 30000 x 30000 pixels; at most 120 million" in refusal(png_of(30000, 30000))
    assert "too small: 1 x 1 pixels; a digit needs at least 6" in refusal(png_of(1, 1))
    assert "too large" in refusal(Image.new("1", (70000, 9)))
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize("size", [(0, 0), (0, 9)])
def test_a_picture_of_no_size_is_refused(size: tuple[int, int]) -> None:
    refusal(png_of(*size))
    assert "too small" in refusal(Image.new("L", size))


def test_the_bar_of_the_process_for_bombs_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert np.array_equal(only(saved(WIDE)), WIDE)


def test_a_jpeg_that_goes_over_its_pixels_without_end_is_refused() -> None:
    content = saved(Image.new("L", (2000, 2000), 128), "JPEG", progressive=True)
    last = content[content.rindex(b"\xff\xda") : -2]
    begun = time.monotonic()
    assert "2000 x 2000 pixels 606 times" in refusal(content[:-2] + last * 600 + content[-2:])
    assert time.monotonic() - begun < 1


def test_what_follows_a_jpeg_does_not_count_as_its_passes() -> None:
    content = saved(Image.new("L", (3000, 3000), 128), "JPEG", progressive=True)
    assert decode(content + b"\xff\xda" * 9000)[0].size == (3000, 3000)


@pytest.mark.parametrize("settings", [{}, {"progressive": True}, {"compression": "tiff_lzw"}])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "PPM", "TIFF"])
def test_a_file_that_is_cut_short_is_refused_unless_its_pixels_are_there(kind: str, settings: dict[str, bool]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (24, 31, 3), dtype=np.uint8)
    content = saved(noise, kind, **settings)
    whole = only(content)
    for end in range(0, len(content), 3):
        with contextlib.suppress(BadPicture):
            pixels = only(content[:end])
            assert end > len(content) * 0.9
            assert np.array_equal(pixels, whole)


def test_a_tiff_of_too_many_pages_is_told() -> None:
    assert len(decode(tiff_of(MAX_PAGES))) == MAX_PAGES
    assert refusal(tiff_of(MAX_PAGES + 1)) == "Cannot read the picture: it has more than 100 pages; split it."


def test_pages_count_together() -> None:
    with pytest.raises(BadPicture, match="its 6 pages hold 6 million pixels"):
        decode(tiff_of(6, (1000, 1000)), bounds=Bounds(all_pixels=5_000_000))


def test_narrower_bounds_hold_for_pages_and_pixels() -> None:
    assert len(decode(tiff_of(2), bounds=Bounds(pages=2))) == 2
    with pytest.raises(BadPicture, match="more than 2 pages"):
        decode(tiff_of(3), bounds=Bounds(pages=2))
    with pytest.raises(BadPicture, match="at most 999,999, and"):
        decode(tiff_of(1, (1000, 1000)), bounds=Bounds(pixels=999_999))


def odd_tiff() -> bytes:
    """A TIFF of which Pillow warns: a tag that should hold one value holds two."""
    content = saved(WIDE, "TIFF")
    at = content.index(struct.pack("<HHI", 259, 3, 1))  # compression
    return content[:at] + struct.pack("<HHIHH", 259, 3, 2, 1, 1) + content[at + 12 :]


def test_pillow_does_warn_of_it() -> None:
    with pytest.warns(UserWarning, match="too many entries"):
        Image.open(io.BytesIO(odd_tiff()))


def test_no_warning_gets_out_and_the_filters_stay_as_they_were() -> None:
    before = list(warnings.filters)
    assert np.array_equal(only(odd_tiff()), WIDE)
    assert list(warnings.filters) == before


def test_no_warning_gets_out_of_threads() -> None:
    content, before = odd_tiff(), list(warnings.filters)
    with ThreadPoolExecutor(4) as threads:
        assert all(pages[0].size == (30, 20) for pages in threads.map(decode, [content] * 200))
    assert list(warnings.filters) == before


def test_nothing_reaches_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    early = b"II*\0" + struct.pack("<I", 8)  # the pages' notes before the pixels, as scanners write them
    lzw = saved(Image.new("L", (64, 64), 7), "TIFF", compression="tiff_lzw")
    tags = (256, 64), (257, 64), (258, 8), (259, 5), (262, 1), (273, len(lzw)), (278, 64), (279, 200)
    notes = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    assert "beyond its end" in refusal(early + notes + bytes(4) + bytes(20))
    assert "cut short" in refusal(odd_tiff()[:-9])
    assert capfd.readouterr() == ("", "")
