"""Records: what compare, train and study leave, and that it can be run again."""

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from digits.artifact import load
from digits.runs.test_set_log import NOTES, log_test_opening
from tests.commands import digits

pytestmark = pytest.mark.usefixtures("empty_folder")
SMALL = ("--data", "mnist-5k", "--epochs", "1")


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared") / "out"
    done = digits("compare", "linear", "mlp", "--seeds", "2", *SMALL, "--test", "--tensorboard", "--out", folder)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def compared(once: Path, tmp_path: Path) -> Path:
    """A folder of its own for each test, with a comparison in it."""
    return Path(shutil.copytree(once, tmp_path / "compared"))


def seen(folder: Path) -> dict[str, int]:
    """When each network in the folder was last written."""
    return {path.name: path.stat().st_mtime_ns for path in (folder / "networks").glob("*.safetensors")}


def test_a_comparison_leaves_table_figure_record_and_networks(compared: Path) -> None:
    there = {path.name for path in compared.iterdir()}
    assert {"comparison.json", "comparison.png", "results.csv", "run.json", "log.csv", "networks"} <= there
    assert ".lock" not in there
    record = json.loads((compared / "comparison.json").read_text())
    assert [each["seeds"] for each in record["contenders"]] == [[0, 1], [0, 1]]
    assert len((compared / "log.csv").read_text().splitlines()) == 1 + 4


def test_what_is_there_is_not_trained_again(compared: Path) -> None:
    before = seen(compared)
    done = digits("compare", "linear", "mlp", "--seeds", "2", *SMALL, "--out", compared)
    assert done.exit_code == 0
    assert "epoch" not in done.output
    assert seen(compared) == before


def test_another_run_in_the_same_folder_is_told_and_nothing_is_lost(compared: Path) -> None:
    before = seen(compared)
    done = digits("compare", "linear", "--seeds", "2", *SMALL, "--batch", "64", "--out", compared)
    assert "is of another run, data or code. Name another folder with --out, or remove it." in done.stderr
    assert seen(compared) == before


def test_a_network_that_is_gone_is_trained_again(compared: Path) -> None:
    before = seen(compared)
    (compared / "networks" / "mlp-seed1.safetensors").unlink()
    assert digits("compare", "linear", "mlp", "--seeds", "2", *SMALL, "--out", compared).exit_code == 0
    after = seen(compared)
    assert [name for name in before if after[name] != before[name]] == ["mlp-seed1.safetensors"]


def test_other_threads_than_were_asked_for_are_another_run(compared: Path) -> None:
    assert digits("compare", "linear", "--seeds", "2", *SMALL, "--threads", "1", "--out", compared).exit_code == 0
    done = digits("compare", "linear", "--seeds", "2", *SMALL, "--threads", "2", "--out", compared)
    assert "is of another run, data or code" in done.stderr


def test_a_rate_that_was_tried_and_taken_is_recorded_once() -> None:
    done = digits("compare", "linear", "--rates", "0.05,0.1", "--seeds", "2", *SMALL, "--out", "out")
    assert done.exit_code == 0
    names = [each["name"] for each in json.loads(Path("out/run.json").read_text())["trainings"]]
    assert len(names) == len(set(names)) == 3
    assert len(Path("out/log.csv").read_text().splitlines()) == 1 + 3


def test_what_was_made_by_other_code_keeps_its_own_origin(compared: Path) -> None:
    path = compared / "networks" / "mlp-seed1.run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "commit": "0000000"}))
    assert digits("compare", "mlp", "--seeds", "2", *SMALL, "--out", compared).exit_code == 0
    trainings = json.loads((compared / "run.json").read_text())["trainings"]
    assert [each["commit"] == "0000000" for each in trainings] == [False, True]


@pytest.mark.parametrize("content", [b"", b"no zip"])
def test_damaged_answers_of_a_baseline_are_made_anew(content: bytes) -> None:
    words = ("compare", "--baseline", "knn", "--data", "mnist-5k", "--out", "out")
    assert digits(*words).exit_code == 0
    Path("out/networks/knn.npz").write_bytes(content)
    assert digits(*words).exit_code == 0
    assert Path("out/networks/knn.npz").stat().st_size > 100


def test_notes_of_openings_are_only_ever_added_to(tmp_path: Path) -> None:
    (tmp_path / NOTES).write_bytes(b'{"when": "damaged \xff')
    by = {"command": "x"}
    threads = [
        threading.Thread(target=log_test_opening, args=(tmp_path, {"network": "a"}, 0.9, 10, "mnist"), kwargs=by)
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = (tmp_path / NOTES).read_bytes().splitlines()
    assert len([line for line in lines if line]) == 1 + 8  # two that end the damaged line at once leave an empty one
    assert len(log_test_opening(tmp_path, {"network": "a"}, 0.9, 10, "mnist", command="x")) == 8
    assert log_test_opening(tmp_path, {"network": "a"}, 0.9, 10, "kmnist", command="x") == []


def test_an_export_is_known_as_the_network_that_it_was(compared: Path) -> None:
    network = compared / "networks" / "mlp-seed0.safetensors"
    digits("score", network)
    digits("export", network, network.with_suffix(".onnx"))
    assert "was opened for this network before" in digits("score", network.with_suffix(".onnx")).stderr


@pytest.mark.usefixtures("few_glyphs")
def test_a_study_over_again_says_that_test_was_open() -> None:
    assert "had been opened" not in digits("study", *SMALL, "--out", "st").output
    assert "had been opened for 4 of these networks before" in digits("study", *SMALL, "--out", "st").output


def test_a_second_opening_of_the_test_part_says_so(compared: Path) -> None:
    done = digits("compare", "linear", "--seeds", "2", *SMALL, "--test", "--out", compared)
    assert "had been opened for 2 of these networks before" in done.output
    done = digits("score", compared / "networks" / "linear-seed0.safetensors")
    assert "was opened for this network 2 times before" in done.stderr


def test_validation_can_be_scored_as_often_as_one_likes(compared: Path) -> None:
    for _ in range(2):
        assert digits("score", compared / "networks" / "mlp-seed0.safetensors", "--part", "validation").stderr == ""


def test_replay_gives_the_same_weights_to_the_bit(compared: Path) -> None:
    done = digits("replay", compared / "run.json")
    assert done.exit_code == 0
    assert done.output.count("weights equal to the bit") == 4


def test_replay_says_when_weights_differ_and_what_is_not_as_it_was(compared: Path, tmp_path: Path) -> None:
    record = json.loads((compared / "networks" / "mlp-seed1.run.json").read_text())
    record["trainings"][0]["weights"] = "0" * 64
    record["libraries"]["torch"] = "1.0"
    (tmp_path / "run.json").write_text(json.dumps(record))
    done = digits("replay", "run.json")
    assert done.exit_code == 1
    assert "mlp-seed1: other weights than run.json tells. torch 1.0 then" in done.stderr


def test_replay_that_is_stopped_says_nothing_of_the_weights(compared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from digits.cli import replay

    whole = replay.train
    monkeypatch.setattr(replay, "train", lambda *what, **how: replace(whole(*what, **how), interrupted=True))
    done = digits("replay", compared / "run.json", "--only", "linear-seed0")
    assert (done.exit_code, done.stderr) == (130, "digits: stopped.\n")


@pytest.mark.parametrize("training", [3, {}, {"name": "a"}, {"name": "a", "run": {}, "data": {}}])
def test_replay_of_a_training_that_lacks_something_is_told(tmp_path: Path, training: object) -> None:
    (tmp_path / "it.json").write_text(json.dumps({"format": 1, "data": "mnist-5k", "trainings": [training]}))
    done = digits("replay", "it.json")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "no record of a training that can be run again" in done.stderr


def test_replay_refuses_other_data(compared: Path, tmp_path: Path) -> None:
    record = json.loads((compared / "networks" / "mlp-seed1.run.json").read_text())
    record["trainings"][0]["data"]["train"]["sha256"] = "0" * 64
    (tmp_path / "run.json").write_text(json.dumps(record))
    assert "The train part is not the one" in digits("replay", "run.json").stderr


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"trainings": 3}', '{"trainings": [{}], "format": 9}', "\x00"])
def test_what_is_no_record_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "run.json").write_text(content)
    for command in ("replay", "train"):
        done = digits(command, "run.json")
        assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
        assert "run.json is no record of a run" in done.stderr


def test_replay_of_a_name_that_is_not_there_lists_those_that_are(compared: Path) -> None:
    assert (
        "It has: linear-seed0, linear-seed1, mlp-seed0, mlp-seed1."
        in digits("replay", compared / "run.json", "--only", "mlp").stderr
    )


def test_runs_lists_each_training_once(compared: Path) -> None:
    done = digits("runs", compared)
    assert [done.output.count(f"mlp-seed{seed} ") for seed in (0, 1)] == [1, 1]
    assert "1/1" in done.output


def test_runs_tells_of_a_damaged_checkpoint_and_lists_the_rest(compared: Path) -> None:
    (compared / "networks" / "bad.checkpoint").write_bytes(b"no")
    done = digits("runs", compared)
    assert done.exit_code == 0
    assert "bad.checkpoint is no safetensors file" in done.output
    assert "mlp-seed1 " in done.output


def test_runs_of_an_empty_folder_and_of_none() -> None:
    assert "There are no runs in ." in digits("runs").output
    assert "There is no folder absent." in digits("runs", "absent").stderr


def test_tensorboard_reads_the_event_files(compared: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(compared / "tensorboard" / "mlp-seed1"))
    events.Reload()
    assert {"loss/train", "loss/validation", "accuracy/train", "accuracy/validation"} <= set(events.Tags()["scalars"])
    (told,) = events.Scalars("accuracy/validation")
    kept = json.loads((compared / "networks" / "mlp-seed1.run.json").read_text())["trainings"][0]
    assert (told.step, told.value) == (1, pytest.approx(kept["validation_accuracy"]))


def test_a_training_leaves_its_record_and_its_log(tmp_path: Path) -> None:
    digits("train", "linear", "--data", "mnist-5k", "--epochs", "2", "--out", "it.safetensors")
    assert {path.name for path in tmp_path.iterdir()} == {"it.safetensors", "it.run.json", "it.log.csv"}
    record = json.loads(Path("it.run.json").read_text())
    assert {"version", "commit", "machine", "libraries", "data", "finished"} <= record.keys()
    assert len(Path("it.log.csv").read_text().splitlines()) == 3


def test_a_record_is_a_run_that_can_be_trained() -> None:
    digits("train", "linear", *SMALL, "--lr", "0.05", "--out", "it.safetensors")
    assert digits("train", "it.run.json", "--seed", "3", "--out", "again.safetensors").exit_code == 0
    run = load("again.safetensors").card.run
    assert (run["lr"], run["seed"], run["epochs"]) == (0.05, 3, 1)


@pytest.mark.usefixtures("few_glyphs")
def test_the_study_leaves_a_record_that_replays() -> None:
    digits("study", *SMALL, "--out", "st")
    assert json.loads(Path("st/run.json").read_text())["command"] == "study"
    done = digits("replay", "st/run.json", "--only", "linear")
    assert "weights equal to the bit" in done.output


def test_a_comparison_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "digits", "compare", "linear", "--seeds", "2", "--data", "mnist-5k"]
    words += ["--epochs", "9", "--out", "out"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("out/networks/linear-seed1.checkpoint")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    first = seen(tmp_path / "out")
    assert first
    done = digits("compare", "linear", "--seeds", "2", "--data", "mnist-5k", "--epochs", "9", "--out", "out")
    assert done.exit_code == 0, done.output
    assert {name: seen(tmp_path / "out")[name] for name in first} == first
    assert "linear-seed0" not in done.output
    fresh = digits("compare", "linear", "--seeds", "2", "--data", "mnist-5k", "--epochs", "9", "--out", "fresh")
    assert fresh.exit_code == 0
    one, other = (json.loads((tmp_path / name / "run.json").read_text())["trainings"] for name in ("out", "fresh"))
    assert [each["weights"] for each in one] == [each["weights"] for each in other]


@pytest.mark.usefixtures("few_glyphs")
def test_a_comparison_that_is_stopped_says_so_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("compare", "linear", "--seeds", "1", "--data", "mnist-5k", "--epochs", "3", "--out", "out")
    with monkeypatch.context() as patch:
        patch.setattr("digits.cli.output.tables.epoch", lambda *_: signal.raise_signal(signal.SIGINT))
        stopped = digits(*words)
    assert (stopped.exit_code, stopped.stderr) == (130, "digits: stopped.\n")
    assert "Stopped early. The same command goes on from here." in stopped.stdout
    done = digits(*words)
    assert done.exit_code == 0
    assert "going on after epoch 1" in done.output


HOLD = """
import sys
from pathlib import Path
from digits.runs.locks import locked
with locked(Path("out/.lock"), Path("out")):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_on_one_folder_says_so() -> None:
    words = ("compare", "linear", *SMALL, "--seeds", "1", "--out", "out")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", HOLD], **pipes) as other:  # type: ignore[call-overload]
        assert other.stdout.readline() == b"held\n"
        done = digits(*words)
        assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
        assert "is being written by another process" in done.stderr
        other.kill()
    assert digits(*words).exit_code == 0  # the lock went with its process


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["compare"], "There is nothing to compare: name at least one run, or a --baseline."),
        (["compare", "linear", "--seeds", "0"], "--seeds is 0; it must be 1 or more."),
        (["compare", "liner"], "Did you mean 'linear'?"),
        (["compare", "linear", "linear"], "each must be there once"),
        (["compare", "linear", "--baseline", "forest"], "There is no baseline 'forest'."),
        (["compare", "linear", "--optimizers", "sgd,adan"], "Did you mean 'adam'?"),
        (["compare", "linear", "--out", "/proc/no"], "Cannot write to the folder /proc/no"),
        (["compare", "absent.json"], "Cannot read absent.json: no such file or directory."),
        (["sweep", "linear", "--data", "mnist-5k", "--vary", "l=1:2"], "Did you mean 'lr'?"),
        (["sweep", "linear", "--data", "mnist-5k", "--trials", "0"], "There must be 1 trial or more, not 0."),
        (["replay", "absent.json"], "Cannot read absent.json"),
        (["compare", "linear", "--optimizers", ","], "--optimizers is empty: give values like sgd,adam."),
        (["compare", "linear", "--rates", ""], "--rates is empty"),
        (["sweep", "linear", "--data", "mnist-5k", "--vary", "batch="], "is no range for batch"),
        (["sweep", "linear", "--data", "mnist-5k", "--vary", "optimizer=adam:sgd"], "There is no optimizer 'adam:sgd'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_gets_one_line_and_exit_code_1(words: list[str], told: str, tmp_path: Path) -> None:
    done = digits(*words)
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert told in done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("library", "words", "told"),
    [
        ("sklearn", ["compare", "--baseline", "svm", "--data", "mnist-5k"], "The baseline svm needs sklearn"),
        ("optuna", ["sweep", "linear", "--data", "mnist-5k"], "A sweep needs optuna"),
        ("tensorboard", ["train", "linear", "--data", "mnist-5k", "--tensorboard"], "--tensorboard needs tensorboard"),
    ],
)
def test_a_missing_library_is_told_with_its_extra(
    library: str, words: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [library, *(name for name in sys.modules if name.startswith(f"{library}."))]:
        monkeypatch.setitem(sys.modules, name, None)  # as Python has it where it is not installed
    done = digits(*words)
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert f"{told}, which is not installed: pip install '.[lab]' in the folder that digits came in." in done.stderr


def test_corruptions_and_confidence_are_told_and_drawn(compared: Path, tmp_path: Path) -> None:
    network = shutil.copy(compared / "networks" / "mlp-seed0.safetensors", tmp_path)
    done = digits("score", network, "--part", "validation", "--corruptions", "--report", "report")
    assert done.exit_code == 0
    for words in ("shot noise", "zigzag", "after temperature", "area under the risk-coverage curve"):
        assert words in done.output
    names = {path.name for path in Path("report").iterdir()}
    assert {"score.html", "score.json", "reliability.png", "risk.png", "corruptions.png", "errors.png"} <= names
    page = Path("report/score.html").read_text()
    assert page.count("data:image/png;base64,") == 5
    assert 'src="http' not in page
    record = json.loads(Path("report/score.json").read_text())
    assert len(record["corruptions"]) == 15
    assert record["corrupted_mean"] < record["accuracy"]


@pytest.mark.parametrize("other", [("--seed", "7"), ("--epochs", "2"), ("--lr", "0.2")])
def test_a_network_of_another_run_is_not_written_over(other: tuple[str, str]) -> None:
    train = ("train", "linear", "--data", "mnist-5k", "--epochs", "1")
    assert digits(*train).exit_code == 0
    before = {path.name: path.read_bytes() for path in Path().iterdir() if path.is_file()}
    refused = digits(*train, *other)
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (1, 1)
    assert "linear.safetensors is there already, and is of another run" in refused.stderr
    assert before == {path.name: path.read_bytes() for path in Path().iterdir() if path.is_file()}
    assert digits(*train).exit_code == 0


def test_what_a_sweep_found_is_not_written_over_by_another() -> None:
    sweep = ("--data", "mnist-5k", "--epochs", "1", "--trials", "1", "--out", "sw")
    assert digits("sweep", "linear", *sweep).exit_code == 0
    refused = digits("sweep", "mlp", *sweep)
    assert refused.exit_code == 1
    assert "best.run.json is what another sweep found (linear-best)" in refused.stderr
    assert digits("train", "sw/best.run.json").exit_code == 0
    assert Path("linear-best.safetensors").is_file()
