"""Provenance: version, commit, machine, versions of libraries."""

import os
import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

VERSION = version("digits")
DECIDE = ("torch", "numpy", "opencv-python-headless", "scikit-learn")  # libraries that have a say in the numbers


def provenance() -> dict[str, Any]:
    """Return what a number is worth nothing without: version, commit, machine in words, versions of libraries."""
    return {"version": VERSION, "commit": commit(), "machine": machine(), "libraries": libraries()}


def machine() -> dict[str, Any]:
    """Return this machine in words: cpu, cores, memory in GB (None where unknown), system."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else None
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gb": round(pages / 2**30, 1) if pages else None,
        "system": f"{platform.system()} {platform.machine()}",
    }


def libraries() -> dict[str, str]:
    """Return the versions of Python and of the installed libraries that have a say in the numbers."""
    found = {"python": platform.python_version()}
    for name in DECIDE:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


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


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
