"""A training with its files: trains a run and leaves network, record and log; a checkpoint after each epoch."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from digits.artifact import load_network, save
from digits.artifact.weights import Saveable
from digits.base.records import Samples
from digits.data.drawn import Drawn
from digits.runs.logs import write_log
from digits.runs.paths import RunPaths
from digits.runs.records import write_record
from digits.train import Row, Run, Trained, train
from digits.train.calibrate import calibrated
from digits.train.checkpoint import Checkpoint
from digits.train.record import record

OnRow = Callable[[Row], None]


def train_and_save(
    paths: RunPaths,
    name: str,
    run: Run,
    train_data: Samples | Drawn[Any],
    validation: Samples | Drawn[Any],
    *,
    command: str,
    start: Checkpoint | None = None,
    on_row: OnRow | None = None,
    extras: Sequence[Samples] = (),
) -> tuple[Saveable, Trained]:
    """Train `run`, called `name`, and leave at `paths` the network, its record and its log.

    A checkpoint is written after each epoch, and taken away when the run is through. If Ctrl-C ends it early, the
    network of the last full epoch and the checkpoint stay. `start` is the checkpoint to go on from, `on_row` is told
    each epoch, `command` is what the record says made it. `extras`, of which the record tells, are in `train_data`
    already. Returns the network, calibrated and scored on `validation`, and what `train` gave. Raises BadSetting,
    BadData, BadOutput, Diverged.
    """

    def on_epoch(row: Row, checkpoint: Checkpoint) -> None:
        checkpoint.save(paths.checkpoint)
        if on_row:
            on_row(row)

    trained = train(run, train_data, validation, start=start, on_epoch=on_epoch)
    saved = calibrated(trained.saveable(), validation)
    save(saved, paths.network)
    write_record(paths.record, command, train_data.name, [record(name, trained, extras)])
    write_log(paths.log, [(name, run.seed, trained.log)])
    if not trained.interrupted:
        paths.checkpoint.unlink(missing_ok=True)
    return saved, trained


def finished(run: Run, network: Path, train_data: Samples | None = None) -> Saveable | None:
    """Return the saved `network` if it is of all epochs of `run`, and of `train_data` where that is given.

    It may be of any device and any number of threads where `run` leaves them open.
    """
    if not network.is_file():
        return None
    there = load_network(network)
    done = dict(there.card.run)
    wanted = {**asdict(run), "epochs_done": run.epochs}
    for name, left_open in (("device", "auto"), ("threads", 0)):
        if wanted[name] == left_open:
            wanted[name] = done.get(name)
    same_data = train_data is None or there.card.data.get("train", {}).get("sha256") == train_data.sha256
    return there if isinstance(there, Saveable) and wanted == done and same_data else None
