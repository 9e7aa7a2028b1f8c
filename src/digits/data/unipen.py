"""UNIPEN's pen strokes: digits, and beside them letters and symbols, each with its writer."""

import zlib
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from digits.base.errors import BadData
from digits.data.catalog import CATALOG, Dataset
from digits.data.fetch import find
from digits.data.strokes import Stroke, unpack

SPLITS = {"train": "learn", "validation": "check"}  # what the files call our parts


@dataclass(frozen=True, eq=False)
class Strokes:
    """What was written: the strokes of each sample, with its label (one character) and its writer's number."""

    strokes: list[list[Stroke]]
    labels: NDArray[np.str_]  # (N,)
    writers: NDArray[np.integer]  # (N,)

    def __len__(self) -> int:
        return len(self.strokes)

    def take(self, chosen: NDArray[np.bool_]) -> "Strokes":
        """Return the samples that are `chosen`, bool (N,)."""
        kept = [each for each, wanted in zip(self.strokes, chosen, strict=True) if wanted]
        return Strokes(kept, self.labels[chosen], self.writers[chosen])


def unipen(kind: str, part: str, data_dir: Path | str | None = None) -> Strokes:
    """Return the strokes of one part of UNIPEN's digits, letters or symbols. Raises BadData."""
    dataset = replace(CATALOG["unipen"], files=(f"{kind}.npz",))
    return parse(dataset, find(dataset, data_dir), part)


def parse(dataset: Dataset, contents: dict[str, bytes], part: str) -> Strokes:
    """Return the strokes of `part` from the content of UNIPEN's .npz file. Raises BadData."""
    names = ("points", "stroke_end", "sample_end", "label", "split", "writer")
    stored = unzip(dataset, contents, names)
    points, stroke_end, sample_end = stored["points"], stored["stroke_end"], stored["sample_end"]
    nested = [(len(points), stroke_end), (len(stroke_end), sample_end)]
    if not (
        points.shape[1:] == (2,)
        and stored["label"].shape == stored["split"].shape == stored["writer"].shape == sample_end.shape
        and all(len(ends) and ends[0] > 0 and (np.diff(ends) > 0).all() and ends[-1] == size for size, ends in nested)
    ):
        raise BadData(f"{dataset.name}: the points, strokes, samples and labels of {dataset.files[0]} do not match.")
    chosen = stored["split"] == SPLITS.get(part)
    if not chosen.any():
        there = [name for name, split in SPLITS.items() if split in stored["split"]]
        raise BadData(f"{dataset.name} has no {part} part; it has {', '.join(there) or 'none of ours'}.")
    return Strokes(list(unpack(points, stroke_end, sample_end)), stored["label"], stored["writer"]).take(chosen)


def unzip(dataset: Dataset, contents: dict[str, bytes], names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    """Return the arrays `names` of the data set's .npz file, which may hold no pickled objects. Raises BadData."""
    try:
        with np.load(BytesIO(contents[dataset.files[0]]), allow_pickle=False) as stored:
            return {name: stored[name] for name in names}
    except (ValueError, KeyError, TypeError, AttributeError, OSError, EOFError, BadZipFile, zlib.error) as error:
        raise BadData(f"{dataset.name}'s {dataset.files[0]} cannot be read: {error}.") from error
