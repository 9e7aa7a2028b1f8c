"""The lattice of a line: how likely each character is at each place, and what follows for whole strings.

Connectionist temporal classification (CTC; Graves et al., 2006): a string's probability is the sum over all ways to lay
it along the places, with nothing or repetitions between. All is exact, but for the search for the likeliest strings
(prefix beam search; Graves and Jaitly, 2014).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from digits.base.records import CHARS

NOTHING = len(CHARS)  # the last column of a lattice: something else, or paper
BEAM = 12  # prefixes that are kept
RARE = 1e-4  # a character that is less likely at a place is not tried there
LOW = -1e30  # stands for the logarithm of 0

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Lattice:
    """`logs`, float64 (T, 23): the logarithm of each character's probability, and of nothing's, at each place."""

    logs: Floats

    @classmethod
    def of(cls, logits: NDArray[np.floating], temperature: float = 1.0) -> "Lattice":
        """Return the lattice of a line network's `logits`, float (T, 24), divided by `temperature` before.

        Their last two columns, something else and paper, become one: both are nothing.
        """
        logs = logits.astype(np.float64) / temperature
        logs -= np.logaddexp.reduce(logs, 1, keepdims=True)
        nothing = np.logaddexp(logs[:, NOTHING], logs[:, NOTHING + 1])
        return cls(np.concatenate([logs[:, :NOTHING], nothing[:, None]], 1))

    def probability(self, text: str) -> float:
        """Return the probability of the whole string `text`, blanks left out; 0 if it has unknown characters."""
        return math.exp(self.log_probability(text))

    def log_probability(self, text: str) -> float:
        """Return the logarithm of `probability`."""
        text = "".join(text.split())
        if not set(text) <= set(CHARS):
            return -math.inf
        states = _states(text)
        skip = _skips(states)
        logs = self.logs[:, states]
        score = np.full(len(states), LOW)
        score[:2] = logs[0, :2]
        for row in logs[1:]:
            score = row + _sum(score, skip)
        return float(np.logaddexp.reduce(score[-2:]))

    def alternatives(self, count: int = 5) -> list[tuple[str, float]]:
        """Return the `count` likeliest strings with their probabilities, the likeliest first."""
        found = sorted(((self.log_probability(text), text) for text in self._search), reverse=True)[:count]
        return [(text, math.exp(score)) for score, text in found]

    @cached_property
    def best(self) -> str:
        """The likeliest string."""
        return self.alternatives(1)[0][0]

    @cached_property
    def _search(self) -> list[str]:
        beams: dict[str, tuple[float, float]] = {"": (0.0, LOW)}  # ended by nothing, by its last character
        probabilities = np.exp(self.logs)
        tried = [np.flatnonzero(row[:NOTHING] > RARE).tolist() for row in probabilities]
        rows = self.logs.tolist()
        for place, row in enumerate(rows):
            nothing = row[NOTHING]
            if not tried[place]:
                beams = {text: (_add(a, b) + nothing, LOW) for text, (a, b) in beams.items()}
                continue
            new: dict[str, list[float]] = {}
            for text, (ended, open_) in beams.items():
                both = _add(ended, open_)
                _put(new, text, 0, both + nothing)
                for char in tried[place]:
                    here = row[char]
                    if text and text[-1] == CHARS[char]:
                        _put(new, text, 1, open_ + here)
                        _put(new, text + CHARS[char], 1, ended + here)
                    else:
                        _put(new, text + CHARS[char], 1, both + here)
            kept = sorted(new.items(), key=lambda item: -_add(*item[1]))[:BEAM]
            beams = {text: (a, b) for text, (a, b) in kept}
        return list(beams)

    def places(self, text: str) -> list[int]:
        """Return the place of each character of `text` on the likeliest way to lay it (Viterbi, 1967): its peak."""
        if not text:
            return []
        states, count = _states(text), len(self.logs)
        skip, logs = _skips(states), self.logs[:, states]
        score = np.full(len(states), LOW)
        score[:2] = logs[0, :2]
        came = np.zeros((count, len(states)), np.int8)
        for place in range(1, count):
            options = _options(score, skip)
            came[place] = options.argmax(0)
            score = logs[place] + options.max(0)
        state = len(states) - 1 - int(score[-2] > score[-1])
        best: dict[int, tuple[float, int]] = {}
        for place in range(count - 1, -1, -1):
            if state % 2:
                worth = float(logs[place, state])
                best[state // 2] = max(best.get(state // 2, (-math.inf, 0)), (worth, place))
            state -= int(came[place, state])
        return [best[i][1] if i in best else 0 for i in range(len(text))]

    def instead(self, text: str) -> Floats:
        """Return for each character of `text` how likely each character, or nothing, stands there: (L, 23).

        Row i holds the probabilities of the strings that differ from `text` at i at most, made to add up to one.
        """
        length, count = len(text), len(self.logs)
        before, before_nothing = _ways(self.logs, text)  # (T + 1, L + 1)
        after, after_nothing = (each[::-1, ::-1] for each in _ways(self.logs[::-1], text[::-1]))
        codes = np.array([CHARS.index(char) for char in text], np.int64)
        columns = np.arange(NOTHING)
        follows = np.full((length, NOTHING), False)  # the same as the character before, which nothing must part
        follows[1:] = codes[:-1, None] == columns
        leads = np.full((length, NOTHING), False)
        leads[:-1] = codes[1:, None] == columns
        running = np.full((length, NOTHING), LOW)
        total = np.full((length, NOTHING + 1), LOW)
        for place in range(count):
            enter = np.where(
                follows, before_nothing[place, :-1, None], _logadd(before[place], before_nothing[place])[:-1, None]
            )
            running = np.logaddexp(running, enter) + self.logs[place, :NOTHING]
            leave = np.where(
                leads, after_nothing[place + 1, 1:, None], _logadd(after[place + 1], after_nothing[place + 1])[1:, None]
            )
            total[:, :NOTHING] = np.logaddexp(total[:, :NOTHING], running + leave)
        for i in range(length):
            total[i, NOTHING] = self.log_probability(text[:i] + text[i + 1 :])
        total -= total.max(1, keepdims=True)
        chances = np.exp(total)
        out: Floats = chances / chances.sum(1, keepdims=True)
        return out


def joined(lattices: Iterable[Lattice]) -> Lattice:
    """Return the lattice of several parts of one line, from left to right."""
    paper = np.full((1, NOTHING + 1), LOW)
    paper[0, NOTHING] = 0.0
    rows: list[Floats] = []
    for each in lattices:
        rows += [each.logs, paper]  # equal characters on both sides stay two
    return Lattice(np.concatenate(rows[:-1]) if rows else paper)


def _states(text: str) -> NDArray[np.int64]:
    states = np.full(2 * len(text) + 1, NOTHING, np.int64)
    states[1::2] = [CHARS.index(char) for char in text]
    return states


def _skips(states: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which states may follow the one before the last: characters unlike the one before."""
    skip = np.zeros(len(states), bool)
    skip[3::2] = states[3::2] != states[1:-2:2]
    return skip


def _options(score: Floats, skip: NDArray[np.bool_]) -> Floats:
    options = np.full((3, len(score)), LOW)
    options[0] = score
    options[1, 1:] = score[:-1]
    options[2, 2:] = np.where(skip[2:], score[:-2], LOW)
    return options


def _sum(score: Floats, skip: NDArray[np.bool_]) -> Floats:
    out: Floats = np.logaddexp.reduce(_options(score, skip))
    return out


def _ways(logs: Floats, text: str) -> tuple[Floats, Floats]:
    """Return for each number of places and each prefix how likely it is, ended by its character, and by nothing."""
    length, count = len(text), len(logs)
    states = _states(text)
    skip = _skips(states)
    out = np.full((count + 1, len(states)), LOW)
    out[0, 0] = 0.0
    score = np.full(len(states), LOW)
    for place in range(count):
        row = logs[place, states]
        if place == 0:
            score[:2] = row[:2]
        else:
            score = row + _sum(score, skip)
        out[place + 1] = score
    ended = np.full((count + 1, length + 1), LOW)
    ended[:, 1:] = out[:, 1::2]
    return ended, out[:, 0::2]


def _logadd(a: Floats, b: Floats) -> Floats:
    out: Floats = np.logaddexp(a, b)
    return out


def _add(a: float, b: float) -> float:
    high, low = (a, b) if a > b else (b, a)
    return high + math.log1p(math.exp(low - high)) if low > LOW / 2 else high


def _put(new: dict[str, list[float]], text: str, which: int, score: float) -> None:
    pair = new.setdefault(text, [LOW, LOW])
    pair[which] = _add(pair[which], score)
