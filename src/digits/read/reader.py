"""The reader: pages to marks, marks to glyphs, glyphs to probabilities, probabilities to a Reading."""

import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from digits.artifact import Card, Classifier, load
from digits.base.errors import BadSetting, DigitsError
from digits.base.reading import Reading
from digits.base.records import SIDE
from digits.read.judge import Limits, judge
from digits.read.recut import doubted, recut
from digits.read.seen import Answer, Seen, see

SHIPPED = "reader.onnx"
TOGETHER = 256  # pictures that one pass of the network answers for
DECODERS = min(4, os.cpu_count() or 1)  # threads that large pictures are decoded in
PATIENCE = 0.5  # seconds after which the network answers for fewer: large photos are slow to decode
SLOW = 0.003  # seconds of work that a picture is large from
AT_ONCE = 16  # pictures that a thread takes at a time
AHEAD = 2 * TOGETHER  # pictures that are decoded before they are asked for, at most


@dataclass(frozen=True)
class Failure:
    """A picture that could not be read: its name, and the reason in one line."""

    name: str
    reason: str


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
        limits = self._limits(single, min_confidence, force)
        return self._answer([see(source, single)], limits)[0]

    def read_many(
        self,
        sources: Iterable[Any],
        *,
        single: bool = False,
        min_confidence: float | None = None,
        force: bool = False,
    ) -> Iterator[Reading | Failure]:
        """Yield the Reading of each picture, in order, or a Failure for one that cannot be read.

        Pictures are decoded in threads, a few hundred ahead; the network answers for all glyphs of some hundred
        pictures at once. The answers are those that `read` gives. Raises BadSetting.
        """
        limits = self._limits(single, min_confidence, force)
        batch: list[Seen | Failure] = []
        began = time.monotonic()
        for seen in _ahead(sources, single):
            batch.append(seen)
            if len(batch) == TOGETHER or time.monotonic() - began > PATIENCE:
                yield from self._answer_all(batch, limits)
                batch, began = [], time.monotonic()
        yield from self._answer_all(batch, limits)

    def _limits(self, single: bool, min_confidence: float | None, force: bool) -> Limits:
        least = self.card.threshold if min_confidence is None else min_confidence
        if not 0 <= least <= 1:
            raise BadSetting(f"min_confidence is {least}; it must be from 0 to 1.")
        return Limits(single, float(least), force)

    def _answer_all(self, batch: list[Seen | Failure], limits: Limits) -> Iterator[Reading | Failure]:
        answers = iter(self._answer([each for each in batch if isinstance(each, Seen)], limits))
        for each in batch:
            yield next(answers) if isinstance(each, Seen) else each

    def _answer(self, seen: list[Seen], limits: Limits) -> list[Reading]:
        """Return a Reading for each picture: one pass over all glyphs, one more over those of marks cut apart."""
        classes, answers = self.classifier.classes, self._classify(seen)
        pairs = list(zip(seen, answers, strict=True))
        if not limits.single:
            again = {i: recut(*pair, classes) for i, pair in enumerate(pairs) if len(doubted(pair[1], classes))}
            extra = self._classify([each.pieces for each in again.values()])
            for (i, each), more in zip(again.items(), extra, strict=True):
                pairs[i] = each.chosen(more)
        return [judge(each, answer, classes, limits) for each, answer in pairs]

    def _classify(self, seen: list[Seen]) -> list[Answer]:
        """Return the probabilities (N, K) of each picture's glyphs."""
        glyphs = np.concatenate([np.empty((0, SIDE, SIDE), np.uint8), *(each.glyphs for each in seen)])
        probabilities = self.classifier(glyphs)
        return np.split(probabilities, np.cumsum([len(each.glyphs) for each in seen])[:-1]) if seen else []


_Few = tuple[list[Seen | Failure], bool]


def _try(source: Any, single: bool) -> Seen | Failure:
    try:
        return see(source, single)
    except DigitsError as error:
        return Failure(str(source) if isinstance(source, str | os.PathLike) else "", str(error))


def _ahead(sources: Iterable[Any], single: bool) -> Iterator[Seen | Failure]:
    """Yield what is on each picture, in order, having looked at most AHEAD pictures ahead.

    Small pictures are looked at by one thread, for several would only take Python from each other; large ones, which
    spend their time in libraries that need no Python, by DECODERS of them. The last pictures tell which these are.
    """
    rest = iter(sources)
    waiting: deque[Future[_Few]] = deque()
    slow = True
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(DECODERS) as several:
        try:
            while few := list(islice(rest, 1 if slow else AT_ONCE)):
                waiting.append((several if slow else one).submit(_see_few, few, single))
                while len(waiting) >= (2 * DECODERS if slow else AHEAD // AT_ONCE):
                    seen, slow = waiting.popleft().result()
                    yield from seen
            while waiting:
                yield from waiting.popleft().result()[0]
        finally:
            one.shutdown(wait=False, cancel_futures=True)
            several.shutdown(wait=False, cancel_futures=True)


def _see_few(few: list[Any], single: bool) -> _Few:
    """Return what is on a few pictures, and whether they took long."""
    began = time.thread_time()
    seen = [_try(each, single) for each in few]
    return seen, time.thread_time() - began > SLOW * len(few)
