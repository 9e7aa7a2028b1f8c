"""The command data: what is in a data set, and a figure of some of its glyphs."""

from pathlib import Path

import rich_click as click

from digits.base.errors import BadSetting, check_name
from digits.base.files import prepare, write_whole
from digits.cli.options import DATA_DIR
from digits.cli.output import tables
from digits.cli.output.console import line
from digits.cli.output.drawn_sheet import drawn_sheet
from digits.data import CATALOG, samples
from digits.data.drawn import KINDS, drawn
from digits.data.samples import PARTS
from digits.report.plots import samples_figure, to_png

MOST = 200  # items on a sheet


@click.command()
@click.argument("name", metavar="|".join(CATALOG))
@DATA_DIR
@click.option("--part", default="train", show_default=True, help="Part that --show draws from.")
@click.option("--show", "count", type=int, help="Write a figure of so many random glyphs with their labels.")
@click.option("--seed", default=42, show_default=True, help="Seed of that draw.")
@click.option("--out", type=click.Path(path_type=Path), default="samples.png", show_default=True, help="The figure.")
def data(name: str, data_dir: Path | None, part: str, count: int | None, seed: int, out: Path) -> None:
    """Say what is in a data set: counts, shapes, classes and their balance, hashes, licence."""
    check_name("data set", name, CATALOG)
    check_name("part", part, PARTS)
    if name in KINDS:
        _drawn(name, part, data_dir, count, seed, out)
        return
    there = [each for each in PARTS if each in CATALOG[name].parts]
    parts = {each: samples(name, each, data_dir) for each in there}
    if count is not None:
        prepare(out)
        picture = to_png(samples_figure(parts.get(part) or samples(name, part, data_dir), count, seed))
    tables.data(CATALOG[name], parts)
    if count is not None:
        line(f"Drew {count} glyphs without replacement: {write_whole(out, picture)}")


def _drawn(name: str, part: str, data_dir: Path | None, count: int | None, seed: int, out: Path) -> None:
    """Tell what a data set is that is drawn as it is needed; with `count`, draw a sheet of so many items."""
    if count is not None:
        if not 1 <= count <= MOST:
            raise BadSetting(f"Cannot show {count}: choose 1 to {MOST}.")
        prepare(out)
    there = drawn(name, part, data_dir)
    tables.drawn(CATALOG[name], there)
    if count is not None:
        items = [
            there.draw((seed + place) % len(there) if part == "validation" else seed + place) for place in range(count)
        ]
        line(f"Drew {count} of them: {write_whole(out, drawn_sheet(items))}")
