"""The command train: one run, saved with what it takes to run it again."""

import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, NamedTuple

import rich_click as click

from digits.app.events import watching
from digits.app.lines import line
from digits.app.options import DATA_DIR, TENSORBOARD, data_option, run_options
from digits.app.places import Place, alone, finished, read_record, train_at
from digits.artifact import check_suffix
from digits.base.errors import BadArtifact, BadData, check_name
from digits.base.files import prepare
from digits.data import samples
from digits.train import RUNS, Run
from digits.train.checkpoint import Checkpoint
from digits.train.device import resolve_device


class Named(NamedTuple):
    """A run with what it is called and the data set that it is for."""

    name: str
    run: Run
    data: str


def find_run(name: str) -> Named:
    """Return the run called `name`, or the one in the .json file of that name: a run.json of one training.

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
        return Named(
            path.name.removesuffix(".json").removesuffix(".run"), Run(**trainings[0]["run"]), str(kept["data"])
        )
    except (KeyError, TypeError) as error:
        raise BadData(f"{path} has no run that can be used ({error}).") from error


@click.command()
@click.argument("name", metavar=f"{'|'.join(RUNS)}|FILE.json")
@data_option(None, "Data set.  [default: mnist; for the run reader: reader; for FILE.json: its own]")
@DATA_DIR
@run_options(*(entry.name for entry in fields(Run) if entry.name != "model"))
@click.option("--out", type=click.Path(path_type=Path), help="The saved network.  [default: RUN.safetensors]")
@click.option("--resume", is_flag=True, help="Go on from the checkpoint that an interrupted run left beside --out.")
@TENSORBOARD
def train(
    name: str,
    data_name: str | None,
    data_dir: Path | None,
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
    name, run, own_data = find_run(name)
    given: dict[str, Any] = {key: value for key, value in settings.items() if value is not None}
    run = replace(run, **given)
    resolve_device(run.device)
    place = Place(prepare(check_suffix(out or f"{name}.safetensors")))
    with alone(place.lock, place.network):
        if resume and not place.checkpoint.is_file() and finished(run, place.network):
            line(f"{place.network} is this run, finished. Nothing to go on with.")
            return
        start = _start(place.checkpoint, resume)
        data_name = data_name or own_data
        if data_name == "reader":
            line("Drawing the glyphs that the reader learns from: a few minutes.")
        learn, check = (samples(data_name, part, data_dir) for part in ("learn", "check"))
        with watching(place.network.parent / "tensorboard" if tensorboard else None) as watch:
            classifier, trained = train_at(place, place.network.stem, run, learn, check, start=start, watch=watch)
    score = classifier.card.scores["check"]
    low, high = score["interval"]
    line(
        f"Saved {place.network}: {score['accuracy']:.2%} on check (95% interval {low:.2%} to {high:.2%}), "
        f"{trained.train_seconds:.1f} s of training on {trained.device}."
    )
    if trained.interrupted:
        line("Stopped early. The same command with --resume goes on from here.")
        sys.exit(130)


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
