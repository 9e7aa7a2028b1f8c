"""Entry point of the command line: finds the command that was asked for, imports it alone, tells an error in one line.

Exit codes: 0 done, 1 an error that is told in one line, 2 wrong use, 130 stopped by Ctrl-C.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import NamedTuple

import rich_click as click

from digits import __version__
from digits.base.errors import DigitsError
from digits.base.extras import require_extra
from digits.base.files import reason


class Command(NamedTuple):
    """Where a command is, the extra that its libraries come with, if any, and its line in the list of commands."""

    module: str
    extra: str
    summary: str


COMMANDS = {
    "read": Command("digits.cli.read", "", "Read the digits in pictures."),
    "serve": Command("digits.cli.serve", "serve", "Read pictures over HTTP, with a page to draw on."),
    "study": Command(
        "digits.cli.study", "train", "Run the tutorial's whole study: four networks, compared and explained."
    ),
    "data": Command("digits.cli.data", "train", "Say what is in a data set, and show some of it."),
    "train": Command("digits.cli.train", "train", "Train one network and save it."),
    "compare": Command("digits.cli.compare", "train", "Compare runs over seeds, with intervals and a paired test."),
    "sweep": Command("digits.cli.sweep", "lab", "Search for the settings that suit a run best."),
    "score": Command("digits.cli.score", "train", "Open the test part: score a saved network."),
    "replay": Command("digits.cli.replay", "train", "Train again what a run.json tells, and compare to the bit."),
    "runs": Command("digits.cli.runs", "train", "List the runs in a folder."),
    "export": Command("digits.cli.export", "train", "Write a saved network as ONNX, which needs no torch."),
    "show": Command("digits.cli.show", "", "Say what a saved network is and where it came from."),
}


@contextmanager
def errors_told(ctx: click.Context) -> Iterator[None]:
    """Turn a DigitsError into one line on stderr and exit code 1, Ctrl-C into exit code 130."""
    try:
        yield
    except DigitsError as error:
        click.echo(f"digits: {error}", err=True)
        ctx.exit(1)
    except OSError as error:
        if error.errno == errno.EPIPE:  # whoever read our output has gone: click ends us quietly
            raise
        click.echo(f"digits: {error.filename or 'the system'}: {reason(error)}.", err=True)
        ctx.exit(1)
    except (KeyboardInterrupt, ImportError) as error:
        if not isinstance(error, KeyboardInterrupt) and not isinstance(error.__cause__, KeyboardInterrupt):
            raise  # but a library that was stopped while it was loaded may call that an ImportError
        click.echo("digits: stopped.", err=True)
        ctx.exit(130)


class LazyGroup(click.RichGroup):
    """A group whose commands are imported when they are called, and listed without being imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of all commands, in the order that a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return what the list of commands shows of `cmd_name`."""
        if cmd_name not in COMMANDS:
            return None
        return click.Command(cmd_name, help=COMMANDS[cmd_name].summary)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command itself, imported, with its name and the arguments that are left for it."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, (_import(name) if listed and name else None), rest

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        with errors_told(ctx):
            return super().invoke(ctx)


def _import(name: str) -> click.Command:
    module, extra, _ = COMMANDS[name]
    with require_extra(extra, f"`digits {name}`"):
        command: click.Command = getattr(import_module(module), name)
    return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="digits")
def main() -> None:
    """Handwritten digits: train, compare and prove the networks that read them."""
