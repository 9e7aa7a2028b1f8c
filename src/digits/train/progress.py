"""Training progress bar with loss, accuracy and time left; nothing where the output is no terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import rich
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

Tell = Callable[[int, int, float, float], None]  # epoch, steps done in it, loss, accuracy


@contextmanager
def live_bar(name: str, epochs: int, steps: int, *, show: bool) -> Iterator[Tell]:
    """Show a bar over `epochs` of `steps` each while the context lasts; yield what moves it."""
    figures = TextColumn("{task.fields[figures]}")
    title = TextColumn(f"[bold]{name}[/]  epoch {{task.fields[epoch]}}/{epochs}")
    console = rich.get_console()  # shared with whoever prints meanwhile, so that lines go above the bar
    columns = (title, BarColumn(), TaskProgressColumn(), figures, TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not (show and console.is_terminal)) as bars:
        task = bars.add_task(name, total=epochs * steps, epoch=1, figures="")

        def tell(epoch: int, step: int, loss: float, accuracy: float) -> None:
            done = (epoch - 1) * steps + step
            bars.update(task, completed=done, epoch=epoch, figures=f"loss {loss:.4f}  accuracy {accuracy:.2%}")

        yield tell
