"""The command train: one run, saved with what it takes to run it again."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import rich_click as click

from digits.artifact import check_suffix, load_network
from digits.base.errors import BadArtifact, BadData, BadOutput, BadSetting, shown
from digits.base.files import prepare
from digits.base.records import GRAPHS, Samples
from digits.cli.extra_glyphs import take_extras
from digits.cli.options import DATA_DIR, EXTRA, TENSORBOARD, data_option, run_options
from digits.cli.output import tables
from digits.cli.output.console import line
from digits.data import with_extras
from digits.data.drawn import Drawn
from digits.runs.locks import locked
from digits.runs.lookup import find_run
from digits.runs.paths import RunPaths
from digits.runs.records import read_record
from digits.runs.tensorboard import watching
from digits.runs.training import finished, train_and_save
from digits.train import RUNS, Row, Run
from digits.train.checkpoint import Checkpoint
from digits.train.device import resolve_device
from digits.train.record import same_extras
from digits.train.tasks import check_data, load_parts


@click.command()
@click.argument("name", metavar=f"{'|'.join(RUNS)}|FILE.json")
@data_option(
    None, "Data set.  [default: mnist; for the runs reader, line, ink: reader, rows, scenes; for FILE.json: its own]"
)
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
    paths = RunPaths(prepare(check_suffix(out or f"{name}.safetensors")))
    data_name = data_name or own_data
    check_data(run, data_name)
    if extra and data_name in GRAPHS.values():
        raise BadSetting(f"{data_name} is drawn, and takes no glyphs of your own. Leave out --extra.")
    extras = take_extras(extra, data_name)
    if own_extras and not extras:
        line(f"That run learned from glyphs of {shown(', '.join(own_extras))} too; this one does not, without --extra.")
    with locked(paths.lock, paths.network):
        if resume and not paths.checkpoint.is_file() and _finished(run, paths, extras):
            line(f"{paths.network} is this run, finished. Nothing to go on with.")
            return
        if not resume:
            _check_own(run, paths, data_name, extras)
        start = _start(paths.checkpoint, resume)
        parts = _parts(run, data_name, data_dir, extras)
        with watching(paths.network.parent / "tensorboard" if tensorboard else None) as watch:
            called = paths.network.stem

            def on_row(row: Row) -> None:
                watch(called, row)
                tables.epoch(row, run.epochs)

            saved, trained = train_and_save(
                *(paths, called, run, parts["train"], parts["validation"]),
                command="train",
                start=start,
                on_row=on_row,
                extras=extras,
            )
    score = saved.card.scores["validation"]
    low, high = score["interval"]
    line(
        f"Saved {paths.network}: {score['accuracy']:.2%} on validation (95% interval {low:.2%} to {high:.2%}), "
        f"{trained.train_seconds:.1f} s of training on {trained.device}."
    )
    if trained.interrupted:
        line("Stopped early. The same command with --resume goes on from here.")
        sys.exit(130)


def _parts(
    run: Run, data_name: str, data_dir: Path | None, extras: Sequence[Samples]
) -> dict[str, Samples | Drawn[Any]]:
    """Return the parts of the data set, the extras in train; say so where that takes long."""
    if data_name == "reader":
        line("Drawing the glyphs that the reader learns from: a few minutes.")
    elif data_name in GRAPHS.values():
        line(f"Drawing the {data_name} that it is validated on; those that it learns from come as they are needed.")
    parts = load_parts(run, data_name, data_dir)
    if isinstance(parts["train"], Samples):
        parts["train"] = with_extras(parts["train"], extras)
    return parts


def _check_own(run: Run, paths: RunPaths, data_name: str, extras: Sequence[Samples]) -> None:
    """Raise BadOutput if a network of another run lies at `paths`: it would be lost."""
    if not paths.network.is_file():
        return
    try:
        card = load_network(paths.network).card
        kept = read_record(paths.record)["trainings"] if paths.record.is_file() else [{}]
        own = {**asdict(run), "device": "", "threads": 0, "epochs_done": 0}
        there = {**card.run, "device": "", "threads": 0, "epochs_done": 0}
        if own == there and card.data.get("train", {}).get("name") == data_name and same_extras(kept[0], extras):
            return
    except (BadArtifact, BadData):
        pass
    raise BadOutput(f"{paths.network} is there already, and is of another run. Name another with --out, or remove it.")


def _finished(run: Run, paths: RunPaths, extras: Sequence[Samples]) -> bool:
    """Return whether what lies at `paths` is of all epochs of `run`, and learned from these extras."""
    if not finished(run, paths.network):
        return False
    kept = read_record(paths.record)["trainings"] if paths.record.is_file() else []
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
