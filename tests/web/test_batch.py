"""Many pictures at once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.hand import EXAMPLES, Hand

pytestmark = pytest.mark.tools("chromium", "chromedriver")

SOME = ["sudoku.png", "row.png", "sum.png", "blank.jpg", "photo.jpg", "rows.png"]


def shares(page: Hand) -> list[str]:
    return [each.text for each in page.all("#batch-rows td.figures")]


def test_the_least_sure_come_first_and_the_unreadable_before_them(page: Hand) -> None:
    page.drop(*(EXAMPLES / name for name in SOME), ("notes.txt", b"no picture"))
    names = [each.text for each in page.all("#batch-rows th")]
    assert names[:2] == ["notes.txt", "blank.jpg"]
    told = [float(share.rstrip("%")) for share in shares(page)[2:]]
    assert (len(told), told) == (5, sorted(told))


def test_the_table_is_that_of_the_command(page: Hand, tmp_path: Path) -> None:
    for name in SOME:
        shutil.copy(EXAMPLES / name, tmp_path / name)
    (tmp_path / 'a, "b".png').write_bytes(b"")
    names = [*SOME, 'a, "b".png']
    command = [sys.executable, "-m", "digits", "read", *names, "--csv", "read.csv"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, env={**os.environ, "NO_COLOR": "1"})
    page.drop(*(tmp_path / name for name in names))
    page.run("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.one("#batch-copy").click()
    copied = page.wait("window.copied")
    expected = (tmp_path / "read.csv").read_text(encoding="utf-8-sig").splitlines()
    header, *rows = copied.splitlines()
    assert header == expected[0]
    assert sorted(rows) == sorted(expected[1:])


def test_a_row_opens_its_picture(page: Hand) -> None:
    page.drop(*(EXAMPLES / name for name in SOME))
    page.one("#batch-rows tr:nth-child(2) button").send_keys("\n")
    page.settle()
    name = page.one("#batch-rows tr:nth-child(2) th").text
    assert page.text("#picture-name") == name
    page.one("#next").click()
    page.settle()
    assert page.text("#picture-name") == page.one("#batch-rows tr:nth-child(3) th").text


def test_a_busy_service_is_asked_again(page: Hand) -> None:
    page.run("""
      const real = window.fetch;
      window.asked = 0;
      window.fetch = (path, options) => {
        if (!path.startsWith("/v1/read") || window.asked++) return real(path, options);
        return Promise.resolve(new Response("{}", { status: 503, headers: { "Retry-After": "1" } }));
      };
    """)
    page.drop(*(EXAMPLES / name for name in SOME[:2]))
    assert page.run("return window.asked") == 2
    assert len(page.all("#batch-rows tr")) == 2
