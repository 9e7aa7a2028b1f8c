"""Settings of the service: one frozen record, made by the command, handed to each worker."""

import math
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from digits.base.errors import BadSetting
from digits.images import Bounds

PAGES = 8  # that a picture may have: a scan of more is for the command


@dataclass(frozen=True)
class Settings:
    """Where a service listens, what it allows, what it keeps.

    host, port     where it listens; port 0 takes any that is free
    workers        processes, each with a network of its own
    max_body       bytes that a request may have
    max_pixels     pixels that a picture may have, all its pages together, looked at before it is decoded
    max_waiting    pictures that a worker has taken and not yet answered; for more it is busy
    timeout        seconds that a request may take to arrive, and then to be answered
    token          what every call must bring; empty: none
    corrections    the file that corrections go to; None: they are not kept
    model          the saved network; None: the one that ships

    Raises BadSetting.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    max_body: int = 32 << 20
    max_pixels: int = 50_000_000
    max_waiting: int = 128
    timeout: float = 20.0
    token: str = ""
    corrections: Path | None = None
    model: Path | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65_535:
            raise BadSetting(f"port is {self.port}; it must be from 0, any that is free, to 65535.")
        if not (self.token.isascii() and self.token.isprintable()):
            raise BadSetting("The token has signs that a header cannot carry: take letters and digits.")
        for name in ("workers", "max_body", "max_pixels", "max_waiting", "timeout"):
            if not 0 < getattr(self, name) < math.inf:
                raise BadSetting(f"{name.replace('_', '-')} is {getattr(self, name)}; it must be above 0.")

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        return is_own(self.host)

    @property
    def bounds(self) -> Bounds:
        """What a picture may have."""
        return Bounds(self.max_pixels, self.max_pixels, PAGES)


def is_own(host: str) -> bool:
    """Return whether `host` is a name or an address that every machine has for itself."""
    try:
        return host.lower() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
