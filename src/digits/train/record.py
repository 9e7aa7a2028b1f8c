"""Record of a training, in plain values: enough to run it again and to say whether it came out the same."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from digits.artifact.weights import fingerprint
from digits.base.errors import BadData
from digits.base.records import Samples, describe, renamed_parts
from digits.train.loop import Trained
from digits.train.run import Run

FORMAT = 2


def record(name: str, trained: Trained, extras: Sequence[Samples] = ()) -> dict[str, Any]:
    """Return what run.json keeps of one training; `name` is what it is called there.

    `weights` is the fingerprint of the network, `data` says what it was trained and validated on, `extras` which glyphs
    of the user's own the train part ends with.
    """
    return {
        "name": name,
        "run": asdict(trained.run),
        "data": trained.data,
        "extras": [describe(each) for each in extras],
        "device": trained.device,
        "threads": trained.threads,
        "epochs_done": len(trained.log),
        "interrupted": trained.interrupted,
        "validation_accuracy": trained.log[-1].validation_accuracy,
        "train_seconds": round(trained.train_seconds, 3),
        "parameters": trained.parameters,
        "multiply_adds": trained.multiply_adds,
        "weights": fingerprint(trained.network),
    }


def upgraded(kept: Any) -> Any:
    """Return what `record` kept in format 1 as it is kept now: the parts of data were called learn and check."""
    if not isinstance(kept, dict):
        return kept
    renamed = {("validation_accuracy" if name == "check_accuracy" else name): value for name, value in kept.items()}
    if isinstance(renamed.get("data"), dict):
        renamed["data"] = renamed_parts(renamed["data"])
    return renamed


def as_run(kept: dict[str, Any]) -> Run:
    """Return the run that `record` kept, on the device and the threads that it had. Raises BadData, BadSetting."""
    try:
        return Run(**{**kept["run"], "device": kept["device"].split(":")[0], "threads": kept["threads"]})
    except (KeyError, TypeError, AttributeError) as error:
        raise BadData(f"The record has no run that can be used ({error}).") from error


def extras_of(kept: Any) -> list[dict[str, Any]]:
    """Return what `record` kept of each of the extras; records of before there were any have none. Raises BadData."""
    extras = kept.get("extras", []) if isinstance(kept, dict) else None
    if not isinstance(extras, list) or any(
        not (isinstance(each, dict) and {"name", "samples", "sha256"} <= each.keys()) for each in extras
    ):
        raise BadData("The record's extras are no list of names, sizes and hashes. Take another record.")
    return extras


def same_extras(kept: Any, extras: Sequence[Samples]) -> bool:
    """Return whether `record` kept these very extras, in this order; their names may differ. Raises BadData."""
    return [each["sha256"] for each in extras_of(kept)] == [each.sha256 for each in extras]
