"""Programs beside Python that some tests run: those tests are left out where they are missing, or demanded.

Mark a test, or a whole file by `pytestmark`, with `pytest.mark.tools("node", "curl")`. With `--demand-tools` nothing
runs where one is missing: so `make check` cannot pass by leaving something out.
"""

import shutil

import pytest

PACKAGES = {"chromium": "chromium", "chromedriver": "chromium-driver", "node": "nodejs", "curl": "curl"}  # Debian's


def missing() -> list[str]:
    """Return the programs that are not there."""
    return [name for name in PACKAGES if not shutil.which(name)]


def told() -> str:
    """Return one line that says what is missing and which command brings it; empty if nothing is."""
    names = missing()
    bring = f"apt-get install {' '.join(PACKAGES[name] for name in names)}"
    return f"tests that need {', '.join(names)}, which are not installed: {bring}" if names else ""


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the tests whose programs are missing out of `items`."""
    lacking = [item for item in items if _named(item) & set(missing())]
    items[:] = [item for item in items if item not in lacking]
    config.hook.pytest_deselected(items=lacking)


def _named(item: pytest.Item) -> set[str]:
    names = {name for mark in item.iter_markers("tools") for name in mark.args}
    assert names <= PACKAGES.keys(), f"{item.nodeid}: add {names - PACKAGES.keys()} to PACKAGES"
    return names
