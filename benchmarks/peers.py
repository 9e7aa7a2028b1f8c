"""Other readers that a machine can install: Tesseract (Debian's tesseract-ocr) and RapidOCR (PyPI's rapidocr).

Each is asked in the way that reads most: Tesseract for digits only, one character or a block of text; RapidOCR as
rapid.py says, in an environment of its own. Of its letters those that look like a digit are counted as that digit.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pictures import KINDS, MIXED, Entry
from shares import Figure, digit_errors, share

LOOK_ALIKES = str.maketrans("OoDQlI|iZzASsGbTBgq", "0000111122455667899")
RAPID = Path(__file__).with_name("rapid.py")
ONE, BLOCK = "10", "6"  # Tesseract's page segmentation modes


class Tesseract:
    """Debian's Tesseract: a process for each picture, or one for a list of them."""

    name = "Tesseract"

    def __init__(self, program: str) -> None:
        self.program = program
        self.version = _first_line([program, "--version"]).split()[-1]

    def command(self, path: Path, *, single: bool) -> list[str]:
        """Return the words that read one picture."""
        only = ["-c", "tessedit_char_whitelist=0123456789"]
        return [self.program, str(path), "-", "--psm", ONE if single else BLOCK, *only]

    def read(self, path: Path, *, single: bool) -> tuple[str, float]:
        """Return the text and the seconds of one picture: those of the whole process."""
        began = time.perf_counter()
        done = subprocess.run(self.command(path, single=single), capture_output=True, text=True, check=False)
        return "".join(done.stdout.split()), time.perf_counter() - began

    def many(self, paths: list[Path]) -> float:
        """Return the seconds per picture of one process for all of them, its start included."""
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
            listed.write("\n".join(map(str, paths)) + "\n")
            listed.flush()
            began = time.perf_counter()
            subprocess.run(self.command(Path(listed.name), single=True), capture_output=True, check=True)
            return (time.perf_counter() - began) / len(paths)

    def close(self) -> None:
        """Nothing is left running."""


class Rapid:
    """PyPI's RapidOCR, in the environment of `python`: a process that is kept, or one for each picture."""

    name = "RapidOCR"

    def __init__(self, python: Path, version: str) -> None:
        self.python, self.version = str(python), version
        self.process: subprocess.Popen[str] | None = None

    def command(self, path: Path, *, single: bool) -> list[str]:
        """Return the words that read one picture."""
        return [self.python, str(RAPID), *(["--line"] if single else []), str(path)]

    def read(self, path: Path, *, single: bool) -> tuple[str, float]:
        """Return the text and the seconds of one picture, of a process that runs already."""
        if self.process is None:
            pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
            self.process = subprocess.Popen([self.python, str(RAPID), "-"], text=True, **pipes)
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps({"path": str(path), "line": single}), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"RapidOCR ended at {path}: try {' '.join(self.command(path, single=single))}")
        return json.loads(line)["text"], json.loads(line)["seconds"]

    def many(self, paths: list[Path]) -> float:
        """Return the seconds per picture of a process that runs already."""
        return sum(self.read(path, single=True)[1] for path in paths) / len(paths)

    def close(self) -> None:
        """End the process."""
        if self.process and self.process.stdin:
            self.process.stdin.close()
            self.process.wait()


Peer = Tesseract | Rapid


def find(python: Path | None) -> list[Peer]:
    """Return the peers that are installed; `python` is the one whose environment has rapidocr. Say who is absent."""
    peers: list[Peer] = []
    program = shutil.which("tesseract")
    if program:
        peers.append(Tesseract(program))
    else:
        print("Tesseract is absent: apt-get install tesseract-ocr")
    ask = "from importlib.metadata import version; import rapidocr; print(version('rapidocr'))"
    version = _first_line([str(python), "-c", ask]) if python else ""
    if python and version:
        peers.append(Rapid(python.absolute(), version))
    else:
        print("RapidOCR is absent: name a python whose environment has rapidocr with --peer-python")
    return peers


def accuracy(peer: Peer, entries: list[Entry]) -> dict[str, Figure]:
    """Return how many singles and pictures of numbers a peer reads right, and how many others it answers."""
    read = [(entry, peer.read(entry.path, single=entry.kind == "single")[0]) for entry in entries]
    singles, numbers, negatives = ([pair for pair in read if pair[0].kind == kind] for kind in KINDS)
    without = [pair for pair in numbers if MIXED not in pair[0].tags]
    out = {"singles: right": _right(singles)} if singles else {}
    for name, some in (("numbers", numbers), (f"numbers without {MIXED}", without)):
        if some:
            out[f"{name}: exact"] = _right(some)
            out[f"{name}: digit errors"] = digit_errors((digits_of(text), entry.label) for entry, text in some)
    if negatives:  # with letters counted as digits they would be answered more often
        answered = sum(digits_of(text, look_alikes=False) != "" for _, text in negatives)
        out["no digit: answered with digits"] = share(answered, len(negatives))
    return out


def digits_of(text: str, *, look_alikes: bool = True) -> str:
    """Return the digits in `text`; letters that look like one count as it."""
    return "".join(sign for sign in (text.translate(LOOK_ALIKES) if look_alikes else text) if sign in "0123456789")


def _right(read: list[tuple[Entry, str]]) -> Figure:
    return share(sum(digits_of(text) == entry.label for entry, text in read), len(read))


def _first_line(words: list[str]) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return (done.stdout or done.stderr).strip().partition("\n")[0]
