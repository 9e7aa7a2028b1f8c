"""What a comparison keeps in its folder: handed over where it is there already, made and kept where it is not."""

import json
import re
import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from digits.app import prints
from digits.app.events import Watch
from digits.app.lines import line
from digits.app.openings import open_test
from digits.app.places import LOG, RECORD, Place, finished, join_logs, read_record, train_at, write_record
from digits.base.errors import BadOutput, BadSetting
from digits.base.files import write_whole
from digits.base.provenance import provenance
from digits.base.records import Samples
from digits.report import comparison_csv, intervals_figure, to_png
from digits.train import Comparison, Contender, Run
from digits.train.baselines import fit_baseline
from digits.train.checkpoint import Checkpoint
from digits.train.compare import Attempt
from digits.train.record import as_run

NETWORKS = "networks"  # the folder of what was trained
ORIGIN = ("version", "commit", "machine", "libraries", "finished")
FOLDERS = re.compile(r"(?<![^=,])/(?:[^/=,]*/)*")  # the absolute part of a path


class Keeper:
    """Keeps the trainings of a comparison in the folder `out`, by name and seed."""

    def __init__(self, out: Path, learn: Samples, check: Samples, watch: Watch) -> None:
        self.out, self.learn, self.check, self.watch = out, learn, check, watch
        self.places: dict[str, Place] = {}  # by what the training is called

    def make(self, name: str, run: Run) -> Attempt:
        """Return the training of `run`: from the folder if it is there, else trained now. Raises BadOutput."""
        called = f"{name}-seed{run.seed}"
        place = Place(self.out / NETWORKS / f"{called}.safetensors")
        if not (place.network.is_file() and place.record.is_file()) or place.checkpoint.is_file():
            self._train(place, called, run)
        classifier = finished(run, place.network, self.learn)
        if not classifier:
            raise _other(place.network)
        kept = read_record(place.record)["trainings"][0]
        self.places[called] = place
        return Attempt(as_run(kept), classifier, kept["train_seconds"], kept["device"], kept["multiply_adds"])

    def _train(self, place: Place, called: str, run: Run) -> None:
        start = Checkpoint.load(place.checkpoint) if place.checkpoint.is_file() else None
        if start and start.run != run:
            raise _other(place.checkpoint)
        prints.run_heading(called, run)
        if start:
            line(f"  going on after epoch {len(start.log)}")
        try:
            _, trained = train_at(
                place, called, run, self.learn, self.check, start=start, watch=self.watch, command="compare"
            )
        except BadSetting as error:
            if start:  # of other data, or made by another torch
                raise _other(place.checkpoint) from error
            raise
        if trained.interrupted:
            line("Stopped early. The same command goes on from here.")
            raise KeyboardInterrupt

    def baseline(self, name: str, parts: Mapping[str, Samples]) -> Contender:
        """Return the classical method `name`: from the folder if its answers to these parts are there, else fitted."""
        path = self.out / NETWORKS / f"{name}.npz"
        hashes = {part: each.sha256 for part, each in {"learn": self.learn, **parts}.items()}
        if kept := _read_answers(path, hashes, name):
            return kept
        line(f"  scikit-learn, {len(self.learn):,} glyphs: this may take minutes", bold=f"\n{name}")
        fitted = fit_baseline(name, self.learn, parts)
        _write_answers(path, hashes, fitted)
        return fitted

    def write(self, made: Comparison) -> None:
        """Write the record, the log, the table and the figure. Raises BadOutput."""
        about = {"format": 1, "command": asked(), "data": self.learn.name, **provenance(), **made.to_dict()}
        write_whole(self.out / "comparison.json", json.dumps(about, indent=1) + "\n")
        write_whole(self.out / "results.csv", comparison_csv(made))
        write_whole(self.out / "comparison.png", to_png(intervals_figure(made, self.learn.name)))
        trainings = [_with_origin(place) for place in self.places.values()]
        write_record(self.out / RECORD, "compare", self.learn.name, trainings)
        join_logs(self.out / LOG, [place.log for place in self.places.values()])

    def note_openings(self, made: Comparison) -> int:
        """Note that test was opened for each network; return for how many it had been before. Raises BadOutput."""
        again = 0
        for each in made.contenders:
            for weights, accuracy in zip(each.weights, each.accuracies("test"), strict=True):
                glyphs, who = each.right["test"].shape[1], {"network": weights}
                again += bool(open_test(self.out / NETWORKS, who, accuracy, glyphs, self.learn.name, command="compare"))
        return again


def asked() -> str:
    """Return the command as it was given, folders by their own name only: where they lie is nobody's business."""
    return " ".join(["digits", *(FOLDERS.sub("", word) for word in sys.argv[1:])])


def _with_origin(place: Place) -> dict[str, Any]:
    """Return the training that was kept, with the code and the machine that made it: perhaps at another time."""
    kept = read_record(place.record)
    return {**kept["trainings"][0], **{name: kept.get(name) for name in ORIGIN}}


def _other(path: Path) -> BadOutput:
    return BadOutput(f"{path} is of another run, data or code. Name another folder with --out, or remove it.")


def _write_answers(path: Path, hashes: Mapping[str, str], fitted: Contender) -> None:
    file = BytesIO()
    about = json.dumps({"hashes": hashes, "seconds": fitted.seconds, "mark": fitted.weights[0]})
    arrays: dict[str, Any] = {"about": np.array(about), **fitted.right}
    np.savez_compressed(file, **arrays)
    write_whole(path, file.getvalue())


def _read_answers(path: Path, hashes: Mapping[str, str], name: str) -> Contender | None:
    """Return what `_write_answers` wrote, if it is of these data and has all these parts."""
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            about = json.loads(str(file["about"]))
            if any(about["hashes"].get(part) != each for part, each in hashes.items()):
                return None
            right = {part: file[part] for part in hashes if part != "learn"}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
    return Contender(name, None, (), right, tuple(about["seconds"]), "cpu", weights=(about["mark"],))
