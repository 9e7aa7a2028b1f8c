"""Calibrating and scoring on drawn data: the line network by whole strings, the ink network by overlap."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest
from torch import Tensor

from digits.artifact.lattice import Lattice
from digits.artifact.weights import Saveable, with_card
from digits.base.records import CHARS, Card
from digits.data.drawn import Drawn
from digits.data.row_drawing import Row
from digits.data.scenes import Scene
from digits.images.strips import STEP
from digits.measure import mean_interval
from digits.models import Network, answered
from digits.models.lines import CLASSES
from digits.train.ink_task import loss_of, overlaps, validation_batches
from digits.train.line_task import Batch, ctc_logs, unlikeliness, validation_rows

TOGETHER = 32  # rows or scenes in one batch
TEMPERATURES = 0.05, 20.0  # the lowest and the highest that are tried
WRONG = 1 / 200  # of the digits that count as sure may be wrong
SURE = (0.99, 0.95, 0.9)  # probabilities of whole rows that claims tell of
CPU = torch.device("cpu")


@dataclass(frozen=True, eq=False)
class Heard:
    """What the network answers to some rows: float64 logits (B, T, 24), how many places are each row's, the rows."""

    logits: Tensor
    places: Tensor
    batch: Batch
    rows: Sequence[Row]

    def unlikeliness(self, temperature: float) -> Tensor:
        """Return -log(probability of the true text) of each row, (B,)."""
        return unlikeliness(ctc_logs(self.logits / temperature), self.batch.texts, self.batch.lengths, self.places)

    def lattices(self, temperature: float) -> list[Lattice]:
        """Return each row's lattice."""
        pairs = zip(self.logits.numpy(), self.places.tolist(), strict=True)
        return [Lattice.of(logits[:count], temperature) for logits, count in pairs]


def of_lines(saved: Saveable, validation: Drawn[Row]) -> Saveable:
    """Return the line network with a card that `validation` was used to calibrate.

    The temperature makes the whole strings likeliest. The threshold is the lowest confidence from which at most 1 in
    200 digits is wrong. The claims say what rows and digits of high probability were measured to be worth. The accuracy
    is that of the likeliest strings; that of the log, of what is likeliest at each place, may differ a little.
    """
    heard = _heard(saved.network, validation_rows(validation))
    temperature = _temperature(heard)
    lattices = [lattice for each in heard for lattice in each.lattices(temperature)]
    rows = [row for each in heard for row in each.rows]
    (texts, chances), digits = _likeliest(lattices), _digits(lattices, rows)
    right = np.array([text == row.text for text, row in zip(texts, rows, strict=True)])
    loss = float(torch.cat([each.unlikeliness(temperature) for each in heard]).mean())
    threshold = lowest_threshold(digits[:, 0], digits[:, 1] == 1)
    claims = {"rows": len(rows)}
    for least in SURE:
        sure = chances >= least
        claims |= {f"rows_at_{least}": int(sure.sum()), f"right_at_{least}": int(right[sure].sum())}
    sure = digits[:, 0] >= threshold
    claims |= {"digits": len(digits), "sure": int(sure.sum()), "sure_wrong": int((digits[sure, 1] == 0).sum())}
    card = replace(saved.card, temperature=temperature, threshold=threshold, claims=claims)
    return with_card(saved.network, _scored(card, right.astype(np.float64), _share_interval(right), loss))


def of_ink(saved: Saveable, validation: Drawn[Scene]) -> Saveable:
    """Return the ink network with a card that says how well it covers the writing of `validation`."""
    found, losses = [], []
    for pictures, layers in validation_batches(validation, TOGETHER, CPU):
        out = answered(saved.network, pictures)
        found += overlaps(out, layers).tolist()
        losses += [float(loss_of(out, layers))] * len(pictures)
    mean = float(np.mean(found))
    interval = mean_interval(found) or (mean, mean)
    return with_card(saved.network, _scored(saved.card, np.array(found), interval, float(np.mean(losses))))


def _scored(card: Card, worth: NDArray[np.float64], interval: tuple[float, float], loss: float) -> Card:
    scores: dict[str, Any] = {
        "samples": len(worth),
        "accuracy": float(worth.mean()),
        "interval": interval,
        "loss": loss,
    }
    return replace(card, scores={"validation": scores})


def _share_interval(right: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the 95% interval of a share (Wilson, 1927)."""
    interval = binomtest(int(right.sum()), len(right)).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def _heard(network: Network, rows: Sequence[Row]) -> list[Heard]:
    out = []
    for first in range(0, len(rows), TOGETHER):
        part = rows[first : first + TOGETHER]
        batch = Batch.of(part, CPU)
        places = torch.tensor([-(-row.strip.shape[1] // STEP) for row in part])
        out.append(Heard(answered(network, batch.strips)[..., :CLASSES].double(), places, batch, part))
    return out


def _temperature(heard: Sequence[Heard]) -> float:
    """Return by what to divide the logits for the rows' texts to be likeliest (Guo et al., 2017)."""

    def loss(exponent: float) -> float:
        return float(torch.cat([each.unlikeliness(float(np.exp(exponent))) for each in heard]).mean())

    return float(
        np.exp(minimize_scalar(loss, bounds=np.log(TEMPERATURES), method="bounded", options={"xatol": 1e-3}).x)
    )


def _likeliest(lattices: Sequence[Lattice]) -> tuple[list[str], NDArray[np.float64]]:
    """Return each row's likeliest string, and its probability."""
    best = [lattice.alternatives(1)[0] for lattice in lattices]
    return [text for text, _ in best], np.array([chance for _, chance in best])


def _digits(lattices: Sequence[Lattice], rows: Sequence[Row]) -> NDArray[np.float64]:
    """Return for each digit that is read its confidence, and 1 if it stands in the row's text or 0, float64 (D, 2)."""
    found: list[tuple[float, bool]] = []
    for lattice, row in zip(lattices, rows, strict=True):
        text = lattice.best
        if not any(char.isdigit() for char in text):
            continue
        likely = lattice.instead(text)
        for i, (char, right) in enumerate(zip(text, matched(text, row.text), strict=True)):
            if char.isdigit():
                found.append((float(likely[i, CHARS.index(char)]), right))
    return np.array(found, np.float64).reshape(-1, 2)


def matched(read: str, true: str) -> list[bool]:
    """Return for each character of `read` whether it is kept where `true` is made of it in the fewest changes.

    A change puts one character in, takes one out, or exchanges one (Levenshtein, 1966).
    """
    cost = np.zeros((len(read) + 1, len(true) + 1), np.int64)
    cost[:, 0], cost[0] = np.arange(len(read) + 1), np.arange(len(true) + 1)
    for i, char in enumerate(read, 1):
        for j, other in enumerate(true, 1):
            cost[i, j] = min(cost[i - 1, j - 1] + (char != other), cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    kept, i, j = [False] * len(read), len(read), len(true)
    while i and j:
        if cost[i, j] == cost[i - 1, j - 1] + (read[i - 1] != true[j - 1]):
            i, j = i - 1, j - 1
            kept[i] = read[i] == true[j]
        elif cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
    return kept


def lowest_threshold(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the lowest of the confidences from which at most WRONG are not `right`; 1 if there is none."""
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~right[order])
    last = np.append(confidence[order][1:] != confidence[order][:-1], True)[
        : len(order)
    ]  # all of one confidence, or none
    fine = np.flatnonzero((wrong <= WRONG * np.arange(1, len(order) + 1)) & last)
    return float(np.clip(confidence[order][fine[-1]], 0, 1)) if len(fine) else 1.0
