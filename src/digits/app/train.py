"""The command train: one run, saved with what it takes to run it again."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, NamedTuple

import rich_click as click

from digits.app.events import watching
from digits.app.lines import line
from digits.app.options import DATA_DIR, EXTRA, TENSORBOARD, data_option, run_options
from digits.app.places import Place, alone, finished, read_record, train_at
from digits.artifact import check_suffix, load
from digits.base.errors import BadArtifact, BadData, BadOutput, check_name, shown
from digits.base.files import prepare
from digits.base.records import NOT_A_DIGIT, Samples
from digits.data import CATALOG, read_extra, samples, with_extras
from digits.train import RUNS, Run
from digits.train.checkpoint import Checkpoint
from digits.train.device import resolve_device
from digits.train.record import extras_of, same_extras


class Named(NamedTuple):
    """A run with what it is called, the data set that it is for, and the names of the extras that a record tells of."""

    name: str
    run: Run
    data: str
    extras: tuple[str, ...] = ()


def find_run(name: str) -> Named:
    """Return the run called `name`, or the one in the .json file of that name: a run.json of one training.

    It is called as the file is; what a sweep found, as the sweep calls it.
    Raises UnknownName, BadData, BadSetting.
    """
    path = Path(name)
    if path.suffix != ".json":
        check_name("run", name, RUNS)
        return Named(name, RUNS[name], "reader" if name == "reader" else "mnist")
    kept = read_record(path)
    trainings = kept["trainings"]
    if len(trainings) != 1:
        names = ", ".join(str(each.get("name")) for each in trainings)
        raise BadData(f"{path} holds {len(trainings)} trainings ({names}); only one can be named as a run.")
    try:
        name, run = path.name.removesuffix(".json").removesuffix(".run"), Run(**trainings[0]["run"])
        if kept.get("command") == "sweep":  # which calls every file alike
            name = str(trainings[0]["name"])
        return Named(name, run, str(kept["data"]), tuple(str(each["name"]) for each in extras_of(trainings[0])))
    except (KeyError, TypeError) as error:
        raise BadData(f"{path} has no run that can be used ({error}).") from error


def take_extras(paths: Iterable[Path], data_name: str) -> list[Samples]:
    """Return the glyphs that lie at `paths`, for the classes of this data set; print what they are.

    Raises UnknownName, BadData.
    """
    check_name("data set", data_name, CATALOG)
    taken = []
    for path in paths:
        extra = read_extra(path, CATALOG[data_name].classes)
        said = f"{len(extra.samples):,} added"
        if extra.left_out:
            said += f", {extra.left_out:,} left out ({NOT_A_DIGIT!r} is no class of {data_name})"
        line(f"Extra glyphs from {shown(str(path))}: {said}.")
        taken.append(extra.samples)
    return taken


@click.command()
@click.argument("name", metavar=f"{'|'.join(RUNS)}|FILE.json")
@data_option(None, "Data set.  [default: mnist; for the run reader: reader; for FILE.json: its own]")
@DATA_DIR
@EXTRA
@run_options(*(entry.name for entry in fields(Run) if entry.name != "model"))
@click.option("--out", type=click.Path(path_type=Path), help="The saved network.  [default: RUN.safetensors]")
@click.option("--resume", is_flag=True, help="Go on from the checkpoint that an interrupted run left beside --out.")
@TENSORBOARD
def train(
    name: str,
    data_name: str | None,
    data_dir: Path | None,
    extra: tuple[Path, ...],
    out: Path | None,
    resume: bool,
    tensorboard: bool,
    **settings: int | float | str | None,
) -> None:
    """Train the named run, or the one in FILE.json, and save it. Options replace settings of the run.

    Beside the network, RUN.run.json says what it takes to run it again (`digits replay`), and RUN.log.csv has its
    epochs. After each epoch a checkpoint is written, and removed at the end. Ctrl-C keeps the network of the last full
    epoch; --resume goes on to the very weights that an uninterrupted run has.
    """
    name, run, own_data, own_extras = find_run(name)
    given: dict[str, Any] = {key: value for key, value in settings.items() if value is not None}
    run = replace(run, **given)
    resolve_device(run.device)
    place = Place(prepare(check_suffix(out or f"{name}.safetensors")))
    data_name = data_name or own_data
    extras = take_extras(extra, data_name)
    if own_extras and not extras:
        line(f"That run learned from glyphs of {shown(', '.join(own_extras))} too; this one does not, without --extra.")
    with alone(place.lock, place.network):
        if resume and not place.checkpoint.is_file() and _finished(run, place, extras):
            line(f"{place.network} is this run, finished. Nothing to go on with.")
            return
        if not resume:
            _check_own(run, place, data_name, extras)
        start = _start(place.checkpoint, resume)
        if data_name == "reader":
            line("Drawing the glyphs that the reader learns from: a few minutes.")
        learn, check = (samples(data_name, part, data_dir) for part in ("learn", "check"))
        learn = with_extras(learn, extras)
        with watching(place.network.parent / "tensorboard" if tensorboard else None) as watch:
            classifier, trained = train_at(
                place, place.network.stem, run, learn, check, start=start, watch=watch, extras=extras
            )
    score = classifier.card.scores["check"]
    low, high = score["interval"]
    line(
        f"Saved {place.network}: {score['accuracy']:.2%} on check (95% interval {low:.2%} to {high:.2%}), "
        f"{trained.train_seconds:.1f} s of training on {trained.device}."
    )
    if trained.interrupted:
        line("Stopped early. The same command with --resume goes on from here.")
        sys.exit(130)


def _check_own(run: Run, place: Place, data_name: str, extras: Sequence[Samples]) -> None:
    """Raise BadOutput if a network of another run lies at `place`: it would be lost."""
    if not place.network.is_file():
        return
    try:
        card = load(place.network).card
        kept = read_record(place.record)["trainings"] if place.record.is_file() else [{}]
        own = {**asdict(run), "device": "", "threads": 0, "epochs_done": 0}
        there = {**card.run, "device": "", "threads": 0, "epochs_done": 0}
        if own == there and card.data.get("learn", {}).get("name") == data_name and same_extras(kept[0], extras):
            return
    except (BadArtifact, BadData):
        pass
    raise BadOutput(f"{place.network} is there already, and is of another run. Name another with --out, or remove it.")


def _finished(run: Run, place: Place, extras: Sequence[Samples]) -> bool:
    """Return whether what lies at `place` is of all epochs of `run`, and learned from these extras."""
    if not finished(run, place.network):
        return False
    kept = read_record(place.record)["trainings"] if place.record.is_file() else []
    return same_extras(kept[0] if kept else {}, extras)


def _start(kept: Path, resume: bool) -> Checkpoint | None:
    if resume and kept.is_file():
        start = Checkpoint.load(kept)
        line(f"Going on after epoch {len(start.log)} from {kept}")
        return start
    if resume:
        raise BadArtifact(f"There is no checkpoint {kept} to go on from. Without --resume the run starts anew.")
    if kept.is_file():
        line(f"There is a checkpoint {kept}; without --resume it is replaced.")
    return None
