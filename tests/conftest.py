"""Fixtures of all floors: samples that the tests draw, a network that reads them, an empty folder to stand in."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from digits.artifact import Card, export_onnx
from digits.artifact.weights import TorchClassifier
from digits.base.records import DIGITS, NOT_A_DIGIT, Samples
from digits.data.samples import LOADERS
from digits.images import to_glyph
from digits.models import build
from tests import tools
from tests.pages import page, write

SIZE = 64

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as shells start what runs in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # processes that the tests start are to heed it


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--demand-tools", action="store_true", help="Fail where a program that a test needs is missing.")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--demand-tools") and tools.told():
        raise pytest.UsageError(f"There are {tools.told()}")


@pytest.hookimpl(trylast=True)  # after -k and -m have had their say
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    tools.leave_out(config, items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if tools.told():
        terminalreporter.write_line(f"Left out: {tools.told()}")


def draw_digit(label: int, rng: np.random.Generator) -> np.ndarray:
    """Return a glyph of `label` in one of OpenCV's line fonts, slanted and thickened at random."""
    page = np.zeros((SIZE, SIZE), np.uint8)
    font = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX)[rng.integers(3)]
    cv2.putText(page, str(label), (16, 48), font, 1.5, 255, int(rng.integers(2, 6)), cv2.LINE_AA)
    slant = np.array([[1, rng.uniform(-0.3, 0.3), 0], [0, 1, 0]], np.float32)
    return to_glyph(cv2.warpAffine(page, slant, (SIZE, SIZE)))


def draw_samples(count: int, seed: int, part: str = "train") -> Samples:
    """Return `count` drawn digits, the ten classes in turn."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    return Samples(np.stack([draw_digit(label, rng) for label in labels]), labels, name="drawn", part=part)


class LikeTorchvision:
    """What torchvision's data sets offer: length, items, and names of classes; items beyond the end do not raise."""

    classes = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

    def __init__(self, drawn: Samples, to_tensor: bool = True) -> None:
        self.drawn, self.to_tensor = drawn, to_tensor

    def __len__(self) -> int:
        return len(self.drawn)

    def __getitem__(self, place: int) -> tuple[object, int]:
        place %= len(self)
        image = self.drawn.glyphs[place]
        tensor = torch.from_numpy(image.copy()).float().div(255)[None]  # (1, 28, 28)
        return tensor if self.to_tensor else Image.fromarray(image), int(self.drawn.labels[place])


@pytest.fixture(scope="session")
def drawn() -> Callable[..., Samples]:
    """Draw samples: `drawn(count, seed, part)`."""
    return draw_samples


@pytest.fixture(scope="session")
def train_data() -> Samples:
    """Enough to learn from: 500 drawn digits."""
    return draw_samples(500, 1)


@pytest.fixture(scope="session")
def validation() -> Samples:
    """A validation part: 105 drawn digits, so that no batch size divides it."""
    return draw_samples(105, 2, "validation")


@pytest.fixture(scope="session")
def test_part() -> Samples:
    """A test part: 105 drawn digits."""
    return draw_samples(105, 3, "test")


@contextmanager
def a_tenth() -> Iterator[None]:
    """Let `mnist-5k` have a tenth of its glyphs while the context lasts: for what is not about how well one learns."""

    def fewer(*asked: Any) -> tuple[np.ndarray, np.ndarray]:
        glyphs, labels = whole(*asked)
        return glyphs[::10], labels[::10]

    whole = LOADERS["package"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(LOADERS, "package", fewer)
        yield


@pytest.fixture
def few_glyphs() -> Iterator[None]:
    """See `a_tenth`."""
    with a_tenth():
        yield


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a network that reads the pages of these tests: it answers the digit whose glyph is nearest."""
    shapes = np.stack([to_glyph(write(page(), digit)).ravel() / 255 for digit in DIGITS])
    network = build("linear", 10, 11)
    state = {
        "1.weight": torch.tensor(shapes),
        "1.bias": torch.tensor(-(shapes**2).sum(1) / 2),
        "2.weight": 0.3 * torch.eye(11, 10),
        "2.bias": torch.zeros(11),
    }
    network.layers.load_state_dict(state)
    card = Card("linear", 10, (*DIGITS, NOT_A_DIGIT), threshold=0.4)
    return export_onnx(TorchClassifier(network, card), tmp_path_factory.mktemp("network") / "it.onnx")


@pytest.fixture
def reading_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("it.onnx").symlink_to(network)


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in an empty folder, without a data folder and without CUDA."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DIGITS_DATA", raising=False)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
