"""The report of a study: figures, table and one page that holds them all and needs nothing else."""

import base64
import json
from pathlib import Path

from jinja2 import Environment, PackageLoader
from matplotlib.figure import Figure

from digits.base.files import write_whole
from digits.base.records import Samples
from digits.report.plots import (
    comparison_figure,
    confusion_figure,
    curves_figure,
    errors_figure,
    samples_figure,
    to_png,
)
from digits.report.table import LONG_HEADINGS, findings, table, to_csv
from digits.train import Study

CAPTIONS = {
    "comparison": "How the runs compare.",
    "curves": "How they learned. Dashed: the answers given while training, with the weights still moving.",
    "confusion": "What the best run answered for each class of the test part.",
    "errors": "The mistakes that it was surest of.",
    "samples": "Ten glyphs of the learn part.",
}


def write_report(made: Study, learn: Samples, test: Samples, folder: Path) -> list[Path]:
    """Write a study's five figures, results.csv, study.json and report.html into `folder`; return the files.

    Each file is whole or absent. Raises BadOutput.
    """
    pictures = {name: to_png(figure) for name, figure in _figures(made, learn, test).items()}
    contents: dict[str, bytes | str] = {f"{name}.png": picture for name, picture in pictures.items()}
    contents["results.csv"] = to_csv(made)
    contents["study.json"] = json.dumps(made.to_dict(), indent=1)
    contents["report.html"] = _page(made, pictures)
    return [write_whole(folder / name, content) for name, content in contents.items()]


def _figures(made: Study, learn: Samples, test: Samples) -> dict[str, Figure]:
    best = made.best
    title = f"{best.name} on {made.data}'s test part"
    return {
        "samples": samples_figure(learn, 10, made.seed),
        "curves": curves_figure(made),
        "comparison": comparison_figure(made),
        "confusion": confusion_figure(best.test, f"{title}: {best.test.accuracy:.2%} right"),
        "errors": errors_figure(test, best.classifier()(test.glyphs), title),
    }


def _page(made: Study, pictures: dict[str, bytes]) -> str:
    environment = Environment(loader=PackageLoader("digits", "report"), autoescape=True)
    _, rows = table(made)
    return environment.get_template("report.html.j2").render(
        study=made,
        best=made.best,
        headings=LONG_HEADINGS,
        rows=rows,
        findings=findings(made),
        figures=[(CAPTIONS[name], base64.b64encode(pictures[name]).decode()) for name in CAPTIONS],
        record=made.to_dict(),
    )
