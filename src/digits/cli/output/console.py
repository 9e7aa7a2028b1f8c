"""Console output of every command: plain lines, and a progress bar. Loads rich and nothing heavy."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import rich
from rich.text import Text

rich.reconfigure(markup=False, highlight=False, emoji=False)  # a path with brackets is printed as it is
console = rich.get_console()  # the one that the progress bars draw on: lines go above them


def line(text: str, bold: str = "") -> None:
    """Print `text` unwrapped, after a part in bold."""
    console.print(Text.assemble((bold, "bold"), text), soft_wrap=True)


@contextmanager
def progress_bar(title: str, total: int) -> Iterator[Callable[[str], None]]:
    """Show a bar of `total` steps where the output is a terminal; yield what is told each step's name as it begins."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(title),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("", total=total)
        begun = 0

        def begin_step(name: str) -> None:
            nonlocal begun
            bars.update(task, completed=begun, description=name)
            begun += 1

        yield begin_step
