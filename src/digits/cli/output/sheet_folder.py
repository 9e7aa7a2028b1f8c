"""The folder of contact sheets that --show fills: for each page, what was read and what the network saw."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from digits.base.errors import BadOutput, shown
from digits.base.files import make_folder, reason
from digits.base.reading import Reading
from digits.cli.output.contact_sheet import draw
from digits.images import decode

OTHER = "Name another folder with --show."
LONGEST = 60  # signs of a name, of up to four bytes each: file systems take 255 bytes


class SheetFolder:
    """The folder that --show names, with a place in it for each of `names`. Raises BadOutput."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self.folder = make_folder(folder, OTHER)
        self.stems = _stems(list(names))

    def add(self, source: str | bytes, reading: Reading) -> None:
        """Draw `reading` and the picture that it was read from, a sheet a page. Raises BadPicture, BadOutput."""
        pages = decode(source)
        for number, picture in enumerate(pages):
            title = shown(Path(reading.name).name) + (f", page {number + 1} of {len(pages)}" if len(pages) > 1 else "")
            stem = self.stems[reading.name] + (f" page {number + 1}" if number else "")
            _save(draw(picture, reading, number, title), self.folder / f"{stem}.png")


def _stems(names: list[str]) -> dict[str, str]:
    """Return a file name, without .png, for each of `names`: its last part, shortened, numbered where that is taken."""
    stems: dict[str, str] = {}
    taken = {Path(name).name.casefold() for name in names}  # no sheet may be written over a picture that is read
    count: Counter[str] = Counter()
    for name in names:
        base = stem = shown(Path(name).name, LONGEST)
        while f"{stem}.png".casefold() in taken:
            count[base] += 1
            stem = f"{base} ({count[base] + 1})"
        taken.add(f"{stem}.png".casefold())
        stems[name] = stem
    return stems


def _save(sheet: Image.Image, path: Path) -> None:
    try:
        sheet.save(path, compress_level=3)
    except OSError as error:
        raise BadOutput(f"Cannot write {shown(str(path))}: {reason(error)}. {OTHER}") from error
