"""A run: one training, described by one frozen record. Every option of `digits train` is made from its fields."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from digits.base.errors import BadSetting, check_name
from digits.base.records import MAX_HIDDEN
from digits.models import NETWORKS
from digits.train.augment import AUGMENTS
from digits.train.optimizers import OPTIMIZERS, SCHEDULES

DEVICES = ("auto", "cpu", "cuda", "mps")

Check = Callable[[str, Any], None]  # of a setting's name and value; raises a DigitsError


def one_of(known: Iterable[str]) -> Check:
    """Return a check that a setting is one of the names in `known`."""
    return lambda name, value: check_name(name, value, known)


def within(low: float, high: float, *, above: bool = False) -> Check:
    """Return a check that a setting is a number from `low` (or above it, if `above`) to `high`."""

    def check(name: str, value: float) -> None:
        if not (low < value <= high if above else low <= value <= high):
            start = f"above {low:,} and at most" if above else f"from {low:,} to"
            raise BadSetting(f"{name} is {value}; it must be {start} {high:,}.")

    return check


def setting(default: Any, explanation: str, check: Check) -> Any:
    """Return a dataclass field with its default, the help that users see, and the check of its range."""
    return field(default=default, metadata={"help": explanation, "check": check})


@dataclass(frozen=True)
class Run:
    """One described training: the same run on the same machine gives the same weights to the bit.

    Raises UnknownName or BadSetting for a value that cannot be used.
    """

    model: str = setting("tinyvgg", "the network", one_of(NETWORKS))
    hidden: int = setting(
        10, "hidden units, or channels of a convolution; of line and ink, of their widest", within(1, MAX_HIDDEN)
    )
    optimizer: str = setting("adam", f"what turns gradients into steps: {', '.join(OPTIMIZERS)}", one_of(OPTIMIZERS))
    lr: float = setting(1e-3, "learning rate at its highest", within(0, 100, above=True))
    weight_decay: float = setting(0.0, "how strongly weights are drawn to zero", within(0, 1))
    batch: int = setting(32, "glyphs in one step; or rows, or scenes", within(1, 60_000))
    epochs: int = setting(
        3, "how often the train part is gone through; what is drawn is drawn anew each time", within(1, 10_000)
    )
    schedule: str = setting("constant", f"how the learning rate moves: {', '.join(SCHEDULES)}", one_of(SCHEDULES))
    smoothing: float = setting(0.0, "share of each label that is spread over all classes", within(0, 0.5))
    augment: str = setting("none", f"what changes each batch: {', '.join(AUGMENTS)}", one_of(AUGMENTS))
    seed: int = setting(42, "seed of weights, order and dropout", within(0, 2**32 - 1))
    device: str = setting("auto", "where to compute; auto takes CUDA, then MPS, then the CPU", one_of(DEVICES))
    threads: int = setting(0, "CPU threads; 0 takes all cores for convolutions, else one", within(0, 1024))

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            if type(entry.default) is float and type(value) is int:
                object.__setattr__(self, entry.name, value := float(value))
            if type(value) is not type(entry.default):
                wanted = type(entry.default).__name__
                raise BadSetting(f"{entry.name} is {value!r}; it must be {wanted}, not {type(value).__name__}.")
            entry.metadata["check"](entry.name, value)


@dataclass(frozen=True)
class Row:
    """One epoch in a run's log. Losses and accuracies are means over glyphs; accuracies are fractions.

    Of rows, the accuracy is the share whose string is right; of scenes, the mean overlap of writing (Dice, 1945).

    The train figures are those of the answers that training itself gave, while the weights were still moving.
    train_seconds is the training alone, seconds the scoring on validation as well.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    train_seconds: float
    seconds: float


READER = Run(
    model="reader",
    hidden=24,
    optimizer="adamw",
    lr=4e-3,
    weight_decay=0.02,
    batch=250,
    epochs=12,
    schedule="one-cycle",
    smoothing=0.05,
    augment="bend",
)

LINE = Run(
    model="line",
    hidden=120,
    optimizer="adamw",
    lr=4e-3,
    weight_decay=0.01,
    batch=64,
    epochs=44,
    schedule="one-cycle-early",
    threads=1,
)

RUNS: dict[str, Run] = {
    "linear": Run(model="linear", optimizer="sgd", lr=0.1),
    "mlp-relu-logits": Run(model="mlp-relu-logits", optimizer="rmsprop", lr=1e-3),
    "mlp": Run(model="mlp", optimizer="rmsprop", lr=1e-3),
    "tinyvgg": Run(model="tinyvgg", optimizer="adam", lr=1e-3),
    "reader": READER,
    "quick": Run(model="quick", hidden=16, lr=0.02, batch=192, epochs=1, schedule="one-cycle", smoothing=0.1),
    "quick995": Run(
        model="reader", hidden=16, lr=0.01, batch=128, epochs=3, schedule="one-cycle", smoothing=0.1, augment="shift"
    ),
    "tiny": Run(model="tiny", hidden=24, lr=0.05, batch=256, epochs=40, schedule="one-cycle"),
    "best": replace(READER, epochs=50),  # the same network, on digits alone
    "line": LINE,
    "ink": replace(LINE, model="ink", hidden=80, lr=3e-3, batch=8, epochs=68),
}
