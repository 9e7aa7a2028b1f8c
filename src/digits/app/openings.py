"""A note of every time that the test part was opened, beside the network that it was opened for.

A test set tells the truth once: whoever looks, changes something and looks again has begun to choose on it. So every
opening is noted, by the network's fingerprint, and a second one says so.
"""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from digits.base.files import write_whole

NOTES = "test-openings.jsonl"


def open_test(folder: Path, network: str, accuracy: float, glyphs: int, data: str, *, command: str) -> list[str]:
    """Note in `folder` that `network`, a fingerprint, had this accuracy on so many glyphs of the test part of `data`.

    Returns when that was done before. Raises BadOutput.
    """
    earlier = _notes(folder / NOTES)
    note = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
        "data": data,
        "network": network,
        "glyphs": glyphs,
        "accuracy": accuracy,
    }
    write_whole(folder / NOTES, "".join(f"{json.dumps(each)}\n" for each in [*earlier, note]))
    return [each["when"] for each in earlier if (each["network"], each["data"]) == (network, data)]


def _notes(path: Path) -> list[dict[str, str]]:
    """Return the notes so far; a line that is damaged counts for nothing."""
    if not path.is_file():
        return []
    notes = []
    for text in path.read_text(encoding="utf-8").splitlines():
        with suppress(ValueError):
            note = json.loads(text)
            if isinstance(note, dict) and {"when", "network", "data"} <= note.keys():
                notes.append(note)
    return notes
