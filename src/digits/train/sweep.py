"""Hyperparameter search over a run's settings, on validation, by Optuna (Akiba et al., 2019).

Trials are drawn by the tree-structured Parzen estimator (Bergstra et al., 2011); one that is behind the median of the
others after an epoch is given up.
"""

import json
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from digits.base.errors import BadOutput, BadSetting, Diverged, check_name
from digits.base.extras import require_extra
from digits.base.records import Samples, describe, renamed_parts
from digits.train.loop import train
from digits.train.optimizers import OPTIMIZERS
from digits.train.run import Row, Run

if TYPE_CHECKING:
    import optuna

HEARTBEAT = (
    30  # seconds between two signs of life of a trial; one that gives none for three times as long counts as dead
)
ABOUT = "about"  # the attribute that says what a study is of
OUTCOMES = {"COMPLETE": "done", "PRUNED": "given up"}
WAITS = (0.2, 1.0)  # seconds before a storage that is just being made is asked again


@dataclass(frozen=True)
class Span:
    """The values a setting may take: from low to high, evenly in the logarithm if `log`; or those in `among`."""

    low: float = 0.0
    high: float = 0.0
    log: bool = False
    among: tuple[Any, ...] = ()


SPANS: dict[str, Span] = {
    "lr": Span(1e-4, 0.3, log=True),
    "weight_decay": Span(1e-5, 0.3, log=True),
    "batch": Span(among=(32, 64, 128, 256, 512)),
    "smoothing": Span(0.0, 0.2),
    "hidden": Span(among=(4, 8, 12, 16, 24, 32)),
    "optimizer": Span(among=tuple(OPTIMIZERS)),
}


def span(words: str) -> tuple[str, Span]:
    """Return the setting and the Span that `words` name: "lr", "lr=0.001:0.1" or "batch=32,64". Raises BadSetting."""
    name, sign, values = words.partition("=")
    check_name("setting to vary", name, SPANS)
    usual = SPANS[name]
    if not sign:
        return name, usual
    kind, below = type(getattr(Run(), name)), "0 < LOW < HIGH" if usual.log else "LOW < HIGH"
    try:
        if not values:
            raise ValueError
        if ":" in values and kind is not str:
            low, high = (kind(each) for each in values.split(":"))
            if not low < high or (usual.log and low <= 0):
                raise ValueError
            return name, Span(low, high, usual.log)
        return name, Span(among=tuple(kind(each) for each in values.split(",")))
    except ValueError as error:
        raise BadSetting(
            f"{words!r} is no range for {name}: write {name}=LOW:HIGH, {below}, or {name}=A,B,C with the values."
        ) from error


def sweep(
    name: str,
    run: Run,
    spans: Mapping[str, Span],
    train_data: Samples,
    validation: Samples,
    *,
    trials: int,
    storage: str,
    on_trial: Callable[[int, str, Run, float], None] | None = None,
) -> tuple[Run, float, int]:
    """Vary the settings `spans` of `run` until the study `name` in `storage` has so many trials that came to an end.

    Several processes, also on several machines, may work on one storage at the same time. Returns the best run, its
    accuracy on validation, and how many trials there are. `on_trial` is told the number of each trial, its outcome, its
    run and its accuracy. Raises BadSetting, BadOutput if the storage cannot be reached, MissingExtra.
    """
    if trials < 1:
        raise BadSetting(f"There must be 1 trial or more, not {trials}.")
    for each in _ends(spans):
        replace(run, **each)  # a range that leaves what a run may have is told now
    with require_extra("lab", "A sweep"):
        from optuna.study import MaxTrialsCallback
        from optuna.trial import TrialState
    ended = (TrialState.COMPLETE, TrialState.PRUNED)
    about = {
        "run": _plain(run),
        "spans": {each: _plain(values) for each, values in spans.items()},
        "train": describe(train_data)["sha256"],
    }

    def tell(_: object, trial: "optuna.trial.FrozenTrial") -> None:
        if on_trial:
            last = trial.value if trial.value is not None else max(trial.intermediate_values.values(), default=0.0)
            on_trial(trial.number, OUTCOMES.get(trial.state.name, "failed"), replace(run, **trial.params), last)

    with _study(name, storage, about) as study, _reached(storage):
        if len(study.get_trials(deepcopy=False, states=ended)) < trials:
            study.optimize(
                _objective(run, spans, train_data, validation), callbacks=[tell, MaxTrialsCallback(trials, ended)]
            )
        if not study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)):
            raise BadSetting("No trial came to its end: all diverged. Give lower learning rates, as lr=LOW:HIGH.")
        best, count = study.best_trial, len(study.get_trials(deepcopy=False, states=ended))
    return replace(run, **best.params), float(best.values[0]), count


def _objective(
    run: Run, spans: Mapping[str, Span], train_data: Samples, validation: Samples
) -> Callable[["optuna.Trial"], float]:
    """Return what trains one trial and gives its accuracy on validation."""
    import optuna

    def objective(trial: optuna.Trial) -> float:
        varied = replace(run, **{each: _draw(trial, each, values) for each, values in spans.items()})

        def on_epoch(row: Row, _: object) -> None:
            trial.report(row.validation_accuracy, row.epoch)
            if row.epoch < varied.epochs and trial.should_prune():
                raise optuna.TrialPruned

        try:
            trained = train(varied, train_data, validation, on_epoch=on_epoch)
        except Diverged as error:
            raise optuna.TrialPruned(str(error)) from error
        if trained.interrupted:
            raise KeyboardInterrupt
        return trained.log[-1].validation_accuracy

    return objective


@contextmanager
def _study(name: str, storage: str, about: dict[str, Any]) -> "Iterator[optuna.Study]":
    """Yield the study `name`, new or there already, and let go of its storage at the end.

    Raises BadSetting if it is of other settings or data, BadOutput.
    """
    with ExitStack() as stack:
        with _reached(storage, RuntimeError):  # of tables that another Optuna made
            opened = _open(storage)
            stack.callback(opened.engine.dispose)
            stack.callback(opened.remove_session)
            study = _created(name, opened, about)
        yield study


def _created(name: str, storage: "optuna.storages.RDBStorage", about: dict[str, Any]) -> "optuna.Study":
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        storage=storage,
        study_name=name,
        direction="maximize",
        load_if_exists=True,
        sampler=optuna.samplers.TPESampler(),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=5),
    )
    before = study.user_attrs.get(ABOUT)
    if before is None:
        study.set_user_attr(ABOUT, about)
    elif renamed_parts(before) != about:  # an earlier version called the train part otherwise
        raise BadSetting(
            f"The study {name!r} in this storage is of other settings or other data. Name another with --study."
        )
    return study


def _open(storage: str) -> "optuna.storages.RDBStorage":
    """Return Optuna's storage; where another process makes its tables at this moment, it is asked again."""
    import optuna
    from sqlalchemy.exc import IntegrityError, OperationalError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)  # of the heartbeat
        for wait in WAITS:
            with suppress(OperationalError, IntegrityError):
                return optuna.storages.RDBStorage(storage, heartbeat_interval=HEARTBEAT, grace_period=3 * HEARTBEAT)
            time.sleep(wait)
        return optuna.storages.RDBStorage(storage, heartbeat_interval=HEARTBEAT, grace_period=3 * HEARTBEAT)


@contextmanager
def _reached(storage: str, *more: type[Exception]) -> Iterator[None]:
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

    known: tuple[type[Exception], ...] = (SQLAlchemyError, ArgumentError, NoSuchModuleError, ImportError, *more)
    try:
        yield
    except known as error:
        first = str(error).strip().partition("\n")[0][:200]
        raise BadOutput(
            f"The storage {storage} cannot be used ({first}). It needs a database "
            "that answers, and the Python package that SQLAlchemy reaches it by; without --storage a file will do."
        ) from error


def _draw(trial: "optuna.Trial", name: str, values: Span) -> Any:
    if values.among:
        return trial.suggest_categorical(name, list(values.among))
    if isinstance(values.low, int):
        return trial.suggest_int(name, values.low, int(values.high), log=values.log)
    return trial.suggest_float(name, values.low, values.high, log=values.log)


def _ends(spans: Mapping[str, Span]) -> Iterable[dict[str, Any]]:
    """Yield each setting's outermost values."""
    for name, values in spans.items():
        for value in values.among or (values.low, values.high):
            yield {name: value}


def _plain(record: Any) -> Any:
    """Return a record as JSON gives it back."""
    return json.loads(json.dumps(asdict(record)))
