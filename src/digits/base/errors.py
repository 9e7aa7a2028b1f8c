"""Errors that a user can meet, each told in one line: the thing, the value, the way out."""

import difflib
from collections.abc import Iterable


class DigitsError(Exception):
    """What went wrong, in words for the person who can mend it.

    DigitsError
    ├── UnknownName    a model, data set, run or optimizer that does not exist
    ├── BadSetting     a setting out of range, or settings that do not go together
    ├── BadData        a data file or data set that is missing, damaged or of the wrong shape
    ├── BadPicture     a picture that cannot be read
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


class BadPicture(DigitsError):
    """A picture that cannot be found, opened, or turned into pixels worth reading."""


class BadArtifact(DigitsError):
    """A saved network or checkpoint that cannot be read, or is not what it was taken for."""


class BadOutput(DigitsError):
    """A file or folder that cannot be written."""


class Diverged(DigitsError):
    """A training that produced something that is not a number."""


class MissingExtra(DigitsError):
    """A command whose libraries are not installed."""


def shown(name: str, most: int = 200) -> str:
    """Return `name` fit for one line: what does not print is escaped, and of a long one the middle is left out."""
    if len(name) > most:
        name = f"{name[: most // 4]}...{name[len(name) - most * 3 // 4 :]}"
    if name.isprintable():
        return name
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in name)


def check_name(kind: str, name: str, known: Iterable[str]) -> None:
    """Raise UnknownName, with the nearest known name, if `name` is not in `known`."""
    names = list(known)
    if name in names:
        return
    nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
    raise UnknownName(f"There is no {kind} {name!r}.{hint} Choose from: {', '.join(names)}.")
