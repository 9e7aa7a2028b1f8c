"""Comparing runs: equal budgets, several seeds, all chosen on validation; test is opened once, at the end, or never.

`compare` trains nothing itself: it asks `make` for each run, which by default is `train`. So whoever keeps networks on
disk can hand over those that are there already.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digits.artifact import Classifier
from digits.artifact.weights import fingerprint, network_of
from digits.base.errors import BadSetting, Diverged
from digits.base.records import Samples
from digits.measure import Pair, mcnemar, mean_interval
from digits.train.loop import Trained, train
from digits.train.optimizers import RATES
from digits.train.run import Run

Right = NDArray[np.bool_]  # (networks, glyphs): was it answered right?


@dataclass(frozen=True)
class Attempt:
    """One training of a contender."""

    run: Run
    classifier: Classifier
    train_seconds: float
    device: str
    multiply_adds: int

    @classmethod
    def of(cls, trained: Trained) -> "Attempt":
        """Return what a comparison needs of `trained`. Raises KeyboardInterrupt if the user broke it off."""
        if trained.interrupted:
            raise KeyboardInterrupt
        return cls(trained.run, trained.classifier(), trained.train_seconds, trained.device, trained.multiply_adds)


Make = Callable[[str, Run], Attempt]  # what the training is called, and the run


@dataclass(frozen=True)
class Contender:
    """One line of a comparison: a run trained from several seeds, or a classical method, which has none.

    right      by part, for each network: which glyphs it answered right
    tried      the validation accuracy of each learning rate tried before, with the first seed; None: it diverged
    weights    the fingerprint of each network
    seconds    of training, of each network
    """

    name: str
    run: Run | None
    seeds: tuple[int, ...]
    right: Mapping[str, Right]
    seconds: tuple[float, ...]
    device: str
    parameters: int | None = None
    multiply_adds: int | None = None
    weights: tuple[str, ...] = ()
    tried: Mapping[float, float | None] | None = None

    def accuracies(self, part: str) -> list[float]:
        """The accuracy of each network on `part`."""
        return [float(each) for each in self.right[part].mean(1)]

    def mean(self, part: str) -> float:
        """The mean accuracy over the networks."""
        return float(np.mean(self.accuracies(part)))

    def interval(self, part: str) -> tuple[float, float] | None:
        """The 95% interval of that mean over seeds; None with one network."""
        return mean_interval(self.accuracies(part))

    @cached_property
    def typical(self) -> int:
        """The place of the network that is the median on validation (the lower one of two)."""
        return int(np.argsort(self.right["validation"].mean(1), kind="stable")[(len(self.seconds) - 1) // 2])

    def to_dict(self) -> dict[str, Any]:
        """Return the contender as plain values, without each glyph's answer."""
        parts = {
            part: {
                "accuracies": self.accuracies(part),
                "mean": self.mean(part),
                "interval": self.interval(part),
                "glyphs": self.right[part].shape[1],
            }
            for part in self.right
        }
        return {
            "name": self.name,
            "run": vars(self.run) if self.run else None,
            "seeds": self.seeds,
            **parts,
            "train_seconds": self.seconds,
            "device": self.device,
            "parameters": self.parameters,
            "multiply_adds": self.multiply_adds,
            "weights": self.weights,
            "rates_tried": self.tried and {f"{rate:g}": accuracy for rate, accuracy in self.tried.items()},
        }


@dataclass(frozen=True)
class Comparison:
    """Contenders, the best on validation first; part is what they are compared on: validation, or test once opened."""

    contenders: tuple[Contender, ...]
    part: str

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Each contender against the next, the typical network of each, on the same glyphs."""
        right = [each.right[self.part][each.typical] for each in self.contenders]
        return tuple(mcnemar(*both) for both in pairwise(right))

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain values for JSON."""
        names = [each.name for each in self.contenders]
        return {
            "part": self.part,
            "chosen_on": "validation",
            "contenders": [each.to_dict() for each in self.contenders],
            "pairs": [
                {"first": first, "second": second, **pair._asdict()}
                for first, second, pair in zip(names, names[1:], self.pairs, strict=False)
            ],
        }


def compare(
    runs: Mapping[str, Run],
    seeds: Sequence[int],
    train_data: Samples,
    validation: Samples,
    test: Samples | None = None,
    *,
    rates: Sequence[float] = (),
    others: Iterable[Contender] = (),
    make: Make | None = None,
) -> Comparison:
    """Train each run from each seed, for as many epochs as the longest of them has, and compare them with `others`.

    With `rates`, each run is first trained at each of these learning rates from the first seed, and goes on with the
    one that is best on validation: the same number of tries for all. Only where `test` is given is it opened, once all
    is trained; `others` are asked for last, so that they may open it too. Raises BadSetting, BadData, Diverged.
    """
    if not (runs or others) or (runs and not seeds):
        raise BadSetting("There is nothing to compare: name at least one run, and take at least one seed.")
    if len(set(seeds)) < len(seeds):
        raise BadSetting(f"The seeds are {', '.join(map(str, seeds))}: each must be there once.")
    make = make or (lambda _, run: Attempt.of(train(run, train_data, validation)))
    epochs = max((run.epochs for run in runs.values()), default=0)
    trained = {}
    for name, run in runs.items():
        equal = replace(run, epochs=epochs)
        tried = _tried(name, equal, rates, seeds[0], validation, make) if rates else None
        best = replace(equal, lr=_best(name, tried)) if tried else equal
        trained[name] = tried, [make(_called(name, best, bool(rates)), replace(best, seed=seed)) for seed in seeds]
    parts = {"validation": validation, **({"test": test} if test else {})}
    contenders = [*(_contender(name, tried, made, parts) for name, (tried, made) in trained.items()), *others]
    return Comparison(
        tuple(sorted(contenders, key=lambda each: -each.mean("validation"))), "test" if test else "validation"
    )


def by_optimizer(runs: Mapping[str, Run], optimizers: Sequence[str]) -> dict[str, Run]:
    """Return each run with each of `optimizers`, at that optimizer's usual learning rate unless it is the run's own."""
    return {
        f"{name}-{each}": run if each == run.optimizer else replace(run, optimizer=each, lr=RATES[each])
        for name, run in runs.items()
        for each in optimizers
    }


def right_answers(classifier: Classifier, part: Samples) -> NDArray[np.bool_]:
    """Return which glyphs of `part` the network answers right, bool (N,)."""
    answers: NDArray[np.bool_] = classifier.logits(part.glyphs).argmax(1) == part.labels
    return answers


Tried = dict[float, float | None]


def _best(name: str, tried: Tried) -> float:
    """Return the learning rate that was best on validation. Raises BadSetting if all of them diverged."""
    accuracies = {rate: accuracy for rate, accuracy in tried.items() if accuracy is not None}
    if not accuracies:
        raise BadSetting(f"{name} diverges at every learning rate that was tried: give lower ones.")
    return max(accuracies, key=accuracies.__getitem__)


def _tried(name: str, run: Run, rates: Sequence[float], seed: int, validation: Samples, make: Make) -> Tried:
    """Return the validation accuracy of `run` at each learning rate; None where it diverges."""
    accuracies: Tried = {}
    for rate in rates:
        at_rate = replace(run, lr=rate, seed=seed)
        try:
            made = make(_called(name, at_rate, True), at_rate)
            accuracies[rate] = float(right_answers(made.classifier, validation).mean())
        except Diverged:
            accuracies[rate] = None
    return accuracies


def _called(name: str, run: Run, with_rate: bool) -> str:
    return f"{name}-lr{run.lr:g}" if with_rate else name


def _contender(name: str, tried: Tried | None, made: list[Attempt], parts: Mapping[str, Samples]) -> Contender:
    card = made[0].classifier.card
    return Contender(
        name=name,
        run=made[0].run,
        seeds=tuple(each.run.seed for each in made),
        right={
            part: np.stack([right_answers(each.classifier, glyphs) for each in made]) for part, glyphs in parts.items()
        },
        seconds=tuple(each.train_seconds for each in made),
        device=made[0].device,
        parameters=card.parameters,
        multiply_adds=made[0].multiply_adds,
        weights=tuple(fingerprint(network_of(each.classifier)) for each in made),
        tried=tried,
    )
