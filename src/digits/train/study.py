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
    """One run of a study with its scores: on learn and check by the finished network, and on test, opened once.

    positive   for each class, the share of the learn glyphs that its logit is above 0 for
    """

    name: str
    trained: Trained
    positive: tuple[float, ...]
    learn: Scores
    check: Scores
    test: Scores

    @property
    def gap(self) -> float:
        """Accuracy on learn less accuracy on check: what was learned by heart."""
        return self.learn.accuracy - self.check.accuracy

    def classifier(self) -> Classifier:
        """Return the network with a card that has the scores of all three parts."""
        return self.trained.classifier({"learn": self.learn, "check": self.check, "test": self.test})


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
        """The entry that is best on check; test has no say in it."""
        return max(self.entries, key=lambda entry: entry.check.accuracy)

    def to_dict(self) -> dict[str, Any]:
        """Return the study as plain values for JSON: settings, logs and all scores of every run."""
        return {
            "format": 1,
            "data": {"name": self.data, **self.parts},
            "seed": self.seed,
            "epochs": self.epochs,
            "best": self.best.name,
            "chosen_on": "check",
            "version": VERSION,
            "commit": commit(),
            "runs": [_record(entry) for entry in self.entries],
        }


def study(
    learn: Samples,
    check: Samples,
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
        trained[name] = train(run, learn, check, on_epoch=(lambda row, _: on_row(row)) if on_row else None)
        if on_done:
            on_done(name, trained[name])
        if trained[name].interrupted:
            raise KeyboardInterrupt
    parts = {"learn": describe(learn), "check": describe(check), "test": describe(test)}
    entries = tuple(_entry(name, one, learn, check, test) for name, one in trained.items())
    return Study(learn.name, seed, epochs, entries, parts)


def _entry(name: str, trained: Trained, learn: Samples, check: Samples, test: Samples) -> Entry:
    classifier = trained.classifier()
    raw = as_tensor(classifier.logits(learn.glyphs))  # (N, K)
    learned = score(raw.softmax(1), learn.labels, learn.classes)
    positive = tuple((raw > 0).double().mean(0).tolist())
    return Entry(name, trained, positive, learned, classifier.score(check), classifier.score(test))


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
        **{part: getattr(entry, part).to_dict() for part in ("learn", "check", "test")},
    }
