"""`digits serve` as a process of its own, for as long as a test needs it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

PATIENT = 60  # seconds


@contextmanager
def served(*words: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start `digits serve` with these options; yield the process and the address it prints; end it."""
    command = [sys.executable, "-m", "digits", "serve", "--port", "0", *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, env={**os.environ, **environment}, **pipes)  # type: ignore[call-overload]
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://"), process.stderr.read()
        yield process, address
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=PATIENT)
