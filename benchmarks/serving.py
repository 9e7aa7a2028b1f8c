"""What `digits serve` holds up to, beside FastAPI with a naive torch handler. Prints tables; keeps serving.json.

speed     single 28 x 28 pictures a second over 16 connections, alternating with the peer
half      the 99th percentile of the answer time at half that load (each connection waits for its answer before it asks
          again: a stall slows the load, too)
memory    what the process holds while it answers 20,000 requests
crowd     ten times as many connections as it has places for: what it answers, and whether it recovers

The load comes from wrk, on the same machine, on loopback; server and load share its cores.

    python benchmarks/serving.py [--rounds N] [--seconds N] [--parts speed half ...]
"""

import argparse
import io
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
from PIL import Image

from digits.data import samples

from load import bodies, press, validation
from sides import Figures, alternate, compared, show
from timing import keep

HERE = Path(__file__).parent
PICTURES = 50
CONNECTIONS = 16
PLACES = 128
REQUESTS = 20_000
BOUNDARY = "----digits"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
READY = 60  # seconds
WANTED = {
    "pictures a second, as forms": ">= 300",
    "99th percentile at half that load, ms": "< 100",
    "other statuses than 200 and 503": "0",
}


@contextmanager
def serving(words: list[str], address: str = "") -> Iterator[tuple[str, int]]:
    """Run a server until the context ends; yield its address, by default the line that it prints first, and its id."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=HERE)
    try:
        address = address or process.stdout.readline().strip()
        until_answered(address)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(READY)


def until_answered(address: str) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + READY
    while time.monotonic() < end:
        try:
            httpx.get(f"{address}/openapi.json", timeout=READY)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    sys.exit(f"There is no answer from {address}.")


def until_ready(address: str) -> float:
    """Wait until the service can take a picture again; return how long that took."""
    began = time.monotonic()
    while httpx.get(f"{address}/readyz", timeout=READY).status_code != 200:
        if time.monotonic() - began > READY:
            sys.exit("The service does not recover.")
        time.sleep(0.05)
    return time.monotonic() - began


def ours() -> list[str]:
    """Return the command of our service."""
    return [str(Path(sys.executable).with_name("digits")), "serve", "--port", "0", "--max-waiting", str(PLACES)]


def theirs(port: int = 8951) -> tuple[list[str], str]:
    """Return the command of the peer, and its address."""
    return [sys.executable, "-m", "uvicorn", "naive:app", "--port", str(port), "--log-level", "warning"], (
        f"http://127.0.0.1:{port}"
    )


def pictures() -> list[bytes]:
    """Return the PNG files of some glyphs of MNIST."""
    files = []
    for glyph in samples("mnist-5k", "test").glyphs[:PICTURES]:
        file = io.BytesIO()
        Image.fromarray(glyph).save(file, "PNG")
        files.append(file.getvalue())
    return files


def as_form(content: bytes) -> bytes:
    """Return the body of a form with one file."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="digit.png"\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def speed(given: argparse.Namespace, folder: Path) -> Figures:
    """Measure good answers a second, by turns."""
    forms, plain = folder / "forms", folder / "plain"

    def pace(address: str, what: Path, kind: str) -> Callable[[], float]:
        return lambda: press(address, what, kind, given.seconds, CONNECTIONS).rate

    naive, place = theirs()
    with ExitStack() as stack:
        address, _ = stack.enter_context(serving(ours()))
        peer, _ = stack.enter_context(serving(naive, place))
        took = alternate(given.rounds, {"digits": pace(address, forms, FORM), "naive torch": pace(peer, forms, FORM)})
        alone = alternate(given.rounds, {"digits": pace(address, plain, "image/png")})
    return {
        "pictures a second, as forms": compared(took, more_is_better=True),
        "pictures a second, as bodies": compared(alone, more_is_better=True),
    }


def half(given: argparse.Namespace, folder: Path) -> Figures:
    """Measure the answer time at half of what the service can do, found in the same run."""
    forms = folder / "forms"
    with serving(ours()) as (address, _):
        press(address, forms, FORM, given.seconds, CONNECTIONS)
        full = press(address, forms, FORM, given.seconds, CONNECTIONS)
        loads = [press(address, forms, FORM, given.seconds, CONNECTIONS, full.rate / 2) for _ in range(given.rounds)]
    return {
        "full load, a second": round(full.rate, 1),
        "99th percentile at full load, ms": round(full.p99, 1),
        "half load, a second": [round(each.rate, 1) for each in loads],
        "99th percentile at half that load, ms": round(sorted(each.p99 for each in loads)[len(loads) // 2], 1),
        "of the worst round, ms": round(max(each.p99 for each in loads), 1),
        "of each round, ms": [round(each.p99, 1) for each in loads],
        "median at half load, ms": round(sorted(each.p50 for each in loads)[len(loads) // 2], 1),
        "other answers than 200": sum(count for each in loads for code, count in each.codes.items() if code != "200"),
    }


def memory(_: argparse.Namespace, folder: Path) -> Figures:
    """Measure what the process holds, from its first thousand of requests to its last."""
    held, done = {}, 0
    with serving(ours()) as (address, number):
        while done < REQUESTS:
            done += sum(press(address, folder / "forms", FORM, 2, CONNECTIONS).codes.values())
            held[done] = round(held_by(number), 1)
    first = next((mb for count, mb in held.items() if count >= REQUESTS // 10), 0.0)
    return {"held after so many requests, MB": held, "growth after the first tenth, MB": round(held[done] - first, 1)}


def crowd(given: argparse.Namespace, folder: Path) -> Figures:
    """Press with ten times as many connections as there are places; then ask again as if nothing had been."""
    forms = folder / "forms"
    with serving(ours()) as (address, number):
        press(address, forms, FORM, given.seconds, CONNECTIONS)
        before = press(address, forms, FORM, given.seconds, CONNECTIONS)
        pressed = press(address, forms, FORM, 2 * given.seconds, 10 * PLACES)
        ready = until_ready(address)
        after = press(address, forms, FORM, given.seconds, CONNECTIONS)
        held = held_by(number)
    return {
        "connections": 10 * PLACES,
        "answers by status": pressed.codes,
        "other statuses than 200 and 503": sum(n for code, n in pressed.codes.items() if code not in ("200", "503")),
        "broken connections": pressed.broken,
        "without an answer in 30 seconds": pressed.late,
        "99th percentile meanwhile, ms": round(pressed.p99, 1),
        "pictures a second before, meanwhile, after": [round(each.rate, 1) for each in (before, pressed, after)],
        "ready again after, seconds": round(ready, 2),
        "held afterwards, MB": round(held, 1),
    }


def held_by(number: int) -> float:
    """Return the MB of memory that a process holds now (Linux)."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{number}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


PARTS: dict[str, Callable[[argparse.Namespace, Path], Figures]] = {
    "speed": speed,
    "half": half,
    "memory": memory,
    "crowd": crowd,
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=5, help="of each round")
    options.add_argument("--no-save", action="store_true", help="print only")
    given = options.parse_args()
    validation()
    made: Figures = {"rounds": given.rounds, "wrk": wrk_version(), "cores": os.cpu_count()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bodies(folder / "plain", pictures())
        bodies(folder / "forms", [as_form(each) for each in pictures()])
        for part in given.parts:
            made[part] = PARTS[part](given, folder)
            show(part, made[part], WANTED)
    if not given.no_save:
        print(f"kept in {keep('serving', made)}")


def wrk_version() -> str:
    """Return the version of wrk."""
    told = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False).stdout
    return told.split("\n")[0].split(" [")[0]


if __name__ == "__main__":
    main()
