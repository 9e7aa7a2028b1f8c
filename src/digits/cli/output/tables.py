"""Console tables: runs, studies, comparisons, scores, data sets; records in, lines and tables out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from rich import box
from rich.table import Table

from digits.base.records import Samples
from digits.cli.output.console import console, line
from digits.data import Dataset
from digits.data.drawn import Drawn
from digits.measure import Scores
from digits.report.comparison import comparison_table, pairs_in_words
from digits.report.table import findings, table
from digits.train import Comparison, Row, Run, Study
from digits.train.evaluation import Evaluation


def run_heading(name: str, run: Run) -> None:
    """Print the line over a training's epochs."""
    line(f"  {run.optimizer}, learning rate {run.lr:g}, batch {run.batch}", bold=f"\n{name}")


def training_begins(name: str, run: Run | None, done: int) -> None:
    """Print the line over a training of a comparison; a baseline has no run. So many epochs are `done` already."""
    if run is None:
        line("  scikit-learn: this may take minutes", bold=f"\n{name}")
        return
    run_heading(name, run)
    if done:
        line(f"  going on after epoch {done}")


def epoch(row: Row, epochs: int) -> None:
    """Print one row of a run's log."""
    line(
        f"  epoch {row.epoch}/{epochs}  train loss {row.train_loss:.4f} {row.train_accuracy:7.2%}"
        f"   validation loss {row.validation_loss:.4f} {row.validation_accuracy:7.2%}   {row.train_seconds:.1f} s"
    )


def study(made: Study) -> None:
    """Print a study's table and findings."""
    headings, rows = table(made)
    grid = Table(box=box.SIMPLE_HEAD, padding=0, show_edge=False)
    for place, each in enumerate(headings):
        grid.add_column(each, justify="right" if place else "left", no_wrap=True)
    for row in rows:
        grid.add_row(*row, style="bold" if row[0] == made.best.name else "")
    console.print()
    console.print(grid)
    for finding in findings(made):
        console.print(f"• {finding}")


def evaluation(made: Evaluation, facts: Sequence[tuple[str, str]]) -> None:
    """Print what confidence is worth, and the accuracy under each corruption, the worst last."""
    for name, value in facts[1:]:
        line(f"  {name:46s} {value}")
    grid = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    grid.add_column("corruption")
    grid.add_column("accuracy", justify="right")
    for name, accuracy in sorted(made.corruptions.items(), key=lambda pair: -pair[1]):
        grid.add_row(name, f"{accuracy:.2%}")
    console.print(grid)


def comparison(made: Comparison, data: str) -> None:
    """Print a comparison's table, and its neighbours' test."""
    headings, rows = comparison_table(made)
    grid = Table(box=box.SIMPLE_HEAD, padding=0, show_edge=False, collapse_padding=True)
    for place, each in enumerate(headings):
        grid.add_column(each, justify="right" if place else "left", no_wrap=True)
    for row in rows:
        grid.add_row(*row)
    line(f" part of {data}; the best on validation first", bold=f"\n{made.part.capitalize()}")
    console.print(grid)
    if made.pairs:
        _pairs(made)


def _pairs(made: Comparison) -> None:
    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for place, each in enumerate(("neighbours", "only the first\nis right", "only the\nsecond", "p")):
        grid.add_column(each, justify="right" if place else "left")
    for row in pairs_in_words(made):
        grid.add_row(*row)
    line("")
    line(" on the same glyphs, the median network of each", bold="McNemar's exact test")
    console.print(grid)


def data(dataset: Dataset, parts: Mapping[str, Samples]) -> None:
    """Print what a data set is and what its parts hold."""
    line(f"  {dataset.title}", bold=dataset.name)
    facts = {"licence": dataset.licence, "cite": dataset.cite, "from": dataset.origin}
    for name, fact in facts.items():
        line(f"  {name:8s} {fact}")
    grid = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    grid.add_column("class")
    for part in parts:
        grid.add_column(part, justify="right")
    counts = [np.bincount(each.labels, minlength=len(dataset.classes)) for each in parts.values()]
    for name, *row in zip(dataset.classes, *counts, strict=True):
        grid.add_row(name, *(f"{number:,}" for number in row))
    grid.add_section()
    grid.add_row("glyphs", *(f"{len(each):,}" for each in parts.values()))
    grid.add_row(
        "shape", *("x".join(map(str, each.glyphs.shape[1:])) + f" {each.glyphs.dtype}" for each in parts.values())
    )
    console.print(grid)
    for part, each in parts.items():
        line(f"  sha256 of {part:10s} {each.sha256}")


def drawn(dataset: Dataset, part: Drawn[Any]) -> None:
    """Print what a data set is that is drawn as it is needed, and how much of it an epoch or the part has."""
    line(f"  {dataset.title}", bold=dataset.name)
    facts = {
        "licence": dataset.licence,
        "cite": dataset.cite,
        "classes": " ".join(dataset.classes),
        part.part: f"{len(part):,}" + " in an epoch, new ones in each" * (part.part == "train"),
        "sha256": f"{part.sha256} of the first {part.proof}",
    }
    for name, fact in facts.items():
        line(f"  {name:8s} {fact}")


def scores(made: Scores, title: str) -> None:
    """Print all figures of one scoring."""
    low, high = made.interval
    line(f": {made.samples:,} glyphs", bold=title)
    line(f"  accuracy  {made.accuracy:.2%}  (95% interval {low:.2%} to {high:.2%})")
    line(f"  loss      {made.loss:.4f}")
    line(f"  ECE       {made.ece:.2%}  (15 bins)")
    grid = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    grid.add_column("class")
    for each in ("precision", "recall", "F1", "glyphs"):
        grid.add_column(each, justify="right")
    for one in made.classes:
        grid.add_row(one.name, f"{one.precision:.2%}", f"{one.recall:.2%}", f"{one.f1:.2%}", f"{one.support:,}")
    console.print(grid)
    if made.confused:
        pairs = ", ".join(f"{true} read as {said} ({times})" for true, said, times in made.confused)
        line(f"  most confused: {pairs}")
    if made.never:
        line(f"  never answered: {', '.join(made.never)}")
