"""Run records: run.json says what was trained, on which data, by which code, on which machine."""

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digits.base.errors import BadData
from digits.base.files import reason, write_whole
from digits.base.provenance import provenance
from digits.train.record import FORMAT, upgraded

FOLDERS = re.compile(r"(?<![^=,])/(?:[^/=,]*/)*")  # the absolute part of a path


def command_given() -> str:
    """Return the command as it was given, folders by their own name only: where they lie is nobody's business."""
    return " ".join(["digits", *(FOLDERS.sub("", word) for word in sys.argv[1:])])


def write_record(path: Path, command: str, data: str, trainings: list[dict[str, Any]], **more: Any) -> Path:
    """Write a run.json; `command` made these `trainings`, each as `train.record` keeps it. Raises BadOutput."""
    content = {
        "format": FORMAT,
        "command": command,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "data": data,
        **provenance(),
        **more,
        "trainings": trainings,
    }
    return write_whole(path, json.dumps(content, indent=1) + "\n")


def read_record(path: Path) -> dict[str, Any]:
    """Return what `write_record` wrote, also in format 1, whose parts of data had other names. Raises BadData."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(kept, dict) or not isinstance(kept.get("trainings"), list):
            raise ValueError("it lists no trainings")
        if kept.get("format") not in range(1, FORMAT + 1):
            raise ValueError(f"it has format {kept.get('format')}, this version reads up to {FORMAT}")
    except OSError as error:
        raise BadData(f"Cannot read {path}: {reason(error)}.") from error
    except ValueError as error:
        raise BadData(f"{path} is no record of a run ({error}).") from error
    return {**kept, "trainings": [upgraded(each) for each in kept["trainings"]]} if kept["format"] < FORMAT else kept
