"""The command score: what a saved network is worth, on a part of a data set."""

import json
from pathlib import Path

import rich_click as click

from digits.artifact import Classifier, load
from digits.base.errors import BadOutput, BadSetting
from digits.base.files import make_folder
from digits.base.records import describe
from digits.cli.options import DATA_DIR, data_option
from digits.cli.output import tables
from digits.cli.output.console import line, progress_bar
from digits.data import CATALOG, samples
from digits.data.corruptions import CORRUPTIONS
from digits.measure import Scores
from digits.report.pages import facts_of, write_scoring
from digits.runs.test_set_log import log_test_opening, network_identity
from digits.train.evaluation import evaluate


@click.command()
@click.argument("path", metavar="MODEL", type=click.Path(path_type=Path))
@data_option(None, "Data set.  [default: the one it was trained on]")
@DATA_DIR
@click.option("--part", default="test", show_default=True, help="Part to score on.")
@click.option(
    "--corruptions", is_flag=True, help="Also: fifteen corruptions of the glyphs, and what confidence is worth."
)
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write figures, score.json and score.html of that there."
)
@click.option("--json", "as_json", is_flag=True, help="Print all figures as JSON.")
def score(
    path: Path,
    data_name: str | None,
    data_dir: Path | None,
    part: str,
    corruptions: bool,
    report: Path | None,
    as_json: bool,
) -> None:
    """Score the saved network MODEL. This opens the test part: choose on validation, and score once, at the end.

    Each opening is noted in test-openings.jsonl beside MODEL, and a second one for the same network says so.
    """
    classifier = load(path)
    name = data_name or classifier.card.data.get("train", {}).get("name")
    if not data_name and name not in CATALOG:
        raise BadSetting(f"{path} was trained on data that are not in the catalog: name some with --data.")
    if report:
        make_folder(report)
    chosen = samples(name, part, data_dir)
    validation = samples(name, "validation", data_dir) if corruptions or report else None
    scores = classifier.score(chosen)
    if part == "test":
        _note(path, classifier, scores, name)
    record = {"model": str(path), "part": part, "data": describe(chosen), **scores.to_dict()}
    if not as_json:
        tables.scores(scores, f"{path.name} on {name}, {part}")
    if validation:
        with progress_bar("corrupting glyphs", len(CORRUPTIONS)) as tell:
            evaluation = evaluate(classifier, chosen, validation, tell=tell)
        record |= evaluation.to_dict()
        if not as_json:
            tables.evaluation(evaluation, facts_of(scores, evaluation))
        if report:
            write_scoring(path.name, classifier.card, scores, evaluation, chosen, report)
            if not as_json:
                line(f"\nFigures: {report}. Open {report / 'score.html'}")
    if as_json:
        click.echo(json.dumps(record))


def _note(path: Path, classifier: Classifier, scores: Scores, data: str) -> None:
    """Note that test was opened; say so on stderr if it had been before, or if it cannot be noted."""
    try:
        earlier = log_test_opening(
            path.parent, network_identity(classifier), scores.accuracy, scores.samples, data, command="score"
        )
    except BadOutput as error:
        click.echo(f"digits: that the test part was opened could not be noted. {error}", err=True)
        return
    if earlier:
        times = f"{len(earlier)} times before, last at" if len(earlier) > 1 else "before, at"
        click.echo(
            f"digits: the test part of {data} was opened for this network {times} {earlier[-1]}. Whatever was changed "
            "since was chosen on it.",
            err=True,
        )
