"""The reader's speed and its peers', side by side, alternating, in one run. Prints a table; keeps results/reading.json.

process   `digits read one.png` as a whole process: seconds, most memory held, whether torch is imported
many      `read_many` over 10,000 small PNG files: files a second, memory after a fifth of them and after all
photo     a 12-megapixel JPEG with a row of digits: seconds of `Reader.read`
network   glyphs a second: ONNX Runtime against torch eager, the same network on the same threads
accuracy  what the peers make of the pictures in --folder (wild.py --peers has theirs and the reader's)

    python benchmarks/reading.py [--peer-python ENVIRONMENT/bin/python] [--folder FOLDER] [--parts process many ...]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from digits.artifact import Card, export_onnx, load, save
from digits.artifact.weights import TorchClassifier
from digits.base.errors import DigitsError
from digits.base.machine import cores
from digits.base.records import DIGITS, NOT_A_DIGIT, SIDE
from digits.data import samples
from digits.models import build
from digits.reading import Reader

from peers import Peer, accuracy, digits_of, find
from pictures import index
from sides import Figures, alternate, compared, show
from timing import keep, peak_of

HERE = Path(__file__).parent
EXAMPLES, PHOTO = HERE.parent / "examples", "photo.jpg"


WANTED = {
    "whole process, seconds": "< 0.6",
    "whole process, most MB held": "< 200",
    "small files a second": ">= 2,000",
    "12-megapixel photo, seconds": "< 0.5",
}


def finished(words: list[str]) -> str:
    """Run a whole process and return what it printed. Ends the program, in one line, if it fails."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or [""]
        sys.exit(f"{Path(words[0]).name} {' '.join(words[1:])} failed with exit code {done.returncode}: {lines[-1]}")
    return done.stdout


def timed(words: list[str]) -> float:
    """Return the seconds of a whole process."""
    began = time.perf_counter()
    finished(words)
    return time.perf_counter() - began


def process(given: argparse.Namespace, peers: list[Peer]) -> Figures:
    """Measure whole processes that read one picture of one digit."""
    one = EXAMPLES / "single.png"
    commands = {"digits": [str(given.digits), "read", str(one)]}
    commands |= {peer.name: peer.command(one, single=True) for peer in peers}
    took = alternate(given.rounds, {name: partial(timed, words) for name, words in commands.items()})
    held = alternate(
        min(3, given.rounds), {name: lambda words=words: peak_of(words) for name, words in commands.items()}
    )
    return {
        "whole process, seconds": compared(took),
        "whole process, most MB held": compared(held),
        "torch imported": "torch" in imported(commands["digits"]),
    }


def imported(words: list[str]) -> set[str]:
    """Return the names of all modules that a Python program imports."""
    told = subprocess.run(
        words, env={**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}, capture_output=True, text=True, check=True
    ).stderr
    return {line.rpartition("|")[2].strip() for line in told.splitlines() if line.startswith("import time:")}


def many(given: argparse.Namespace, peers: list[Peer]) -> Figures:
    """Measure a folder of small files, each a glyph of MNIST's on 28 x 28 pixels.

    In processes of their own, as the command reads so many; by threads alone; and each as exactly one digit. The
    memory is that of the process that answers; each of the others holds about as much.
    """
    runs: dict[str, list[Figures]] = {"any": [], "threads": [], "single": []}

    def ours(how: str) -> float:
        words = [sys.executable, str(HERE / "many.py"), folder]
        words += ["--single"] * (how == "single") + (["--model", str(given.model)] if given.model else [])
        words += ["--processes", str(0 if how == "threads" else cores())]
        runs[how].append(json.loads(finished(words)))
        return float(runs[how][-1]["files_a_second"])

    with tempfile.TemporaryDirectory() as folder:
        paths = write_small(Path(folder), given.files)
        some = paths[: given.peer_files]
        sides: dict[str, Callable[[], float]] = {
            "digits": partial(ours, "any"),
            "digits, threads": partial(ours, "threads"),
            "digits, single": partial(ours, "single"),
        }
        sides |= {peer.name: lambda peer=peer: 1 / peer.many(some) for peer in peers}
        took = alternate(min(3, given.rounds), sides)
    return {
        "small files a second": compared(took, more_is_better=True),
        "files": len(paths),
        "peers' files": len(some),
        **{f"MB held after so many files, {how}": each[-1]["held_mb"] for how, each in runs.items()},
        "runs": runs,
    }


def write_small(folder: Path, count: int) -> list[Path]:
    """Write `count` PNG files of MNIST's glyphs, as they come and again from the start."""
    glyphs = samples("mnist-5k", "train").glyphs
    paths = [folder / f"{number:05d}.png" for number in range(count)]
    for number, path in enumerate(paths):
        Image.fromarray(glyphs[number % len(glyphs)]).save(path)
    return paths


def photo(given: argparse.Namespace, peers: list[Peer]) -> Figures:
    """Measure one photo of 4000 x 3000 pixels with a row of digits, in lamp light, with noise."""
    reader = Reader.load(given.model)
    label = next(entry.label for entry in index(EXAMPLES) if entry.path.name == PHOTO)
    texts = {}

    def read() -> float:
        began = time.perf_counter()
        texts["digits"] = reader.read(path).digits_only
        return time.perf_counter() - began

    def ask(peer: Peer) -> float:
        text, seconds = peer.read(path, single=False)
        texts[peer.name] = digits_of(text)
        return seconds

    with tempfile.TemporaryDirectory() as folder:
        path = write_photo(Path(folder))
        sides = {"digits": read} | {peer.name: lambda peer=peer: ask(peer) for peer in peers}
        took = alternate(given.rounds, sides)
        size = path.stat().st_size
    return {"12-megapixel photo, seconds": compared(took), "bytes": size, "on it": label, "read": texts}


def write_photo(folder: Path) -> Path:
    """Write the photo among the examples again in 4000 x 3000 pixels, with noise on each."""
    with Image.open(EXAMPLES / PHOTO) as image:
        large = np.asarray(image.resize((4000, 3000), Image.Resampling.BICUBIC)).astype(np.int16)
    noise = np.random.default_rng(0).integers(-6, 7, large.shape, np.int16)
    Image.fromarray(np.clip(large + noise, 0, 255).astype(np.uint8)).save(folder / "photo.jpg", quality=90)
    return folder / "photo.jpg"


def network(given: argparse.Namespace, _: list[Peer]) -> Figures:
    """Measure the network alone, answered by ONNX Runtime and by torch, many glyphs at once and one by one."""
    glyphs = np.random.default_rng(0).integers(0, 256, (given.glyphs, SIDE, SIDE), np.uint8)
    out: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        weights, graph, which = pair(given.model, Path(folder))
        for threads in sorted({1, os.cpu_count() or 1}):
            torch.set_num_threads(threads)
            sides = {"ONNX Runtime": load(graph, threads=threads), "torch": load(weights)}
            for count, name in ((len(glyphs), "at once"), (1, "one by one")):
                asked = glyphs[:count]
                took = alternate(
                    given.rounds, {side: partial(pace, each.logits, asked) for side, each in sides.items()}
                )
                what = f"glyphs a second, {name}, {threads} thread{'s' * (threads > 1)}"
                out[what] = compared(took, more_is_better=True)
    return {"network": which, "glyphs": given.glyphs, **out}


def pair(model: Path | None, folder: Path) -> tuple[Path, Path, str]:
    """Return the same network as safetensors and as ONNX, and which it is.

    Where the safetensors file is not beside the other, a network of the same form with other weights stands for both.
    """
    graph = model or Path(str(resources.files("digits") / "weights" / "reader.onnx"))
    weights = graph.with_suffix(".safetensors")
    if graph.is_file() and weights.is_file():
        return weights, graph, f"{graph.name} and {weights.name}"
    card = load(graph).card if graph.is_file() else Card("reader", 24, (*DIGITS, NOT_A_DIGIT))
    made = TorchClassifier(build(card.model, card.hidden, len(card.classes)), card)
    weights, graph = folder / "same.safetensors", folder / "same.onnx"
    return save(made, weights), export_onnx(made, graph), f"untrained {card.model} with {card.hidden} hidden units"


def pace(answer: Callable[[Any], object], glyphs: Any) -> float:
    """Return the glyphs a second of one call, or of as many as make 200 glyphs."""
    calls = -(-200 // len(glyphs))
    began = time.perf_counter()
    for _ in range(calls):
        answer(glyphs)
    return calls * len(glyphs) / (time.perf_counter() - began)


def others(given: argparse.Namespace, peers: list[Peer]) -> Figures:
    """Measure what the peers make of a folder of pictures."""
    if given.folder is None:
        return {"left out": "no --folder was named"}
    entries = index(given.folder)
    told = {f"{peer.name}, {what}": each for peer in peers for what, each in accuracy(peer, entries).items()}
    return {"folder": given.folder.resolve().name, **told}


PARTS: dict[str, Callable[[argparse.Namespace, list[Peer]], Figures]] = {
    "process": process,
    "many": many,
    "photo": photo,
    "network": network,
    "accuracy": others,
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--files", type=int, default=10_000, help="small files for read_many")
    options.add_argument("--peer-files", type=int, default=200, help="how many of them the peers read")
    options.add_argument("--glyphs", type=int, default=20_000, help="for the network alone")
    options.add_argument("--peer-python", type=Path, help="the python of an environment that has rapidocr")
    options.add_argument("--folder", type=Path, help="a folder as wild.py takes it, for the peers' accuracy")
    options.add_argument("--model", type=Path, help="a network of your own; `process` takes the one that ships")
    beside = Path(sys.executable).with_name("digits")
    options.add_argument("--digits", type=Path, default=beside, help="the command `digits` of another environment")
    options.add_argument("--no-save", action="store_true", help="print only")
    given = options.parse_args()
    peers = find(given.peer_python)
    made: Figures = {"rounds": given.rounds, "peers": {peer.name: peer.version for peer in peers}}
    with ExitStack() as stack:
        for peer in peers:
            stack.enter_context(closing(peer))
        try:
            for part in given.parts:
                made[part] = PARTS[part](given, peers)
                show(part, made[part], WANTED)
        except DigitsError as error:
            sys.exit(str(error))
    if not given.no_save:
        print(f"kept in {keep('reading', made)}")


if __name__ == "__main__":
    main()
