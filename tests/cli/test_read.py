"""The command read as people use it: what it prints, draws and says."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digits.artifact.lattice import joined
from digits.base.reading import Digit, Line, Reading
from digits.base.records import NOT_A_DIGIT
from digits.cli.output.contact_sheet import REFUSED, SURE, UNSURE, draw
from digits.cli.output.text import percent
from digits.images import decode
from digits.reading import Reader
from tests.commands import ODD, command, paint, read

pytestmark = pytest.mark.usefixtures("reading_here")


def test_one_picture_gives_its_rows_and_then_its_least_sure_digit() -> None:
    done = read(paint("it.png", "31", "4"))
    assert (done.exit_code, done.stderr) == (0, "")
    first, second, least = done.stdout.splitlines()
    assert (first, second) == ("31", "4")
    assert re.fullmatch(r"  least sure is row [12], digit [12]: [134] with \d+\.\d%(, else .+ with \d+\.\d%)?", least)


def test_several_pictures_give_a_line_each() -> None:
    done = read(paint("a/one.png", "7"), paint("two.png", "25", "60"))
    one, two = done.stdout.splitlines()
    assert re.fullmatch(r"a/one\.png  +\d+\.\d%  7", one)
    assert re.fullmatch(r"two\.png    +\d+\.\d%  25 \| 60", two)


def test_of_a_folder_all_pictures_are_read_in_natural_order() -> None:
    for name in ("img10.png", "img2.PNG", "img1.jpeg", "sub/img3.webp", ".hidden.png", ".git/img4.png"):
        paint(f"in/{name}", "1")
    Path("in/notes.txt").write_text("no picture")
    names = [line.split()[0] for line in read("in").stdout.splitlines()]
    assert names == ["in/img1.jpeg", "in/img2.PNG", "in/img10.png", "in/sub/img3.webp"]


def test_a_picture_that_is_named_twice_is_read_once() -> None:
    assert len(read(paint("in/a.png", "1"), "in", "in").stdout.splitlines()) == 1


def test_a_blank_page_says_so() -> None:
    assert read(paint("blank.png")).stdout == "nothing\n  looks blank\n"
    assert re.fullmatch(r"blank\.png +nothing +looks blank\n", read("blank.png", "blank.png", "./").stdout)


def test_below_the_least_confidence_a_digit_is_a_question_mark_unless_forced() -> None:
    asked = [paint("it.png", "38"), "--min-confidence", "1"]
    assert read(*asked).stdout.splitlines()[:2] == ["??", "  unsure of 2 digits"]
    assert read(*asked, "--force").stdout.startswith("38\n")


def test_a_percentage_promises_no_more_than_there_is() -> None:
    assert [percent(share) for share in (0.99996, 0.95, 1.0, 0.0004)] == ["99.9%", "95.0%", "100.0%", "0.0%"]


def test_json_has_a_line_for_each_picture_and_for_each_failure() -> None:
    Path("bad.png").write_text("no picture")
    done = read(paint("a.png", "31"), "bad.png", paint("b.png"), "--json")
    one, bad, blank = map(json.loads, done.stdout.splitlines())
    assert one == Reader.load("it.onnx").read("a.png").to_dict()
    assert bad == {"name": "bad.png", "error": done.stderr.removeprefix("digits: ").rstrip()}
    assert (blank["text"], blank["warnings"], done.exit_code) == ("", ["looks blank"], 1)


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_odd_names_cannot_write_to_the_terminal(form: list[str]) -> None:
    names = [paint(f"in/{name}", "7") for name in ODD]
    Path("in/bad\n\x1b[31m.png").write_text("no picture")
    done = read("in", *form)
    assert len(done.stdout.splitlines()) == len(names) + len(form)  # in JSON the bad one has a line too
    assert done.stderr.count("\n") == 1
    assert "\x1b" not in done.output


def test_a_bad_picture_is_told_in_one_line_and_the_rest_are_read() -> None:
    Path("in").mkdir()
    Path("in/b.png").write_bytes(b"")
    done = read(paint("in/a.png", "7"), "in", paint("c.png", "8"), "gone.png")
    assert done.exit_code == 1
    assert [line.split()[::2] for line in done.stdout.splitlines()] == [["in/a.png", "7"], ["c.png", "8"]]
    assert done.stderr.splitlines() == [
        "digits: Cannot read in/b.png: it is empty.",
        "digits: Cannot read gone.png: there is no such file.",
    ]


def test_a_folder_without_pictures_is_told() -> None:
    Path("empty").mkdir()
    done = read("empty", "--csv", "out.csv")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "empty: there is no picture in this folder" in done.stderr
    assert not Path("out.csv").exists()


def test_a_picture_may_come_from_stdin() -> None:
    content = Path(paint("it.png", "31")).read_bytes()
    assert read("-", content=content).stdout.startswith("31\n")
    assert json.loads(read("-", "--json", content=content).stdout)["name"] == "-"
    done = read("-", content=content[:50])
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["a.png", "--json", "--csv", "out.csv"],
        ["a.png", "--resume"],
        ["a.png", "--csv", "-", "--resume"],
        ["-", "a.png"],
        ["a.png", "--min-confidence", "1.1"],
        ["a.png", "--min-confidence", "nan"],
        [".", "--show", "."],
    ],
    ids=" ".join,
)
def test_wrong_use_exits_with_2(words: list[str]) -> None:
    assert read(*words).exit_code == 2


def test_show_draws_a_sheet_for_each_picture_and_over_none() -> None:
    names = [paint("one/x.png", "7"), paint("two/x.png", "25"), paint("two/x.png.png", "8"), paint("blank.png")]
    before = {name: Path(name).read_bytes() for name in names}
    assert read(*names, "--show", "two/seen").exit_code == 0
    assert len(list(Path("two/seen").iterdir())) == 4
    assert {name: Path(name).read_bytes() for name in names} == before
    assert len(read("two", "--show", "two/seen").stdout.splitlines()) == 2  # the sheets are not read


def test_show_draws_a_sheet_for_each_page() -> None:
    pages = [Image.open(paint(f"{digit}.png", digit)) for digit in "12"]
    pages[0].save("both.tif", save_all=True, append_images=pages[1:])
    assert read("both.tif", "--show", "seen").stdout.startswith("1\n2\n")
    assert sorted(path.name for path in Path("seen").iterdir()) == ["both.tif page 2.png", "both.tif.png"]


def test_a_sheet_has_the_page_the_glyphs_and_a_colour_for_each_kind_of_mark() -> None:
    digit = Digit("3", 0.9, "8", 0.1, (20, 30, 40, 60), 0, 0, True, ())
    unsure = Digit("5", 0.3, "6", 0.2, (90, 30, 40, 60), 0, 0, False, ())
    refused = Digit(NOT_A_DIGIT, 0.9, "6", 0.1, (160, 30, 40, 60), 0, 0, True, ())
    glyphs = np.random.default_rng(1).integers(0, 255, (3, 28, 28), np.uint8)
    line = Line("3?", (digit, unsure), (20, 30, 110, 60), 0, 0, "35", joined([]))
    reading = Reading("it", (line,), (refused,), ("unsure of 1 digit",), glyphs)
    (picture,) = decode(np.full((420, 600), 200, np.uint8))
    sheet = np.asarray(draw(picture, reading, 0, "it"))
    colours = {tuple(colour) for colour in sheet.reshape(-1, 3)}
    for colour in (SURE, UNSURE, REFUSED):
        assert tuple(bytes.fromhex(colour[1:])) in colours
    top, left = np.argwhere((sheet == 200).all(2))[0]
    assert (sheet[top + 100 : top + 400, left : left + 590] == 200).all()  # the page, below the boxes
    assert all(_holds(sheet[..., 0], np.kron(glyph, np.ones((3, 3), np.uint8))) for glyph in glyphs)


def _holds(picture: np.ndarray, part: np.ndarray) -> bool:
    """Whether `part` stands somewhere in `picture`."""
    height, width = part.shape
    starts = np.argwhere(picture[: 1 - height, : 1 - width] == part[0, 0])
    return any((picture[y : y + height, x : x + width] == part).all() for y, x in starts)


def test_reading_loads_nothing_that_it_does_not_need() -> None:
    heavy = "{'torch', 'matplotlib', 'scipy', 'rich.progress', 'PIL.ImageDraw', 'digits.models'}"
    program = f"""import sys; from digits.cli.main import main
try: main(["read", "--model", "it.onnx", "it.png"])
finally: print(sorted({heavy} & sys.modules.keys()))"""
    paint("it.png", "7")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines()[0] == "7"
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_goes_away_ends_the_run_quietly() -> None:
    first = Path(paint("in/0.png", "7"))
    for number in range(1, 300):
        Path(f"in/{number}.png").hardlink_to(first)
    with subprocess.Popen(command("in", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 1


@pytest.mark.parametrize("form", [[], ["--csv", "out.csv"]])
def test_many_pictures_on_a_terminal_get_a_bar_that_leaves_each_line_whole(form: list[str]) -> None:
    first = Path(paint("in/0.png", "7"))
    for number in range(1, 30):
        Path(f"in/{number}.png").hardlink_to(first)
    Path("in/30.png").write_text("no picture")
    program = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
    words = [sys.executable, "-c", program, *command("in", *form)]
    variables = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=variables)
    lines = re.split(r"[\r\n]+", re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", done.stdout))
    assert done.returncode == 1
    assert any(line.endswith("31/31 left 0:00:00") for line in lines)
    assert sum(line.startswith("digits: Cannot read in/30.png: ") for line in lines) == 1
    assert sum(bool(re.fullmatch(r"in/\d+\.png +\d+\.\d%  7", line)) for line in lines) == (0 if form else 30)
