"""The reader, with a network of one rule: a bar is the digit that its width says, and what lies is no digit."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digits.artifact import Card, Classifier
from digits.base.errors import BadArtifact, BadPicture, BadSetting
from digits.base.reading import Reading
from digits.base.records import DIGITS, NOT_A_DIGIT
from digits.reading import Failure, Reader, Segmented, segment
from digits.reading.decision import DOUBTED
from digits.reading.prefetch import AHEAD, SLOW, WAITED, _segment_few
from digits.reading.reader import TOGETHER
from tests.processes import children, wait_until

HIGH = 60  # pixels of a bar
OTHER = 10  # the class "not a digit"


def wide(digit: int) -> int:
    """Return how wide a bar stands for `digit`."""
    return 12 + 4 * digit


def rule(glyphs: np.ndarray, sure: dict[int, float]) -> np.ndarray:
    """Return logits (N, 11): the digit with the probability that `sure` has for it, or 0.99, the next with the rest."""
    answers = []
    for glyph in glyphs:
        rows, columns = np.nonzero(glyph > 60)
        high, across = (np.ptp(each) + 1 if len(each) else 0 for each in (rows, columns))
        digit = OTHER if high < across else min(9, max(0, round((across * HIGH / 20 - 12) / 4)))
        likely = np.full(11, 1e-4)
        likely[digit] = sure.get(digit, 0.99)
        likely[(digit + 1) % 10] = max(1e-3, 1 - likely[digit])
        answers.append(np.log(likely / likely.sum()))
    return np.array(answers, np.float32)


def reader(sure: dict[int, float] | None = None, threshold: float = 0.6) -> Reader:
    card = Card("linear", 10, (*DIGITS, NOT_A_DIGIT), threshold=threshold)
    return Reader(Classifier(lambda glyphs: rule(glyphs, sure or {}), card))


def bars(*rows: str, size: tuple[int, int] = (120, 400)) -> np.ndarray:
    """Return a picture of a bar for each digit; for "-" a line that lies, for " " nothing."""
    picture = np.full((size[0] * max(1, len(rows)), size[1]), 255, np.uint8)
    for number, row in enumerate(rows):
        for place, sign in enumerate(row):
            top, left = 30 + size[0] * number, 20 + 70 * place
            if sign == "-":
                picture[top + 24 : top + 36, left : left + 50] = 0
            elif sign != " ":
                picture[top : top + HIGH, left : left + wide(int(sign))] = 0
    return picture


def files(folder: Path, *texts: str) -> list[Path]:
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"{number:04}.png")
        if text == "broken":
            paths[-1].write_bytes(b"no picture")
        else:
            Image.fromarray(bars(text)).save(paths[-1])
    return paths


def plain(reading: Reading | Failure) -> dict | str:
    return reading.to_dict(glyphs=True) if isinstance(reading, Reading) else reading.reason


# One picture


@pytest.mark.parametrize("text", ["0", "9", "40217", "33333"])
def test_digits_are_read_in_order(text: str) -> None:
    assert reader().read(bars(text)).text == text


def test_rows_are_read_from_the_top_down() -> None:
    assert reader().read(bars("402", "71", "5")).rows == ("402", "71", "5")


def test_light_on_dark_is_read_too() -> None:
    assert reader().read(255 - bars("40217")).text == "40217"


def test_below_the_cards_threshold_a_digit_is_a_question_mark() -> None:
    reading = reader({3: 0.55}).read(bars("134"))
    assert reading.text == "1?4"
    assert [digit.label for digit in reading.digits] == list("134")
    assert [digit.sure for digit in reading.digits] == [True, False, True]
    assert "unsure of 1 digit" in reading.warnings


def test_another_least_confidence_takes_the_cards_place() -> None:
    read = reader({3: 0.55}).read
    assert read(bars("134"), min_confidence=0.5).text == "134"
    assert read(bars("134"), min_confidence=0.999).text == "???"


def test_a_threshold_of_0_answers_all() -> None:
    assert reader({3: 0.55}, threshold=0.0).read(bars("3")).text == "3"


def test_force_answers_all_and_still_says_what_is_unsure() -> None:
    reading = reader({3: 0.55}).read(bars("134"), force=True)
    assert reading.text == "134"
    assert "unsure of 1 digit" in reading.warnings


@pytest.mark.parametrize("least", [-0.1, 1.1, float("nan")])
def test_a_confidence_that_is_none_is_told(least: float) -> None:
    with pytest.raises(BadSetting, match="min_confidence"):
        reader().read(bars("1"), min_confidence=least)


def test_confidence_and_runner_up_are_the_networks() -> None:
    (digit,) = reader({3: 0.7}).read(bars("3")).digits
    assert digit.confidence == pytest.approx(0.7, abs=0.01)
    assert (digit.runner_up, digit.runner_up_confidence) == ("4", pytest.approx(0.3, abs=0.01))
    assert sum(digit.probabilities) == pytest.approx(1, abs=1e-5)


def test_the_temperature_of_the_card_makes_answers_milder() -> None:
    card = Card("linear", 10, (*DIGITS, NOT_A_DIGIT), temperature=3.0)
    mild = Reader(Classifier(lambda glyphs: rule(glyphs, {}), card)).read(bars("3")).digits[0]
    assert mild.label == "3"
    assert mild.confidence < reader().read(bars("3")).digits[0].confidence


def test_what_is_no_digit_stands_beside_the_text() -> None:
    reading = reader().read(bars("4-2"))
    assert reading.text == "4 2"
    assert [other.label for other in reading.others] == [NOT_A_DIGIT]
    assert reading.others[0].box[0] == pytest.approx(90, abs=2)
    assert "1 mark that is no digit" in reading.warnings


def test_where_most_marks_are_no_digits_the_rest_must_be_surer() -> None:
    between = (0.6 + DOUBTED) / 2
    assert reader({3: between}).read(bars("3--")).text == "?"
    assert reader({3: between}).read(bars("33-")).text == "33"


def test_single_takes_all_ink_for_one_digit_and_refuses_nothing() -> None:
    reading = reader().read(bars("-"), single=True)
    assert len(reading.digits) == 1
    assert reading.others == ()
    assert reading.digits[0].runner_up == NOT_A_DIGIT


def test_single_tells_of_two_shapes() -> None:
    picture = bars("1", size=(200, 200))
    picture[30:90, 60:70] = 0
    reading = reader().read(picture, single=True)
    assert len(reading.digits) == 1
    assert "two shapes in one mark" in reading.warnings


@pytest.mark.parametrize("single", [False, True])
def test_a_blank_picture_says_so(single: bool) -> None:
    reading = reader().read(bars(""), single=single)
    assert (reading.text, reading.digits, reading.glyphs.shape) == ("", (), (0, 28, 28))
    assert reading.warnings == ("looks blank",)


def test_ink_at_the_border_is_told() -> None:
    assert "ink touches the border" in reader().read(bars("42")[:, 20:]).warnings
    assert reader().read(bars("42")).warnings == ()


def test_digits_that_touch_are_parted_for_a_network_of_ones_own(network: Path) -> None:
    touching = Path(__file__).parents[2] / "examples" / "touching.png"
    assert len(Reader.load(network).read(touching).digits) == 4


def test_print_is_read_where_it_is_asked_for_or_there_is_nothing_else() -> None:
    (placed,) = segment(bars("402")).parts
    both = Segmented("", [placed], [placed], {})
    alone = Segmented("", [], [placed], {})
    it = reader()
    asked = [(both, it.limits()), (both, it.limits(printed=True)), (alone, it.limits())]
    assert [reading.rows for reading in it.answer(asked)] == [("402",), ("402", "402"), ("402",)]


def test_a_network_without_that_class_refuses_nothing() -> None:
    card = Card("linear", 10, DIGITS)
    bare = Reader(Classifier(lambda glyphs: rule(glyphs, {})[:, :10], card))
    assert bare.read(bars("4-2")).others == ()


# Where the picture comes from


def test_a_box_is_where_the_ink_is() -> None:
    (digit,) = reader().read(bars("4")).digits
    assert digit.box == (20, 30, wide(4), HIGH)


def test_boxes_are_told_in_pixels_of_the_picture_before_it_was_shrunk() -> None:
    large = np.kron(bars("402"), np.ones((8, 8), np.uint8))  # 960 x 3200
    reading = reader().read(large)
    assert reading.text == "402"
    for digit, left, number in zip(reading.digits, (20, 90, 160), (4, 0, 2), strict=True):
        assert digit.box == pytest.approx((8 * left, 240, 8 * wide(number), 480), abs=8)


def test_boxes_are_told_in_the_picture_as_it_is_shown() -> None:
    image, exif = Image.fromarray(np.rot90(bars("402")).copy()), Image.Exif()
    exif[0x0112] = 6  # a quarter to the right leads back to the upright picture
    stored = BytesIO()
    image.save(stored, "PNG", exif=exif)
    reading = reader().read(stored.getvalue())
    assert reading.text == "402"
    assert reading.digits[0].box == (20, 30, wide(4), HIGH)


def test_all_pages_of_a_tiff_are_read(tmp_path: Path) -> None:
    pages = [Image.fromarray(bars(text)) for text in ("40", "", "7")]
    pages[0].save(tmp_path / "it.tif", save_all=True, append_images=pages[1:])
    reading = reader().read(tmp_path / "it.tif")
    assert reading.rows == ("40", "7")
    assert [digit.page for digit in reading.digits] == [0, 0, 2]


def test_path_bytes_image_and_array_read_alike(tmp_path: Path) -> None:
    (path,) = files(tmp_path, "402")
    read = reader().read
    sources = [path, str(path), path.read_bytes(), Image.open(path), bars("402")]
    assert {read(source).text for source in sources} == {"402"}
    assert [read(source).name for source in sources] == [str(path), str(path), "", "", ""]


def test_what_is_no_picture_is_told_by_its_name(tmp_path: Path) -> None:
    (path,) = files(tmp_path, "broken")
    with pytest.raises(BadPicture, match=path.name):
        reader().read(path)


def test_the_glyphs_are_what_the_network_saw() -> None:
    asked = []
    card = Card("linear", 10, (*DIGITS, NOT_A_DIGIT))
    reading = Reader(Classifier(lambda glyphs: asked.append(glyphs) or rule(glyphs, {}), card)).read(bars("4-2"))
    assert np.array_equal(reading.glyphs, asked[0][[0, 2, 1]])  # digits first


def test_a_network_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadArtifact):
        Reader.load(tmp_path / "none.onnx")


# Many pictures


@pytest.mark.parametrize("processes", [0, 2])
def test_many_are_read_as_one_by_one(processes: int, tmp_path: Path) -> None:
    paths = files(tmp_path, "402", "", "broken", "4-2", "3", "71", "-", "broken", "9")
    it = reader({3: 0.55})
    alone = []
    for path in paths:
        try:
            alone.append(plain(it.read(path)))
        except BadPicture as error:
            alone.append(str(error))
    assert [plain(each) for each in it.read_many(paths, processes=processes)] == alone


def test_a_failure_has_its_name_and_its_reason_in_one_line(tmp_path: Path) -> None:
    paths = files(tmp_path, "4", "broken", "2")
    first, failure, last = reader().read_many([*paths[:2], bars("2")])
    assert isinstance(failure, Failure)
    assert failure.name == str(paths[1])
    assert failure.reason.count("\n") == 0
    assert (first.text, last.text) == ("4", "2")


def test_order_is_kept_over_many_batches() -> None:
    texts = [f"{number:04}" for number in range(2 * TOGETHER + 7)]
    read = reader().read_many(np.ascontiguousarray(bars(text, size=(120, 300))) for text in texts)
    assert [each.text for each in read] == texts


def test_settings_reach_every_picture() -> None:
    read = reader({3: 0.55}).read_many([bars("3")] * 3, force=True)
    assert [each.text for each in read] == ["3"] * 3
    read = reader({3: 0.55}).read_many([bars("3")] * 3, min_confidence=0.3)
    assert [each.text for each in read] == ["3"] * 3
    assert [len(each.digits) for each in reader().read_many([bars("33")] * 3, single=True)] == [1] * 3


def test_no_pictures_give_no_readings() -> None:
    assert list(reader().read_many([])) == []


def test_a_wrong_setting_is_told_before_anything_is_read() -> None:
    with pytest.raises(BadSetting):
        next(reader().read_many([bars("1")], min_confidence=2))
    with pytest.raises(BadSetting, match="processes is -1"):
        next(reader().read_many([bars("1")], processes=-1))


class Source:
    """More pictures than anybody asks for; it counts how many were taken."""

    taken = 0

    def __iter__(self) -> Iterator[np.ndarray]:
        for _ in range(20 * TOGETHER):
            self.taken += 1
            yield np.full((12, 12), 255, np.uint8)


def test_no_more_pictures_are_taken_than_the_work_needs() -> None:
    source = Source()
    read = reader().read_many(source)
    assert source.taken == 0
    for _ in range(3 * TOGETHER):
        next(read)
        assert source.taken <= 3 * TOGETHER + AHEAD + TOGETHER
    read.close()


def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    files(tmp_path, "402")
    script = tmp_path / "endless.py"
    script.write_text(
        "from itertools import repeat\n"
        "from digits.reading import Reader\n"
        "if __name__ == '__main__':\n"
        f"    for _ in Reader.load().read_many(repeat({str(tmp_path / '0000.png')!r}), processes=2):\n"
        "        print('.', end='', flush=True)\n"
    )
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE) as started:
        assert started.stdout.read(1) == b"."
        helpers = children(started.pid)
        started.kill()
    assert len(helpers) >= 2
    wait_until(lambda: not any(Path(f"/proc/{each}").exists() for each in helpers), 10, "their end")


class Untold:
    """A picture that cannot be sent to another process."""

    def __array__(self, *_: object, **__: object) -> np.ndarray:
        raise AssertionError("nobody asks")

    def __reduce__(self) -> str:
        raise TypeError("it stays here")


def test_what_cannot_be_sent_to_a_process_is_looked_at_here() -> None:
    first, failure, last = reader().read_many([bars("4"), Untold(), bars("2")], processes=1)
    assert isinstance(failure, Failure)
    assert (first.text, last.text) == ("4", "2")


def test_a_process_that_dies_takes_no_picture_with_it(tmp_path: Path) -> None:
    paths = files(tmp_path, *(str(number) for number in range(10)))
    answers = reader().read_many(paths * 60, processes=2)
    texts = [next(answers).text]
    for each in children(os.getpid(), b"spawn_main"):
        os.kill(each, signal.SIGKILL)
    texts += [each.text for each in answers]
    assert texts == [str(number) for number in range(10)] * 60


def test_pictures_that_take_long_or_are_waited_for_are_told_from_quick_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        until = time.thread_time() + 2 * SLOW
        while time.thread_time() < until:
            pass

    for look, slow in ((lambda *_: None, False), (lambda *_: time.sleep(2 * WAITED), True), (busy, True)):
        monkeypatch.setattr("digits.reading.prefetch.segment", look)
        assert _segment_few([0, 0], False)[1] is slow


def test_an_error_of_the_source_is_passed_on() -> None:
    def broken() -> Iterator[np.ndarray]:
        yield bars("1")
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError, match="the source broke"):
        list(reader().read_many(broken()))


def test_a_reading_is_json() -> None:
    reading = reader({3: 0.55}).read(bars("43-", "7"))
    told = json.loads(json.dumps(reading.to_dict(glyphs=True)))
    assert told["text"] == "4?\n7"
    assert np.array_equal(np.array(told["glyphs"], np.uint8), reading.glyphs)
