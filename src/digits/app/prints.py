"""What the commands print: records in, lines and tables out."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from digits.artifact import Classifier
from digits.base.records import Samples
from digits.data import Dataset
from digits.measure import Scores
from digits.models import count
from digits.report import findings, table
from digits.train import RUNS, Row, Study


def heading(console: Console, name: str) -> None:
    """Print the line over a run's epochs."""
    run = RUNS[name]
    console.print(f"\n[bold]{name}[/]  {run.optimizer}, learning rate {run.lr:g}, batch {run.batch}", highlight=False)


def epoch(console: Console, row: Row, epochs: int) -> None:
    """Print one row of a run's log."""
    console.print(
        f"  epoch {row.epoch}/{epochs}  train loss {row.train_loss:.4f}  accuracy {row.train_accuracy:.2%}"
        f"   check loss {row.check_loss:.4f}  accuracy {row.check_accuracy:.2%}   {row.train_seconds:.1f} s",
        highlight=False,
        soft_wrap=True,
    )


def study(console: Console, made: Study) -> None:
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
        console.print(f"• {finding}", highlight=False)


def data(console: Console, dataset: Dataset, parts: Mapping[str, Samples]) -> None:
    """Print what a data set is and what its parts hold."""
    console.print(f"[bold]{dataset.name}[/]  {dataset.title}", highlight=False)
    facts = {"licence": dataset.licence, "cite": dataset.cite, "from": dataset.origin}
    for name, fact in facts.items():
        console.print(f"  {name:8s} {fact}", highlight=False, soft_wrap=True)
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
        console.print(f"  sha256 of {part:5s} {each.sha256}", highlight=False, soft_wrap=True)


def scores(console: Console, made: Scores, title: str) -> None:
    """Print all figures of one scoring."""
    low, high = made.interval
    console.print(f"[bold]{title}[/]: {made.samples:,} glyphs", highlight=False)
    console.print(f"  accuracy  {made.accuracy:.2%}  (95% interval {low:.2%} to {high:.2%})", highlight=False)
    console.print(f"  loss      {made.loss:.4f}", highlight=False)
    console.print(f"  ECE       {made.ece:.2%}  (15 bins)", highlight=False)
    grid = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    grid.add_column("class")
    for each in ("precision", "recall", "F1", "glyphs"):
        grid.add_column(each, justify="right")
    for one in made.classes:
        grid.add_row(one.name, f"{one.precision:.2%}", f"{one.recall:.2%}", f"{one.f1:.2%}", f"{one.support:,}")
    console.print(grid)
    if made.confused:
        pairs = ", ".join(f"{true} read as {said} ({times})" for true, said, times in made.confused)
        console.print(f"  most confused: {pairs}", highlight=False)
    if made.never:
        console.print(f"  never answered: {', '.join(made.never)}", highlight=False)


def card(console: Console, classifier: Classifier, path: Path) -> None:
    """Print what a saved network says about itself."""
    own = classifier.card
    parameters, multiply_adds = count(classifier.network)
    console.print(
        f"[bold]{path.name}[/]  {own.model}, {own.hidden} hidden units, {path.stat().st_size:,} bytes", highlight=False
    )
    facts = {
        "parameters": f"{parameters:,}",
        "multiply-adds": f"{multiply_adds:,} per glyph",
        "classes": " ".join(own.classes),
        "run": ", ".join(f"{key} {value}" for key, value in own.run.items() if key not in ("model", "hidden")),
        "made by": f"digits {own.version}" + (f" at {own.commit}" if own.commit else ""),
        "format": str(own.format),
    }
    for name, fact in facts.items():
        console.print(f"  {name:14s} {fact}", highlight=False, soft_wrap=True)
    for part, about in own.data.items():
        console.print(
            f"  {part + ' data':14s} {about['name']}, {about['samples']:,} glyphs, sha256 {about['sha256'][:16]}…",
            highlight=False,
        )
    for part, figures in own.scores.items():
        low, high = figures["interval"]
        console.print(
            f"  {'on ' + part:14s} {figures['accuracy']:.2%} right ({low:.2%} to {high:.2%})", highlight=False
        )
    console.print(str(classifier.network.layers), highlight=False)
