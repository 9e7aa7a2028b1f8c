"""The command read: pictures in; text, JSON lines or CSV out. Light: it needs no torch."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from digits.base.errors import BadPicture, shown
from digits.base.machine import cores
from digits.base.reading import Failure, Reading
from digits.cli.output.answer_stream import AnswerStream, answer_stream
from digits.cli.output.csv_file import TITLE, csv_row, open_for_append, rows_in
from digits.cli.output.text import as_line, as_lines, name_column, trouble
from digits.cli.picture_files import is_folder, pictures
from digits.images.decode import MAX_BYTES
from digits.reading import Reader

if TYPE_CHECKING:
    from digits.cli.output.sheet_folder import SheetFolder

MANY = 5_000  # pictures that are worth the start of processes of their own
MOST_PROCESSES = 8  # each holds 60 MB
PIPE = "-"  # stdin among the pictures, stdout as a CSV file

Answer = Reading | Failure
Format = Callable[[Answer], str]


def _share(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:  # noqa: ARG001
    if value is not None and not 0 <= value <= 1:
        raise click.BadParameter(f"{value} is not from 0 to 1.")
    return value


@click.command()
@click.argument("paths", metavar="PATHS...|FOLDER|-", nargs=-1, required=True)
@click.option("--json", "in_json", is_flag=True, help="Print one line of JSON per picture, with all there is to tell.")
@click.option("--csv", "table", metavar="FILE", type=click.Path(path_type=Path), help="Write a row per picture.")
@click.option("--resume", is_flag=True, help="Go on with the CSV file: leave out the pictures that it has.")
@click.option("--single", is_flag=True, help="Each picture holds exactly one digit: all its ink is that digit.")
@click.option("--min-confidence", type=float, callback=_share, help="Below, a digit is '?'.  [default: the network's]")
@click.option("--force", is_flag=True, help="Never '?': the likeliest digit, however unsure.")
@click.option("--digits-only", is_flag=True, help="Digits alone: no signs, no blanks between numbers.")
@click.option("--print", "printed", is_flag=True, help="Read print too where there is handwriting.")
@click.option("--model", metavar="FILE", type=click.Path(path_type=Path), help="Another saved network than our own.")
@click.option("--show", "folder", metavar="FOLDER", type=click.Path(path_type=Path), help="Draw contact sheets there.")
def read(
    paths: tuple[str, ...],
    in_json: bool,
    table: Path | None,
    resume: bool,
    model: Path | None,
    folder: Path | None,
    digits_only: bool,
    **how: Any,
) -> None:
    """Read the digits in pictures: PNG, JPEG, WebP, TIFF, BMP, GIF, PPM. - is a picture from stdin.

    Of a folder all pictures in it and below are read. One picture gives its rows of digits and what there is to doubt;
    several give a line each: name, confidence of the least sure digit, digits, warnings. '?' is a digit that the
    network is unsure of. A picture that cannot be read is told on stderr, the rest are read, and the exit code is 1.
    --csv writes each row as it comes: a run that was stopped goes on with --resume.
    """
    _check_use(paths, in_json, table, resume, folder)
    names, troubles = ([PIPE], []) if paths == (PIPE,) else pictures(paths, folder)
    done = rows_in(table) if table and resume else {}
    left = [name for name in names if name not in done]
    failed = len(troubles) + sum(not done.get(name, True) for name in names)
    alone = len(paths) == 1 and not is_folder(paths[0])
    with answer_stream(len(left), answers=table in (None, Path(PIPE))) as out:
        for line in troubles:
            out.tell(line)
        if len(left) < len(names):
            out.tell(f"{len(names) - len(left):,} of {len(names):,} pictures are in {shown(str(table))} already.")
        if left:
            answers = _answers(Reader.load(model), left, how)
            if digits_only:
                answers = ((source, _bare(answer)) for source, answer in answers)
            sheets = _sheets(folder, names)
            with _writing(out, table, resume) as write:
                failed += _run(answers, out, write, _format(in_json, table, left, alone=alone), sheets)
    if failed:
        sys.exit(1)


def _check_use(paths: tuple[str, ...], in_json: bool, table: Path | None, resume: bool, folder: Path | None) -> None:
    if in_json and table:
        raise click.UsageError("--json and --csv do not go together: choose one.")
    if resume and table in (None, Path(PIPE)):
        raise click.UsageError("--resume goes on with a CSV file: name it with --csv.")
    if PIPE in paths and len(paths) > 1:
        raise click.UsageError(f"{PIPE} stands for one picture from stdin, and stands alone.")
    if PIPE in paths and (sys.stdin is None or sys.stdin.isatty()):
        raise click.UsageError(f"{PIPE} reads a picture from stdin, but nothing is piped in.")
    if folder and any(is_folder(path) and folder.resolve() == Path(path).resolve() for path in paths):
        raise click.UsageError("--show draws into the folder that is read: name another, so that no drawing is read.")


def _answers(reader: Reader, names: list[str], how: dict[str, Any]) -> Iterator[tuple[str | bytes, Answer]]:
    """Yield each picture's source with its answer, in order."""
    if names != [PIPE]:
        processes = min(cores(), MOST_PROCESSES) if len(names) >= MANY else 0
        yield from zip(names, reader.read_many(names, processes=processes, **how), strict=True)
        return
    content = sys.stdin.buffer.read(MAX_BYTES + 1)
    yield content, _answer(reader, content, how)


def _answer(reader: Reader, content: bytes, how: dict[str, Any]) -> Answer:
    """Return the answer to the picture from stdin."""
    try:
        if len(content) > MAX_BYTES:
            raise BadPicture(f"Cannot read the picture: it has more than {MAX_BYTES >> 20} MiB.")
        return replace(reader.read(content, **how), name=PIPE)
    except BadPicture as error:
        return Failure(PIPE, str(error))


def _bare(answer: Answer) -> Answer:
    return answer if isinstance(answer, Failure) else answer.without_signs()


def _format(in_json: bool, table: Path | None, names: list[str], *, alone: bool) -> Format:
    """Return what makes the text of an answer; of a picture that could not be read it may be none."""
    if table:
        return csv_row
    if in_json:
        return lambda answer: json.dumps(answer.to_dict())
    width = name_column(names)

    def in_words(answer: Answer) -> str:
        if isinstance(answer, Failure):
            return ""
        return as_lines(answer) if alone else as_line(answer, width)

    return in_words


@contextmanager
def _writing(out: AnswerStream, table: Path | None, resume: bool) -> Iterator[Callable[[str], None]]:
    """Yield what takes the text of each answer: stdout or the CSV file. Raises BadOutput."""
    if table and table != Path(PIPE):
        with open_for_append(table, resume=resume) as append:
            yield append
        return
    if table:
        out.answer(TITLE)
    yield out.answer


def _sheets(folder: Path | None, names: list[str]) -> "SheetFolder | None":
    if folder is None:
        return None
    from digits.cli.output.sheet_folder import SheetFolder  # not above: few ask for it

    return SheetFolder(folder, names)


def _run(
    answers: Iterator[tuple[str | bytes, Answer]],
    out: AnswerStream,
    write: Callable[[str], None],
    form: Format,
    sheets: "SheetFolder | None",
) -> int:
    """Write all answers and draw the pictures; return how many of these failed."""
    failed = 0
    for source, answer in answers:
        if isinstance(answer, Failure):
            failed += 1
            out.tell(trouble(answer))
        elif sheets:
            try:
                sheets.add(source, answer)
            except BadPicture as error:  # it has vanished since
                failed += 1
                out.tell(str(error))
        if text := form(answer):
            write(text)
        out.step()
    return failed
