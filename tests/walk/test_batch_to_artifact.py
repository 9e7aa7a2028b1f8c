"""One long walk through all floors: train, be killed, go on, save, load, score."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from digits.artifact import load
from digits.cli.main import main

RUN = ["tinyvgg", "--data", "mnist-5k", "--epochs", "3", "--hidden", "6", "--batch", "64", "--threads", "1"]


def start(*words: str | Path) -> subprocess.Popen[str]:
    words = (sys.executable, "-m", "digits", "train", *RUN, *words)
    return subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, text=True)


def finish(*words: str | Path) -> int:
    """Run the command here, not in a process of its own, which takes seconds to start."""
    return CliRunner().invoke(main, ["train", *RUN, *map(str, words)]).exit_code


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training that was never stopped."""
    path = tmp_path_factory.mktemp("whole") / "it.safetensors"
    assert finish("--out", path) == 0
    return path


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_training_goes_on_to_the_very_same_network(whole: Path, tmp_path: Path, how: signal.Signals) -> None:
    broken = tmp_path / "it.safetensors"
    child = start("--out", broken)
    assert child.stdout is not None
    while "epoch 1/3" not in (told := child.stdout.readline()):
        assert told, "it ended early"
    time.sleep(0.05)  # in the midst of the second epoch
    child.send_signal(how)
    child.communicate()
    assert child.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL)
    assert broken.exists() == (how == signal.SIGINT)

    assert finish("--out", broken, "--resume") == 0
    one, other = (load(path).network.state_dict() for path in (whole, broken))
    assert all(one[name].equal(other[name]) for name in one)
    assert list(tmp_path.glob("*.checkpoint")) == []
    before = broken.read_bytes()
    assert finish("--out", broken, "--resume") == 0  # there is nothing more to do, and nothing is done
    assert broken.read_bytes() == before


def test_a_network_of_drawn_digits_reads_drawn_digits(train_data, validation, tmp_path: Path) -> None:
    from digits.artifact import save
    from digits.train import Run, train

    made = train(Run(model="tinyvgg", lr=3e-3, epochs=10, device="cpu"), train_data, validation, progress=False)
    classifier = load(save(made.classifier(), tmp_path / "it.safetensors"))
    scores = classifier.score(validation)
    assert scores.accuracy > 0.9
    assert np.isfinite(scores.loss)
