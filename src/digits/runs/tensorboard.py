"""TensorBoard event files: a curve for each training."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from digits.base.extras import require_extra
from digits.base.files import make_folder
from digits.train import Row

Watch = Callable[[str, Row], None]  # is told the name of a training and each row of its log


@contextmanager
def watching(folder: Path | None) -> Iterator[Watch]:
    """Yield what writes each row of a training into event files below `folder`; nothing happens without one.

    Each training has a folder of its own, so that TensorBoard draws a curve for each. Raises MissingExtra, BadOutput.
    """
    if folder is None:
        yield lambda _, __: None
        return
    with require_extra("lab", "--tensorboard"):
        import tensorboard  # noqa: F401  torch's writer, without it, raises an error that names no library
        from torch.utils.tensorboard import SummaryWriter
    make_folder(folder)
    with ExitStack() as open_files:
        writers: dict[str, Any] = {}

        def watch(name: str, row: Row) -> None:
            if name not in writers:
                writers[name] = open_files.enter_context(SummaryWriter(str(folder / name)))
            for part in ("train", "validation"):
                for what in ("loss", "accuracy"):
                    writers[name].add_scalar(f"{what}/{part}", getattr(row, f"{part}_{what}"), row.epoch)
            writers[name].add_scalar("seconds/train", row.train_seconds, row.epoch)
            writers[name].flush()

        yield watch
