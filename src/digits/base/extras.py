"""Optional libraries: what to say when one that is needed is not installed."""

from collections.abc import Iterator
from contextlib import contextmanager

from digits.base.errors import MissingExtra


@contextmanager
def require_extra(extra: str, what: str) -> Iterator[None]:
    """Around imports: raise MissingExtra, "`what` needs ...", if a library of the extra is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "").split(".")[0]
        if library in ("", "digits"):
            raise
        package = f"'.[{extra}]'" if extra else "."
        told = f"pip install {package} in the folder that digits came in"
        raise MissingExtra(f"{what} needs {library}, which is not installed: {told}.") from error
