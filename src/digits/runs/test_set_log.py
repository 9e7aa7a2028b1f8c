"""The test-set log: every time that the test part was opened, noted beside the network that it was opened for.

A test set tells the truth once: whoever looks, changes something and looks again has begun to choose on it. So every
opening is noted, and a second one for the same network says so.
"""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from digits.artifact import Card, Classifier
from digits.artifact.weights import TorchClassifier, fingerprint
from digits.base.errors import BadOutput
from digits.base.files import reason
from digits.base.records import OLD_PARTS

NOTES = "test-openings.jsonl"
WHO = ("network", "card")  # what a network is known by: its weights, or its card, which an export keeps


def network_identity(classifier: Classifier) -> dict[str, str]:
    """Return what `classifier` is known by in the notes; one from an .onnx file has its card alone."""
    card = {"card": hashlib.sha256(_as_format_2(classifier.card).encode()).hexdigest()}
    return {"network": fingerprint(classifier.network), **card} if isinstance(classifier, TorchClassifier) else card


def log_test_opening(
    folder: Path, who: dict[str, str], accuracy: float, glyphs: int, data: str, *, command: str
) -> list[str]:
    """Note in `folder` that a network had this accuracy on so many glyphs of the test part of `data`.

    `who` is its `network_identity`. Returns when that was done before. Notes are only ever added. Raises BadOutput.
    """
    path = folder / NOTES
    when = datetime.now(UTC).isoformat(timespec="seconds")
    note = {"when": when, "command": command, "data": data, **who, "glyphs": glyphs, "accuracy": accuracy}
    try:
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        with path.open("a", encoding="utf-8") as file:
            file.write("\n" * (text != "" and not text.endswith("\n")) + json.dumps(note) + "\n")
    except OSError as error:
        raise BadOutput(f"Cannot write {path}: {reason(error)}.") from error
    return [each["when"] for each in _notes(text) if each["data"] == data and _same(each, who)]


def _as_format_2(card: Card) -> str:
    """Return the card as the first networks in ONNX had it, so that notes of then still count."""
    before = {new: old for old, new in OLD_PARTS.items()}
    values = asdict(card)
    for name in ("data", "scores"):
        values[name] = {before.get(part, part): about for part, about in values[name].items()}
    return json.dumps({**values, "format": 2})


def _same(note: dict[str, str], who: dict[str, str]) -> bool:
    return any(name in note and note[name] == who.get(name) for name in WHO)


def _notes(text: str) -> list[dict[str, str]]:
    """Return the notes in `text`; a line that is damaged counts for nothing."""
    notes = []
    for line in text.splitlines():
        with suppress(ValueError):
            note = json.loads(line)
            if isinstance(note, dict) and {"when", "data"} <= note.keys():
                notes.append(note)
    return notes
