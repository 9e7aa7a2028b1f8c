"""The commands of learners: study, data, export."""

from pathlib import Path
from typing import Any

import rich_click as click

from digits.app import prints, progress
from digits.app.events import watching
from digits.app.lines import line
from digits.app.openings import NOTES, identity, open_test
from digits.app.options import DATA_DIR, TENSORBOARD, data_option, out_option, run_options
from digits.app.places import LOG, RECORD, alone, write_log, write_record
from digits.artifact import ONNX, check_suffix, export_onnx, load, prove, save
from digits.base.errors import check_name
from digits.base.files import make_folder, prepare, write_whole
from digits.data import CATALOG, samples
from digits.data.corruptions import CORRUPTIONS
from digits.data.samples import PARTS
from digits.report import samples_figure, to_png, write_report
from digits.train import Row, Run, Study, Trained
from digits.train import study as study_of
from digits.train.device import resolve_device
from digits.train.examine import examine
from digits.train.record import record

PROOF = 64  # glyphs that a saved network must answer for as before
HARMED = 1000  # glyphs that the best network is shown corrupted


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
    learn, check, test = (samples(data_name, part, data_dir) for part in PARTS)
    now = ""

    def begin(name: str) -> None:
        nonlocal now
        now = name
        prints.heading(name)

    def keep(name: str, trained: Trained) -> None:
        save(trained.classifier(), out / f"{name}.safetensors")
        if trained.interrupted:
            line(f"Stopped early. The networks so far, {name} after epoch {len(trained.log)}, are in {out}")

    with alone(out / ".lock", out), watching(out / "tensorboard" if tensorboard else None) as watch:

        def on_row(row: Row) -> None:
            watch(now, row)
            prints.epoch(row, run.epochs)

        made = study_of(learn, check, test, **settings, on_start=begin, on_row=on_row, on_done=keep)
        best = _keep_study(made, out)
        prove(made.best.classifier(), best, test.glyphs[:PROOF])
        with progress.bar("corrupting glyphs", len(CORRUPTIONS)) as tell:
            examined = examine(made.best.classifier(), test, check, most=HARMED, tell=tell)
        write_report(made, examined, learn, test, out)
    prints.study(made)
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
        who, found = identity(entry.classifier()), entry.test
        again += bool(open_test(out, who, found.accuracy, found.samples, made.data, command="study"))
    write_record(out / RECORD, "study", made.data, records)
    write_log(out / LOG, [(entry.name, made.seed, entry.trained.log) for entry in made.entries])
    if again:
        line(f"The test part had been opened for {again} of these networks before: see {out / NOTES}")
    return files[made.best.name]


@click.command()
@click.argument("name", metavar="|".join(CATALOG))
@DATA_DIR
@click.option("--part", default="learn", show_default=True, help="Part that --show draws from.")
@click.option("--show", "count", type=int, help="Write a figure of so many random glyphs with their labels.")
@click.option("--seed", default=42, show_default=True, help="Seed of that draw.")
@click.option("--out", type=click.Path(path_type=Path), default="samples.png", show_default=True, help="The figure.")
def data(name: str, data_dir: Path | None, part: str, count: int | None, seed: int, out: Path) -> None:
    """Say what is in a data set: counts, shapes, classes and their balance, hashes, licence."""
    check_name("data set", name, CATALOG)
    check_name("part", part, PARTS)
    there = [each for each in PARTS if each in CATALOG[name].parts]
    parts = {each: samples(name, each, data_dir) for each in there}
    if count is not None:
        prepare(out)
        picture = to_png(samples_figure(parts.get(part) or samples(name, part, data_dir), count, seed))
    prints.data(CATALOG[name], parts)
    if count is not None:
        line(f"Drew {count} glyphs without replacement: {write_whole(out, picture)}")


@click.command()
@click.argument("path", metavar="MODEL", type=click.Path(path_type=Path))
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
def export(path: Path, out: Path) -> None:
    """Write the saved network MODEL, a .safetensors file, to OUT, an .onnx file that answers without torch.

    OUT has the scaling inside, takes any number of glyphs at once, and carries the card of MODEL. Nothing is written
    unless ONNX Runtime's answers are within 1e-5 of torch's.
    """
    out = check_suffix(out, ONNX)
    classifier = load(check_suffix(path))
    export_onnx(classifier, prepare(out))
    from digits.artifact.onnx_export import difference  # not above: a missing library is told by export_onnx

    apart = difference(classifier, load(out))
    line(f"Exported {out}: {out.stat().st_size:,} bytes, answers at most {apart:.1e} off those of {path}.")
