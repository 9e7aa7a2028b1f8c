"""The command export: a saved network written as ONNX."""

from pathlib import Path

import rich_click as click

from digits.artifact import ONNX, Classifier, Graph, check_suffix, export_onnx, load_network
from digits.base.files import prepare
from digits.cli.output.console import line


@click.command()
@click.argument("path", metavar="MODEL", type=click.Path(path_type=Path))
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
def export(path: Path, out: Path) -> None:
    """Write the saved network MODEL, a .safetensors file, to OUT, an .onnx file that answers without torch.

    OUT has the scaling inside, takes any number of glyphs at once, and carries the card of MODEL. Nothing is written
    unless ONNX Runtime's answers are within 1e-5 of torch's. A network that reads lines or finds ink takes lines and
    pictures of any size; its weights are kept as float16, and probabilities may differ by 0.02.
    """
    out = check_suffix(out, ONNX)
    saved = load_network(check_suffix(path))
    export_onnx(saved, prepare(out))
    apart = _apart(saved, load_network(out))
    line(f"Exported {out}: {out.stat().st_size:,} bytes, answers at most {apart:.1e} off those of {path}.")


def _apart(saved: Classifier | Graph, again: Classifier | Graph) -> float:
    from digits.artifact import graph_export, onnx_export  # not above: a missing library is told by export_onnx

    if isinstance(saved, Graph) and isinstance(again, Graph):
        return graph_export.difference(saved, again)
    assert isinstance(saved, Classifier)
    assert isinstance(again, Classifier)
    return onnx_export.difference(saved, again)
