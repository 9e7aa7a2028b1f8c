"""The command replay: train again what a run.json tells, and say whether the weights are the same."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import rich_click as click

from digits.base.errors import BadData, BadSetting, DigitsError, shown
from digits.base.provenance import VERSION, commit, libraries, machine
from digits.base.records import Samples, describe
from digits.cli.extra_glyphs import take_extras
from digits.cli.options import DATA_DIR, EXTRA
from digits.cli.output import tables
from digits.cli.output.console import line
from digits.data import with_extras
from digits.data.drawn import Drawn
from digits.runs.records import read_record
from digits.train import train
from digits.train.record import as_run, extras_of, record, same_extras
from digits.train.tasks import load_parts

NEEDED = {"name", "run", "data", "device", "threads", "weights", "validation_accuracy", "train_seconds"}


class Unequal(DigitsError):
    """A training that came out otherwise than before."""


@click.command()
@click.argument("path", metavar="RUN.JSON", type=click.Path(path_type=Path))
@click.option("--only", help="Only the training of this name.")
@DATA_DIR
@EXTRA
def replay(path: Path, only: str | None, data_dir: Path | None, extra: tuple[Path, ...]) -> None:
    """Train again what RUN.JSON tells, and say whether the weights are equal to the bit.

    RUN.JSON is what `train`, `study` and `compare` leave. The data must be those that it was trained on, --extra
    too. Where weights differ, it says what is not as it was then (versions, commit, processor), and the exit code is 1.
    """
    kept = read_record(path)
    chosen = [
        each for each in kept["trainings"] if only is None or (isinstance(each, dict) and each.get("name") == only)
    ]
    if not chosen:
        names = ", ".join(str(each.get("name")) for each in kept["trainings"] if isinstance(each, dict))
        raise BadSetting(f"{path} has no training {only or 'to replay'}. It has: {names or 'none'}.")
    _check(chosen, path)
    extras = take_extras(extra, kept["data"])
    for each in chosen:
        _check_extras(each, extras)
    parts = load_parts(as_run(chosen[0]), kept["data"], data_dir)
    if isinstance(parts["train"], Samples):
        parts["train"] = with_extras(parts["train"], extras)
    unequal = {each["name"]: _changed({**kept, **each}) for each in chosen if not _again(each, kept, parts)}
    if unequal:
        changed = "; ".join(dict.fromkeys(filter(None, unequal.values())))
        raise Unequal(f"{', '.join(unequal)}: other weights than {path} tells. {changed or 'All else is as it was.'}")


def _check(trainings: list[Any], path: Path) -> None:
    """Raise BadData unless each training has what it takes to run it again."""
    for each in trainings:
        lacks = NEEDED - each.keys() if isinstance(each, dict) else NEEDED
        if lacks:
            raise BadData(
                f"{path} is no record of a training that can be run again: it lacks {', '.join(sorted(lacks))}."
            )
        as_run(each)


def _check_extras(kept: dict[str, Any], extras: Sequence[Samples]) -> None:
    """Raise BadData unless these are the extras that a training had, in its order."""
    if same_extras(kept, extras):
        return
    then = ", ".join(f"{each['samples']} glyphs of {shown(str(each['name']))}" for each in extras_of(kept))
    if not then:
        raise BadData(f"{kept['name']} was trained without extra glyphs. Leave out --extra.")
    if not extras:
        raise BadData(f"{kept['name']} was trained with extra glyphs: {then}. Give what had them with --extra.")
    raise BadData(
        f"These are not the extra glyphs that {kept['name']} was trained with: {then}. "
        "Give those with --extra, in that order, unchanged."
    )


def _again(kept: dict[str, Any], whole: dict[str, Any], parts: dict[str, Samples | Drawn[Any]]) -> bool:
    """Train once more; return whether the weights are those that were kept. Raises BadData if it cannot be done."""
    if kept.get("interrupted"):
        raise BadData(
            f"{kept['name']} was stopped after epoch {kept['epochs_done']}: there is nothing whole to replay. "
            "Go on with it first, by --resume."
        )
    for part, each in parts.items():
        if describe(each) != kept["data"].get(part):
            raise BadData(f"The {part} part is not the one that {kept['name']} was trained on: its SHA-256 differs.")
    run = as_run(kept)
    if changed := _changed({**whole, **kept}):
        line(f"Not as it was then: {changed}")
    tables.run_heading(kept["name"], run)
    trained = train(run, parts["train"], parts["validation"], on_epoch=lambda row, _: tables.epoch(row, run.epochs))
    if trained.interrupted:
        raise KeyboardInterrupt
    made = record(kept["name"], trained)
    equal: bool = made["weights"] == kept["weights"]
    seconds = f"{made['train_seconds']:.1f} s of training, {kept['train_seconds']:.1f} s then"
    accuracies = f"{made['validation_accuracy']:.2%} on validation, {kept['validation_accuracy']:.2%} then"
    said = "weights equal to the bit" if equal else "weights NOT equal"
    line(f": {said}. {accuracies}; {seconds}.", bold=kept["name"])
    return equal


def _changed(kept: dict[str, Any]) -> str:
    """Return, in words, what is not as it was when the record was written."""
    now = {"version": VERSION, "commit": commit(), "processor": machine()["cpu"], **libraries()}
    then = {
        "version": kept.get("version"),
        "commit": kept.get("commit"),
        "processor": kept.get("machine", {}).get("cpu"),
        **kept.get("libraries", {}),
    }
    return ", ".join(f"{name} {then[name]} then, {now.get(name)} now" for name in then if then[name] != now.get(name))
