"""Read every PNG file of a folder by `Reader.read_many`, in a process of its own; print figures as JSON.

Files a second, and the memory the process holds after a fifth of them and after all. Torch must not be there.

    python benchmarks/many.py FOLDER [--model FILE] [--single] [--processes N]
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from digits.reading import Failure, Reader


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--model", type=Path)
    options.add_argument("--single", action="store_true")
    options.add_argument("--processes", type=int, default=0, help="that look at the pictures; 0 for threads")
    given = options.parse_args()
    paths = sorted(given.folder.glob("*.png"))
    marks = {len(paths) // 5, len(paths)}
    began = time.perf_counter()
    reader = Reader.load(given.model)
    loaded = time.perf_counter()
    held, failed = {}, 0
    for done, reading in enumerate(reader.read_many(paths, single=given.single, processes=given.processes), 1):
        failed += isinstance(reading, Failure)
        if done in marks:
            held[done] = round(held_now(), 1)
    seconds = time.perf_counter() - loaded
    figures = {
        "files": len(paths),
        "failed": failed,
        "load_seconds": round(loaded - began, 3),
        "seconds": round(seconds, 3),
        "files_a_second": round(len(paths) / seconds),
        "held_mb": held,
        "torch_imported": "torch" in sys.modules,
    }
    print(json.dumps(figures))


def held_now() -> float:
    """Return the MB of memory that this process holds now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
