"""What version 0.4.0 left on disk, under the names that parts of data had then, is taken up as before."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from digits.artifact import Card, Classifier, load
from digits.artifact.weights import read_tensors, write_tensors
from digits.base.records import DIGITS, Samples
from digits.runs.logs import COLUMNS, join_logs
from digits.runs.lookup import find_run
from digits.runs.paths import RunPaths
from digits.runs.test_set_log import log_test_opening, network_identity
from digits.runs.training import train_and_save
from digits.train import RUNS, Run, train
from digits.train.checkpoint import KEY, Checkpoint
from tests.commands import digits

QUICK = replace(RUNS["linear"], epochs=2, device="cpu", threads=1)
pytestmark = pytest.mark.usefixtures("empty_folder", "few_glyphs")


def as_it_was(text: str) -> str:
    """Return JSON as 0.4.0 wrote it."""
    for now, then in (("validation_", "check_"), ('"train":', '"learn":'), ('"validation":', '"check":')):
        text = text.replace(now, then)
    return text.replace('"format": 2', '"format": 1')


@pytest.fixture
def record() -> Path:
    """A run.json of format 1."""
    assert digits("train", "linear", "--data", "mnist-5k", "--epochs", "1", "--threads", "1").exit_code == 0
    path = Path("linear.run.json")
    path.write_text(as_it_was(path.read_text()))
    assert "check_accuracy" in path.read_text()
    return path


def test_a_record_replays(record: Path) -> None:
    done = digits("replay", record)
    assert "weights equal to the bit" in done.output


def test_a_record_is_a_run_and_is_listed(record: Path) -> None:
    assert find_run(str(record)).run.epochs == 1
    assert "linear" in digits("runs").output


def test_a_checkpoint_goes_on_to_the_same_network(train_data: Samples, validation: Samples, tmp_path: Path) -> None:
    kept: list[Checkpoint] = []
    whole = train(QUICK, train_data, validation, on_epoch=lambda _, each: kept.append(each), progress=False)
    path = kept[0].save(tmp_path / "it.checkpoint")
    tensors, metadata = read_tensors(path)
    write_tensors(path, tensors, {KEY: as_it_was(metadata[KEY])})
    again = train(QUICK, train_data, validation, start=Checkpoint.load(path), progress=False)
    assert again.log[0] == whole.log[0]
    assert all(a.equal(b) for a, b in zip(again.network.parameters(), whole.network.parameters(), strict=True))


def test_a_log_is_joined_under_the_columns_of_today(train_data: Samples, validation: Samples, tmp_path: Path) -> None:
    paths = RunPaths(tmp_path / "it.safetensors")
    train_and_save(paths, "it", QUICK, train_data, validation, command="train")
    paths.log.write_text(paths.log.read_text().replace("validation_", "check_"))
    first, *rows = join_logs(tmp_path / "log.csv", [paths.log, paths.log]).read_text().splitlines()
    assert first == ",".join(COLUMNS)
    assert len(rows) == 4


def test_an_opening_that_was_noted_of_a_network_in_onnx_still_counts(tmp_path: Path) -> None:
    note = {"when": "then", "data": "mnist", "card": "a7f268b4"}
    shipped = load(Path(__file__).parents[2] / "src" / "digits" / "weights" / "reader.onnx")
    who = network_identity(shipped)
    assert who["card"].startswith(note["card"])  # the digest that 0.4.0 had of it
    (tmp_path / "test-openings.jsonl").write_text(json.dumps({**note, "card": who["card"]}) + "\n")
    assert log_test_opening(tmp_path, who, 0.9, 10, "mnist", command="score") == ["then"]


def test_a_sweep_goes_on(train_data: Samples, validation: Samples, tmp_path: Path) -> None:
    import optuna

    from digits.train.sweep import ABOUT, span, sweep

    storage, spans = f"sqlite:///{tmp_path / 'sweep.db'}", dict([span("lr=0.01:0.1")])

    def search(trials: int) -> int:
        run = Run(model="linear", epochs=1, device="cpu", threads=1)
        return sweep("it", run, spans, train_data, validation, trials=trials, storage=storage)[2]

    assert search(1) == 1
    kept = optuna.storages.RDBStorage(storage)
    study = optuna.load_study(study_name="it", storage=kept)
    study.set_user_attr(ABOUT, json.loads(as_it_was(json.dumps(study.user_attrs[ABOUT]))))
    kept.remove_session()
    kept.engine.dispose()
    assert search(2) == 2


def test_a_card_is_known_by_what_it_says() -> None:
    one, other = (Classifier(lambda glyphs: glyphs, Card("linear", hidden, DIGITS)) for hidden in (10, 11))
    assert network_identity(one) != network_identity(other)
