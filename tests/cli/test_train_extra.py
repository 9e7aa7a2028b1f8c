"""`digits train --extra`: glyphs of the user's own are learned from, recorded, and asked for again."""

import csv
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digits.artifact import load
from digits.base.records import NOT_A_DIGIT
from digits.cli.train import take_extras
from digits.data import read_extra, samples, with_extras
from tests.commands import digits
from tests.conftest import draw_samples

pytestmark = pytest.mark.usefixtures("empty_folder")
SMALL = ("--data", "mnist-5k", "--epochs", "2")
CLASSES = tuple("0123456789")


def put(path: Path, count: int, seed: int) -> Path:
    """Write some drawn digits into the folder `path`, and one glyph that is no digit."""
    drawn = draw_samples(count, seed)
    (path / "glyphs").mkdir(parents=True)
    rows = [(f"glyphs/{number}.png", str(label)) for number, label in enumerate(drawn.labels)]
    for (file, _), glyph in zip(rows, drawn.glyphs, strict=True):
        Image.fromarray(glyph).save(path / file)
    with (path / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("file", "label"), *rows, ("glyphs/none.png", NOT_A_DIGIT)])
    return path


def zipped(folder: Path) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.rglob("*"):
            archive.write(file, file.relative_to(folder))
    return path


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder of the user's own glyphs: 12, and one that is no digit."""
    return put(tmp_path / "mine", 12, 1)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return put(tmp_path / "other", 7, 2)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    words = ("--extra", put(folder / "mine", 12, 1), "--extra", zipped(put(folder / "other", 7, 2)))
    assert digits("train", "linear", *SMALL, *words, "--out", folder / "it.safetensors").exit_code == 0
    return folder


@pytest.fixture
def trained(once: Path, tmp_path: Path) -> Path:
    """A folder of its own for each test, with a network it.safetensors that learned from mine and from other.zip."""
    return Path(shutil.copytree(once, tmp_path / "trained"))


def test_it_says_how_many_glyphs_were_added_from_where(mine: Path) -> None:
    done = digits("train", "linear", *SMALL, "--extra", mine, "--extra", zipped(mine))
    assert (
        f"Extra glyphs from {mine}: 12 added, 1 left out ('not a digit' is no class of mnist-5k).\n"
        f"Extra glyphs from {mine}.zip: 12 added, 1 left out" in done.stdout
    )


def test_the_learn_part_is_the_data_set_and_then_the_extras(trained: Path) -> None:
    extras = [read_extra(trained / name, CLASSES).samples for name in ("mine", "other.zip")]
    whole = with_extras(samples("mnist-5k", "train"), extras)
    data = load(trained / "it.safetensors").card.data
    assert data["train"] == {"name": "mnist-5k", "samples": 4_019, "sha256": whole.sha256}
    assert data["validation"]["sha256"] == samples("mnist-5k", "validation").sha256


def test_the_record_tells_of_each_extra(trained: Path) -> None:
    (training,) = json.loads((trained / "it.run.json").read_text())["trainings"]
    assert training["extras"] == [
        {"name": name, "samples": count, "sha256": read_extra(trained / name, CLASSES).samples.sha256}
        for name, count in (("mine", 12), ("other.zip", 7))
    ]


def test_the_record_of_a_training_without_extras_says_so() -> None:
    digits("train", "linear", *SMALL)
    assert json.loads(Path("linear.run.json").read_text())["trainings"][0]["extras"] == []


def test_replay_with_the_same_glyphs_gives_the_same_weights(trained: Path) -> None:
    words = ("--extra", zipped(trained / "mine"), "--extra", trained / "other")  # in another form: the same glyphs
    done = digits("replay", trained / "it.run.json", *words)
    assert "it: weights equal to the bit" in done.stdout
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], "it was trained with extra glyphs: 12 glyphs of mine, 7 glyphs of other.zip. Give what had them with"),
        (
            ["mine"],
            "These are not the extra glyphs that it was trained with: 12 glyphs of mine, 7 glyphs of other.zip.",
        ),
        (["other", "mine"], "Give those with --extra, in that order, unchanged."),
    ],
)
def test_replay_says_which_extras_are_missing(given: list[str], told: str, trained: Path) -> None:
    done = digits("replay", trained / "it.run.json", *(word for name in given for word in ("--extra", trained / name)))
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert told in done.stderr


def test_replay_of_a_training_without_extras_takes_none(mine: Path) -> None:
    digits("train", "linear", *SMALL)
    done = digits("replay", "linear.run.json", "--extra", mine)
    assert done.stderr == "digits: linear was trained without extra glyphs. Leave out --extra.\n"


def test_a_record_of_before_there_were_extras_replays(tmp_path: Path) -> None:
    digits("train", "linear", *SMALL)
    record = json.loads(Path("linear.run.json").read_text())
    del record["trainings"][0]["extras"]
    (tmp_path / "old.run.json").write_text(json.dumps(record))
    assert "weights equal to the bit" in digits("replay", "old.run.json").stdout


@pytest.mark.parametrize("extras", [3, [3], [{}], {"name": "mine"}])
def test_a_record_whose_extras_cannot_be_read_is_told(extras: object, trained: Path) -> None:
    record = json.loads((trained / "it.run.json").read_text())
    record["trainings"][0]["extras"] = extras
    (trained / "it.run.json").write_text(json.dumps(record))
    for command in ("replay", "train"):
        done = digits(command, trained / "it.run.json")
        assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
        assert "The record's extras are no list of names, sizes and hashes." in done.stderr


def test_training_the_run_of_a_record_says_that_its_extras_are_left_out(trained: Path) -> None:
    words = ("train", trained / "it.run.json", "--out", "again.safetensors")
    told = "That run learned from glyphs of mine, other.zip too; this one does not, without --extra."
    assert told in digits(*words).stdout
    assert told not in digits(*words, "--extra", trained / "mine").stdout


@pytest.fixture
def stopped(mine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A training with the extras in mine that was stopped after its first epoch of two: its checkpoint."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("digits.cli.output.tables.epoch", stop)
        assert digits("train", "linear", *SMALL, "--extra", mine).exit_code == 130
    return Path("linear.checkpoint")


def test_resume_with_the_same_extras_has_the_weights_of_a_whole_training(stopped: Path, mine: Path) -> None:
    done = digits("train", "linear", *SMALL, "--extra", mine, "--resume")
    assert f"Going on after epoch 1 from {stopped}" in done.stdout
    assert digits("train", "linear", *SMALL, "--extra", mine, "--out", "whole.safetensors").exit_code == 0
    one, whole = (json.loads(Path(f"{name}.run.json").read_text())["trainings"][0] for name in ("linear", "whole"))
    assert (one["weights"], one["extras"]) == (whole["weights"], whole["extras"])


@pytest.mark.parametrize("names", [[], ["other"], ["mine", "other"]])
@pytest.mark.usefixtures("other")
def test_resume_refuses_other_extras(names: list[str], stopped: Path) -> None:
    before = stopped.read_bytes()
    done = digits("train", "linear", *SMALL, "--resume", *(word for name in names for word in ("--extra", name)))
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "The checkpoint is of another run: train " in done.stderr
    assert stopped.read_bytes() == before


@pytest.mark.parametrize("names", [[], ["mine"], ["mine", "other.zip"]])
def test_a_finished_training_is_this_run_only_with_its_own_extras(names: list[str], trained: Path) -> None:
    words = (word for name in names for word in ("--extra", trained / name))
    done = digits("train", "linear", *SMALL, "--out", trained / "it.safetensors", "--resume", *words)
    assert ("is this run, finished." in done.stdout) == (names == ["mine", "other.zip"])
    assert done.exit_code == (0 if names == ["mine", "other.zip"] else 1)


def test_what_is_wrong_with_the_extras_is_told_before_anything_is_written(mine: Path, tmp_path: Path) -> None:
    Image.fromarray(np.zeros((28, 28, 3), np.uint8)).save(mine / "glyphs" / "3.png")
    before = set(tmp_path.rglob("*"))
    done = digits("train", "linear", *SMALL, "--extra", mine)
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert f"{mine}: glyphs/3.png is in colour. Save it as grey of 8 bits" in done.stderr
    assert set(tmp_path.rglob("*")) == before


def test_what_is_no_digit_is_added_where_the_data_set_has_that_class(mine: Path, capsys: pytest.CaptureFixture) -> None:
    Image.fromarray(np.zeros((28, 28), np.uint8)).save(mine / "glyphs" / "none.png")
    (extra,) = take_extras([mine], "reader")
    assert extra.classes[extra.labels[-1]] == NOT_A_DIGIT
    assert "13 added." in capsys.readouterr().out
