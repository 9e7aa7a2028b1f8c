"""The Reader: finds the ink and the lines of pictures, asks the networks, decides, and gives a Reading of each."""

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from digits.artifact import Card, Classifier, load
from digits.base.errors import BadSetting
from digits.base.reading import Failure, Reading
from digits.reading.decision import Limits, decide
from digits.reading.glyphs import GlyphTranscriber
from digits.reading.networks import glyph_network
from digits.reading.prefetch import prefetch
from digits.reading.segmentation import Segmented, segment
from digits.reading.transcription import Transcriber

TOGETHER = 256  # pictures that one pass of the networks answers for
MAX_WAIT = 0.5  # seconds after which they answer for fewer: large photos are slow to decode


class Reader:
    """Reads the digits in pictures. Safe to use from several threads.

    With a `classifier` of one's own, that says which digit each glyph is; the networks that ship find the glyphs.
    """

    def __init__(self, classifier: Classifier | None = None) -> None:
        self.classifier = classifier or glyph_network()
        self._transcriber = GlyphTranscriber(classifier) if classifier else Transcriber(self.classifier)

    @classmethod
    def load(cls, path: Path | str | None = None) -> "Reader":
        """Return the reader that ships, or one with the network saved at `path`. Raises BadArtifact."""
        return cls() if path is None else cls(load(path))

    @property
    def card(self) -> Card:
        """What the network that tells digits says about itself."""
        return self.classifier.card

    def read(
        self,
        source: Any,
        *,
        single: bool = False,
        min_confidence: float | None = None,
        force: bool = False,
        printed: bool = False,
    ) -> Reading:
        """Return the Reading of one picture: a path, the bytes of a file, a Pillow image or an array.

        A digit whose confidence is below `min_confidence` (the card's threshold if None) is "?" in the text; with
        `force` the likeliest digit stands there all the same. `single` says that the picture holds exactly one digit:
        then all of its ink is that digit. `printed` reads print beside handwriting too. Raises BadPicture, BadSetting.
        """
        limits = self.limits(single=single, min_confidence=min_confidence, force=force, printed=printed)
        return self.answer([(segment(source, single), limits)])[0]

    def read_many(
        self,
        sources: Iterable[Any],
        *,
        single: bool = False,
        min_confidence: float | None = None,
        force: bool = False,
        printed: bool = False,
        processes: int = 0,
    ) -> Iterator[Reading | Failure]:
        """Yield the Reading of each picture, in order, or a Failure for one that cannot be read.

        Pictures are decoded and segmented in threads, a few hundred ahead; the networks answer for some hundred
        pictures at once. With `processes`, so many processes do that instead: quicker for thousands of small
        pictures, for threads must share Python. They are started anew, so a script of yours must call this below
        `if __name__ == "__main__":`. The answers are those that `read` gives. Raises BadSetting.
        """
        limits = self.limits(single=single, min_confidence=min_confidence, force=force, printed=printed)
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

    def limits(
        self,
        *,
        single: bool = False,
        min_confidence: float | None = None,
        force: bool = False,
        printed: bool = False,
    ) -> Limits:
        """Return what `read` makes of these options, as `answer` takes it. Raises BadSetting."""
        least = self.card.threshold if min_confidence is None else min_confidence
        if not 0 <= least <= 1:
            raise BadSetting(f"min_confidence is {least}; it must be from 0 to 1.")
        return Limits(single, float(least), force, printed)

    def _answer_all(self, batch: list[Segmented | Failure], limits: Limits) -> Iterator[Reading | Failure]:
        answers = iter(self.answer([(each, limits) for each in batch if isinstance(each, Segmented)]))
        for each in batch:
            yield next(answers) if isinstance(each, Segmented) else each

    def answer(self, asked: Sequence[tuple[Segmented, Limits]]) -> list[Reading]:
        """Return a Reading for each picture that `segment` gave, as its limits want it.

        The networks are asked about all pictures together: so whoever asks for several at once, each in its own way,
        pays for one.
        """
        return [
            decide(segmented.name, transcript.written, self._transcriber.classes, limits, transcript.told)
            for transcript, (segmented, limits) in zip(self._transcriber(asked), asked, strict=True)
        ]
