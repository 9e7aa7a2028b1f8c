"""The command sweep: a search for the settings that suit a run best."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import rich_click as click

from digits.base.errors import BadOutput
from digits.base.files import make_folder
from digits.cli.options import DATA_DIR, data_option, out_option, run_options
from digits.cli.output.console import line
from digits.data import samples
from digits.runs.lookup import find_run
from digits.runs.records import read_record, write_record
from digits.train import Run
from digits.train.device import resolve_device
from digits.train.sweep import SPANS, span
from digits.train.sweep import sweep as search

BEST = "best.run.json"


@click.command()
@click.argument("name", metavar="RUN")
@click.option(
    "--vary",
    "words",
    multiple=True,
    default=("lr",),
    show_default=True,
    help=f"A setting, or setting=LOW:HIGH, or setting=A,B,C; may be repeated. Choose from: {', '.join(SPANS)}.",
)
@click.option("--trials", default=20, show_default=True, help="How many trials the study is to have in the end.")
@click.option("--storage", help="Where trials are kept, as Optuna names it.  [default: SQLite, sweep.db in --out]")
@click.option("--study", "study_name", help="The study's name in the storage.  [default: RUN]")
@data_option("mnist")
@DATA_DIR
@run_options("epochs", "seed", "device", "threads")
@out_option("sweep")
def sweep(
    name: str,
    words: tuple[str, ...],
    trials: int,
    storage: str | None,
    study_name: str | None,
    data_name: str,
    data_dir: Path | None,
    out: Path,
    **settings: Any,
) -> None:
    """Search for the settings that suit RUN best on validation, and write them as a run: best.run.json in --out.

    Trials that are behind the median are given up early. The same command goes on where it was stopped, and several
    processes may work on one --storage at the same time. `digits train sweep/best.run.json` trains what was found.
    """
    named = find_run(name)
    run = replace(named.run, **{key: value for key, value in settings.items() if value is not None})
    spans = dict(span(each) for each in words)
    resolve_device(run.device)
    _check_own(out / BEST, f"{named.name}-best")
    make_folder(out)
    train_data, validation = (samples(data_name, part, data_dir) for part in ("train", "validation"))

    def tell(number: int, outcome: str, tried: Run, accuracy: float) -> None:
        end = "" if outcome == "done" else f"  {outcome}"
        line(f"  trial {number:3d}  {accuracy:7.2%} on validation  {_values(tried, spans)}{end}")

    best, accuracy, count = search(
        study_name or named.name,
        run,
        spans,
        train_data,
        validation,
        trials=trials,
        storage=storage or f"sqlite:///{(out / 'sweep.db').absolute()}",
        on_trial=tell,
    )
    found = {"name": f"{named.name}-best", "run": asdict(best), "validation_accuracy": accuracy}
    path = write_record(out / BEST, "sweep", data_name, [found], trials=count)
    line(
        f"\nBest of {count} trials: {accuracy:.2%} on validation with {_values(best, spans)}.\n"
        f"Train it by: digits train {path}"
    )


def _check_own(path: Path, called: str) -> None:
    """Raise BadOutput if what another sweep found lies at `path`: it would be lost."""
    there = [each.get("name") for each in read_record(path)["trainings"]] if path.is_file() else [called]
    if there != [called]:
        raise BadOutput(f"{path} is what another sweep found ({there[0]}). Name another folder with --out.")


def _values(run: Run, names: Iterable[str]) -> str:
    """Return these settings of `run` in words."""
    values = {name: getattr(run, name) for name in names}
    return ", ".join(
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}" for name, value in values.items()
    )
