"""The command study: the tutorial's four networks trained, compared, reported, and the best one saved and proved."""

from pathlib import Path
from typing import Any

import rich_click as click

from digits.artifact import prove, save
from digits.base.files import make_folder
from digits.cli.options import DATA_DIR, TENSORBOARD, data_option, out_option, run_options
from digits.cli.output import tables
from digits.cli.output.console import line, progress_bar
from digits.data import samples
from digits.data.corruptions import CORRUPTIONS
from digits.data.samples import PARTS
from digits.report.pages import write_report
from digits.runs.locks import locked
from digits.runs.logs import write_log
from digits.runs.paths import LOG, RECORD
from digits.runs.records import write_record
from digits.runs.tensorboard import watching
from digits.runs.test_set_log import NOTES, log_test_opening, network_identity
from digits.train import RUNS, Row, Run, Study, Trained
from digits.train import study as study_of
from digits.train.device import resolve_device
from digits.train.evaluation import evaluate
from digits.train.record import record

PROOF = 64  # glyphs that a saved network must answer for as before
CORRUPTED_GLYPHS = 1000  # glyphs that the best network is shown corrupted


@click.command()
@data_option("mnist")
@DATA_DIR
@run_options("epochs", "seed", "device", "threads", defaults=True)
@TENSORBOARD
@out_option("study")
def study(data_name: str, data_dir: Path | None, out: Path, tensorboard: bool, **settings: Any) -> None:
    """Run the tutorial's whole study: train its three networks as it has them and one made right, compare them.

    Prints the table and what it shows; writes figures, results.csv, study.json, report.html, run.json, log.csv and the
    saved networks into the folder --out, loads the best network again and proves that it answers the same. Ctrl-C keeps
    the networks that are trained so far.
    """
    run = Run(**settings)
    resolve_device(run.device)  # what cannot be is told before any work
    make_folder(out)
    train_data, validation, test = (samples(data_name, part, data_dir) for part in PARTS)
    now = ""

    def begin(name: str) -> None:
        nonlocal now
        now = name
        tables.run_heading(name, RUNS[name])

    def keep(name: str, trained: Trained) -> None:
        save(trained.classifier(), out / f"{name}.safetensors")
        if trained.interrupted:
            line(f"Stopped early. The networks so far, {name} after epoch {len(trained.log)}, are in {out}")

    with locked(out / ".lock", out), watching(out / "tensorboard" if tensorboard else None) as watch:

        def on_row(row: Row) -> None:
            watch(now, row)
            tables.epoch(row, run.epochs)

        made = study_of(train_data, validation, test, **settings, on_start=begin, on_row=on_row, on_done=keep)
        best = _keep_study(made, out)
        prove(made.best.classifier(), best, test.glyphs[:PROOF])
        with progress_bar("corrupting glyphs", len(CORRUPTIONS)) as tell:
            evaluation = evaluate(made.best.classifier(), test, validation, most=CORRUPTED_GLYPHS, tell=tell)
        write_report(made, evaluation, train_data, test, out)
    tables.study(made)
    line(
        f"\nLoaded {best} again: every weight is equal, and so are all logits of {PROOF} glyphs.\n"
        f"Figures, table, networks: {out}. Open {out / 'report.html'}"
    )


def _keep_study(made: Study, out: Path) -> Path:
    """Write the networks with all their scores, run.json and log.csv; return the file of the best network."""
    files, records, again = {}, [], 0
    for entry in made.entries:
        files[entry.name] = save(entry.classifier(), out / f"{entry.name}.safetensors")
        records.append(record(entry.name, entry.trained))
        who, found = network_identity(entry.classifier()), entry.test
        again += bool(log_test_opening(out, who, found.accuracy, found.samples, made.data, command="study"))
    write_record(out / RECORD, "study", made.data, records)
    write_log(out / LOG, [(entry.name, made.seed, entry.trained.log) for entry in made.entries])
    if again:
        line(f"The test part had been opened for {again} of these networks before: see {out / NOTES}")
    return files[made.best.name]
