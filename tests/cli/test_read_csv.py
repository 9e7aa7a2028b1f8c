"""The CSV file of the command read: what is in it, and what becomes of it when a run is stopped."""

import csv
import io
import os
import signal
import subprocess
from pathlib import Path

import pytest

from digits.cli.output.csv_file import HEADER
from digits.cli.read import MANY
from tests.base.test_base import no_file_over
from tests.commands import ODD, command, paint, read, table
from tests.processes import children, wait_until

pytestmark = pytest.mark.usefixtures("reading_here")


def test_csv_has_a_row_for_each_picture_and_for_each_failure() -> None:
    Path("bad.png").write_text("no picture")
    done = read(paint("a.png", "31", "4"), paint("b.png"), "bad.png", "--csv", "out.csv")
    assert (done.exit_code, done.stdout) == (1, "")
    header, one, blank, bad = table()
    assert header == list(HEADER)
    assert [*one[:2], *one[3:]] == ["a.png", "31 | 4", "3", "2", "", ""]
    assert 0.4 < float(one[2]) <= 1
    assert blank == ["b.png", "", "", "0", "0", "looks blank", ""]
    assert bad[:6] == ["bad.png", "", "", "", "", ""]
    assert "it is not a picture" in bad[6]


def test_csv_goes_to_stdout_where_a_dash_is_named() -> None:
    rows = list(csv.reader(io.StringIO(read(paint("a.png", "7"), "--csv", "-").stdout)))
    assert [row[:2] for row in rows] == [["name", "text"], ["a.png", "7"]]
    assert not Path("-").exists()


def test_a_csv_file_that_is_there_is_not_written_over() -> None:
    Path("out.csv").write_text("precious")
    done = read(paint("a.png", "7"), "--csv", "out.csv")
    assert done.exit_code == 1
    assert done.stderr == "digits: out.csv is there already: go on with it by --resume, or name another.\n"
    assert Path("out.csv").read_text() == "precious"


def test_a_run_cut_short_at_any_byte_resumes_to_the_same_file() -> None:
    Path("bad\n.png").write_text("no picture")
    asked = [paint("a, b.png", "7"), "bad\n.png", paint('"é".png', "25"), "--csv", "out.csv"]
    assert read(*asked).exit_code == 1
    whole = Path("out.csv").read_bytes()
    for size in {*range(0, len(whole), 5), len(whole) - 1, len(whole)}:
        Path("out.csv").write_bytes(whole[:size])
        assert read(*asked, "--resume").exit_code == 1  # the bad one counts, whichever run met it
        assert Path("out.csv").read_bytes() == whole, size


def test_resume_without_a_file_starts_one() -> None:
    assert read(paint("a.png", "7"), "--csv", "new/out.csv", "--resume").exit_code == 0
    assert len(table("new/out.csv")) == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("file,label\na.png,7\n", "out.csv is no CSV file of this command: its first line is another."),
        ("precious", "out.csv is no CSV file of this command: its first line is another."),
        (f'{",".join(HEADER)}\na.png,"7,,,,,\n\n\nb.png,,,,,,\n', "has no end to the row that begins at byte 48"),
        (f'{",".join(HEADER)}\n"{"x" * 200_000}', "Cannot go on with out.csv: field larger than field limit"),
    ],
)
def test_resume_leaves_a_file_alone_that_it_does_not_understand(content: str, told: str) -> None:
    Path("out.csv").write_text(content)
    done = read(paint("a.png", "7"), "--csv", "out.csv", "--resume")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert told in done.stderr
    assert Path("out.csv").read_text() == content


def test_odd_names_come_back_from_the_csv_file_as_they_are() -> None:
    names = [paint(f"in/{name}", "7") for name in ODD]
    assert read("in", "--csv", "out.csv").exit_code == 0
    assert sorted(row[0] for row in table()[1:]) == sorted(names)
    assert "6 of 6 pictures are in out.csv already." in read("in", "--csv", "out.csv", "--resume").stderr


def test_a_full_disk_is_told_and_what_was_written_stays() -> None:
    names = [paint(f"in/{number}.png", "7") for number in range(20)]
    with no_file_over(300):
        done = read("in", "--csv", "out.csv")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert done.stderr == "digits: Cannot write out.csv: file too large. --resume goes on from here.\n"
    assert read("in", "--csv", "out.csv", "--resume").exit_code == 0
    assert [row[0] for row in table()[1:]] == names


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_stopped_has_whole_rows_and_goes_on(sign: signal.Signals) -> None:
    first = Path(paint("in/0.png", "7"))
    for number in range(1, 800):
        Path(f"in/{number}.png").hardlink_to(first)
    child = subprocess.Popen(command("in", "--csv", "out.csv"), stderr=subprocess.PIPE, text=True)
    while not Path("out.csv").exists() or Path("out.csv").stat().st_size < 1000:
        assert child.poll() is None, "it ended early"
    child.send_signal(sign)
    _, told = child.communicate()
    if sign == signal.SIGINT:
        assert (child.returncode, told) == (130, "digits: stopped.\n")
    before = Path("out.csv").read_bytes()
    assert before.endswith(b"\n")
    assert len(table()) < 801
    assert read("in", "--csv", "out.csv", "--resume").exit_code == 0
    assert Path("out.csv").read_bytes().startswith(before)
    assert [row[0] for row in table()[1:]] == [f"in/{number}.png" for number in range(800)]


def test_ctrl_c_while_processes_start_is_quiet_too() -> None:
    paint("many/0.png", "4")
    for number in range(1, MANY):
        os.link("many/0.png", f"many/{number}.png")
    with subprocess.Popen(command("many", "--csv", "out.csv"), stderr=subprocess.PIPE, start_new_session=True) as child:
        wait_until(lambda: children(child.pid, b"spawn_main"), 60, "processes")
        os.killpg(child.pid, signal.SIGINT)  # as a terminal does: to the whole group
        told = child.communicate(timeout=60)[1].decode()
    assert (child.returncode, told) == (130, "digits: stopped.\n")
