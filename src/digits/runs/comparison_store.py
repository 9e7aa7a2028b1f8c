"""The store of a comparison: each training is kept in its folder, handed over if it is there, made if it is not."""

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from digits.artifact.weights import TorchClassifier
from digits.base.errors import BadOutput, BadSetting
from digits.base.files import write_whole
from digits.base.records import Samples
from digits.runs.logs import join_logs
from digits.runs.paths import LOG, RECORD, RunPaths
from digits.runs.records import read_record, write_record
from digits.runs.test_set_log import log_test_opening
from digits.runs.training import finished, train_and_save
from digits.train import Comparison, Contender, Row, Run
from digits.train.baselines import fit_baseline
from digits.train.checkpoint import Checkpoint
from digits.train.compare import Attempt
from digits.train.record import as_run

NETWORKS = "networks"  # the folder of what was trained
ORIGIN = ("version", "commit", "machine", "libraries", "finished")

OnStart = Callable[[str, Run | None, int], None]  # the training's name, its run (a baseline has none), epochs done
OnRow = Callable[[str, Run, Row], None]


class ComparisonStore:
    """Keeps the trainings of a comparison in the folder `out`, by name and seed.

    `on_start` is told of each training before it begins, `on_row` each of its epochs.
    """

    def __init__(self, out: Path, train_data: Samples, validation: Samples, on_start: OnStart, on_row: OnRow) -> None:
        self.out, self.train_data, self.validation = out, train_data, validation
        self.on_start, self.on_row = on_start, on_row
        self.paths: dict[str, RunPaths] = {}  # by what the training is called

    def make(self, name: str, run: Run) -> Attempt:
        """Return the training of `run`: from the folder if it is there, else trained now. Raises BadOutput."""
        called = f"{name}-seed{run.seed}"
        paths = RunPaths(self.out / NETWORKS / f"{called}.safetensors")
        if not (paths.network.is_file() and paths.record.is_file()) or paths.checkpoint.is_file():
            self._train(paths, called, run)
        classifier = finished(run, paths.network, self.train_data)
        if not isinstance(classifier, TorchClassifier):
            raise _of_another_run(paths.network)
        kept = read_record(paths.record)["trainings"][0]
        self.paths[called] = paths
        return Attempt(as_run(kept), classifier, kept["train_seconds"], kept["device"], kept["multiply_adds"])

    def _train(self, paths: RunPaths, called: str, run: Run) -> None:
        start = Checkpoint.load(paths.checkpoint) if paths.checkpoint.is_file() else None
        if start and start.run != run:
            raise _of_another_run(paths.checkpoint)
        self.on_start(called, run, len(start.log) if start else 0)

        def on_row(row: Row) -> None:
            self.on_row(called, run, row)

        data = self.train_data, self.validation
        try:
            _, trained = train_and_save(paths, called, run, *data, start=start, on_row=on_row, command="compare")
        except BadSetting as error:
            if start:  # of other data, or made by another torch
                raise _of_another_run(paths.checkpoint) from error
            raise
        if trained.interrupted:
            raise KeyboardInterrupt

    def baseline(self, name: str, parts: Mapping[str, Samples]) -> Contender:
        """Return the classical method `name`: from the folder if its answers to these parts are there, else fitted."""
        path = self.out / NETWORKS / f"{name}.npz"
        hashes = {part: each.sha256 for part, each in {"train": self.train_data, **parts}.items()}
        if kept := _read_answers(path, hashes, name):
            return kept
        self.on_start(name, None, 0)
        fitted = fit_baseline(name, self.train_data, parts)
        _write_answers(path, hashes, fitted)
        return fitted

    def write_records(self) -> None:
        """Write run.json and log.csv of all trainings that were asked for. Raises BadOutput."""
        trainings = [_with_origin(paths) for paths in self.paths.values()]
        write_record(self.out / RECORD, "compare", self.train_data.name, trainings)
        join_logs(self.out / LOG, [paths.log for paths in self.paths.values()])

    def log_test_openings(self, made: Comparison) -> int:
        """Note that test was opened for each network; return for how many it had been before. Raises BadOutput."""
        again, folder, data = 0, self.out / NETWORKS, self.train_data.name
        for each in made.contenders:
            for weights, accuracy in zip(each.weights, each.accuracies("test"), strict=True):
                glyphs, who = each.right["test"].shape[1], {"network": weights}
                again += bool(log_test_opening(folder, who, accuracy, glyphs, data, command="compare"))
        return again


def _with_origin(paths: RunPaths) -> dict[str, Any]:
    """Return the training that was kept, with the code and the machine that made it: perhaps at another time."""
    kept = read_record(paths.record)
    return {**kept["trainings"][0], **{name: kept.get(name) for name in ORIGIN}}


def _of_another_run(path: Path) -> BadOutput:
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
            right = {part: file[part] for part in hashes if part != "train"}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
    return Contender(name, None, (), right, tuple(about["seconds"]), "cpu", weights=(about["mark"],))
