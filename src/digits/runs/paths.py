"""Paths of a run's files: the saved network, and beside it checkpoint, record, log and lock."""

from dataclasses import dataclass
from pathlib import Path

RECORD, LOG = "run.json", "log.csv"  # in a folder of results; beside a network, they begin with its name


@dataclass(frozen=True)
class RunPaths:
    """A saved network's file and the files that go with it."""

    network: Path

    @property
    def checkpoint(self) -> Path:
        """What an interrupted training goes on from."""
        return self.network.with_suffix(".checkpoint")

    @property
    def record(self) -> Path:
        """What the training was: its run.json."""
        return self.network.with_suffix(f".{RECORD}")

    @property
    def log(self) -> Path:
        """Its epochs, row by row."""
        return self.network.with_suffix(f".{LOG}")

    @property
    def lock(self) -> Path:
        """What the process that writes them holds."""
        return self.network.with_name(f".{self.network.stem}.lock")
