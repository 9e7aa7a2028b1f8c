"""Data sets: read, split, found, and drawn."""

import contextlib
import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from digits.base.errors import BadData, UnknownName
from digits.base.records import Samples
from digits.data import CATALOG, as_samples, samples
from digits.data.catalog import IDX
from digits.data.idx import parse_idx, read_both
from digits.data.samples import split
from tests.conftest import LikeTorchvision


def to_idx(array: np.ndarray) -> bytes:
    """Write what the format's description says."""
    head = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    return head + array.tobytes()


@given(arrays(np.uint8, array_shapes(max_dims=3, max_side=9)))
def test_idx_comes_back_as_it_was_written(array: np.ndarray) -> None:
    assert np.array_equal(parse_idx(to_idx(array), "it"), array)


@given(st.binary(max_size=60) | st.binary(max_size=300).map(lambda rest: b"\0\0\x08" + rest))
@example(b"\0\0\x08\x04" + b"\0\1\0\0" * 4)  # 65,536 four times: more than 64 bits hold
@example(b"\0\0\x08\x42" + b"\0\0\0\1" * 66 + b"\0")
@example(b"\0\0\x08\0\0")
def test_other_bytes_are_told_and_never_crash(content: bytes) -> None:
    with contextlib.suppress(BadData):
        parse_idx(content, "it")


@pytest.mark.parametrize("cut", [0, 3, 7, 15, 20])
def test_a_truncated_idx_is_told(cut: int) -> None:
    with pytest.raises(BadData):
        parse_idx(to_idx(np.zeros((3, 4, 5), np.uint8))[:cut], "it")


def test_a_truncated_gzip_is_told(tmp_path: Path) -> None:
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(bytes(10_000))[:-9])
    with pytest.raises(BadData, match="truncated or damaged"):
        read_both(path)


LABELS = st.lists(st.integers(0, 4), min_size=30, max_size=200).map(np.array)


@settings(max_examples=50)
@given(LABELS)
def test_parts_are_disjoint_and_as_large_as_asked(labels: np.ndarray) -> None:
    parts = split(labels, {"validation": 7, "train": len(labels) - 7})
    assert [len(part) for part in parts.values()] == [7, len(labels) - 7]
    assert sorted(np.concatenate(list(parts.values()))) == list(range(len(labels)))


@settings(max_examples=50)
@given(LABELS)
def test_each_part_has_its_share_of_each_class(labels: np.ndarray) -> None:
    size = len(labels) // 3
    part = split(labels, {"validation": size})["validation"]
    share = np.bincount(labels, minlength=5) * size / len(labels)
    assert (abs(np.bincount(labels[part], minlength=5) - share) < 1).all()


def test_the_split_never_drifts() -> None:
    parts = split(np.arange(1000) % 10, {"validation": 100, "train": 900})
    assert parts["validation"][:8].tolist() == [11, 12, 25, 44, 56, 88, 97, 99]


def test_too_few_labels_are_told() -> None:
    with pytest.raises(BadData, match="cannot be split"):
        split(np.zeros(5, int), {"train": 6})


@pytest.fixture(scope="module")
def sample() -> dict[str, Samples]:
    return {part: samples("mnist-5k", part) for part in ("train", "validation", "test")}


def test_the_offline_sample_has_its_three_parts(sample: dict[str, Samples]) -> None:
    assert {part: len(each) for part, each in sample.items()} == CATALOG["mnist-5k"].sizes
    assert all((np.bincount(each.labels) * 10 == len(each)).all() for each in sample.values())


def test_no_glyph_is_in_two_parts(sample: dict[str, Samples]) -> None:
    seen = [{glyph.tobytes() for glyph in each.glyphs} for each in sample.values()]
    assert len(set.union(*seen)) == sum(map(len, seen))


def test_unknown_names_are_told() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'mnist'"):
        samples("mnits", "train")
    with pytest.raises(UnknownName, match="Did you mean 'train'"):
        samples("mnist", "trian")


# Data sets of other people


@pytest.mark.parametrize("to_tensor", [True, False])
def test_torchvisions_data_sets_are_accepted(validation: Samples, to_tensor: bool) -> None:
    made = as_samples(LikeTorchvision(validation, to_tensor))
    assert np.array_equal(made.glyphs, validation.glyphs)
    assert np.array_equal(made.labels, validation.labels)
    assert made.classes == LikeTorchvision.classes


def test_any_pairs_are_accepted(validation: Samples) -> None:
    pairs: Iterator[tuple[object, int]] = zip(validation.glyphs, validation.labels, strict=True)
    assert as_samples(pairs).sha256 == validation.sha256


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (np.zeros((3, 28, 28)), "28 x 28"),
        (np.full((28, 28), 2.8), "beyond 0 to 1"),
        (np.full((28, 28), np.nan), "0 to 1"),
    ],
)
def test_images_that_are_no_glyphs_are_told(image: np.ndarray, words: str) -> None:
    with pytest.raises(BadData, match=words):
        as_samples([(image, 0)])


def test_black_and_white_is_ink_and_paper() -> None:
    made = as_samples([(np.eye(28, dtype=bool), 1), (Image.fromarray(np.eye(28) > 0), 1)])
    assert (made.glyphs == np.eye(28) * 255).all()


def test_labels_without_names_are_digits() -> None:
    assert as_samples([(np.zeros((28, 28), np.uint8), 3)]).classes == CATALOG["mnist"].classes


def test_an_empty_data_set_is_told() -> None:
    with pytest.raises(BadData, match="yields no"):
        as_samples([])


# Folders


def idx_folder(folder: Path, packed: bool = False, images: int = 60) -> dict[str, bytes]:
    """Write a small data set in MNIST's four files; return their content."""
    rng = np.random.default_rng(0)
    contents = {}
    for stem, count in (("train", images), ("t10k", 20)):
        contents[f"{stem}-images-idx3-ubyte"] = to_idx(rng.integers(0, 256, (count, 28, 28), np.uint8))
        contents[f"{stem}-labels-idx1-ubyte"] = to_idx((np.arange(60 if stem == "train" else 20) % 10).astype(np.uint8))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / (f"{name}.gz" if packed else name)).write_bytes(gzip.compress(content) if packed else content)
    return contents


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `mnist` be a data set of 80 glyphs without known hashes."""
    row = replace(CATALOG["mnist"], sizes={"train": 50, "validation": 10, "test": 20}, hashes=())
    monkeypatch.setitem(CATALOG, "mnist", row)


@pytest.mark.parametrize("place", ["mnist", "MNIST/raw", "raw", "."])
@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.usefixtures("small")
def test_files_are_found_gzipped_or_not_also_where_torchvision_keeps_them(
    tmp_path: Path, place: str, packed: bool
) -> None:
    idx_folder(tmp_path / place, packed)
    assert [len(samples("mnist", part, tmp_path)) for part in ("train", "validation", "test")] == [50, 10, 20]


@pytest.mark.usefixtures("small")
def test_the_variable_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    idx_folder(tmp_path)
    monkeypatch.setenv("DIGITS_DATA", str(tmp_path))
    assert len(samples("mnist", "test")) == 20


@pytest.mark.usefixtures("small")
def test_labels_and_images_that_do_not_match_are_told(tmp_path: Path) -> None:
    idx_folder(tmp_path, images=59)
    with pytest.raises(BadData, match="do not match"):
        samples("mnist", "train", tmp_path)


def test_content_that_is_not_mnists_is_told(tmp_path: Path) -> None:
    idx_folder(tmp_path)
    with pytest.raises(BadData, match="sha256"):
        samples("mnist", "train", tmp_path)


def test_a_published_gz_is_held_against_its_md5(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    idx_folder(tmp_path / "kmnist", packed=True)
    found = [hashlib.md5((tmp_path / "kmnist" / f"{name}.gz").read_bytes()).hexdigest() for name in IDX]
    sizes = {"train": 50, "validation": 10, "test": 20}
    right = replace(CATALOG["kmnist"], sizes=sizes, hashes=tuple(f"md5:{each}" for each in found))
    with pytest.raises(BadData, match="md5"):
        samples("kmnist", "test", tmp_path)
    monkeypatch.setitem(CATALOG, "kmnist", right)
    assert len(samples("kmnist", "test", tmp_path)) == 20


def test_a_folder_without_the_files_tells_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="MNIST/raw"):
        samples("mnist", "train", tmp_path)


def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadData, match="is a file, not a folder"):
        samples("mnist", "train", tmp_path / "file")


def test_a_data_set_that_needs_a_folder_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGITS_DATA", raising=False)
    with pytest.raises(BadData, match="--data-dir"):
        samples("unipen", "train")


@pytest.mark.parametrize("cut", [0, 50, 300, -30])
def test_a_truncated_npz_is_told(tmp_path: Path, cut: int) -> None:
    np.savez_compressed(tmp_path / "semeion.npz", images=np.zeros((50, 16, 16), np.uint8), labels=np.zeros(50))
    path = tmp_path / "semeion.npz"
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(BadData, match="cannot be read"):
        samples("semeion", "train", tmp_path)
