"""The cards of what was seen, and corrections."""

import csv
import io
import time
import zipfile
from pathlib import Path

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.web.conftest import corrections_of
from tests.web.hand import EXAMPLES, PATIENCE, Hand

pytestmark = pytest.mark.tools("chromium", "chromedriver")


def kept(page: Hand) -> list[tuple[object, object]]:
    return [(each["said"], each["label"]) for each in corrections_of(page.address)]


def test_a_card_shows_glyph_probabilities_and_runner_up(page: Hand) -> None:
    page.drop(EXAMPLES / "row.png")
    cards = page.all(".card")
    assert [each.get_property("width") for each in page.all(".card .glyph")] == [28] * 5
    assert cards[0].text.split("\n")[0] == "3"
    assert len(page.all(".card:first-child .bar")) == 11


def test_a_runner_up_is_told_where_it_is_worth_telling(page: Hand) -> None:
    page.drop(EXAMPLES / "seven.png")
    assert "or 5 0.2%" in page.all(".card")[0].text
    page.drop(EXAMPLES / "row.png")
    page.wait("document.querySelectorAll('.card').length === 5")
    assert "or " not in page.all(".card")[0].text


def test_pointing_at_a_card_lights_its_box_and_the_other_way(page: Hand) -> None:
    page.drop(EXAMPLES / "row.png")
    page.wait("document.querySelectorAll('#picture-boxes .box').length === 5")
    ActionChains(page.driver, duration=10).move_to_element(page.all(".card")[1]).perform()
    assert page.all("#picture-boxes .box")[1].get_attribute("class").split()[-1] == "lit"
    ActionChains(page.driver, duration=10).move_to_element(page.all("#picture-boxes .box")[3]).perform()
    assert page.all(".card")[3].get_attribute("class").split()[-1] == "lit"


def test_a_key_corrects_and_it_is_listed(page: Hand) -> None:
    page.drop(EXAMPLES / "row.png")
    page.all(".card")[2].click()
    page.press("7")
    page.wait("document.querySelectorAll('.card')[2].innerText.includes('corrected to 7')")
    assert kept(page) == [("9", "7")]
    assert "9 → 7" in page.text("#corrections-list")


def test_corrections_come_as_an_archive(page: Hand, downloads: Path) -> None:
    page.drop(EXAMPLES / "row.png")
    page.all(".card")[0].click()
    page.press("x")
    page.wait("!document.getElementById('corrections-download').hidden")
    page.one("#corrections-download").click()
    file, end = downloads / "corrections.zip", time.monotonic() + PATIENCE
    while not file.exists() and time.monotonic() < end:
        time.sleep(0.05)
    with zipfile.ZipFile(file) as archive:
        [row] = csv.DictReader(io.StringIO(archive.read("labels.csv").decode()))
        assert row["file"] in archive.namelist()
    assert (row["said"], row["label"]) == ("3", "not a digit")


def correct(page: Hand) -> None:
    """Say of the third digit of an example that it is a 7."""
    page.drop(EXAMPLES / "row.png")
    page.all(".card")[2].click()
    page.press("7")


def test_a_correction_can_be_taken_back_on_its_card(page: Hand) -> None:
    correct(page)
    page.wait("document.querySelector('.card .note button')")
    page.one(".card .note button").click()
    page.wait("!document.querySelector('.card .note')")
    assert kept(page) == []


def test_a_correction_can_be_deleted_from_the_list(page: Hand) -> None:
    correct(page)
    page.wait("document.querySelector('#corrections-list button')")
    page.one("#corrections-list button").click()
    page.wait("!document.querySelector('#corrections-list li')")
    assert kept(page) == []
    assert page.all(".card .note") == []


def test_another_key_replaces_a_correction(page: Hand) -> None:
    page.drop(EXAMPLES / "row.png")
    page.all(".card")[2].click()
    page.press("7")
    page.wait("document.querySelectorAll('.card')[2].innerText.includes('corrected to 7')")
    page.press("4")
    page.wait("document.querySelectorAll('.card')[2].innerText.includes('corrected to 4')")
    assert kept(page) == [("9", "4")]


def test_the_buttons_of_a_card_correct_as_the_keys_do(page: Hand) -> None:
    page.drop(EXAMPLES / "row.png")
    page.all(".card")[1].click()
    page.one(".card:nth-child(2) .choices button:nth-of-type(9)").click()
    page.wait("document.querySelectorAll('.card')[1].innerText.includes('corrected to 8')")
    assert kept(page) == [("0", "8")]


def test_the_keyboard_alone_is_enough(page: Hand) -> None:
    page.drop(EXAMPLES / "row.png")
    page.tab_to(".card")
    page.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, "7")
    page.wait("document.querySelectorAll('.card')[2].innerText.includes('corrected to 7')")
    page.tab_to(".card .note button")
    page.press(Keys.ENTER)
    page.wait("!document.querySelector('.card .note')")


def test_a_service_that_keeps_no_corrections_says_so_and_gets_none(guarded_page: Hand) -> None:
    page = guarded_page
    page.one("#token-field").send_keys("sesame", Keys.ENTER)
    page.drop(EXAMPLES / "row.png")
    page.wait("document.querySelectorAll('.card').length === 5")
    page.wait("document.getElementById('corrections-note').innerText.includes('--corrections FILE')")
    page.driver.get_log("browser")  # the browser tells of every answer 401
    page.all(".card")[2].click()
    page.press("7")
    page.wait("document.querySelectorAll('.card')[2].innerText.includes('Not kept: corrections are off.')")
    assert "digits serve --corrections FILE" in page.text("#seen-how")


def test_a_wrong_token_is_asked_for_again(guarded_page: Hand) -> None:
    page = guarded_page
    page.one("#token-field").send_keys("mellon", Keys.ENTER)
    page.wait("!document.getElementById('token-refused').hidden && !document.getElementById('token').hidden")
    page.one("#token-field").send_keys("sesame", Keys.ENTER)
    page.wait("document.getElementById('model').innerText.includes('parameters')")
    page.driver.get_log("browser")
