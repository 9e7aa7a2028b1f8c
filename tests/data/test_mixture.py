"""The reader's data set, made of a handful of strokes: what is in it, how much of each, and the same every time."""

from pathlib import Path

import numpy as np
import pytest

from digits.base.errors import BadData
from digits.base.records import NOT_A_DIGIT, Samples
from digits.data import CATALOG, mixture, samples
from tests.conftest import draw_samples
from tests.strokes import BAR, DOT, RING, STEM, keep, stored

TRAIN = {"drawn": 40, "written": 9, "signs": 4, "free": 12, "arcs": 3, "pairs": 4, "thetas": 2, "mirrored": 5}
VALIDATION = {"drawn": 0, "written": 6, "signs": 2, "free": 4, "arcs": 2, "pairs": 3, "thetas": 1, "mirrored": 1}
FAMILIES = {"slashed": 2, "flagged": 3}
TIMES = {"mnist": 2, "semeion": 3}
PARTS = ("train", "validation")
PLAIN = {"train": {"mnist": 30, "semeion": 10, "unipen": 20}, "validation": {"mnist": 20, "semeion": 10, "unipen": 10}}
OTHER = 10  # the label of "not a digit"


def written(labels: str, shapes: dict[str, list[np.ndarray]]) -> dict[str, np.ndarray]:
    """Return what a file holds: of each label, two samples in train and one in validation, of that part's shape."""
    parts = ["train", "train", "validation"] * len(labels)
    drawings = [shapes[part] for part in parts]
    every = "".join(label * 3 for label in labels)
    return stored(drawings, every, parts, [place % 4 for place in range(len(parts))])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of tiny UNIPEN files; in train all digits stand upright, in validation they lie."""
    keep(tmp_path, "digits", written("0123456789", {"train": [STEM], "validation": [BAR]}))
    keep(tmp_path, "letters", written("AHOlx", {"train": [RING, STEM], "validation": [RING, BAR]}))
    keep(tmp_path, "symbols", written("+=|", {"train": [STEM, BAR], "validation": [BAR, DOT]}))
    for name, value in (
        ("TRAIN", TRAIN),
        ("VALIDATION", VALIDATION),
        ("FAMILIES", FAMILIES),
        ("TIMES", TIMES),
    ):
        monkeypatch.setattr(mixture, name, value)
    return tmp_path


def plain(part: str) -> dict[str, Samples]:
    seeds = range(10, 13) if part == "train" else range(20, 23)
    return {
        name: draw_samples(count, seed, part) for seed, (name, count) in zip(seeds, PLAIN[part].items(), strict=True)
    }


def made(part: str, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    return mixture.mixture(part, plain(part), folder)


@pytest.mark.parametrize("part", PARTS)
def test_glyphs_and_labels_fit_each_other_and_the_classes(part: str, folder: Path) -> None:
    glyphs, labels = made(part, folder)
    kept = Samples(glyphs, labels, CATALOG["reader"].classes, "reader", part)
    assert kept.classes[OTHER] == NOT_A_DIGIT
    assert set(labels) == set(range(11))


def test_train_has_as_many_of_each_kind_as_its_table_says(folder: Path) -> None:
    _, labels = made("train", folder)
    assert (labels == OTHER).sum() == sum(TRAIN.values()) - TRAIN["drawn"]
    plain_ones = TIMES["mnist"] * PLAIN["train"]["mnist"] + TIMES["semeion"] * PLAIN["train"]["semeion"]
    assert (labels != OTHER).sum() == plain_ones + TRAIN["drawn"] + sum(FAMILIES.values())


def test_validation_has_each_source_once_and_each_digit_of_unipen_once_more(folder: Path) -> None:
    _, labels = made("validation", folder)
    assert (labels == OTHER).sum() == sum(VALIDATION.values())
    assert (labels != OTHER).sum() == sum(PLAIN["validation"].values()) + 10


@pytest.mark.parametrize("part", PARTS)
def test_it_is_the_same_every_time(part: str, folder: Path) -> None:
    one, other = made(part, folder), made(part, folder)
    assert one[0].tobytes() == other[0].tobytes()
    assert one[1].tobytes() == other[1].tobytes()


def test_no_glyph_is_in_both_parts(folder: Path) -> None:
    train_data, validation = ({glyph.tobytes() for glyph in made(part, folder)[0] if glyph.any()} for part in PARTS)
    assert not train_data & validation


@pytest.mark.parametrize("part", PARTS)
def test_digits_are_drawn_from_the_strokes_of_their_own_part(part: str, folder: Path) -> None:
    glyphs, labels = made(part, folder)
    known = {glyph.tobytes() for each in plain(part).values() for glyph in each.glyphs}
    own = [glyph for glyph, label in zip(glyphs, labels, strict=True) if label > 1 and label != OTHER]
    drawn = [np.nonzero(glyph) for glyph in own if glyph.tobytes() not in known]
    lies = [np.ptp(columns) > np.ptp(rows) for rows, columns in drawn]
    assert lies == [part == "validation"] * len(drawn)
    assert len(drawn) >= 8


@pytest.mark.parametrize("part", PARTS)
def test_what_looks_like_a_digit_is_not_among_the_letters(part: str, folder: Path) -> None:
    letters, symbols = mixture._not_digits(part, folder)
    assert set(letters.labels) == {"A", "H", "x"}
    assert set(symbols.labels) == {"+", "="}


@pytest.mark.parametrize(("part", "stroke"), [("train", STEM), ("validation", BAR)])
def test_letters_are_those_of_their_own_part(part: str, stroke: np.ndarray, folder: Path) -> None:
    letters, _ = mixture._not_digits(part, folder)
    assert all(np.array_equal(strokes[1], stroke) for strokes in letters.strokes)


def test_a_mirrored_digit_is_mirrored() -> None:
    seven = np.array([[0.0, 0.0], [10.0, 0.0], [4.0, 20.0]])
    for seed in range(10):
        (flipped,) = mixture._mirror([seven], np.random.default_rng(seed))
        assert np.array_equal(flipped[:, 0], -seven[:, 0])
        assert np.array_equal(np.abs(flipped[:, 1]), seven[:, 1])


def test_it_has_no_test_part(folder: Path) -> None:
    np.savez(folder / "semeion.npz", images=np.zeros((1, 16, 16), np.uint8), labels=np.zeros(1))
    with pytest.raises(BadData, match="has no test part"):
        samples("reader", "test", folder)


@pytest.mark.parametrize("missing", ["digits", "letters", "symbols"])
def test_a_file_that_is_not_there_is_told(missing: str, folder: Path) -> None:
    (folder / "unipen" / f"{missing}.npz").unlink()
    with pytest.raises(BadData, match=missing):
        made("train", folder)
