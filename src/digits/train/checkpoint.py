"""Checkpoints: all that a run needs to go on after an epoch, as safetensors, so that nothing is unpickled.

There is no generator to keep: each epoch draws from generators of its own, made from the run's seed, the purpose and
the epoch (see `seeds.seed_for`).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from digits.artifact.weights import read_tensors, write_tensors
from digits.base.errors import BadArtifact, BadSetting, DigitsError
from digits.base.records import renamed_parts
from digits.train.run import Row, Run

KEY = "digits.checkpoint"
CONDITIONS = ("train", "validation", "device", "threads", "torch")


def upgraded_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a log of format 1 as it is now: what was measured on validation was called check."""
    return {name.replace("check_", "validation_"): value for name, value in row.items()}


@dataclass(frozen=True)
class Checkpoint:
    """A run after its last full epoch: its log so far, the network's tensors, and torch's own state of the optimizer.

    conditions   what else decides the weights: the data's hashes, the device, the threads, torch's version
    """

    FORMAT = 2

    run: Run
    conditions: Mapping[str, Any]
    log: tuple[Row, ...]
    network: Mapping[str, Tensor]
    optimizer: Mapping[str, Any]

    def check(self, run: Run, conditions: Mapping[str, Any]) -> None:
        """Raise BadSetting, naming what differs, unless this checkpoint is of `run` under these conditions."""
        # the conditions come last: they have the device and the threads as "auto" and 0 turned out
        mine, here = {**asdict(self.run), **self.conditions}, {**asdict(run), **conditions}
        differ = [f"{name} {mine[name]} there, {here[name]} here" for name in mine if mine[name] != here[name]]
        if differ:
            raise BadSetting(
                f"The checkpoint is of another run: {'; '.join(differ)}. Leave out --resume to start anew."
            )

    def save(self, path: Path) -> Path:
        """Write the checkpoint to `path`: the old file stays until the new one is whole. Raises BadOutput."""
        tensors = {f"network.{name}": tensor for name, tensor in self.network.items()}
        plain: dict[str, dict[str, Any]] = {}
        for index, values in self.optimizer["state"].items():
            for name, value in values.items():
                if isinstance(value, Tensor):
                    tensors[f"optimizer.{index}.{name}"] = value
                else:
                    plain.setdefault(str(index), {})[name] = value
        record = {
            "format": self.FORMAT,
            "run": asdict(self.run),
            "conditions": dict(self.conditions),
            "log": [asdict(row) for row in self.log],
            "groups": self.optimizer["param_groups"],
            "plain": plain,
        }
        return write_tensors(path, tensors, {KEY: json.dumps(record)})

    @classmethod
    def load(cls, path: Path) -> "Checkpoint":
        """Return the checkpoint that `save` wrote to `path`. Raises BadArtifact."""
        tensors, metadata = read_tensors(path)
        try:
            record = json.loads(metadata[KEY])
            if record["format"] not in (1, cls.FORMAT):
                raise ValueError(f"format {record['format']}, not {cls.FORMAT}")
            record["conditions"] = renamed_parts(record["conditions"])
            state = {int(index): dict(values) for index, values in record["plain"].items()}
            for key, tensor in tensors.items():
                owner, _, rest = key.partition(".")
                if owner == "optimizer":
                    index, _, name = rest.partition(".")
                    state.setdefault(int(index), {})[name] = tensor
            return cls(
                run=Run(**record["run"]),
                conditions={name: record["conditions"][name] for name in CONDITIONS},
                log=tuple(Row(**upgraded_row(row)) for row in record["log"]),
                network={key.removeprefix("network."): t for key, t in tensors.items() if key.startswith("network.")},
                optimizer={"state": state, "param_groups": record["groups"]},
            )
        except (KeyError, ValueError, TypeError, AttributeError, DigitsError) as error:
            raise BadArtifact(f"{path} is no checkpoint that this version can go on from ({error}).") from error
