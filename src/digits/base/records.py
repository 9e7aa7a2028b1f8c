"""Records that the floors hand to each other: samples and cards. Nothing here knows torch."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from digits.base.errors import BadArtifact, BadData

SIDE = 28  # pixels: a glyph is 28 x 28, as MNIST draws it

MAX_HIDDEN, MAX_CLASSES = 4096, 1000

DIGITS = tuple("0123456789")
SIGNS = ".,-+/:()%$=x"  # that stand among digits
CHARS = "".join(DIGITS) + SIGNS  # what the line network tells apart, in its order
NOT_A_DIGIT = "not a digit"
GRAPHS = {"line": "rows", "ink": "scenes"}  # networks that look at no glyphs, and what each learns from
OLD_PARTS = {"learn": "train", "check": "validation"}  # what earlier formats of cards and records called the parts


def check_classes(classes: tuple[str, ...]) -> None:
    """Raise BadData unless `classes` are 1 to 1,000 names."""
    if not (isinstance(classes, tuple) and 1 <= len(classes) <= MAX_CLASSES and all(type(c) is str for c in classes)):
        raise BadData(f"Classes must be a tuple of 1 to {MAX_CLASSES:,} names, not {str(classes)[:80]}.")


@dataclass(frozen=True, eq=False)
class Samples:
    """Glyphs with labels: one part of a data set.

    glyphs   uint8 (N, 28, 28), 0 paper, 255 ink
    labels   int64 (N,), an index into classes
    classes  what each label means, in order
    name     the data set, as the catalog has it
    part     train, validation or test

    Raises BadData if the two arrays do not fit each other.
    """

    glyphs: NDArray[np.uint8]
    labels: NDArray[np.int64]
    classes: tuple[str, ...] = DIGITS
    name: str = "unnamed"
    part: str = "train"

    def __post_init__(self) -> None:
        shape, dtype = self.glyphs.shape, self.glyphs.dtype
        if dtype != np.uint8 or shape[1:] != (SIDE, SIDE):
            raise BadData(f"{self.name}: glyphs must be uint8 (N, {SIDE}, {SIDE}), these are {dtype} {shape}.")
        if self.labels.dtype != np.int64 or self.labels.shape != shape[:1]:
            raise BadData(
                f"{self.name}: {shape[0]} glyphs need as many int64 labels, "
                f"these are {self.labels.dtype} {self.labels.shape}."
            )
        check_classes(self.classes)
        if len(self) == 0:
            raise BadData(f"{self.name}: the {self.part} part holds no glyphs.")
        low, high = int(self.labels.min()), int(self.labels.max())
        if low < 0 or high >= len(self.classes):
            raise BadData(f"{self.name}: labels run from {low} to {high}, but there are {len(self.classes)} classes.")

    def __len__(self) -> int:
        return len(self.glyphs)

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the glyphs' bytes followed by the labels' bytes: the same content, the same digest."""
        digest = hashlib.sha256(np.ascontiguousarray(self.glyphs).data)
        digest.update(np.ascontiguousarray(self.labels).data)
        return digest.hexdigest()

    def take(self, index: NDArray[np.int64], part: str | None = None) -> "Samples":
        """Return the samples at `index`, in that order, as a part of the same data set."""
        return Samples(self.glyphs[index], self.labels[index], self.classes, self.name, part or self.part)


@dataclass(frozen=True)
class Card:
    """What a saved network says about itself; it travels inside the artifact as JSON.

    Model, hidden and classes rebuild the network; the rest tells where it came from. `data` maps each part that it
    was trained or chosen on to the data set's name, size and sha256; `scores` maps a part to its figures. Logits are
    divided by `temperature` before they become probabilities; an answer of a lower probability than `threshold` counts
    as unsure, and `claims` says what that was measured to be worth on the validation part. Raises BadArtifact or
    BadData for values of another kind.
    """

    FORMAT = 3

    model: str
    hidden: int
    classes: tuple[str, ...]
    run: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, Any] = field(default_factory=dict)
    parameters: int = 0
    temperature: float = 1.0
    threshold: float = 0.0
    claims: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""
    commit: str = ""
    format: int = FORMAT

    def __post_init__(self) -> None:
        if not (isinstance(self.model, str) and type(self.hidden) is int and 1 <= self.hidden <= MAX_HIDDEN):
            raise BadArtifact(f"the card has model {self.model!r} with {self.hidden!r} hidden units")
        check_classes(self.classes)
        for part, wanted in (("data", {"name", "samples", "sha256"}), ("scores", {"accuracy", "interval"})):
            for about in getattr(self, part).values():
                if not wanted <= about.keys():
                    raise BadArtifact(f"the card's {part} lack {', '.join(wanted - about.keys())}")
        for name in ("run", "claims"):
            if not isinstance(getattr(self, name), Mapping):
                raise BadArtifact(f"the card's {name} is no table of names and values")
        if not (type(self.temperature) is float and 0 < self.temperature < math.inf):
            raise BadArtifact(f"the card's temperature is {self.temperature!r}; it must be a number above 0")
        if not (type(self.threshold) is float and 0 <= self.threshold <= 1):
            raise BadArtifact(f"the card's threshold is {self.threshold!r}; it must be from 0.0 to 1.0")

    def to_json(self) -> str:
        """Return the card as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Card":
        """Return the card that `to_json` wrote, or an earlier format. Raises BadArtifact if it is neither."""
        try:
            values = json.loads(text)
            written = values["format"]
            if not isinstance(written, int) or written > cls.FORMAT:
                raise BadArtifact(
                    f"the card has format {written}; this version reads up to {cls.FORMAT}. Upgrade digits."
                )
            known = {entry.name for entry in fields(cls)}
            if not isinstance(values["classes"], list):
                raise BadArtifact("the card's classes are no list")
            values["classes"] = tuple(values["classes"])
            if written < cls.FORMAT:
                values |= {name: renamed_parts(values.get(name, {})) for name in ("data", "scores")}
                values["format"] = cls.FORMAT
            return cls(**{key: value for key, value in values.items() if key in known})
        except (ValueError, TypeError, KeyError, AttributeError, BadData) as error:
            raise BadArtifact(f"the card cannot be read ({error})") from error


def renamed_parts(by_part: Mapping[str, Any]) -> dict[str, Any]:
    """Return `by_part` with its parts of data under the names that they have today."""
    return {OLD_PARTS.get(part, part): about for part, about in by_part.items()}


class Described(Protocol):
    """One part of a data set, as far as a card tells of it: its size is its length."""

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def sha256(self) -> str: ...  # noqa: D102

    def __len__(self) -> int: ...


def describe(samples: Described) -> dict[str, Any]:
    """Return what a card keeps of `samples`: the data set's name, its size and its sha256."""
    return {"name": samples.name, "samples": len(samples), "sha256": samples.sha256}
