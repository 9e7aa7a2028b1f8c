"""Errors, files and records."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.base.errors import BadArtifact, BadData, BadOutput, UnknownName, check_name
from digits.base.files import make_folder, prepare, write_whole
from digits.base.records import Card, Samples


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """Let the operating system refuse to write more than `size` bytes to a file, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownName) as told:
        check_name("model", "tinyvg", ["linear", "mlp", "tinyvgg"])
    assert str(told.value) == "There is no model 'tinyvg'. Did you mean 'tinyvgg'? Choose from: linear, mlp, tinyvgg."


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "file", "old")
    with pytest.raises(BadOutput, match="file too large"), no_file_over(1000):
        write_whole(path, b"x" * 5000)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(BadOutput, match="taken"):
        make_folder(tmp_path / "taken" / "below")


def test_a_file_that_is_a_folder_is_told_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(BadOutput, match="is a folder"):
        prepare(tmp_path)


@pytest.mark.parametrize(
    ("glyphs", "labels", "words"),
    [
        (np.zeros((2, 28, 28), np.float32), np.zeros(2, np.int64), "uint8"),
        (np.zeros((2, 28, 27), np.uint8), np.zeros(2, np.int64), "28"),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(3, np.int64), "as many"),
        (np.zeros((2, 28, 28), np.uint8), np.array([0, 10]), "10 classes"),
        (np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.int64), "no glyphs"),
    ],
)
def test_samples_that_do_not_fit_are_refused(glyphs: np.ndarray, labels: np.ndarray, words: str) -> None:
    with pytest.raises(BadData, match=words):
        Samples(glyphs, labels)


def test_the_hash_of_samples_tells_labels_apart(train_data: Samples) -> None:
    other = Samples(train_data.glyphs, (train_data.labels + 1) % 10)
    assert other.sha256 != train_data.sha256


@given(st.builds(Card, st.text(), st.integers(1, 4096), st.lists(st.text(), min_size=1).map(tuple)))
def test_a_card_comes_back_from_its_text(card: Card) -> None:
    assert Card.from_json(card.to_json()) == card


def test_a_card_of_a_newer_format_is_refused() -> None:
    newer = {**json.loads(Card("linear", 10, ("0", "1")).to_json()), "format": Card.FORMAT + 1}
    with pytest.raises(BadArtifact, match="Upgrade"):
        Card.from_json(json.dumps(newer))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', '{"format": "1"}', "null"])
def test_text_that_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(BadArtifact):
        Card.from_json(text)
