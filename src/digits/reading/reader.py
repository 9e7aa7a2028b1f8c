"""The Reader: segments pictures, asks the network about their glyphs, decides, and gives a Reading of each."""

import time
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from digits.artifact import Card, Classifier, load
from digits.base.errors import BadSetting
from digits.base.reading import Failure, Reading
from digits.base.records import SIDE
from digits.reading.decision import Limits, decide
from digits.reading.prefetch import prefetch
from digits.reading.recut import doubted, recut
from digits.reading.segmentation import Answer, Segmented, segment

SHIPPED = "reader.onnx"
TOGETHER = 256  # pictures that one pass of the network answers for
MAX_WAIT = 0.5  # seconds after which the network answers for fewer: large photos are slow to decode


class Reader:
    """Reads the digits in pictures with one network. Safe to use from several threads."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier

    @classmethod
    def load(cls, path: Path | str | None = None) -> "Reader":
        """Return the reader that ships, or one with the network saved at `path`. Raises BadArtifact."""
        if path is not None:
            return cls(load(path))
        with resources.as_file(resources.files("digits") / "weights" / SHIPPED) as shipped:
            return cls(load(shipped))

    @property
    def card(self) -> Card:
        """What the network says about itself."""
        return self.classifier.card

    def read(
        self, source: Any, *, single: bool = False, min_confidence: float | None = None, force: bool = False
    ) -> Reading:
        """Return the Reading of one picture: a path, the bytes of a file, a Pillow image or an array.

        A digit whose confidence is below `min_confidence` (the card's threshold if None) is "?" in the text; with
        `force` the likeliest digit stands there all the same. `single` says that the picture holds exactly one digit:
        then all of its ink is that digit. Raises BadPicture, BadSetting.
        """
        limits = self.limits(single=single, min_confidence=min_confidence, force=force)
        return self.answer([(segment(source, single), limits)])[0]

    def read_many(
        self,
        sources: Iterable[Any],
        *,
        single: bool = False,
        min_confidence: float | None = None,
        force: bool = False,
        processes: int = 0,
    ) -> Iterator[Reading | Failure]:
        """Yield the Reading of each picture, in order, or a Failure for one that cannot be read.

        Pictures are decoded and segmented in threads, a few hundred ahead; the network answers for all glyphs of some
        hundred pictures at once. With `processes`, so many processes do that instead: quicker for thousands of small
        pictures, for threads must share Python. They are started anew, so a script of yours must call this below
        `if __name__ == "__main__":`. The answers are those that `read` gives. Raises BadSetting.
        """
        limits = self.limits(single=single, min_confidence=min_confidence, force=force)
        if processes < 0:
            raise BadSetting(f"processes is {processes}; it must be 0 or more.")
        batch: list[Segmented | Failure] = []
        began = time.monotonic()
        for segmented in prefetch(sources, single, processes):
            batch.append(segmented)
            if len(batch) == TOGETHER or time.monotonic() - began > MAX_WAIT:
                yield from self._answer_all(batch, limits)
                batch, began = [], time.monotonic()
        yield from self._answer_all(batch, limits)

    def limits(self, *, single: bool = False, min_confidence: float | None = None, force: bool = False) -> Limits:
        """Return what `read` makes of these options, as `answer` takes it. Raises BadSetting."""
        least = self.card.threshold if min_confidence is None else min_confidence
        if not 0 <= least <= 1:
            raise BadSetting(f"min_confidence is {least}; it must be from 0 to 1.")
        return Limits(single, float(least), force)

    def _answer_all(self, batch: list[Segmented | Failure], limits: Limits) -> Iterator[Reading | Failure]:
        answers = iter(self.answer([(each, limits) for each in batch if isinstance(each, Segmented)]))
        for each in batch:
            yield next(answers) if isinstance(each, Segmented) else each

    def answer(self, asked: Sequence[tuple[Segmented, Limits]]) -> list[Reading]:
        """Return a Reading for each picture that `segment` gave, as its limits want it.

        One pass of the network over all glyphs, one more over those of marks cut apart: so whoever asks for several
        pictures at once, each in its own way, pays for one.
        """
        classes, segmented = self.classifier.classes, [each for each, _ in asked]
        pairs = list(zip(segmented, self._classify(segmented), strict=True))
        again = {
            i: recut(*pair, classes)
            for i, (pair, (_, limits)) in enumerate(zip(pairs, asked, strict=True))
            if not limits.single and len(doubted(pair[1], classes))
        }
        extra = self._classify([each.pieces for each in again.values()])
        for (i, each), more in zip(again.items(), extra, strict=True):
            pairs[i] = each.chosen(more)
        return [decide(*pair, classes, limits) for pair, (_, limits) in zip(pairs, asked, strict=True)]

    def _classify(self, segmented: list[Segmented]) -> list[Answer]:
        """Return the probabilities (N, K) of each picture's glyphs."""
        glyphs = np.concatenate([np.empty((0, SIDE, SIDE), np.uint8), *(each.glyphs for each in segmented)])
        probabilities = self.classifier(glyphs)
        return np.split(probabilities, np.cumsum([len(each.glyphs) for each in segmented])[:-1]) if segmented else []
