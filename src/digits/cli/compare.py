"""The command compare: runs against each other, over seeds, from a folder that keeps what is done."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import rich_click as click

from digits.base.errors import BadSetting, check_name
from digits.base.files import make_folder
from digits.cli.options import DATA_DIR, TENSORBOARD, Listed, data_option, out_option, run_options
from digits.cli.output import tables
from digits.cli.output.console import line
from digits.data import samples
from digits.report.pages import write_comparison
from digits.runs.comparison_store import NETWORKS, ComparisonStore
from digits.runs.locks import locked
from digits.runs.lookup import find_run
from digits.runs.records import command_given
from digits.runs.tensorboard import watching
from digits.runs.test_set_log import NOTES
from digits.train import Row, Run, by_optimizer
from digits.train import compare as compare_runs
from digits.train.baselines import BASELINES
from digits.train.device import resolve_device
from digits.train.optimizers import OPTIMIZERS


@click.command()
@click.argument("names", metavar="RUN...", nargs=-1)
@click.option("--seeds", default=5, show_default=True, help="How many seeds, from 0 on, each run is trained from.")
@click.option(
    "--optimizers", type=Listed(str, "sgd,adam"), default=(), help=f"Each run with each of: {', '.join(OPTIMIZERS)}."
)
@click.option(
    "--rates",
    type=Listed(float, "0.001,0.01"),
    default=(),
    help="Learning rates that each contender tries first, with one seed; it goes on with the best on validation.",
)
@click.option(
    "--baseline", "baselines", type=Listed(str, "svm,knn"), default=(), help=f"Add of these: {', '.join(BASELINES)}."
)
@data_option("mnist")
@DATA_DIR
@run_options("epochs", "batch", "device", "threads")
@click.option("--test", "opening", is_flag=True, help="Open the test part once, at the end, and compare on it.")
@TENSORBOARD
@out_option("compare")
def compare(
    names: tuple[str, ...],
    seeds: int,
    optimizers: tuple[str, ...],
    rates: tuple[float, ...],
    baselines: tuple[str, ...],
    data_name: str,
    data_dir: Path | None,
    opening: bool,
    tensorboard: bool,
    out: Path,
    **settings: Any,
) -> None:
    """Compare runs: each is trained from several seeds, all for as many epochs as the longest of them has.

    RUN is a named run or a run.json. Prints a table (mean accuracy, its interval over seeds, spread, cost) and the
    exact McNemar test between neighbours on the same glyphs; writes it as comparison.json, results.csv and
    comparison.png, with run.json, log.csv and all networks, into the folder --out. All is chosen on validation.
    What is in the folder already is not trained again: the same command goes on where it was stopped.
    """
    runs = _runs(names, optimizers, {key: value for key, value in settings.items() if value is not None})
    for each in baselines:
        check_name("baseline", each, BASELINES)
    if seeds < 1:
        raise BadSetting(f"--seeds is {seeds}; it must be 1 or more.")
    if not runs and not baselines:
        raise BadSetting("There is nothing to compare: name at least one run, or a --baseline.")
    make_folder(out / NETWORKS)
    with ExitStack() as stack:
        stack.enter_context(locked(out / ".lock", out))
        watch = stack.enter_context(watching(out / "tensorboard" if tensorboard else None))
        train_data, validation = (samples(data_name, part, data_dir) for part in ("train", "validation"))
        test = samples(data_name, "test", data_dir) if opening else None

        def on_row(name: str, run: Run, row: Row) -> None:
            watch(name, row)
            tables.epoch(row, run.epochs)

        store = ComparisonStore(out, train_data, validation, tables.training_begins, on_row)
        parts = {"validation": validation, **({"test": test} if test else {})}
        fitted = (store.baseline(each, parts) for each in dict.fromkeys(baselines))
        data = train_data, validation, test
        try:
            made = compare_runs(runs, range(seeds), *data, rates=rates, others=fitted, make=store.make)
        except KeyboardInterrupt:
            line("Stopped early. The same command goes on from here.")
            raise
        again = store.log_test_openings(made) if test else 0
        write_comparison(made, data_name, command_given(), out)
        store.write_records()
    tables.comparison(made, data_name)
    if again:
        line(f"The test part had been opened for {again} of these networks before: see {out / NETWORKS / NOTES}")
    line(f"\nTable, figure, networks: {out}")


def _runs(names: Sequence[str], optimizers: Sequence[str], settings: dict[str, Any]) -> dict[str, Run]:
    for each in optimizers:
        check_name("optimizer", each, OPTIMIZERS)
    found = [find_run(name) for name in names]
    runs = {each.name: replace(each.run, **settings) for each in found}
    if len(runs) < len(found):
        raise BadSetting(
            f"The runs are {', '.join(each.name for each in found)}: each must be there once. "
            "A record is called as its file: give a copy under another name."
        )
    for run in runs.values():
        resolve_device(run.device)
    return by_optimizer(runs, list(dict.fromkeys(optimizers))) if optimizers else runs
