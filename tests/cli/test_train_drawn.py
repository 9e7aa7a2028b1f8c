"""`digits train line` and `digits train ink`: recorded, resumed, replayed, exported; what does not fit is told."""

import json
from pathlib import Path

import pytest

from digits.artifact import load_network
from digits.artifact.weights import fingerprint, network_of
from tests.commands import digits
from tests.drawn import use_toys

MODELS = ("line", "ink")
SMALL = ("--hidden", "6", "--batch", "4", "--epochs", "2", "--device", "cpu")


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch, empty_folder: None) -> None:  # noqa: ARG001
    use_toys(monkeypatch)


def trained(model: str, *more: str) -> str:
    done = digits("train", model, *SMALL, *more)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("model", MODELS)
def test_a_training_leaves_network_record_and_log(model: str, tmp_path: Path) -> None:
    assert f"Saved {model}.safetensors" in trained(model)
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{model}.{end}" for end in ("safetensors", "run.json", "log.csv")
    }
    kept = json.loads(Path(f"{model}.run.json").read_text())
    assert kept["data"] == {"line": "rows", "ink": "scenes"}[model]
    assert kept["trainings"][0]["data"]["train"]["samples"] == 8
    assert len(Path(f"{model}.log.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize("model", MODELS)
def test_replay_gives_the_same_weights_and_notices_another_generator(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(model)
    assert "weights equal to the bit" in digits("replay", f"{model}.run.json").output
    monkeypatch.setitem(__import__("digits.data.drawn", fromlist=["SEED"]).SEED, "train", 5)
    assert "The train part is not the one that" in digits("replay", f"{model}.run.json").stderr


@pytest.mark.parametrize("model", MODELS)
def test_a_stopped_training_goes_on_to_the_same_weights(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trained(model, "--out", "whole.safetensors")
    from digits.cli.output import tables

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tables, "epoch", stop)
        assert digits("train", model, *SMALL).exit_code == 130
    assert "Going on after epoch 1" in trained(model, "--resume")
    one, other = (fingerprint(network_of(load_network(f"{name}.safetensors"))) for name in ("whole", model))
    assert one == other
    assert "finished. Nothing to go on with" in trained(model, "--resume")


@pytest.mark.parametrize("model", MODELS)
def test_it_is_shown(model: str) -> None:
    trained(model)
    told = digits("show", f"{model}.safetensors").output
    assert f"{model}, 6 hidden units" in told
    assert {"line": "rows, 8 rows", "ink": "scenes, 8 scenes"}[model] in told


def test_it_is_exported_and_shown_without_torchs_layers() -> None:
    trained("line")
    assert "Exported it.onnx" in digits("export", "line.safetensors", "it.onnx").output
    assert "line, 6 hidden units" in digits("show", "it.onnx").output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("train", "linear", "--data", "rows"), "learns from glyphs, not from rows: `digits train line` does."),
        (("train", "line", "--data", "mnist-5k"), "The network line learns from rows, not from mnist-5k"),
        (("train", "line", "--smoothing", "0.1"), "knows no smoothing and no augment"),
        (("train", "ink", "--extra", "mine"), "scenes is drawn, and takes no glyphs of your own."),
        (("compare", "linear", "--data", "rows"), "learned by `digits train line`"),
        (("compare", "line", "--data", "mnist-5k"), "The network line learns from rows"),
        (("sweep", "linear", "--data", "scenes", "--trials", "1"), "learned by `digits train ink`"),
        (("study", "--data", "rows"), "learned by `digits train line`"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else None,
)
def test_what_does_not_fit_is_one_line(words: tuple[str, ...], told: str) -> None:
    done = digits(*words)
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert told in done.stderr


def test_a_line_network_is_not_scored_on_glyphs() -> None:
    trained("line")
    done = digits("score", "line.safetensors", "--data", "mnist-5k")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "is a network of the kind 'line'" in done.stderr
