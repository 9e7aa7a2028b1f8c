"""What every benchmark needs: the machine in words, and a place for its figures."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import torch

from digits.base.files import write_whole
from digits.base.provenance import provenance

RESULTS = Path(__file__).parents[1] / "results"


def keep(name: str, figures: dict[str, Any]) -> Path:
    """Write `figures` to results/<name>.json with the command, and with what `provenance` tells."""
    record = {
        "command": " ".join(["python", f"benchmarks/{Path(sys.argv[0]).name}", *_without_paths(sys.argv[1:])]),
        **provenance(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        **figures,
    }
    return write_whole(RESULTS / f"{name}.json", json.dumps(record, indent=1) + "\n")


def _without_paths(words: list[str]) -> list[str]:
    """Replace absolute paths by the folder's own name: where the data lie is nobody's business."""
    return [Path(word).name if word.startswith("/") else word for word in words]


def peak_of(words: list[str]) -> float:
    """Run `words` as a process of its own; return the most memory it held at once, in MB."""
    watch = (
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024); sys.exit(done.returncode)"
    )
    done = subprocess.run([sys.executable, "-c", watch, *words], capture_output=True, text=True, check=True)
    return float(done.stdout)
