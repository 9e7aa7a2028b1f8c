"""The option --extra: reads glyphs of the user's own, and says what was taken."""

from collections.abc import Iterable
from pathlib import Path

from digits.base.errors import check_name, shown
from digits.base.records import NOT_A_DIGIT, Samples
from digits.cli.output.console import line
from digits.data import CATALOG, read_extra


def take_extras(paths: Iterable[Path], data_name: str) -> list[Samples]:
    """Return the glyphs that lie at `paths`, for the classes of this data set; print what they are.

    Raises UnknownName, BadData.
    """
    check_name("data set", data_name, CATALOG)
    taken = []
    for path in paths:
        extra = read_extra(path, CATALOG[data_name].classes)
        said = f"{len(extra.samples):,} added"
        if extra.left_out:
            said += f", {extra.left_out:,} left out ({NOT_A_DIGIT!r} is no class of {data_name})"
        line(f"Extra glyphs from {shown(str(path))}: {said}.")
        taken.append(extra.samples)
    return taken
