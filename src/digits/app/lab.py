"""The commands of learners and experimenters: study, data, train, score, export."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import rich_click as click

from digits.app import prints
from digits.app.lines import line
from digits.artifact import ONNX, check_suffix, export_onnx, load, prove, save
from digits.artifact.weights import TorchClassifier
from digits.base.errors import BadArtifact, BadSetting, check_name
from digits.base.files import make_folder, prepare, write_whole
from digits.base.records import Samples, describe
from digits.data import CATALOG, samples
from digits.data.samples import PARTS
from digits.report import samples_figure, to_png, write_report
from digits.train import RUNS, Row, Run, Trained
from digits.train import study as study_of
from digits.train import train as train_one
from digits.train.calibrate import calibrated
from digits.train.checkpoint import Checkpoint
from digits.train.device import resolve_device

DATA_DIR = click.option(
    "--data-dir", type=click.Path(path_type=Path), help="Folder that already has the data; or set DIGITS_DATA."
)
Body = Callable[..., Any]
Decorator = Callable[[Body], Body]
PROOF = 64  # glyphs that a saved network must answer for as before


def data_option(default: str | None, meaning: str = "Data set.") -> Decorator:
    """Return the option --data with its default."""
    return click.option(
        "--data",
        "data_name",
        default=default,
        show_default=bool(default),
        help=f"{meaning} Choose from: {', '.join(CATALOG)}.",
    )


def run_options(*names: str, defaults: bool = False) -> Decorator:
    """Return what adds an option for each of these settings of a Run, with Run's own defaults or with none."""

    def add(command: Body) -> Body:
        for entry in reversed([entry for entry in fields(Run) if entry.name in names]):
            words = entry.metadata["help"]
            command = click.option(
                f"--{entry.name.replace('_', '-')}",
                type=type(entry.default),
                default=entry.default if defaults else None,
                show_default=True if defaults else "the run's own",
                help=f"{words[0].upper()}{words[1:]}.",
            )(command)
        return command

    return add


@click.command()
@data_option("mnist")
@DATA_DIR
@run_options("epochs", "seed", "device", "threads", defaults=True)
@click.option("--out", type=click.Path(path_type=Path), default="study", show_default=True, help="Folder for results.")
def study(data_name: str, data_dir: Path | None, out: Path, **settings: Any) -> None:
    """Run the tutorial's whole study: train its three networks as it has them and one made right, compare them.

    Prints the table and what it shows; writes figures, results.csv, study.json, report.html and the saved networks
    into the folder --out, loads the best network again and proves that it answers the same. Ctrl-C keeps the networks
    that are trained so far.
    """
    run = Run(**settings)
    resolve_device(run.device)  # what cannot be is told before any work
    make_folder(out)
    learn, check, test = (samples(data_name, part, data_dir) for part in PARTS)

    def keep(name: str, trained: Trained) -> None:
        save(trained.classifier(), out / f"{name}.safetensors")
        if trained.interrupted:
            line(f"Stopped early. The networks so far, {name} after epoch {len(trained.log)}, are in {out}")

    made = study_of(
        learn,
        check,
        test,
        **settings,
        on_start=prints.heading,
        on_row=lambda row: prints.epoch(row, run.epochs),
        on_done=keep,
    )
    files = {entry.name: save(entry.classifier(), out / f"{entry.name}.safetensors") for entry in made.entries}
    prove(made.best.classifier(), files[made.best.name], test.glyphs[:PROOF])
    write_report(made, learn, test, out)
    prints.study(made)
    line(
        f"\nLoaded {files[made.best.name]} again: every weight is equal, and so are all logits of {PROOF} glyphs.\n"
        f"Figures, table, networks: {out}. Open {out / 'report.html'}"
    )


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
@click.argument("name", metavar="|".join(RUNS))
@data_option(None, "Data set.  [default: mnist; for the run reader: reader]")
@DATA_DIR
@run_options(*(entry.name for entry in fields(Run) if entry.name != "model"))
@click.option("--out", type=click.Path(path_type=Path), help="The saved network.  [default: RUN.safetensors]")
@click.option("--resume", is_flag=True, help="Go on from the checkpoint that an interrupted run left beside --out.")
def train(
    name: str,
    data_name: str | None,
    data_dir: Path | None,
    out: Path | None,
    resume: bool,
    **settings: int | float | str | None,
) -> None:
    """Train the named run and save it. Options replace settings of the run.

    After each epoch a checkpoint is written beside the network and removed at the end. Ctrl-C keeps the network of the
    last full epoch; --resume goes on to the very weights that an uninterrupted run has.
    """
    check_name("run", name, RUNS)
    given: dict[str, Any] = {key: value for key, value in settings.items() if value is not None}
    run = replace(RUNS[name], **given)
    resolve_device(run.device)
    out = prepare(check_suffix(out or f"{name}.safetensors"))
    kept = out.with_suffix(".checkpoint")
    if resume and not kept.is_file() and _is_finished(run, out):
        line(f"{out} is this run, finished. Nothing to go on with.")
        return
    start = _start(kept, resume)
    data_name = data_name or ("reader" if name == "reader" else "mnist")
    if data_name == "reader":
        line("Drawing the glyphs that the reader learns from: a few minutes.")
    learn, check = (samples(data_name, part, data_dir) for part in ("learn", "check"))

    def on_epoch(row: Row, checkpoint: Checkpoint) -> None:
        checkpoint.save(kept)
        prints.epoch(row, run.epochs)

    trained = train_one(run, learn, check, start=start, on_epoch=on_epoch)
    _save_trained(trained, check, out)
    if trained.interrupted:
        line("Stopped early. The same command with --resume goes on from here.")
        sys.exit(130)
    kept.unlink(missing_ok=True)


def _is_finished(run: Run, out: Path) -> bool:
    """Whether `out` holds the network of all epochs of `run`."""
    if not out.is_file():
        return False
    done = load(out).card.run
    settings = {**asdict(run), "device": done.get("device"), "threads": done.get("threads")}
    return {**settings, "epochs_done": run.epochs} == done


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


def _save_trained(trained: Trained, check: Samples, out: Path) -> None:
    classifier = calibrated(trained.classifier(), check)
    scores = classifier.score(check)
    card = replace(classifier.card, scores={"check": scores.brief()})
    save(TorchClassifier(classifier.network, card), out)
    low, high = scores.interval
    line(
        f"Saved {out}: {scores.accuracy:.2%} on check (95% interval {low:.2%} to {high:.2%}), "
        f"{trained.train_seconds:.1f} s of training on {trained.device}."
    )


@click.command()
@click.argument("path", metavar="MODEL", type=click.Path(path_type=Path))
@data_option(None, "Data set.  [default: the one it was trained on]")
@DATA_DIR
@click.option("--part", default="test", show_default=True, help="Part to score on.")
@click.option("--json", "as_json", is_flag=True, help="Print all figures as JSON.")
def score(path: Path, data_name: str | None, data_dir: Path | None, part: str, as_json: bool) -> None:
    """Score the saved network MODEL. This opens the test part: choose on check, and score once, at the end."""
    classifier = load(path)
    name = data_name or classifier.card.data.get("learn", {}).get("name")
    if not data_name and name not in CATALOG:
        raise BadSetting(f"{path} was trained on data that are not in the catalog: name some with --data.")
    chosen = samples(name, part, data_dir)
    scores = classifier.score(chosen)
    if as_json:
        click.echo(json.dumps({"model": str(path), "part": part, "data": describe(chosen), **scores.to_dict()}))
    else:
        prints.scores(scores, f"{path.name} on {name}, {part}")


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
