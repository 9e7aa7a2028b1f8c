"""Glyphs of the user's own: what is written comes back, and anything else is told in one line."""

import contextlib
import csv
import struct
import zipfile
import zlib
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from digits.base.errors import BadData
from digits.base.records import DIGITS, NOT_A_DIGIT, Samples
from digits.data import extra, read_extra, with_extras
from tests.conftest import draw_samples

READER = (*DIGITS, NOT_A_DIGIT)
HEADER = b"file,label\n"
GLYPH = np.arange(784, dtype=np.uint8).reshape(28, 28)


def png(pixels: np.ndarray = GLYPH, **how: object) -> bytes:
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG", **how)
    return file.getvalue()


def labels(rows: list[tuple[str, str]]) -> bytes:
    """Write labels.csv as the page does, with what is passed over."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["file", "label", "said", "confidence", "when"])
    writer.writerows((file, label, "3", "0.41", "2026-01-02T03:04:05Z") for file, label in rows)
    return text.getvalue().encode()


def zipped(contents: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.getvalue()


def put(path: Path, contents: dict[str, bytes]) -> Path:
    """Write `contents` as a .zip or as a folder, by the path's suffix."""
    if path.suffix == ".zip":
        path.write_bytes(zipped(contents))
        return path
    path.mkdir(exist_ok=True)
    for name, content in contents.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def good(table: bytes = HEADER + b"glyphs/1.png,7\n", content: bytes | None = None) -> dict[str, bytes]:
    return {"labels.csv": table, "glyphs/1.png": png() if content is None else content}


@pytest.fixture(params=["it", "it.zip"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where to put them: a folder, or a .zip."""
    return tmp_path / str(request.param)


@settings(max_examples=30)
@given(
    arrays(np.uint8, array_shapes(min_dims=1, max_dims=1, max_side=4).map(lambda shape: (*shape, 28, 28))),
    st.data(),
    st.sampled_from(["it", "it.zip"]),
)
def test_what_is_written_comes_back_equal(glyphs: np.ndarray, data: st.DataObject, name: str) -> None:
    wanted = data.draw(st.lists(st.sampled_from(READER), min_size=len(glyphs), max_size=len(glyphs)))
    rows = [(f"glyphs/{number:04}.png", label) for number, label in enumerate(wanted)]
    with TemporaryDirectory() as folder:
        contents = {file: png(glyph) for (file, _), glyph in zip(rows, glyphs, strict=True)}
        read, left_out = read_extra(put(Path(folder) / name, {"labels.csv": labels(rows), **contents}), READER)
    assert np.array_equal(read.glyphs, glyphs)
    assert [READER[label] for label in read.labels] == wanted
    assert (read.classes, read.name, left_out) == (READER, name, 0)


@settings(max_examples=150)
@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda rest: zipped(good())[:-40] + rest))
@example(b"")
@example(zipped({}))
def test_any_bytes_give_samples_or_one_line(content: bytes) -> None:
    taken_or_told(content)


@settings(max_examples=400)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4), st.booleans())
def test_a_zip_with_changed_bytes_gives_samples_or_one_line(changes: list[tuple[int, int]], stored: bool) -> None:
    content = bytearray(zipped(good(), zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED))
    for at, value in changes:
        content[at % len(content)] = value
    taken_or_told(bytes(content))


@settings(max_examples=150)
@given(st.binary(max_size=80) | st.binary(max_size=80).map(lambda rest: HEADER + rest))
@example(HEADER + b"\0,7\n")
@example(HEADER + b'"' + b"a" * 200_000)
def test_any_table_gives_samples_or_one_line(table: bytes) -> None:
    taken_or_told(zipped(good(table)))


@settings(max_examples=150)
@given(st.binary(max_size=80).map(lambda rest: png()[:40] + rest) | st.integers(0, 200).map(lambda cut: png()[:cut]))
@example(b"")
def test_any_png_gives_samples_or_one_line(content: bytes) -> None:
    taken_or_told(zipped(good(content=content)))


def taken_or_told(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "it.zip"
        path.write_bytes(content)
        with contextlib.suppress(BadData):
            assert isinstance(told(path), Samples)


def told(path: Path) -> Samples:
    """Read it, and see to it that what is told is one line that names the path."""
    try:
        return read_extra(path, DIGITS).samples
    except BadData as error:
        one_line_of(path, str(error))
        raise


def one_line_of(path: Path, said: str) -> None:
    assert said.startswith(str(path))
    assert said.isprintable()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (b"", "has no column file and no column label; its first line is 'empty'. It must name file,label"),
        (b"file;label\na.png;7\n", "its first line is 'file;label'. It must name file,label, with commas"),
        (b"file,digit\na.png,7\n", "has no column label;"),
        (HEADER, "names no glyphs: it needs a line for each"),
        (HEADER + b"\n\n", "names no glyphs"),
        (HEADER + b"glyphs/1.png,\xff\n", "is not UTF-8: see byte 24. Save it as UTF-8."),
        (
            HEADER + b"glyphs/1.png,seven\n",
            "line 2 of labels.csv has the label 'seven', which is no class. Choose from: 0,",
        ),
        (HEADER + b"glyphs/1.png,\x1b[31m\n", r"has the label '\\x1b[31m', which is no class"),
        (HEADER + b"glyphs/1.png\n", "line 2 of labels.csv has the label '', which is no class"),
        (HEADER + b",7\n", "line 2 of labels.csv names no file"),
        (HEADER + b"glyphs/1.png,7\nglyphs/1.png,1\n", "line 3 of labels.csv names glyphs/1.png once more"),
        (HEADER + b"glyphs/2.png,7\n", "there is no glyphs/2.png in it. Take its line out of labels.csv."),
        (HEADER + b"glyphs,7\n", "there is no glyphs in it."),
        (HEADER + b"a\0b,7\n", r"there is no a\x00b in it."),
        (HEADER + b"../it/glyphs/1.png,7\n", "../it/glyphs/1.png lies outside. Put it beside labels.csv"),
        (HEADER + b"/etc/passwd,7\n", "/etc/passwd lies outside."),
        (HEADER + b'"' + b"a" * 200_000, "of labels.csv is no CSV (field larger than field limit"),
        (
            HEADER + b"glyphs/1.png,not a digit\n",
            "all it holds is labelled 'not a digit', a class that only --data reader",
        ),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_what_is_wrong_with_the_table_is_told(table: bytes, words: str, place: Path) -> None:
    with pytest.raises(BadData) as caught:
        told(put(place, good(table)))
    assert words in str(caught.value)


def twice_as_large() -> bytes:
    """Return a PNG whose head comes again, and is then of another size."""
    body = b"IHDR" + struct.pack(">IIBBBBB", 10_000, 10_000, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png()[:33] + chunk + png()[33:]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "glyphs/1.png is no PNG file. Save it as PNG."),
        (b"P5 28 28 255\n" + bytes(784), "is no PNG file"),
        (png()[:60], "Cannot read glyphs/1.png: it is damaged or cut short"),
        (png(np.zeros((32, 28), np.uint8)), "glyphs/1.png is 28 x 32 pixels; a glyph is 28 x 28."),
        (png()[:16] + b"\xff" * 8 + png()[24:], "is 4294967295 x 4294967295 pixels"),
        (twice_as_large(), "Cannot read glyphs/1.png: it is too large: 10000 x 10000 pixels"),
        (png(np.zeros((28, 28, 3), np.uint8)), "is in colour. Save it as grey of 8 bits, 0 paper, 255 ink."),
        (png(np.zeros((28, 28, 4), np.uint8)), "is in colour with transparency."),
        (png(np.zeros((28, 28), np.uint16)), "is grey of 16 bits."),
        (png(transparency=3), "is not plain grey: it has a transparent shade."),
        (png() + bytes(1 << 16), "bytes; at most 65,536 are read."),
    ],
    ids=lambda value: value[-40:] if isinstance(value, str) else "",
)
def test_what_is_wrong_with_a_glyph_is_told(content: bytes, words: str, place: Path) -> None:
    with pytest.raises(BadData) as caught:
        told(put(place, good(content=content)))
    assert words in str(caught.value)


def encrypted() -> bytes:
    content = bytearray(zipped(good()))
    first = content.index(b"PK\x01\x02")
    content[6] |= 1
    content[first + 8] |= 1
    return bytes(content)


def damaged() -> bytes:
    content = bytearray(zipped(good(), zipfile.ZIP_STORED))
    content[content.index(b",7\n") + 1] = ord("1")
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is neither a folder nor a whole .zip file (File is not a zip file). Make it anew."),
        (zipped(good())[:-30], "neither a folder nor a whole .zip file"),
        (zipped({}), "there is no labels.csv in it. It needs one, with the columns file,label."),
        (encrypted(), "labels.csv is encrypted. Make the .zip anew without a password."),
        (damaged(), "labels.csv is damaged (Bad CRC-32 for file 'labels.csv'). Make the .zip anew."),
        (zipped(good(), zipfile.ZIP_BZIP2), "labels.csv is compressed by method 12. Make the .zip anew by deflate."),
        (zipped(good(bytes(1 << 25))), "labels.csv has 33,554,432 bytes; at most 16,777,216 are read."),
        (zipped(good(content=bytes(1 << 25))), "glyphs/1.png has 33,554,432 bytes; at most 65,536 are read."),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_is_wrong_with_a_zip_is_told(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "it.zip").write_bytes(content)
    with pytest.raises(BadData) as caught:
        told(tmp_path / "it.zip")
    assert words in str(caught.value)


def test_a_member_that_unpacks_to_more_than_it_says_is_not_unpacked(tmp_path: Path) -> None:
    honest = zipped({"labels.csv": bytes(1 << 24)})
    size = struct.pack("<I", 1 << 24)
    (tmp_path / "it.zip").write_bytes(honest.replace(size, struct.pack("<I", 20)))
    with pytest.raises(BadData, match=r"labels\.csv is damaged"):
        told(tmp_path / "it.zip")


def test_a_zip_of_another_size_than_is_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "MOST_ZIP", 100)
    with pytest.raises(BadData, match="bytes; at most 100 are read"):
        told(put(tmp_path / "it.zip", good()))


def test_a_table_of_absurd_length_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "MOST_GLYPHS", 2)
    table = HEADER + b"1.png,7\n2.png,7\n"
    contents = {"labels.csv": table, "1.png": png(), "2.png": png(), "3.png": png()}
    assert len(told(put(place, contents))) == 2
    with pytest.raises(BadData, match=r"more than 2 glyphs\. Split it"):
        told(put(place, {**contents, "labels.csv": table + b"3.png,7\n"}))


@pytest.mark.parametrize("target", ["outside.png", "/dev/zero", "1.png"])
def test_a_link_that_leads_outside_or_nowhere_is_told(target: str, tmp_path: Path) -> None:
    (tmp_path / "outside.png").write_bytes(png())
    folder = put(tmp_path / "it", {"labels.csv": HEADER + b"1.png,7\n"})
    (folder / "1.png").symlink_to(tmp_path / target if target == "outside.png" else target)
    with pytest.raises(BadData, match=r"is a link that leads outside|there is no 1\.png"):
        told(folder)


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"there is no such folder or \.zip file"):
        told(tmp_path / "absent.zip")


def test_what_is_no_digit_is_left_out_and_counted(place: Path) -> None:
    rows = [("1.png", "7"), ("2.png", NOT_A_DIGIT), ("3.png", "1")]
    contents = {"labels.csv": labels(rows), "1.png": png(), "2.png": png(), "3.png": png()}
    read, left_out = read_extra(put(place, contents), DIGITS)
    assert (read.labels.tolist(), left_out) == ([7, 1], 1)


def test_a_table_of_a_spreadsheet_is_read(place: Path) -> None:
    table = "\ufefffile,Label, label \r\n./glyphs//1.png,x, 7\r\n\r\n".encode()
    assert told(put(place, good(table))).labels.tolist() == [7]


def test_grey_of_one_bit_is_ink_and_paper(place: Path) -> None:
    glyph = GLYPH > 100
    assert np.array_equal(told(put(place, good(content=png(glyph)))).glyphs[0], np.where(glyph, 255, 0))


def test_extras_follow_what_the_data_set_has_in_their_order() -> None:
    train_data, first, second = (draw_samples(count, count) for count in (5, 3, 2))
    whole = with_extras(train_data, [first, second])
    assert np.array_equal(whole.glyphs, np.concatenate([train_data.glyphs, first.glyphs, second.glyphs]))
    assert whole.labels.tolist() == [*train_data.labels, *first.labels, *second.labels]
    assert (whole.name, whole.part, whole.classes) == (train_data.name, train_data.part, train_data.classes)


def test_extras_of_other_classes_are_refused() -> None:
    train_data = draw_samples(5, 5)
    with pytest.raises(BadData, match="has the classes"):
        with_extras(train_data, [Samples(train_data.glyphs, train_data.labels, READER)])
