"""RapidOCR on pictures, as a process of its own: it runs in an environment that has rapidocr, not in ours.

    python benchmarks/rapid.py [--line] PICTURE ...     a line of JSON for each picture
    python benchmarks/rapid.py -                        the same, for lines of JSON with "path" and "line" on stdin

With `line` the picture is taken for one line of text. Else text is looked for; where nothing or only one thing is
found the whole picture is taken for a line, which reads more of them. Several finds are put in reading order.
"""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

from rapidocr import RapidOCR


def read(engine: RapidOCR, path: str, line: bool) -> str:
    if not line:
        found = engine(path, use_det=True, use_cls=False, use_rec=True)
        texts = getattr(found, "txts", None) or ()
        if len(texts) > 1:
            return "".join(in_order(list(found.boxes), list(texts)))
    found = engine(path, use_det=False, use_cls=False, use_rec=True)
    return "".join(getattr(found, "txts", None) or ())


def in_order(boxes: list[Any], texts: list[str]) -> Iterator[str]:
    """Yield the texts row by row: what lies lower than half of a row's height starts a new one."""
    rest = sorted(zip(boxes, texts, strict=True), key=lambda each: float(each[0][:, 1].mean()))
    while rest:
        first = rest[0][0]
        edge = float(first[:, 1].mean()) + float(first[:, 1].max() - first[:, 1].min()) / 2
        row = [each for each in rest if float(each[0][:, 1].mean()) <= edge]
        rest = rest[len(row) :]
        yield from (text for _, text in sorted(row, key=lambda each: float(each[0][:, 0].min())))


def asked(words: list[str]) -> Iterator[tuple[str, bool]]:
    if words == ["-"]:
        for row in map(json.loads, sys.stdin):
            yield row["path"], row["line"]
    else:
        yield from ((word, "--line" in words) for word in words if word != "--line")


def main() -> None:
    engine = RapidOCR(params={"Global.log_level": "critical"})
    for path, line in asked(sys.argv[1:]):
        began = time.perf_counter()
        try:
            text = read(engine, path, line)
        except Exception as error:  # a picture it cannot open is one it cannot read
            text = ""
            print(f"{path}: {error}", file=sys.stderr)
        print(json.dumps({"text": text, "seconds": time.perf_counter() - began}), flush=True)


if __name__ == "__main__":
    main()
