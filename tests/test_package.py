"""The package as it is built: a wheel, made from the sdist, that reads a picture without the checkout."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAM = """
import sys
from importlib import resources
import digits
from jinja2 import Environment, PackageLoader
assert digits.__file__.startswith(sys.argv[1]), digits.__file__
assert (resources.files("digits") / "web" / "index.html").read_text().startswith("<!doctype html>")
Environment(loader=PackageLoader("digits", "report")).get_template("report.html.j2")
print(digits.Reader.load().read(sys.argv[2]).text)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with nothing in it but the installed wheel."""
    built, target = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("installed")
    run("-m", "build", "--no-isolation", "--outdir", built, source(tmp_path_factory.mktemp("source")))
    (wheel,) = built.glob("*.whl")
    assert len(list(built.glob("*.tar.gz"))) == 1
    run("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", target, wheel)
    return target


def source(folder: Path) -> Path:
    """Return `folder` with what the package is built from: building leaves files there, not in the checkout."""
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder)
    return folder


def run(*words: object, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, words)], capture_output=True, text=True, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_reads_a_picture_without_the_checkout(installed: Path) -> None:
    read = run("-c", PROGRAM, installed, ROOT / "examples" / "row.png", PYTHONPATH=str(installed))
    assert read == "30964\n"


def test_it_has_the_command(installed: Path) -> None:
    read = run(installed / "bin" / "digits", "read", ROOT / "examples" / "row.png", PYTHONPATH=str(installed))
    assert read.startswith("30964\n")


def test_it_has_every_file(installed: Path) -> None:
    kept, checkout = installed / "digits", ROOT / "src" / "digits"
    there, wanted = (
        {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}
        for folder in (kept, checkout)
    )
    assert there == wanted
