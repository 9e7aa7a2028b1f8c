"""What is kept of a training, in plain values: enough to run it again and to say whether it came out the same."""

from dataclasses import asdict
from typing import Any

from digits.artifact.weights import fingerprint
from digits.base.errors import BadData
from digits.train.loop import Trained
from digits.train.run import Run

FORMAT = 1


def record(name: str, trained: Trained) -> dict[str, Any]:
    """Return what run.json keeps of one training; `name` is what it is called there.

    `weights` is the fingerprint of the network, `data` says what it was trained and checked on.
    """
    return {
        "name": name,
        "run": asdict(trained.run),
        "data": trained.data,
        "device": trained.device,
        "threads": trained.threads,
        "epochs_done": len(trained.log),
        "interrupted": trained.interrupted,
        "check_accuracy": trained.log[-1].check_accuracy,
        "train_seconds": round(trained.train_seconds, 3),
        "parameters": trained.parameters,
        "multiply_adds": trained.multiply_adds,
        "weights": fingerprint(trained.network),
    }


def as_run(kept: dict[str, Any]) -> Run:
    """Return the run that `record` kept, on the device and the threads that it had. Raises BadData, BadSetting."""
    try:
        return Run(**{**kept["run"], "device": kept["device"].split(":")[0], "threads": kept["threads"]})
    except (KeyError, TypeError, AttributeError) as error:
        raise BadData(f"The record has no run that can be used ({error}).") from error
