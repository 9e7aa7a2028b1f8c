"""Options that several commands have."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import rich_click as click

from digits.base.errors import BadSetting
from digits.data import CATALOG
from digits.train import Run

DATA_DIR = click.option(
    "--data-dir", type=click.Path(path_type=Path), help="Folder that already has the data; or set DIGITS_DATA."
)
TENSORBOARD = click.option(
    "--tensorboard", is_flag=True, help="Write event files for TensorBoard into the folder tensorboard beside --out."
)
EXTRA = click.option(
    "--extra",
    "extra",
    metavar="PATH",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Folder or .zip of glyphs of your own with a labels.csv, to learn from as well; may be given several times.",
)
Body = Callable[..., Any]
Decorator = Callable[[Body], Body]


def data_option(default: str | None, meaning: str = "Data set.") -> Decorator:
    """Return the option --data with its default."""
    return click.option(
        "--data",
        "data_name",
        default=default,
        show_default=bool(default),
        help=f"{meaning} Choose from: {', '.join(CATALOG)}.",
    )


def out_option(default: str) -> Decorator:
    """Return the option --out, a folder, with its default."""
    return click.option(
        "--out", type=click.Path(path_type=Path), default=default, show_default=True, help="Folder for results."
    )


def run_options(*names: str, defaults: bool = False) -> Decorator:
    """Return what adds an option for each of these settings of a Run, with Run's own defaults or with none."""

    def add(command: Body) -> Body:
        for entry in reversed([entry for entry in fields(Run) if entry.name in names]):
            words = entry.metadata["help"]
            command = click.option(
                f"--{entry.name.replace('_', '-')}",
                type=type(entry.default),
                default=entry.default if defaults else None,
                show_default=True if defaults else "the run's own",
                help=f"{words[0].upper()}{words[1:]}.",
            )(command)
        return command

    return add


class Listed(click.ParamType[tuple[Any, ...]]):
    """A list of values of one type, with commas between them."""

    def __init__(self, kind: type, name: str) -> None:
        self.kind, self.name = kind, name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Any, ...]:
        """Return the values as a tuple; wrong use (exit code 2) if one is of another type."""
        if isinstance(value, tuple):
            return value
        words = [each.strip() for each in value.split(",") if each.strip()]
        if not words:
            raise BadSetting(f"{param.opts[0] if param else 'The list'} is empty: give values like {self.name}.")
        try:
            return tuple(self.kind(each) for each in words)
        except ValueError:
            self.fail(f"{value!r} is no list of values like {self.name}.", param, ctx)
