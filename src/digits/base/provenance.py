"""Which version of digits this is."""

import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path

VERSION = version("digits")


@cache
def commit() -> str:
    """Return the short commit that this code was checked out from, with a plus if it was changed since.

    Empty where the code is no part of a git checkout: an installed copy, say.
    """
    here = Path(__file__).resolve()
    if not _git(here, "ls-files", here.name):
        return ""
    changed = _git(here, "status", "--porcelain", "--", str(here.parents[1]))
    return _git(here, "rev-parse", "--short", "HEAD") + ("+" if changed else "")


def _git(here: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=here.parent, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
