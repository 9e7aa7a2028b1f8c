"""Streams of the command read: answers to stdout as they come, errors to stderr, a progress bar if there are many."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

import rich_click as click

MANY = 20  # pictures: for more of them there is a bar


@dataclass(frozen=True)
class AnswerStream:
    """What prints: `answer` a line to stdout, `tell` a line to stderr; `step` moves the bar."""

    answer: Callable[[str], None]
    tell: Callable[[str], None]
    step: Callable[[], None]


@contextmanager
def answer_stream(total: int, *, answers: bool) -> Iterator[AnswerStream]:
    """Yield what prints while `total` pictures are read; `answers` tells whether anything of it goes to stdout."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that the terminal cannot show ends nothing
    if total > MANY and _seen(sys.stderr):
        with _barred(total, on_stdout=answers and _seen(sys.stdout)) as made:
            yield made
    else:
        yield AnswerStream(click.echo, lambda text: click.echo(_told(text), err=True), lambda: None)


@contextmanager
def _barred(total: int, *, on_stdout: bool) -> Iterator[AnswerStream]:
    """Yield an AnswerStream with a bar. Where both streams are a terminal, one console has both: lines go above it."""
    from rich.console import Console  # not above: they take longer than reading a picture
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=not on_stdout)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, console=console, redirect_stdout=False) as bars:
        task = bars.add_task("", total=total)

        def above(text: str) -> None:
            console.out(text, highlight=False)

        yield AnswerStream(
            above if on_stdout else click.echo, lambda text: above(_told(text)), lambda: bars.advance(task)
        )


def _seen(stream: TextIO | None) -> bool:
    """Whether `stream`, which may have been closed before we started, is a terminal."""
    return stream is not None and stream.isatty()


def _told(text: str) -> str:
    return f"digits: {text}"
