"""docs/generate.py: tables of what the benchmarks kept, and nothing where they kept nothing."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from digits.base.records import Card

SHARE = {"count": 9, "of": 10, "share": 0.9, "interval": [0.6, 0.98]}
BESIDE = {"Tesseract": {"median": 0.5, "ratio": 2.0}, "RapidOCR": {"median": 2.0, "ratio": 8.0}}


@pytest.fixture
def generate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the script, with an empty folder for results/."""
    place = Path(__file__).parents[1] / "docs" / "generate.py"
    monkeypatch.syspath_prepend(str(place.parent))
    spec = importlib.util.spec_from_file_location("generate", place)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr("records.RESULTS", tmp_path)
    return module


@pytest.fixture
def tables(generate: ModuleType) -> ModuleType:  # noqa: ARG001  whose folder is on the path
    """Return the script's tables of the reader."""
    return importlib.import_module("reader_tables")


def keep(folder: Path, name: str, **figures: Any) -> None:
    about = {"command": f"python benchmarks/{name}.py", "commit": "abc", "libraries": {"torch": "2.13.0"}}
    record = {**about, "machine": {"cpu": "a processor", "cores": 2}, **figures}
    (folder / f"{name}.json").write_text(json.dumps(record))


@pytest.mark.parametrize(
    "name", ["study", "wild", "speed", "serving", "sets", "hands", "strings", "limits", "headlines"]
)
def test_without_results_there_is_no_table(name: str, generate: ModuleType) -> None:
    assert generate.filled(f"a\n<!-- {name}: make docs -->\nold\n<!-- end -->\nb\n") == (
        f"a\n<!-- {name}: make docs -->\n<!-- end -->\nb\n"
    )


def test_wild_figures_stand_alone_where_peers_read_other_pictures(generate: ModuleType, tmp_path: Path) -> None:
    keep(tmp_path, "wild", pictures=10, by_source={"one": {}}, figures={"singles, forced: right": SHARE})
    keep(tmp_path, "reading", accuracy={"folder": "others", "Tesseract, singles: right": SHARE})
    assert generate.wild()[-3:] == [
        "|  | digits |",
        "|---|---|",
        "| single digits, always answered: right | 90.0% of 10 (60.0% to 98.0%) |",
    ]


def test_peers_that_read_the_same_pictures_stand_beside(generate: ModuleType, tmp_path: Path) -> None:
    figures = {"singles, forced: right": SHARE, "no digit, plain: refused": SHARE}
    keep(tmp_path, "wild", pictures=10, by_source={"one": {}}, figures=figures)
    accuracy = {"folder": "wild", "RapidOCR, singles: right": {**SHARE, "share": 0.5}}
    keep(tmp_path, "reading", peers={"RapidOCR": "3.10"}, accuracy=accuracy)
    assert generate.wild()[-4:] == [
        "|  | digits | RapidOCR 3.10 |",
        "|---|---|---|",
        "| single digits, always answered: right | 90.0% of 10 (60.0% to 98.0%) | 50.0% of 10 (60.0% to 98.0%) |",
        "| pictures without digits: some read | 10.0% of 10 (2.0% to 40.0%) | – |",
    ]


def test_both_collections_stand_side_by_side_each_with_its_peers(generate: ModuleType, tmp_path: Path) -> None:
    peers = {"Tesseract": {"singles: right": {**SHARE, "share": 0.5}}}
    first = {"figures": {"singles, forced: right": SHARE}, "by_source": {"one": {}, "both": {}}, "peers": peers}
    numbers = {
        "numbers without mixed, forced: digit errors": {"count": 12, "of": 1000, "share": 0.012},
        "numbers without mixed: exact": {**SHARE, "of": 0, "share": None},
    }
    second = {"figures": numbers, "by_source": {"both": {}}, "peers": {}}
    collections = {"first": first, "second": second}
    keep(tmp_path, "wild", pictures=20, peers={"Tesseract": "5.3"}, collections=collections)
    lines = generate.wild()
    assert lines[0].startswith("20 pictures by other people, from 2 public sources, in two collections")
    assert lines[-4:] == [
        "|  | first: digits | first: Tesseract 5.3 | second: digits |",
        "|---|---|---|---|",
        "| single digits, always answered: right | 90.0% of 10 (60.0% to 98.0%) | 50.0% of 10 (60.0% to 98.0%) | – |",
        "| numbers without words, always answered: digits wrong | – | – | 1.2% of 1,000 |",
    ]


def test_strings_have_a_row_for_each_figure(generate: ModuleType, tmp_path: Path) -> None:
    keep(tmp_path, "strings", figures={"digits right": SHARE, "digits right, with signs": {**SHARE, "share": 0.8}})
    assert generate.strings()[-4:] == [
        "| strings | share |",
        "|---|---|",
        "| digits right | 90.0% of 10 (60.0% to 98.0%) |",
        "| digits right, with signs | 80.0% of 10 (60.0% to 98.0%) |",
    ]


def test_speed_has_a_column_for_each_peer_that_was_there(generate: ModuleType, tmp_path: Path) -> None:
    process = {"whole process, seconds": {"digits": {"median": 0.25, "ratio": 1.0}, **BESIDE}, "torch imported": False}
    keep(tmp_path, "reading", peers={"Tesseract": "5.3", "RapidOCR": "3.10"}, process=process)
    assert generate.speed()[-3:] == [
        "|  | digits | Tesseract 5.3 | RapidOCR 3.10 |",
        "|---|---|---|---|",
        "| whole process, seconds | 0.25 | 0.5 (2x) | 2 (8x) |",
    ]


def test_the_card_is_told_in_words(tables: ModuleType) -> None:
    claims = {"digits": 1000, "refused": 0.012, "error_rate": 0.004, "others": 50, "let_past": 0.02}
    told = " ".join(tables.claims(Card("reader", 24, ("0", "1"), threshold=0.6, claims=claims)))
    assert all(each in told for each in ("0.60", "1,000", "1.2%", "0.4%", "50", "2.0%"))


SCORES = {"validation": {"samples": 2000, "accuracy": 0.9, "interval": [0.88, 0.92], "loss": 0.1}}


def test_the_card_of_a_network_of_lines_tells_of_rows_and_of_digits(tables: ModuleType) -> None:
    rows = {"rows": 2000, "rows_at_0.99": 1000, "right_at_0.99": 997, "rows_at_0.95": 0, "right_at_0.95": 0}
    claims = {**rows, "digits": 8000, "sure": 6000, "sure_wrong": 30}
    card = Card("line", 112, ("0", "1"), temperature=1.25, threshold=0.875, claims=claims, scores=SCORES)
    assert tables.claims(card) == [
        "- Lines: of 2,000 drawn rows 90.0% (88.00% to 92.00%) are right, signs and all, at its temperature of 1.25;",
        "  of the 1,000 that are likely by 99% and more, 99.7%;",
        "  of 8,000 digits 75.0% reach its threshold of 0.88, and 0.5% of these are wrong.",
    ]


def test_the_card_of_a_network_of_ink_tells_how_well_it_covers(tables: ModuleType) -> None:
    [told] = tables.claims(Card("ink", 80, ("written", "printed"), scores=SCORES))
    assert "2,000 drawn scenes" in told
    assert "90.0% (88.00% to 92.00%)" in told


def test_the_networks_that_ship_are_told_but_for_one_that_is_not_there(
    tables: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ink = SimpleNamespace(card=Card("ink", 80, ("written", "printed"), scores=SCORES))
    monkeypatch.setattr(tables, "ink_network", lambda: ink)
    monkeypatch.setattr(tables, "WEIGHTS", tmp_path)
    (tmp_path / "ink.onnx").touch()
    kinds = [line.partition(":")[0] for line in tables.card() if line.startswith("- ")]
    assert kinds == ["- Glyphs", "- Ink"]


@pytest.mark.parametrize("model", ["reader", "line", "ink"])
def test_a_card_that_claims_nothing_is_not_told(model: str, tables: ModuleType) -> None:
    assert tables.claims(Card(model, 24, ("0", "1"))) == []


RECIPE = {
    "n": 10,
    "mean": 0.99123,
    "interval": [0.9911, 0.9914],
    "mean_without_wrong_labels": 0.9925,
    "interval_without_wrong_labels": [0.992, 0.993],
    "parameters": 1234,
    "multiply_adds": 5678,
    "median_seconds": 2.5,
    "ratio": 4.2,
    "threads": 2,
    "trained_at": ["def"],
}


def test_results_have_a_row_for_each_recipe_and_say_how_it_was_measured(generate: ModuleType, tmp_path: Path) -> None:
    keep(tmp_path, "quick", rows={"quick": RECIPE})
    page = generate.page()
    assert (
        "| `quick` | 99.12% (99.11% to 99.14%) | 10 | 99.25% (99.20% to 99.30%) | 1,234 | 5,678 | 2.5 | 4.2x |" in page
    )
    told = (
        "- `quick`: `python benchmarks/quick.py`, commit abc; networks trained at def; a processor, 2 cores, torch 2."
    )
    assert told in page


def test_the_headlines_are_three_recipes(generate: ModuleType, tmp_path: Path) -> None:
    for name in ("quick", "best", "tiny", "quick995"):
        keep(tmp_path, name, rows={name: RECIPE})
    assert [line.split("`")[1] for line in generate.headlines()[2:]] == [
        "digits train quick",
        "digits train best",
        "digits train tiny",
    ]


def test_a_page_that_is_stale_is_told(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    for name in ("docs", "results"):
        shutil.copytree(root / name, tmp_path / name)
    for name in ("README.md", "results.md"):
        shutil.copy(root / name, tmp_path)
    check = [sys.executable, str(tmp_path / "docs" / "generate.py"), "--check"]
    assert subprocess.run(check, capture_output=True, text=True).returncode == 0
    (tmp_path / "results.md").write_text((tmp_path / "results.md").read_text() + "99.99%\n")
    done = subprocess.run(check, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "results.md is stale: run `make docs`.\n")
