"""The page as a whole: languages, sizes, colours, words."""

import re

import pytest

from digits.cli.output.text import percent
from tests.web.hand import EXAMPLES, Hand

pytestmark = pytest.mark.tools("chromium", "chromedriver")

WARNINGS = [
    "looks blank",
    "more than 400 shapes: only the largest were looked at",
    "ink touches the border",
    "two shapes in one mark",
    "unsure of 1 digit",
    "unsure of 3 digits",
    "1 mark that is no digit",
    "12 marks that are no digit",
]
NARROW = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def test_a_chinese_browser_gets_chinese(chinese: Hand) -> None:
    chinese.drop(EXAMPLES / "letters.png")
    assert chinese.run("return document.documentElement.lang") == "zh-CN"
    assert chinese.text("#doubts") == "有 3 处笔迹不是数字。"
    assert re.search("[A-Za-z]{4,}", chinese.text("main").replace("letters.png", "")) is None


def test_the_switch_of_languages_is_kept(page: Hand) -> None:
    page.drop(EXAMPLES / "blank.jpg")
    page.one("[data-language=zh]").click()
    assert (page.text("#number"), page.text("#doubts")) == ("没有数字", "看起来是空白的。")
    page.driver.refresh()
    assert page.text("h2") == "识别结果"


def test_both_languages_have_the_same_texts(page: Hand) -> None:
    kinds = "Object.entries(it.default).map(([key, entry]) => `${key} ${typeof entry}`).sort()"
    english, chinese = (page.imported(f"i18n.{name}.js", kinds) for name in ("en", "zh"))
    keys = {line.split()[0] for line in english}
    assert keys == {line.split()[0] for line in chinese}
    assert len(keys) > 50


def test_every_warning_is_known(page: Hand) -> None:
    said = page.imported("format.js", "arguments[0].map(it.warned)", WARNINGS)
    assert [told for told, warning in zip(said, WARNINGS, strict=True) if told == warning] == []


def test_shares_are_rounded_down_as_the_command_does(page: Hand) -> None:
    values = [0, 0.0004, 0.001, 0.29, 0.57, 0.9996, 0.999999, 0.9999999999, 1]
    assert page.imported("format.js", "arguments[0].map(it.percent)", values) == [percent(value) for value in values]


def test_a_phone_needs_no_sideways_scrolling(page: Hand) -> None:
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", NARROW)
    assert not page.run(f"return {WIDER}")
    page.draw("304", left=20, width=50)
    assert page.text("#number") == "304"
    page.drop(*(EXAMPLES / name for name in ("rows.png", "sum.png", "photo.jpg")))
    page.drop(EXAMPLES / "photo.jpg")
    assert not page.run(f"return {WIDER}")


def test_the_dark_has_colours_of_its_own_and_sends_the_same_ink(page: Hand) -> None:
    dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", dark)
    assert page.run("return getComputedStyle(document.body).backgroundColor") == "rgb(19, 20, 22)"
    page.draw("7")
    assert page.text("#number") == "7"


def test_the_service_is_named_at_the_foot(page: Hand) -> None:
    page.wait("document.getElementById('model').innerText.includes('217,907 parameters')")
    assert page.one("footer a").get_attribute("href") == f"{page.address}/docs"


def test_nothing_is_fetched_from_elsewhere(page: Hand) -> None:
    names = page.run("return performance.getEntriesByType('resource').map((each) => each.name)")
    assert [name for name in names if not name.startswith(page.address)] == []
