"""`digits serve` as a process of its own: it starts, bounds what comes, stops, and tells what is wrong in one line."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.commands import digits
from tests.processes import children, wait_until
from tests.served import PATIENT, served

ROW = Path(__file__).parents[2] / "examples" / "row.png"
PART = b"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nabc"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served("--timeout", "1", "--max-body", "1") as (_, address):
        yield address


def ask(address: str, **how: object) -> httpx.Response:
    return httpx.post(f"{address}/v1/read", content=ROW.read_bytes(), timeout=PATIENT, **how)  # type: ignore[arg-type]


def connected(address: str) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), PATIENT)


def test_it_reads(address: str) -> None:
    assert ask(address).json()["readings"][0]["text"] == "30964"


def test_it_is_the_shipped_network(address: str) -> None:
    assert httpx.get(f"{address}/v1/model").json()["model"] == "reader"


def test_a_slow_upload_is_cut_off_and_told(address: str) -> None:
    with connected(address) as line:
        line.sendall(PART)
        begun = time.monotonic()
        answer = b"".join(iter(lambda: line.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"The request took more than 1 seconds to arrive." in answer
    assert time.monotonic() - begun < PATIENT / 2


def test_an_upload_without_end_is_cut_off_and_told(address: str) -> None:
    chunk = b"8000\r\n" + bytes(0x8000) + b"\r\n"
    with connected(address) as line:
        line.sendall(b"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + 33 * chunk)
        answer = line.recv(4096)
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"connection: close" in answer.lower()
        assert_cut(line, chunk)


@pytest.mark.parametrize("path", ["/healthz", "/nothing", "/v1/read?single=7", "/v1/corrections"])
def test_a_body_that_nobody_reads_does_not_keep_the_line(address: str, path: str) -> None:
    with connected(address) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999\r\n\r\n".encode())
        assert line.recv(4096).startswith(b"HTTP/1.1 4")
        assert_cut(line, b"x" * 1000)


def test_trailers_without_end_are_cut_off(address: str) -> None:
    head = b"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
    with connected(address) as line:
        line.sendall(head)
        assert_cut(line, b"a: b\r\n" * 1000)


def test_a_correction_of_megabytes_is_not_taken_in(address: str) -> None:
    answer = httpx.post(
        f"{address}/v1/corrections", content=b"[" * 100_000, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["detail"]) == (413, "The request has more than 64 KiB.")


def test_who_does_not_read_his_answer_loses_it() -> None:
    page = Path(__file__).parents[2] / "examples" / "rows.png"
    with served() as (process, address), connected(address) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        content = b"--b\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n" + page.read_bytes() + b"\r\n"
        form = content * 60 + b"--b--\r\n"
        head = "POST /v1/read?glyphs=1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        line.sendall(f"{head}Content-Length: {len(form)}\r\n\r\n".encode() + form)
        time.sleep(3)
        process.terminate()
        begun = time.monotonic()
        process.wait(PATIENT)
        assert time.monotonic() - begun < 30  # of 40 that a stop may take


def assert_cut(line: socket.socket, more: bytes) -> None:
    """Fail unless the other side has cut, or soon cuts, the line on which we go on sending."""
    end = time.monotonic() + PATIENT / 2
    with pytest.raises(OSError, match=r"reset|[Bb]roken|closed"):  # noqa: PT012
        while time.monotonic() < end:
            line.sendall(more)
            time.sleep(0.001)


def test_a_request_that_is_announced_too_large_is_refused_before_it_comes(address: str) -> None:
    with connected(address) as line:
        line.sendall(PART.replace(b"1000", b"1048577"))
        answer = line.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_head_without_end_is_cut_off(address: str) -> None:
    with connected(address) as line:
        line.sendall(b"GET / HTTP/1.1\r\nX-More: ")
        assert_cut(line, b"x" * 10_000)
    assert ask(address).status_code == 200


def test_no_torch_is_in_the_process() -> None:
    program = "import sys, digits.cli.serve; print(sorted({'torch', 'matplotlib', 'scipy'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "[]\n"


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_finishes_what_was_begun(sign: signal.Signals) -> None:
    with served() as (process, address), connected(address) as line:
        content = ROW.read_bytes()
        head = f"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(content)}\r\n\r\n".encode()
        line.sendall(head + content[:-1])
        time.sleep(0.3)
        process.send_signal(sign)
        time.sleep(0.3)
        line.sendall(content[-1:])
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b'"text":"30964"' in answer
        assert process.wait(PATIENT) == {signal.SIGTERM: -signal.SIGTERM, signal.SIGINT: 130}[sign]
        assert process.stderr.read().endswith("digits: stopped.\n" * (sign == signal.SIGINT))


def test_several_workers_answer_and_count_together() -> None:
    with served("--workers", "2") as (_, address):
        until_ready(address)
        assert {ask(address).status_code for _ in range(20)} == {200}
        lines = httpx.get(f"{address}/metrics").text.splitlines()
    assert 'digits_requests_total{path="/v1/read",status="200"} 20.0' in lines


def test_a_worker_that_is_killed_is_replaced_and_no_longer_counted() -> None:
    with served("--workers", "2") as (process, address):
        until_ready(address)
        before = workers_of(process.pid)
        assert len(before) == 2
        with connected(address) as line:
            line.sendall(PART)
            time.sleep(0.3)
            for number in before:
                os.kill(number, signal.SIGKILL)
        replaced = lambda: len(now := workers_of(process.pid)) == 2 and not now & before  # noqa: E731
        wait_until(replaced, PATIENT, "two new workers")
        until_ready(address)
        assert ask(address).status_code == 200
        assert "digits_working 0.0" in httpx.get(f"{address}/metrics").text.splitlines()


def workers_of(number: int) -> set[int]:
    """Return the processes that a service has started, but for what multiprocessing has for itself."""
    return children(number, b"spawn_main")


def until_ready(address: str) -> None:
    end = time.monotonic() + PATIENT
    while time.monotonic() < end:
        try:
            assert httpx.get(f"{address}/readyz", timeout=PATIENT).status_code == 200
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("it does not become ready")


def test_a_full_service_says_so_and_recovers() -> None:
    with served("--max-waiting", "2") as (_, address):
        with connected(address) as one, connected(address) as two:
            for line in (one, two):
                line.sendall(PART)  # and no more: each holds a place
            busy = ask(address)
            assert (busy.status_code, busy.headers["Retry-After"]) == (503, "1")
            assert httpx.get(f"{address}/readyz").status_code == 503
            assert httpx.get(f"{address}/healthz").status_code == 200
        assert ask(address).status_code == 200


def test_the_token_may_come_by_the_environment() -> None:
    with served(DIGITS_TOKEN="s3cret") as (_, address):
        assert ask(address).status_code == 401
        assert ask(address, headers={"Authorization": "Bearer s3cret"}).status_code == 200


def test_it_says_who_can_reach_it_and_what_is_kept(tmp_path: Path) -> None:
    with served("--corrections", str(tmp_path / "c.db")) as (process, _):
        process.terminate()
        told = process.stderr.read()
    reach, kept = "Only this machine can reach it. It asks for no token.", f"Corrections go to {tmp_path / 'c.db'}."
    assert told == f"{reach} {kept} Ctrl-C stops it.\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--port", "70000"], "port is 70000"),
        (["--host", "256.0.0.1"], "Cannot listen on 256.0.0.1"),
        (["--workers", "0"], "workers is 0"),
        (["--timeout", "-1"], "timeout is -1"),
        (["--corrections", "none/c.db"], "Cannot keep corrections in none/c.db"),
        (["--model", "none.onnx"], "There is no file none.onnx"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = digits("serve", "--port", "0", *words)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"digits: {told}")
    assert len(done.stderr.splitlines()) == 1


def test_a_port_that_is_taken_is_told(address: str) -> None:
    done = digits("serve", "--port", address.rpartition(":")[2])
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    assert "address already in use" in done.stderr


def test_nothing_of_a_picture_is_written_anywhere(tmp_path: Path) -> None:
    with served(TMPDIR=str(tmp_path)) as (_, address):
        files = [("files", ("big.bin", b"x" * (3 << 20))), ("files", ("row.png", ROW.read_bytes()))]
        answer = httpx.post(f"{address}/v1/read", files=files, timeout=PATIENT)
        assert json.loads(answer.content)["readings"][1]["text"] == "30964"
        assert list(tmp_path.iterdir()) == []
