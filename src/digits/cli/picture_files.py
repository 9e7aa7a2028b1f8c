"""Picture files named on the command line: single files, and those in folders, in natural order."""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from digits.base.errors import shown
from digits.base.files import reason

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".ppm", ".pgm")
_NUMBER = re.compile(r"([0-9]+)")


def is_folder(path: str) -> bool:
    """Whether `path` is a folder that can be listed."""
    with suppress(OSError):
        return bool(path) and Path(path).is_dir()
    return False


def pictures(paths: Iterable[str], but: Path | None = None) -> tuple[list[str], list[str]]:
    """Return the names of all pictures in `paths`, each once, and a line for each folder that gives none.

    Of a folder these are the files in it and below whose suffix is one of SUFFIXES, in natural order; what is hidden,
    the folder `but`, and folders that a link leads to are left out. Any other path is taken for a picture.
    """
    names: dict[str, None] = {}
    troubles: list[str] = []
    for path in paths:
        inside = _inside(Path(path), troubles, but and but.resolve()) if is_folder(path) else [path]
        if not inside:
            suffixes = ", ".join(SUFFIXES)
            troubles.append(f"{shown(path)}: there is no picture in this folder, nothing that ends in {suffixes}.")
        names.update(dict.fromkeys(inside))
    return list(names), troubles


def _inside(folder: Path, troubles: list[str], but: Path | None) -> list[str]:
    """Return the pictures in `folder` and below, but for `but`; add to `troubles` which folders could not be opened."""

    def refused(error: OSError) -> None:
        troubles.append(f"{shown(str(error.filename))}: this folder cannot be opened, {reason(error)}.")

    found: list[Path] = []
    for place, folders, files in os.walk(folder, onerror=refused):
        folders[:] = [each for each in folders if each[0] != "." and not (but and Path(place, each).resolve() == but)]
        kept = [name for name in files if name[0] != "." and name.lower().endswith(SUFFIXES)]
        found += [Path(place, name) for name in kept]
    return [str(path) for path in sorted(found, key=lambda path: [_natural(part) for part in path.parts])]


def _natural(name: str) -> tuple[list[str | int], str]:
    """Return what sorts img2 before img10, whatever the case; every other piece is a number."""
    pieces = _NUMBER.split(name.casefold())
    return [int(piece) if place % 2 else piece for place, piece in enumerate(pieces)], name
