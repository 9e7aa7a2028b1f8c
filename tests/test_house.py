"""The rules of the house: floors, sizes, a light door."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def functions(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [(node.name, node.end_lineno - node.lineno + 1) for node in ast.walk(tree) if isinstance(node, kinds)]


def test_floors_import_downwards_only() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_over_300_lines_and_no_function_over_60(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300
    assert [name for name, lines in functions(path) if lines > 60] == []


@pytest.mark.parametrize("path", sorted((ROOT / "src" / "digits" / "web").iterdir()), ids=lambda path: path.name)
def test_no_file_of_the_page_is_over_300_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


def test_most_functions_are_under_15_lines_of_code() -> None:
    lengths = [lines for path in SOURCES for _, lines in functions(path)]
    assert sorted(lengths)[len(lengths) // 2] < 15


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "manager", "engine"])
def test_no_file_is_named_for_nothing(name: str) -> None:
    assert [path for path in SOURCES if name in path.stem] == []


@pytest.mark.parametrize("words", ["import digits", "import digits.cli.main"])
def test_the_door_is_light(words: str) -> None:
    heavy = "{'torch', 'matplotlib', 'scipy', 'pandas', 'cv2'}"
    program = f"import sys; {words}; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_name_behind_the_door_is_there() -> None:
    import digits

    assert all(hasattr(digits, name) for name in digits.__all__)
