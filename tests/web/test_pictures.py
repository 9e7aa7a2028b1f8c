"""Pictures of one's own on the page."""

import io

import pytest
from PIL import Image

from tests.web.hand import EXAMPLES, Hand

pytestmark = pytest.mark.tools("chromium", "chromedriver")


def test_a_dropped_picture_is_read_and_has_boxes(page: Hand) -> None:
    page.drop(EXAMPLES / "row.png")
    assert page.text("#number") == "30964"
    assert [each.text.split("\n")[0] for each in page.all("#picture-boxes .box")] == list("30964")


def test_boxes_lie_on_the_ink(page: Hand) -> None:
    picture = Image.new("L", (400, 200), 255)
    picture.paste(0, (100, 40, 112, 160))
    file = io.BytesIO()
    picture.save(file, "PNG")
    page.drop(("one.png", file.getvalue()))
    page.wait("document.querySelector('#picture-boxes .box')")
    of = "const {x, y, width} = document.querySelector(arguments[0]).getBoundingClientRect(); return [x, y, width]"
    (x, y, width), (left, top, _) = page.run(of, "#picture"), page.run(of, "#picture-boxes .box")
    scale = width / 400
    assert (left - x, top - y) == (pytest.approx(100 * scale - 4, abs=2), pytest.approx(40 * scale - 4, abs=2))


def test_a_picture_without_digits_is_told_plainly(page: Hand) -> None:
    page.drop(EXAMPLES / "letters.png")
    assert page.text("#number") == "No digit"
    assert page.text("#doubts") == "3 marks that are no digit."
    assert page.all(".card .verdict")[0].text.split("\n")[:2] == ["×", "not a digit 99.8%"]


def test_a_file_that_is_no_picture_is_told_plainly(page: Hand) -> None:
    page.drop(("notes.txt", b"no picture"))
    assert page.text("#trouble").startswith("Cannot read notes.txt: it is not a picture")
    assert page.text("#number") == "Not read"
    page.driver.get_log("browser")  # the browser tells of every answer 422


def test_a_picture_that_the_browser_cannot_show_is_read(page: Hand) -> None:
    file = io.BytesIO()
    Image.open(EXAMPLES / "row.png").save(file, "TIFF")
    page.drop(("row.tiff", file.getvalue()))
    assert page.text("#number") == "30964"
    page.wait("!document.getElementById('unshown').hidden")


def test_a_picture_can_be_pasted(page: Hand) -> None:
    page.run(
        "const data = new DataTransfer();"
        "const bytes = Uint8Array.from(arguments[0]);"
        "data.items.add(new File([bytes], 'image.png', { type: 'image/png' }));"
        "document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }))",
        list((EXAMPLES / "row.png").read_bytes()),
    )
    page.wait("document.getElementById('number').innerText === '30964'")
    assert page.text("#picture-name") == "pasted picture.png"


def test_pictures_can_be_chosen(page: Hand) -> None:
    page.one("#files").send_keys(str(EXAMPLES / "dark.jpg"))
    page.wait("document.getElementById('number').innerText === '195'")


def test_exactly_one_digit_reads_again(page: Hand) -> None:
    page.drop(EXAMPLES / "broken.png")
    page.one("#single").click()
    page.settle()
    assert len(page.all(".card")) == 1


def test_escape_goes_back_to_the_drawing(page: Hand) -> None:
    page.draw("7")
    page.drop(EXAMPLES / "row.png")
    page.press("\ue00c")
    page.settle()
    assert page.text("#number") == "7"
    assert not page.one("#figure").is_displayed()


def test_the_camera_takes_a_picture_and_is_let_go(page: Hand) -> None:
    page.wait("!document.getElementById('camera').hidden")
    page.one("#camera").click()
    page.wait("!document.getElementById('camera-take').disabled")
    page.run("window.tracks = document.getElementById('camera-video').srcObject.getTracks()")
    page.one("#camera-take").click()
    page.wait("!document.getElementById('figure').hidden")
    page.settle()
    assert page.run("return window.tracks.map((track) => track.readyState)") == ["ended"]
    assert page.text("#picture-name") == "camera picture.jpg"


def test_names_of_files_are_never_markup(page: Hand) -> None:
    hostile = "<img src=x onerror=document.title='broken'>"
    row = (EXAMPLES / "row.png").read_bytes()
    page.drop((f"{hostile}.png", row), (f"{hostile}.txt", b"no picture"))
    names = [each.text for each in page.all("#batch-rows th")]
    assert names == [f"{hostile}.txt", f"{hostile}.png"]
    assert page.run("return document.title") == "digits: reads handwritten digits"
    assert page.all("#batch-rows img") == []
