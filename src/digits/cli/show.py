"""The command show: what a saved network says about itself. Light: a network in .onnx is shown without torch."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rich_click as click

from digits.artifact import Classifier, Graph, load_network
from digits.base.records import GRAPHS
from digits.cli.output.console import line


@click.command()
@click.argument("path", metavar="MODEL", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the card as JSON.")
def show(path: Path, as_json: bool) -> None:
    """Say what the saved network MODEL is: parameters, the run that made it, data and scores; of torch's, the layers.

    MODEL is a .safetensors or an .onnx file.
    """
    saved = load_network(path)
    if as_json:
        click.echo(saved.card.to_json())
    else:
        _tell(saved, path)


def _tell(saved: Classifier | Graph, path: Path) -> None:
    own = saved.card
    unit = GRAPHS.get(own.model, "glyphs")
    worth = "of the writing found" if own.model == "ink" else "right"
    line(f"  {own.model}, {own.hidden} hidden units, {path.stat().st_size:,} bytes", bold=path.name)
    details = saved.details()
    layers = details.pop("layers", "")
    facts = {
        **details,
        "classes": " ".join(own.classes),
        "run": _pairs({key: value for key, value in own.run.items() if key not in ("model", "hidden")}),
        "temperature": f"{own.temperature:g}",
        "threshold": f"{own.threshold:g}",
        "claims": _pairs(own.claims),
        "made by": f"digits {own.version}" + (f" at {own.commit}" if own.commit else ""),
        "format": str(own.format),
    }
    for part, about in own.data.items():
        facts[f"{part} data"] = f"{about['name']}, {about['samples']:,} {unit}, sha256 {about['sha256'][:16]}…"
    for part, figures in own.scores.items():
        low, high = figures["interval"]
        facts[f"on {part}"] = f"{figures['accuracy']:.2%} {worth} ({low:.2%} to {high:.2%})"
    for name, fact in facts.items():
        if fact:
            line(f"  {name:14s} {fact}")
    if layers:
        line(layers)


def _pairs(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items())
