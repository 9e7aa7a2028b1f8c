"""Every error that a user can meet, each told in one line: the thing, the value, the way out."""

import difflib
from collections.abc import Iterable


class DigitsError(Exception):
    """What went wrong, in words for the person who can mend it.

    DigitsError
    ├── UnknownName    a model, data set, run or optimizer that does not exist
    ├── BadSetting     a setting out of range, or settings that do not go together
    ├── BadData        a data file or data set that is missing, damaged or of the wrong shape
    ├── BadArtifact    a saved network or checkpoint that cannot be used
    ├── BadOutput      a place that cannot be written to
    ├── Diverged       a training whose loss is no longer a number
    └── MissingExtra   an optional library that is not installed
    """


class UnknownName(DigitsError):
    """A name that is not on the list it was looked up in."""


class BadSetting(DigitsError):
    """A setting that cannot be used as it is."""


class BadData(DigitsError):
    """Data that cannot be found, read or trusted."""


class BadArtifact(DigitsError):
    """A saved network or checkpoint that cannot be read, or is not what it was taken for."""


class BadOutput(DigitsError):
    """A file or folder that cannot be written."""


class Diverged(DigitsError):
    """A training that produced something that is not a number."""


class MissingExtra(DigitsError):
    """A command whose libraries are not installed."""


def check_name(kind: str, name: str, known: Iterable[str]) -> None:
    """Raise UnknownName, with the nearest known name, if `name` is not in `known`."""
    names = list(known)
    if name in names:
        return
    nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
    raise UnknownName(f"There is no {kind} {name!r}.{hint} Choose from: {', '.join(names)}.")
