"""A study, its figures, its table, its findings and its page."""

import csv
import json
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digits.artifact import load, prove, save
from digits.base.errors import BadArtifact, BadSetting
from digits.base.records import Samples
from digits.report.pages import write_report
from digits.report.plots import curves_figure, errors_figure, samples_figure, to_png
from digits.report.table import findings, table, to_csv
from digits.train import RUNS, Study, study
from digits.train.evaluation import evaluate
from digits.train.study import TUTORIAL

FIGURES = ("samples", "curves", "comparison", "confusion", "errors", "reliability", "risk", "corruptions")


@pytest.fixture(scope="module")
def made(train_data: Samples, validation: Samples, test_part: Samples) -> Study:
    return study(train_data, validation, test_part, epochs=2, device="cpu")


def test_a_study_has_the_tutorials_runs_in_order(made: Study) -> None:
    assert [entry.name for entry in made.entries] == list(TUTORIAL)
    assert all(entry.trained.run == replace(RUNS[entry.name], epochs=2, device="cpu") for entry in made.entries)


def test_the_best_is_chosen_on_check_and_not_on_test(made: Study) -> None:
    worst = min(made.entries, key=lambda entry: entry.validation.accuracy)
    praised = replace(worst, test=replace(worst.test, accuracy=1.0))
    others = tuple(praised if entry is worst else entry for entry in made.entries)
    assert replace(made, entries=others).best.name == made.best.name


def test_the_gap_is_train_less_validation(made: Study) -> None:
    entry = made.entries[0]
    assert entry.gap == entry.train.accuracy - entry.validation.accuracy


def test_the_record_is_json_and_has_every_score(made: Study) -> None:
    record = json.loads(json.dumps(made.to_dict()))
    assert [each["test"]["accuracy"] for each in record["runs"]] == [entry.test.accuracy for entry in made.entries]
    assert record["data"]["test"]["samples"] == 105


def test_a_saved_network_is_proved_equal(made: Study, tmp_path: Path, validation: Samples) -> None:
    prove(made.best.classifier(), save(made.best.classifier(), tmp_path / "it.safetensors"), validation.glyphs)


@pytest.mark.parametrize("change", [1e-6, 1.0])
def test_the_smallest_change_to_a_weight_is_noticed(
    made: Study, tmp_path: Path, validation: Samples, change: float
) -> None:
    path = save(made.best.classifier(), tmp_path / "it.safetensors")
    other = load(path)
    next(other.network.parameters()).data.view(-1)[0] += change
    save(other, path)
    with pytest.raises(BadArtifact, match="other weights"):
        prove(made.best.classifier(), path, validation.glyphs)


def test_csv_has_the_numbers_of_the_record(made: Study) -> None:
    rows = list(csv.DictReader(StringIO(to_csv(made))))
    assert [float(row["test_accuracy"]) for row in rows] == [entry.test.accuracy for entry in made.entries]
    assert [int(row["parameters"]) for row in rows] == [7960, 7960, 7960, 7740]


def test_the_table_fits_a_terminal_of_80_columns(made: Study) -> None:
    headings, rows = table(made)
    widths = [
        max(len(line) for cell in column for line in cell.split("\n")) for column in zip(headings, *rows, strict=True)
    ]
    assert sum(widths) + len(widths) - 1 <= 80


# Findings


def dead(made: Study, never: tuple[str, ...]) -> Study:
    """The same study, had mlp-relu-logits never answered these classes."""
    entries = [
        replace(entry, test=replace(entry.test, never=never)) if entry.name == "mlp-relu-logits" else entry
        for entry in made.entries
    ]
    return replace(made, entries=tuple(entries))


@pytest.mark.parametrize(
    ("never", "words"),
    [(("3",), "never answers 3:"), (("3", "8"), "never answers 3 or 8:"), ((), "every class this time")],
)
def test_dead_logits_are_told_only_where_there_are_any(made: Study, never: tuple[str, ...], words: str) -> None:
    assert words in findings(dead(made, never))[0]


def fitted(made: Study, train_data: float, validation: float) -> str:
    """What is said of mlp-relu-logits, had it these accuracies on 10,000 glyphs."""
    entries = list(made.entries)
    half = 0.01
    entries[1] = replace(
        entries[1],
        train=replace(entries[1].train, accuracy=train_data),
        validation=replace(entries[1].validation, accuracy=validation, interval=(validation - half, validation + half)),
    )
    return findings(replace(made, entries=tuple(entries)))[1]


@pytest.mark.parametrize(
    ("on_train", "on_validation", "words"),
    [(0.7497, 0.7494, "underfits"), (0.99, 0.95, "overfits"), (0.98, 0.979, "neither"), (0.76, 0.752, "underfits")],
)
def test_fit_is_told_from_the_gap(made: Study, on_train: float, on_validation: float, words: str) -> None:
    assert f"mlp-relu-logits {words}" in fitted(made, on_train, on_validation)


def test_the_cnn_is_counted(made: Study) -> None:
    assert "7,740 parameters, fewer than mlp's 7,960, but 143 times its multiply-adds" in findings(made)[3]


# Figures and page


@pytest.fixture(scope="module")
def folder(
    made: Study, train_data: Samples, validation: Samples, test_part: Samples, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("report")
    write_report(made, evaluate(made.best.classifier(), test_part, validation, most=50), train_data, test_part, path)
    return path


def test_every_file_of_the_report_is_there(folder: Path) -> None:
    names = {f"{name}.png" for name in FIGURES}
    assert {path.name for path in folder.iterdir()} == names | {"results.csv", "study.json", "report.html"}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_a_picture_with_something_on_it(folder: Path, name: str) -> None:
    pixels = np.asarray(Image.open(folder / f"{name}.png").convert("L"))
    assert pixels.shape[1] > 900
    assert 0.005 < (pixels < 128).mean() < 0.6


def test_each_run_is_named_once_in_the_curves(made: Study) -> None:
    words = [text.get_text() for text in curves_figure(made).legends[0].get_texts()]
    assert words == [*TUTORIAL, "on validation", "while training"]


def test_the_page_needs_nothing_but_itself(folder: Path) -> None:
    page = (folder / "report.html").read_text()
    assert re.findall(r'(?:src|href)="(?!data:)', page) == []
    assert page.count("data:image/png;base64,") == len(FIGURES)


def test_the_page_has_the_table_and_the_findings(folder: Path, made: Study) -> None:
    page = (folder / "report.html").read_text().replace("&#39;", "'")
    assert all(finding in page for finding in findings(made))
    assert all(cell in page for row in table(made)[1] for cell in row)


def test_random_glyphs_are_drawn_without_replacement(train_data: Samples) -> None:
    few = train_data.take(np.arange(10))
    titles = [axes.get_title() for axes in samples_figure(few, 10, seed=1).axes]
    assert sorted(titles) == sorted(few.classes)


def test_a_seed_gives_the_same_picture(train_data: Samples) -> None:
    one, same, other = (to_png(samples_figure(train_data, 10, seed)) for seed in (1, 1, 2))
    assert one == same != other


@pytest.mark.parametrize("count", [0, -1, 501])
def test_a_count_that_cannot_be_shown_is_told(train_data: Samples, count: int) -> None:
    with pytest.raises(BadSetting, match=f"Cannot show {count} glyphs"):
        samples_figure(train_data, count, 1)


def test_the_worst_mistakes_are_the_surest(test_part: Samples) -> None:
    said = np.full((len(test_part), 10), 0.01, np.float32)
    said[np.arange(len(said)), (test_part.labels + 1) % 10] = np.linspace(0.5, 0.9, len(said))
    figure = errors_figure(test_part, said, "it", count=3)
    titles = [axes.get_title() for axes in figure.axes if axes.get_visible()]
    assert [title.split("\n")[1] for title in titles] == ["90.0% sure", "89.6% sure", "89.2% sure"]


def test_no_mistakes_make_an_empty_gallery(test_part: Samples) -> None:
    said = np.eye(10, dtype=np.float32)[test_part.labels]
    assert "0 worst of 0 mistakes" in errors_figure(test_part, said, "it").get_suptitle()
