"""The tutorial's study: its three runs as it has them, and its second made right; compared, and the best proved."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from digits.artifact import Classifier
from digits.base.provenance import VERSION, commit
from digits.base.records import Samples, describe
from digits.measure import Scores, score
from digits.models import as_tensor
from digits.train.loop import Trained, train
from digits.train.run import RUNS, Row

TUTORIAL = ("linear", "mlp-relu-logits", "mlp", "tinyvgg")


@dataclass(frozen=True)
class Entry:
    """One run of a study with its scores: on train and validation by the finished network, and on test, opened once.

    positive   for each class, the share of the train glyphs that its logit is above 0 for
    """

    name: str
    trained: Trained
    positive: tuple[float, ...]
    train: Scores
    validation: Scores
    test: Scores

    @property
    def gap(self) -> float:
        """Accuracy on train less accuracy on validation: what was learned by heart."""
        return self.train.accuracy - self.validation.accuracy

    def classifier(self) -> Classifier:
        """Return the network with a card that has the scores of all three parts."""
        return self.trained.classifier({"train": self.train, "validation": self.validation, "test": self.test})


@dataclass(frozen=True)
class Study:
    """All runs of a study, in order, on one data set."""

    data: str
    seed: int
    epochs: int
    entries: tuple[Entry, ...]
    parts: dict[str, Any]

    @property
    def best(self) -> Entry:
        """The entry that is best on validation; test has no say in it."""
        return max(self.entries, key=lambda entry: entry.validation.accuracy)

    def to_dict(self) -> dict[str, Any]:
        """Return the study as plain values for JSON: settings, logs and all scores of every run."""
        return {
            "format": 2,
            "data": {"name": self.data, **self.parts},
            "seed": self.seed,
            "epochs": self.epochs,
            "best": self.best.name,
            "chosen_on": "validation",
            "version": VERSION,
            "commit": commit(),
            "runs": [_record(entry) for entry in self.entries],
        }


def study(
    train_data: Samples,
    validation: Samples,
    test: Samples,
    *,
    epochs: int = 3,
    seed: int = 42,
    device: str = "auto",
    threads: int = 0,
    on_start: Callable[[str], None] | None = None,
    on_row: Callable[[Row], None] | None = None,
    on_done: Callable[[str, Trained], None] | None = None,
) -> Study:
    """Train the tutorial's runs for `epochs` each from `seed`, then open test once and score them all on it.

    `on_start` is told the name of each run before it begins, `on_row` each row of its log, `on_done` what it made: also
    of a run that Ctrl-C broke off, before KeyboardInterrupt is raised. Raises BadSetting, BadData, Diverged.
    """
    trained = {}
    for name in TUTORIAL:
        if on_start:
            on_start(name)
        run = replace(RUNS[name], epochs=epochs, seed=seed, device=device, threads=threads)
        trained[name] = train(run, train_data, validation, on_epoch=(lambda row, _: on_row(row)) if on_row else None)
        if on_done:
            on_done(name, trained[name])
        if trained[name].interrupted:
            raise KeyboardInterrupt
    parts = {"train": describe(train_data), "validation": describe(validation), "test": describe(test)}
    entries = tuple(_entry(name, one, train_data, validation, test) for name, one in trained.items())
    return Study(train_data.name, seed, epochs, entries, parts)


def _entry(name: str, trained: Trained, train_data: Samples, validation: Samples, test: Samples) -> Entry:
    classifier = trained.classifier()
    raw = as_tensor(classifier.logits(train_data.glyphs))  # (N, K)
    learned = score(raw.softmax(1), train_data.labels, train_data.classes)
    positive = tuple((raw > 0).double().mean(0).tolist())
    return Entry(name, trained, positive, learned, classifier.score(validation), classifier.score(test))


def _record(entry: Entry) -> dict[str, Any]:
    trained = entry.trained
    return {
        "name": entry.name,
        "run": asdict(trained.run),
        "device": trained.device,
        "threads": trained.threads,
        "parameters": trained.parameters,
        "multiply_adds": trained.multiply_adds,
        "train_seconds": trained.train_seconds,
        "gap": entry.gap,
        "positive_logits": entry.positive,
        "log": [asdict(row) for row in trained.log],
        **{part: getattr(entry, part).to_dict() for part in ("train", "validation", "test")},
    }
