"""Where a training's files lie, and that only one process at a time writes them."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from digits.app import prints
from digits.app.events import Watch
from digits.artifact import load, save
from digits.artifact.weights import TorchClassifier
from digits.base.errors import BadData, BadOutput
from digits.base.files import make_folder, reason, write_whole
from digits.base.provenance import provenance
from digits.base.records import Samples
from digits.train import Row, Run, Trained, train
from digits.train.calibrate import calibrated
from digits.train.checkpoint import Checkpoint
from digits.train.record import FORMAT, record

RECORD, LOG = "run.json", "log.csv"


@dataclass(frozen=True)
class Place:
    """A saved network's file and the files that go with it."""

    network: Path

    @property
    def checkpoint(self) -> Path:
        """What an interrupted training goes on from."""
        return self.network.with_suffix(".checkpoint")

    @property
    def record(self) -> Path:
        """What the training was: its run.json."""
        return self.network.with_suffix(f".{RECORD}")

    @property
    def lock(self) -> Path:
        """What the process that writes them holds."""
        return self.network.with_name(f".{self.network.stem}.lock")

    @property
    def log(self) -> Path:
        """Its epochs, row by row."""
        return self.network.with_suffix(f".{LOG}")


@contextmanager
def alone(lock: Path, what: Path) -> Iterator[None]:
    """Hold `lock`, a file, while the context lasts. Raises BadOutput if another process holds it: it uses `what`."""
    make_folder(lock.parent)
    held = FileLock(lock)
    try:
        held.acquire(timeout=0)
    except Timeout as error:
        raise BadOutput(
            f"{what} is being written by another process that still runs. Wait for it, or name another with --out."
        ) from error
    except OSError as error:
        raise BadOutput(f"Cannot write {lock}: {reason(error)}. Name another place with --out.") from error
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)  # while it is still held: who opens it now makes a new one
        held.release()


def finished(run: Run, out: Path, learn: Samples | None = None) -> TorchClassifier | None:
    """Return the network at `out` if it is of all epochs of `run`, and learned from `learn` where that is given.

    It may be of any device and any number of threads where `run` leaves them open.
    """
    if not out.is_file():
        return None
    there = load(out)
    done = dict(there.card.run)
    wanted = {**asdict(run), "epochs_done": run.epochs}
    for name, left_open in (("device", "auto"), ("threads", 0)):
        if wanted[name] == left_open:
            wanted[name] = done.get(name)
    same_data = learn is None or there.card.data.get("learn", {}).get("sha256") == learn.sha256
    return there if isinstance(there, TorchClassifier) and wanted == done and same_data else None


def train_at(
    place: Place,
    name: str,
    run: Run,
    learn: Samples,
    check: Samples,
    *,
    start: Checkpoint | None = None,
    watch: Watch,
    command: str = "train",
    extras: Sequence[Samples] = (),
) -> tuple[TorchClassifier, Trained]:
    """Train `run` and leave at `place` the network, its record and its log; a checkpoint, until it is through.

    If Ctrl-C ends it early, the network of the last full epoch and the checkpoint stay. `extras`, of which the record
    tells, are in `learn` already.
    """

    def on_epoch(row: Row, checkpoint: Checkpoint) -> None:
        checkpoint.save(place.checkpoint)
        watch(name, row)
        prints.epoch(row, run.epochs)

    trained = train(run, learn, check, start=start, on_epoch=on_epoch)
    classifier = calibrated(trained.classifier(), check)
    card = replace(classifier.card, scores={"check": classifier.score(check).brief()})
    classifier = TorchClassifier(classifier.network, card)
    save(classifier, place.network)
    write_record(place.record, command, learn.name, [record(name, trained, extras)])
    write_log(place.log, [(name, run.seed, trained.log)])
    if not trained.interrupted:
        place.checkpoint.unlink(missing_ok=True)
    return classifier, trained


def write_record(path: Path, command: str, data: str, trainings: list[dict[str, Any]], **more: Any) -> Path:
    """Write a run.json: what was trained, on which data, by which code, on which machine. Raises BadOutput."""
    content = {
        "format": FORMAT,
        "command": command,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "data": data,
        **provenance(),
        **more,
        "trainings": trainings,
    }
    return write_whole(path, json.dumps(content, indent=1) + "\n")


def read_record(path: Path) -> dict[str, Any]:
    """Return what `write_record` wrote. Raises BadData."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(kept, dict) or not isinstance(kept.get("trainings"), list):
            raise ValueError("it lists no trainings")
        if kept.get("format") != FORMAT:
            raise ValueError(f"it has format {kept.get('format')}, this version reads {FORMAT}")
    except OSError as error:
        raise BadData(f"Cannot read {path}: {reason(error)}.") from error
    except ValueError as error:
        raise BadData(f"{path} is no record of a run ({error}).") from error
    return kept


def write_log(path: Path, logs: Iterable[tuple[str, int, Iterable[Row]]]) -> Path:
    """Write the epochs of some trainings, each with its name and seed, as CSV. Raises BadOutput."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", "seed", *(entry.name for entry in fields(Row))])
    writer.writerows((name, seed, *asdict(row).values()) for name, seed, log in logs for row in log)
    return write_whole(path, text.getvalue())


def join_logs(path: Path, logs: Iterable[Path]) -> Path:
    """Write the rows of several logs into one. Raises BadOutput."""
    texts = [log.read_text(encoding="utf-8").splitlines(keepends=True) for log in logs if log.is_file()]
    return write_whole(path, "".join([*texts[0][:1], *(row for text in texts for row in text[1:])] if texts else []))
