"""Programs beside Python that some tests run: those tests are left out where they are missing, or fail if demanded.

Mark a test, or a whole file by `pytestmark`, with `pytest.mark.tools("node", "curl")`. `--demand-tools` fails it
instead, before any test runs: so `make check` cannot pass by leaving something out.
"""

import shutil
from collections import Counter
from collections.abc import Iterable

import pytest

PACKAGES = {"chromium": "chromium", "chromedriver": "chromium-driver", "node": "nodejs", "curl": "curl"}  # Debian's
LEFT_OUT = pytest.StashKey[Counter[tuple[str, ...]]]()


def missing(item: pytest.Item) -> tuple[str, ...]:
    """Return the programs that the test needs and that are not there."""
    named = [name for mark in item.iter_markers("tools") for name in mark.args]
    return tuple(name for name in dict.fromkeys(named) if not shutil.which(name))


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the tests whose programs are missing out of `items`. Raises UsageError if they are demanded."""
    lacking = {item: names for item in items if (names := missing(item))}
    if lacking and config.getoption("--demand-tools"):
        raise pytest.UsageError(f"{len(lacking)} tests cannot run. {way_out(lacking.values())}")
    config.stash[LEFT_OUT] = Counter(lacking.values())
    items[:] = [item for item in items if item not in lacking]
    config.hook.pytest_deselected(items=list(lacking))


def summary(config: pytest.Config) -> str:
    """Return the line that says what was left out; empty if nothing was."""
    left_out = config.stash.get(LEFT_OUT, Counter())
    return f"Left out: {left_out.total()} tests. {way_out(left_out)}" if left_out else ""


def way_out(lacking: Iterable[tuple[str, ...]]) -> str:
    """Return what is missing and the command that brings it."""
    names = sorted({name for each in lacking for name in each})
    return f"They need {', '.join(names)}: apt-get install {' '.join(PACKAGES[name] for name in names)}"
