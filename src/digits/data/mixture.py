"""The reader's training data: MNIST, UNIPEN's strokes drawn by many pens, Semeion, and what is no digit."""

from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digits.base.records import DIGITS, Samples
from digits.data import negatives
from digits.data.pens import FINER, drawn, evened, flagged, slashed, vary
from digits.data.strokes import Stroke
from digits.data.unipen import Strokes, unipen

CURVED = frozenset("023568")  # of these digits, a piece is no digit of its own
SEED = {"train": 1994, "validation": 1998}  # fixed: the glyphs are part of the data set, not of a run

# How many glyphs of each kind. MNIST's and Semeion's own stand beside them, Semeion's several times over.
TRAIN = {
    "drawn": 105_000,
    "written": 34_000,
    "signs": 4_000,
    "free": 20_000,
    "arcs": 4_000,
    "pairs": 6_000,
    "thetas": 1_000,
    "mirrored": 4_000,
}
VALIDATION = {
    "drawn": 0,
    "written": 3_000,
    "signs": 300,
    "free": 1_000,
    "arcs": 200,
    "pairs": 400,
    "thetas": 100,
    "mirrored": 300,
}
FAMILIES = {"slashed": 4_000, "flagged": 3_000}  # that few writers of UNIPEN have; in train only: we made them up
SIGNS = frozenset("+-=*:%<>x")  # that stand beside digits
TIMES = {"mnist": 2, "semeion": 6}  # how often their own glyphs stand in train

Glyph = NDArray[np.uint8]  # (28, 28)
Glyphs = NDArray[np.uint8]  # (N, 28, 28)


def mixture(part: str, plain: dict[str, Samples], data_dir: Path | str | None) -> tuple[Glyphs, NDArray[np.int64]]:
    """Return the glyphs (N, 28, 28) and labels (N,) of the reader's train or validation part; 10 is "not a digit".

    `plain` has that part of mnist, semeion and unipen. In train, each digit of UNIPEN is drawn about nine times by
    pens of chance, writers with few samples more often; in validation each is drawn once with the middle pen and once
    by chance. What was written as a letter or symbol is "not a digit" unless it looks like one.
    """
    rng, counts = np.random.default_rng(SEED[part]), TRAIN if part == "train" else VALIDATION
    digits, others = unipen("digits", part, data_dir), _not_digits(part, data_dir)
    again = evened(digits.writers, counts["drawn"], rng) if counts["drawn"] else np.arange(len(digits))
    if part == "train":
        positives = [(plain[name].glyphs, plain[name].labels) for name, times in TIMES.items() for _ in range(times)]
        positives += _families(digits, rng)
    else:
        positives = [(each.glyphs, each.labels) for each in plain.values()]
    positives += [(_drawn(digits, again, rng), digits.labels[again].astype(np.int64))]
    refused = [*_written(others, counts, rng), *_made(digits, counts, rng)]
    glyphs = np.concatenate([*(each for each, _ in positives), np.stack(refused)])
    labels = np.concatenate([*(each for _, each in positives), np.full(len(refused), len(DIGITS))])
    return glyphs, labels.astype(np.int64)


def _not_digits(part: str, data_dir: Path | str | None) -> list[Strokes]:
    both = [unipen(kind, part, data_dir) for kind in ("letters", "symbols")]
    return [each.take(~np.isin(each.labels, list(negatives.LOOK_ALIKES))) for each in both]


def _drawn(source: Strokes, index: NDArray[np.int64], rng: Generator) -> Glyphs:
    return np.stack([drawn(vary(source.strokes[i], rng), rng) for i in index])


def _families(digits: Strokes, rng: Generator) -> list[tuple[Glyphs, NDArray[np.int64]]]:
    """Slashed zeros and ones with an up-stroke."""
    zeros = rng.choice(np.flatnonzero(digits.labels == "0"), FAMILIES["slashed"])
    struck = [drawn(vary(slashed(digits.strokes[i], rng), rng), rng, FINER) for i in zeros]
    ones = [drawn(vary(flagged(rng), rng), rng) for _ in range(FAMILIES["flagged"])]
    return [(np.stack(each), np.full(len(each), label)) for label, each in ((0, struck), (1, ones))]


def _written(others: list[Strokes], counts: dict[str, int], rng: Generator) -> list[Glyph]:
    """Letters two parts, symbols one, and signs; of symbols and signs more evenly, for there are few of most."""
    letters, symbols = others
    count = counts["written"]
    chosen = [(letters, evened(letters.writers, count * 2 // 3, rng)), _by_kind(symbols, count // 3, rng)]
    chosen += [_by_kind(each.take(np.isin(each.labels, list(SIGNS))), counts["signs"] // 2, rng) for each in others]
    return [drawn(vary(source.strokes[i], rng), rng) for source, index in chosen for i in index]


def _by_kind(source: Strokes, count: int, rng: Generator) -> tuple[Strokes, NDArray[np.int64]]:
    _, kinds = np.unique(source.labels, return_inverse=True)
    return source, evened(kinds, count, rng)


def _made(digits: Strokes, counts: dict[str, int], rng: Generator) -> list[Glyph]:
    """Everything that is made of digits, or of nothing."""
    curved, turned = (np.flatnonzero(np.isin(digits.labels, list(which))) for which in (CURVED, negatives.TURNED))
    arcs = [negatives.arc(digits.strokes[i], rng) for i in rng.choice(curved, counts["arcs"])]
    pairs = [
        negatives.pair(digits.strokes[left], digits.strokes[right], rng)
        for left, right in rng.integers(0, len(digits), (counts["pairs"], 2))
    ]
    zeros = rng.choice(np.flatnonzero(digits.labels == "0"), counts["thetas"])
    thetas = [drawn(vary(negatives.theta(digits.strokes[i], rng), rng), rng, FINER) for i in zeros]
    mirrored = [drawn(vary(_mirror(digits.strokes[i], rng), rng), rng) for i in rng.choice(turned, counts["mirrored"])]
    kinds, shares = list(negatives.FREE), list(negatives.FREE.values())
    free = [kinds[k](rng) for k in rng.choice(len(kinds), counts["free"], p=shares)]
    return [*arcs, *pairs, *thetas, *mirrored, *free]


def _mirror(strokes: list[Stroke], rng: Generator) -> list[Stroke]:
    flip = np.array([-1.0, 1.0]) if rng.random() < 0.7 else np.array([-1.0, -1.0])
    return [stroke * flip for stroke in strokes]
