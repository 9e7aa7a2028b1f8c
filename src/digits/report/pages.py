"""Report pages of a study, a comparison, a scoring: figures and tables in one file that needs nothing else."""

import base64
import json
from pathlib import Path

from jinja2 import Environment, PackageLoader

from digits.artifact import Card
from digits.base.files import write_whole
from digits.base.provenance import provenance
from digits.base.records import Samples
from digits.measure import Scores
from digits.report.comparison import comparison_csv
from digits.report.confidence import corruptions_figure, reliability_figure, risk_figure
from digits.report.plots import (
    comparison_figure,
    confusion_figure,
    curves_figure,
    errors_figure,
    intervals_figure,
    samples_figure,
    to_png,
)
from digits.report.table import LONG_HEADINGS, findings, table, to_csv
from digits.train import Comparison, Study
from digits.train.evaluation import Evaluation

CAPTIONS = {
    "comparison": "How the runs compare.",
    "curves": "How they learned. Dashed: the answers given while training, with the weights still moving.",
    "confusion": "What was answered for each class; of several runs by the best.",
    "errors": "The mistakes that it was surest of.",
    "reliability": "Is it right as often as it is sure? Below, how many answers have each confidence.",
    "risk": "What is wrong if only the surest answers are taken.",
    "corruptions": "What harm to the glyphs does to it.",
    "samples": "Ten glyphs of the train part.",
}


def write_report(made: Study, evaluation: Evaluation, train_data: Samples, test: Samples, folder: Path) -> list[Path]:
    """Write a study's figures, results.csv, study.json and report.html into `folder`; return the files.

    `evaluation` is its best network on test. Each file is whole or absent. Raises BadOutput.
    """
    best = made.best
    pictures = {
        "samples": to_png(samples_figure(train_data, 10, made.seed)),
        "curves": to_png(curves_figure(made)),
        "comparison": to_png(comparison_figure(made)),
        **_of_network(best.test, evaluation, test, f"{best.name} on {made.data}'s test part"),
    }
    _, rows = table(made)
    page = _page(
        "report.html.j2",
        pictures,
        study=made,
        best=best,
        headings=LONG_HEADINGS,
        rows=rows,
        findings=findings(made),
        record=made.to_dict(),
    )
    record = {**made.to_dict(), "evaluation": {"name": best.name, **evaluation.to_dict()}}
    texts = {"results.csv": to_csv(made), "study.json": json.dumps(record, indent=1), "report.html": page}
    return _write(folder, pictures, texts)


def write_scoring(
    name: str, card: Card, scores: Scores, evaluation: Evaluation, part: Samples, folder: Path
) -> list[Path]:
    """Write the figures of one network on `part`, score.json and score.html into `folder`; return the files.

    Each file is whole or absent. Raises BadOutput.
    """
    data = f"{part.name}, {part.part}"
    pictures = _of_network(scores, evaluation, part, f"{name} on {data}")
    facts = facts_of(scores, evaluation)
    page = _page("score.html.j2", pictures, name=name, data=data, card=card, scores=scores, facts=facts)
    record = {"model": name, "data": part.name, "part": part.part, **scores.to_dict(), **evaluation.to_dict()}
    return _write(folder, pictures, {"score.json": json.dumps(record, indent=1), "score.html": page})


def write_comparison(made: Comparison, data: str, command: str, folder: Path) -> None:
    """Write comparison.json, results.csv and comparison.png into `folder`, each whole or absent. Raises BadOutput."""
    record = {"format": 2, "command": command, "data": data, **provenance(), **made.to_dict()}
    write_whole(folder / "comparison.json", json.dumps(record, indent=1) + "\n")
    write_whole(folder / "results.csv", comparison_csv(made))
    write_whole(folder / "comparison.png", to_png(intervals_figure(made, data)))


def facts_of(scores: Scores, evaluation: Evaluation) -> list[tuple[str, str]]:
    """Return the figures of a scoring by name, in words."""
    low, high = scores.interval
    return [
        ("accuracy", f"{scores.accuracy:.2%} (95% interval {low:.2%} to {high:.2%})"),
        ("accuracy under corruptions, mean of fifteen", f"{evaluation.corrupted_mean:.2%}"),
        ("calibration error (ECE, 15 bins) as trained", f"{evaluation.before.ece:.2%}"),
        (f"after temperature {evaluation.temperature:.2f}, fitted on validation", f"{evaluation.after.ece:.2%}"),
        ("wrong if the surest 99% are answered", f"{evaluation.risk.risk_at(0.99):.2%}"),
        ("wrong if the surest 90% are answered", f"{evaluation.risk.risk_at(0.9):.2%}"),
        ("area under the risk-coverage curve", f"{evaluation.risk.area:.3%}"),
    ]


def _of_network(scores: Scores, evaluation: Evaluation, part: Samples, title: str) -> dict[str, bytes]:
    figures = {
        "confusion": confusion_figure(scores, f"{title}: {scores.accuracy:.2%} right"),
        "errors": errors_figure(part, evaluation.probabilities, title),
        "reliability": reliability_figure(evaluation.before, evaluation.after, evaluation.temperature),
        "risk": risk_figure(evaluation.risk),
        "corruptions": corruptions_figure(evaluation, scores.accuracy),
    }
    return {name: to_png(figure) for name, figure in figures.items()}


def _page(template: str, pictures: dict[str, bytes], **values: object) -> str:
    environment = Environment(loader=PackageLoader("digits", "report"), autoescape=True)
    figures = [
        (words, base64.b64encode(pictures[name]).decode()) for name, words in CAPTIONS.items() if name in pictures
    ]
    return environment.get_template(template).render(figures=figures, **values)


def _write(folder: Path, pictures: dict[str, bytes], texts: dict[str, str]) -> list[Path]:
    contents: dict[str, bytes | str] = {**{f"{name}.png": picture for name, picture in pictures.items()}, **texts}
    return [write_whole(folder / name, content) for name, content in contents.items()]
