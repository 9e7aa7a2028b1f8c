"""Fixtures of the commands: an empty folder, and a network that reads what the tests write."""

from pathlib import Path

import numpy as np
import pytest
import torch

from digits.artifact import Card, export_onnx
from digits.artifact.weights import TorchClassifier
from digits.base.records import DIGITS, NOT_A_DIGIT
from digits.images import to_glyph
from digits.models import build
from tests.pages import page, write


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
