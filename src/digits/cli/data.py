"""The command data: what is in a data set, and a figure of some of its glyphs."""

from pathlib import Path

import rich_click as click

from digits.base.errors import check_name
from digits.base.files import prepare, write_whole
from digits.cli.options import DATA_DIR
from digits.cli.output import tables
from digits.cli.output.console import line
from digits.data import CATALOG, samples
from digits.data.samples import PARTS
from digits.report.plots import samples_figure, to_png


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
    there = [each for each in PARTS if each in CATALOG[name].parts]
    parts = {each: samples(name, each, data_dir) for each in there}
    if count is not None:
        prepare(out)
        picture = to_png(samples_figure(parts.get(part) or samples(name, part, data_dir), count, seed))
    tables.data(CATALOG[name], parts)
    if count is not None:
        line(f"Drew {count} glyphs without replacement: {write_whole(out, picture)}")
