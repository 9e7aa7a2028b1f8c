"""digits data on what is drawn as it is needed: what it is, and a sheet of it."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from digits.cli.main import main
from digits.cli.output.drawn_sheet import drawn_sheet
from digits.data import drawn
from digits.data.row_drawing import Row
from digits.data.scenes import Scene


def row(width: int = 80) -> Row:
    return Row(np.full((48, width), 99, np.uint8), "12", np.zeros(width // 2, np.int8), np.zeros((0, 5), np.float32))


def scene() -> Scene:
    return Scene(np.full((64, 64, 3), 200, np.uint8), np.full((2, 64, 64), 255, np.uint8))


@pytest.mark.parametrize("item", [row, scene])
def test_a_sheet_has_room_for_all(item, tmp_path: Path) -> None:
    path = tmp_path / "it.png"
    path.write_bytes(drawn_sheet([item() for _ in range(40)]))
    with Image.open(path) as image:
        sheet = np.asarray(image)
    inked = (sheet != 255).any(2).mean()
    assert inked > 0.3


def test_it_tells_what_it_is_and_draws_a_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toy = drawn.Kind(lambda *_: lambda rng: row(60 + 4 * int(rng.integers(20))), {"train": 100, "validation": 8}, 4)
    monkeypatch.setitem(drawn.KINDS, "rows", toy)
    out = tmp_path / "rows.png"
    done = CliRunner().invoke(main, ["data", "rows", "--show", "12", "--out", str(out)], catch_exceptions=False)
    assert done.exit_code == 0
    assert "100 in an epoch" in done.output
    assert out.is_file()


def test_too_many_on_a_sheet_are_one_line(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["data", "rows", "--show", "1000", "--out", str(tmp_path / "it.png")])
    assert done.exit_code == 1
    assert "choose 1 to 200" in done.output
