"""The command export: a saved network written as ONNX."""

from pathlib import Path

import rich_click as click

from digits.artifact import ONNX, check_suffix, export_onnx, load
from digits.base.files import prepare
from digits.cli.output.console import line


@click.command()
@click.argument("path", metavar="MODEL", type=click.Path(path_type=Path))
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
def export(path: Path, out: Path) -> None:
    """Write the saved network MODEL, a .safetensors file, to OUT, an .onnx file that answers without torch.

    OUT has the scaling inside, takes any number of glyphs at once, and carries the card of MODEL. Nothing is written
    unless ONNX Runtime's answers are within 1e-5 of torch's.
    """
    out = check_suffix(out, ONNX)
    classifier = load(check_suffix(path))
    export_onnx(classifier, prepare(out))
    from digits.artifact.onnx_export import difference  # not above: a missing library is told by export_onnx

    apart = difference(classifier, load(out))
    line(f"Exported {out}: {out.stat().st_size:,} bytes, answers at most {apart:.1e} off those of {path}.")
