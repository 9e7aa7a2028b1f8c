"""The command runs: what trainings there are in a folder."""

from pathlib import Path
from typing import Any

import rich_click as click
from rich import box
from rich.table import Table

from digits.base.errors import BadArtifact, BadData
from digits.cli.output.console import console, line
from digits.runs.comparison_store import NETWORKS
from digits.runs.paths import RECORD
from digits.runs.records import read_record
from digits.train.checkpoint import Checkpoint

TITLES = ("training", "seed", "epochs", "validation %", "seconds", "by", "folder")
NUMBERS = TITLES[1:5]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
def runs(folder: Path) -> None:
    """List the trainings in FOLDER and below it: those that a run.json tells of, and those that were stopped."""
    if not folder.is_dir():
        raise BadData(f"There is no folder {folder}.")
    rows = [row for path in _records(folder) for row in _rows(path, folder)]
    rows += [row for path in sorted(folder.rglob("*.checkpoint")) for row in _stopped(path, folder)]
    if not rows:
        line(f"There are no runs in {folder}.")
        return
    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for title in TITLES:
        grid.add_column(title, justify="right" if title in NUMBERS else "left", overflow="fold")
    for row in dict.fromkeys(rows):
        grid.add_row(*row)
    console.print(grid)


def _records(folder: Path) -> list[Path]:
    """Return the records; that of a comparison, which sums up those in the folder below it, is left out."""
    paths = sorted(folder.rglob(f"*{RECORD}"))
    below = {path.parent.parent for path in paths if path.parent.name == NETWORKS}
    return [path for path in paths if path.name != RECORD or path.parent not in below]


def _rows(path: Path, folder: Path) -> list[tuple[str, ...]]:
    """Return a row for each training of a record; a record that cannot be read is told, and left out."""
    try:
        kept = read_record(path)
        return [_row(each, kept, path.relative_to(folder)) for each in kept["trainings"]]
    except (BadData, KeyError, TypeError, ValueError) as error:
        line(f"{error if isinstance(error, BadData) else f'{path} is no record of a run ({error}).'}")
        return []


def _row(training: dict[str, Any], kept: dict[str, Any], place: Path) -> tuple[str, ...]:
    run = training["run"]
    return (
        str(training["name"]),
        str(run["seed"]),
        f"{training.get('epochs_done', '–')}/{run['epochs']}",
        f"{100 * training['validation_accuracy']:.2f}",
        f"{training['train_seconds']:.1f}" if "train_seconds" in training else "–",
        "stopped" if training.get("interrupted") else str(kept["command"]),
        str(place.parent),
    )


def _stopped(path: Path, folder: Path) -> list[tuple[str, ...]]:
    """Return a row for a checkpoint whose training has no record yet; one that cannot be read is told."""
    if path.with_suffix(f".{RECORD}").is_file():
        return []
    try:
        checkpoint = Checkpoint.load(path)
    except BadArtifact as error:
        line(str(error))
        return []
    run, log = checkpoint.run, checkpoint.log
    figures = (f"{100 * log[-1].validation_accuracy:.2f}", f"{sum(row.train_seconds for row in log):.1f}")
    epochs = f"{len(log)}/{run.epochs}"
    return [(path.stem, str(run.seed), epochs, *figures, "stopped", str(path.relative_to(folder).parent))]
