"""What the shipped network knows of the data sets: right answers, refusals, calibration. Opens the test parts, once.

Each set is scored twice: forced, as the likeliest of the ten digits, and as it comes, where what is refused ("not a
digit", or below the card's threshold) counts as no answer. Prints a table; keeps it in results/reader.json.

    python benchmarks/reader.py --data-dir FOLDER [--model FILE]
"""

import argparse
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.stats import binomtest

from digits.artifact import Classifier
from digits.base.records import NOT_A_DIGIT, Samples
from digits.data import samples
from digits.measure import score
from digits.reading import Reader

from timing import keep

SETS = (("mnist", "validation"), ("mnist", "test"), ("unipen", "validation"), ("semeion", "test"))


def figures(classifier: Classifier, part: Samples) -> dict[str, Any]:
    """Return the figures of one set; all but n are fractions. The calibration error is over 15 bins."""
    said = classifier(part.glyphs)
    none = classifier.classes.index(NOT_A_DIGIT)
    digits = np.delete(said, none, axis=1)
    right = digits.argmax(1) == part.labels
    answered = (said.argmax(1) != none) & (digits.max(1) >= classifier.card.threshold)
    interval = binomtest(int(right.sum()), len(right)).proportion_ci(method="wilson")
    return {
        "n": len(part),
        "forced": float(right.mean()),
        "interval": [float(interval.low), float(interval.high)],
        "refused": float((~answered).mean()),
        "wrong_when_answered": float((~right[answered]).mean()),
        "ece": score(said, part.labels, classifier.classes).ece,
    }


def others(classifier: Classifier, part: Samples) -> dict[str, Any]:
    """Return how many glyphs that are no digits were answered with one all the same."""
    none = classifier.classes.index(NOT_A_DIGIT)
    said = classifier(part.glyphs[part.labels == none])
    past = (said.argmax(1) != none) & (np.delete(said, none, axis=1).max(1) >= classifier.card.threshold)
    return {"n": len(said), "let_past": float(past.mean())}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data-dir")
    options.add_argument("--model")
    options.add_argument("--no-save", action="store_true")
    given = options.parse_args()
    classifier = Reader.load(given.model).classifier
    found = {f"{name} {part}": figures(classifier, samples(name, part, given.data_dir)) for name, part in SETS}
    table = Table("set", "n", "forced", "95 % interval", "refused", "wrong when answered", "ECE")
    for name, row in found.items():
        low, high = row["interval"]
        shares = [f"{row[key]:.2%}" for key in ("refused", "wrong_when_answered", "ece")]
        table.add_row(name, f"{row['n']:,}", f"{row['forced']:.2%}", f"{low:.2%} to {high:.2%}", *shares)
    past = others(classifier, samples("reader", "validation", given.data_dir))
    Console().print(table, f"no digits, {past['n']:,} of the reader's validation part: {past['let_past']:.2%} let past")
    if not given.no_save:
        print(f"kept in {keep('reader', {'card': classifier.card.claims, 'sets': found, 'no_digits': past})}")


if __name__ == "__main__":
    main()
