"""The command as people use it: what it prints, writes, and says when something is wrong."""

import gzip
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from digits.artifact import load
from digits.cli.main import COMMANDS, main
from digits.data.catalog import IDX
from digits.train.study import TUTORIAL
from tests.base.test_base import no_file_over
from tests.commands import digits
from tests.report.test_report import FIGURES

pytestmark = pytest.mark.usefixtures("empty_folder")
QUICK = ["--data", "mnist-5k", "--epochs", "1"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "linear.safetensors"
    assert digits("train", "linear", *QUICK, "--out", path).exit_code == 0
    return path


def test_help_lists_every_command_without_loading_torch() -> None:
    program = (
        "import sys; from digits.cli.main import main\ntry: main(['--help'])\nfinally: print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert all(name in done.stdout for name in COMMANDS)
    assert done.stdout.endswith("False\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    done = digits(name, "--help")
    assert done.exit_code == 0
    assert len(done.output.splitlines()) > 5


def test_a_missing_library_is_told_with_the_extra_to_install() -> None:
    program = "import sys; sys.modules['torch'] = None; from digits.cli.main import main; main(['study'])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == (
        "digits: `digits study` needs torch, which is not installed: "
        "pip install '.[train]' in the folder that digits came in.\n"
    )


@pytest.mark.parametrize("words", [["unknown"], ["train"], ["study", "--nonsense"], ["train", "linear", "--lr", "x"]])
def test_wrong_use_exits_with_2(words: list[str]) -> None:
    assert digits(*words).exit_code == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["train", "liner"], "There is no run 'liner'. Did you mean 'linear'?"),
        (["train", "linear", "--data", "mnits"], "Did you mean 'mnist'?"),
        (["train", "linear", "--optimizer", "adan"], "Did you mean 'adam'?"),
        (["train", "linear", "--lr", "-1"], "lr is -1.0; it must be above 0 and at most 100."),
        (["train", "linear", "--epochs", "0"], "epochs is 0; it must be from 1 to 10,000."),
        (["train", "linear", "--device", "gpu"], "There is no device 'gpu'."),
        (["train", "linear", "--out", "it.pt"], "it.pt: a saved network ends in .safetensors, not in '.pt'."),
        (["train", "linear", "--out", "/proc/no/it.safetensors"], "Cannot write to the folder /proc/no"),
        (["train", "linear", "--data-dir", "absent"], "The data folder absent does not exist."),
        (["train", "linear", "--data", "mnist-5k", "--lr", "100", "--epochs", "9"], "The loss is no longer a number"),
        (["study", "--epochs", "0"], "epochs is 0"),
        (["study", "--out", "/proc/no"], "Cannot write to the folder /proc/no"),
        (["study", "--device", "cuda", "--data", "mnist-5k"], "There is no device 'cuda'"),
        (["data", "mnits"], "Did you mean 'mnist'?"),
        (["data", "mnist-5k", "--part", "tset"], "There is no part 'tset'. Did you mean 'test'?"),
        (["data", "mnist-5k", "--show", "9", "--seed", "-1"], "The seed is -1"),
        (["train", "linear", "--resume"], "There is no checkpoint linear.checkpoint to go on from."),
        (["train", "linear", "--epochs", "9" * 400], "epochs is 9"),
        (["train", "linear", "--out", "x" * 248 + ".safetensors"], "name too long"),
        (["score", "x" * 300 + ".safetensors"], "name too long"),
        (["data", "mnist-5k", "--show", "0"], "Cannot show 0 glyphs: choose 1 to 200."),
        (["score", "absent.safetensors"], "There is no file absent.safetensors."),
        (["show", "absent.pth"], "absent.pth: a saved network ends in .safetensors or .onnx, not in '.pth'."),
        (["show", "absent.onnx"], "There is no file absent.onnx."),
        (["export", "absent.safetensors", "out/it.onnx"], "There is no file absent.safetensors."),
        (["export", "it.onnx", "again.onnx"], "it.onnx: a saved network ends in .safetensors, not in '.onnx'."),
        (["export", "it.safetensors", "it.pt"], "it.pt: an exported network ends in .onnx, not in '.pt'."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_gets_one_line_and_exit_code_1_and_nothing_is_written(
    words: list[str], told: str, tmp_path: Path
) -> None:
    done = digits(*words)
    assert done.exit_code == 1
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "is a file, not a folder" in digits("data", "mnist", "--data-dir", "file").stderr


def test_data_tells_counts_hashes_and_licence_and_draws(tmp_path: Path) -> None:
    done = digits("data", "mnist-5k", "--show", "10")
    for words in ("4,000", "28x28 uint8", "CC BY-SA 3.0", "sha256 of train", "samples.png"):
        assert words in done.output
    assert (tmp_path / "samples.png").stat().st_size > 5000


def test_train_saves_a_network_and_removes_its_checkpoint(model: Path) -> None:
    assert load(model).card.run["model"] == "linear"
    assert list(model.parent.glob("*.checkpoint")) == []


def test_every_setting_is_an_option(tmp_path: Path) -> None:
    settings = ["--hidden", "7", "--optimizer", "adamw", "--lr", "0.01", "--weight-decay", "0.1", "--batch", "100"]
    more = ["--epochs", "2", "--schedule", "cosine", "--seed", "9", "--device", "cpu", "--threads", "1"]
    assert digits("train", "mlp", "--data", "mnist-5k", *settings, *more, "--out", "m.safetensors").exit_code == 0
    run = load(tmp_path / "m.safetensors").card.run
    told = {"hidden": 7, "optimizer": "adamw", "lr": 0.01, "weight_decay": 0.1, "batch": 100, "epochs": 2}
    assert {key: run[key] for key in told} == told
    assert (run["schedule"], run["seed"], run["threads"]) == ("cosine", 9, 1)


def test_brackets_in_a_path_are_no_markup(model: Path) -> None:
    path = Path("[bold]x[", "it].safetensors")
    path.parent.mkdir()
    path.write_bytes(model.read_bytes())
    assert "it].safetensors  linear" in digits("show", path).output
    assert (
        f"Drew 1 glyphs without replacement: {path.parent}/a.png"
        in digits("data", "mnist-5k", "--show", "1", "--out", path.parent / "a.png").output
    )


def test_score_opens_the_test_part(model: Path) -> None:
    figures = json.loads(digits("score", model, "--json").stdout)
    assert (figures["part"], figures["samples"], figures["data"]["name"]) == ("test", 500, "mnist-5k")
    assert f"{figures['accuracy']:.2%}" in digits("score", model).output


def test_show_tells_what_a_network_is(model: Path) -> None:
    card = json.loads(digits("show", model, "--json").stdout)
    assert (card["model"], card["data"]["train"]["samples"]) == ("linear", 4000)
    assert "7,960" in digits("show", model).output


@pytest.fixture(scope="module")
def exported(model: Path) -> Path:
    """The model as ONNX, exported in a process of its own that shows every warning."""
    path = model.parent.parent / "onnx" / "linear.onnx"
    command = [sys.executable, "-W", "default", "-m", "digits", "export", str(model), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = r"Exported .*linear\.onnx: [\d,]+ bytes, answers at most \d\.\de-\d\d off those of .*linear\.safetensors\.\n"
    assert re.fullmatch(told, done.stdout)
    assert done.stderr == ""
    assert list(path.parent.iterdir()) == [path]
    return path


def test_an_exported_network_scores_as_the_saved_one(model: Path, exported: Path) -> None:
    one, other = (json.loads(digits("score", path, "--json").stdout) for path in (model, exported))
    assert one.pop("model") != other.pop("model")
    for figure in ("loss", "ece"):
        assert one.pop(figure) == pytest.approx(other.pop(figure), abs=1e-5)
    assert one == other


def test_show_tells_of_an_exported_network_without_loading_torch(exported: Path) -> None:
    program = (
        "import sys; from digits.cli.main import main\n"
        "try: main(sys.argv[1:])\nfinally: print('torch' in sys.modules, 'scipy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, "show", exported], capture_output=True, text=True)
    assert "7,960" in done.stdout
    assert done.stdout.endswith("False False\n")


def test_show_tells_what_an_exported_network_is(model: Path, exported: Path) -> None:
    assert digits("show", exported, "--json").stdout == digits("show", model, "--json").stdout


@pytest.mark.parametrize("damage", ["truncated", "of another set"])
def test_data_files_that_cannot_be_right_are_told(tmp_path: Path, damage: str) -> None:
    for name in IDX:
        content = gzip.compress(b"\0\0\x08\1\0\0\0\1\5")
        (tmp_path / f"{name}.gz").write_bytes(content[:-4] if damage == "truncated" else content)
    done = digits("study", "--data-dir", tmp_path, "--out", tmp_path / "out")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "Replace it" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_a_full_disk_is_told_and_leaves_no_half_files(tmp_path: Path) -> None:
    with no_file_over(20_000):
        done = digits("study", *QUICK, "--out", tmp_path / "out")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "file too large" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_ctrl_c_keeps_the_networks_of_a_study_so_far(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "digits", "study", "--data", "mnist-5k", "--epochs", "200", "--out", "out"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    while "epoch 2/" not in (told := child.stdout.readline()):
        assert told, "it ended early"
    child.send_signal(signal.SIGINT)
    out, err = child.communicate()
    assert child.returncode == 130
    assert "The networks so far" in out
    assert err == "digits: stopped.\n"
    assert load(tmp_path / "out" / "linear.safetensors").card.run["epochs_done"] >= 2


@pytest.mark.parametrize("suffix", ["safetensors", "onnx"])
@pytest.mark.parametrize("command", ["score", "show"])
def test_a_damaged_network_is_told(command: str, suffix: str, tmp_path: Path) -> None:
    (tmp_path / f"bad.{suffix}").write_bytes(b"nothing of ours")
    done = digits(command, f"bad.{suffix}")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)


@pytest.mark.usefixtures("few_glyphs")
def test_a_study_prints_and_writes_all_it_promises(tmp_path: Path) -> None:
    done = digits("study", *QUICK, "--out", "out")
    assert done.exit_code == 0
    assert all(f"\n{name}  " in done.output for name in TUTORIAL)
    assert "every weight is equal" in done.output
    written = {path.name for path in (tmp_path / "out").iterdir()}
    figures = {f"{name}.png" for name in FIGURES}
    networks = {f"{name}.safetensors" for name in TUTORIAL}
    records = {"results.csv", "study.json", "report.html", "run.json", "log.csv", "test-openings.jsonl"}
    assert written == figures | networks | records


def test_a_bar_on_a_terminal_leaves_each_line_whole() -> None:
    program = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
    command = [sys.executable, "-m", "digits", "train", "mlp", "--data", "mnist-5k", "--epochs", "2"]
    done = subprocess.run(
        [sys.executable, "-c", program, *command], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    assert "\x1b" in done.stdout
    for words in ("  epoch 1/2  train loss", "  epoch 2/2  train loss", "Saved mlp.safetensors"):
        assert any(
            re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", line).startswith(words) for line in re.split(r"[\r\n]+", done.stdout)
        )


def test_no_bar_is_drawn_where_there_is_no_terminal() -> None:
    done = digits("train", "linear", *QUICK)
    assert "\x1b" not in done.stdout
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == ""


def test_ctrl_c_while_a_library_is_loaded_is_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(_: str) -> None:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as stopped:
            raise ImportError("initialization failed") from stopped  # as compiled modules do

    monkeypatch.setattr("digits.cli.main.import_module", broken_off)
    done = CliRunner().invoke(main, ["show", "it.onnx"])
    assert (done.exit_code, done.stderr) == (130, "digits: stopped.\n")
