"""A study as a table, and what it shows in sentences. Every number comes from the record."""

import csv
from io import StringIO

from digits.train import Study
from digits.train.study import Entry

FITTED = 0.01  # a gap from which on, if it is beyond validation's interval, we speak of overfitting
LOW = 0.95  # an accuracy on train under which we speak of underfitting


HEADINGS = (  # broken into lines so that the table fits a terminal of 80 columns
    "run",
    "test\nacc. %",
    "95%\ninterval",
    "test\nloss",
    "para-\nmeters",
    "multi-\nadds",
    "train\nsecs",
    "\ndevice",
    "never\nsaid",
    "\ngap",
)


LONG_HEADINGS = (
    "run",
    "test accuracy, %",
    "95% interval",
    "test loss",
    "parameters",
    "multiply-adds",
    "train seconds",
    "device",
    "never said",
    "gap, points",
)


def table(made: Study) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the headings, broken into lines, and a row of words for each run of the study."""
    return HEADINGS, [_words(entry) for entry in made.entries]


def to_csv(made: Study) -> str:
    """Return the study as CSV text: one row for each run, bare numbers, accuracies as fractions."""
    text = StringIO()
    rows = [_values(entry) for entry in made.entries]
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def findings(made: Study) -> list[str]:
    """Return what the study shows, a sentence or two for each finding, as far as its numbers bear it out."""
    entries = {entry.name: entry for entry in made.entries}
    linear, dead, mlp, cnn = (entries[name] for name in ("linear", "mlp-relu-logits", "mlp", "tinyvgg"))
    return [_of_dead_logits(dead, mlp), _of_fit(dead), _of_relu(linear, mlp), _of_cnn(cnn, mlp), _of_choice(made)]


def _of_dead_logits(dead: Entry, mlp: Entry) -> str:
    never = dead.test.never
    if not never:
        return (
            f"{dead.name} answers every class this time ({dead.test.accuracy:.2%} on test): whether its ReLU on "
            "logits kills a class depends on the seed. Try another one."
        )
    alive = max(dead.positive[place] for place, one in enumerate(dead.test.classes) if one.name in never)
    share = f"for at most {alive:.2%}" if alive else "for none"
    return (
        f"{dead.name} never answers {_listed(never)}: behind the ReLU on its logits, {_these(never)} above 0 {share} "
        f"of the glyphs it learned from, and where a ReLU gives 0 nothing is learned. Without that "
        f"ReLU, mlp reaches {mlp.test.accuracy:.2%} instead of {dead.test.accuracy:.2%}, with the same parameters, "
        "optimizer and seed."
    )


def _of_fit(entry: Entry) -> str:
    where = f"{entry.train.accuracy:.2%} on train, {entry.validation.accuracy:.2%} on validation"
    if entry.gap >= FITTED and entry.train.accuracy > entry.validation.interval[1]:
        return f"{entry.name} overfits: {where}."
    if entry.train.accuracy < LOW:
        return f"{entry.name} underfits; the tutorial calls it overfitted, which it is not: {where}."
    return f"{entry.name} neither overfits nor underfits: {where}."


def _of_relu(linear: Entry, mlp: Entry) -> str:
    apart = linear.test.interval[0] > mlp.test.interval[1] or mlp.test.interval[0] > linear.test.interval[1]
    verdict = "which is a difference" if apart else "and the intervals overlap"
    return (
        f"linear reaches {linear.test.accuracy:.2%} and mlp {mlp.test.accuracy:.2%}, {verdict}. They differ in the "
        "ReLU and in the optimizer, so this does not tell what the ReLU is worth."
    )


def _of_cnn(cnn: Entry, mlp: Entry) -> str:
    few, many = cnn.trained, mlp.trained
    return (
        f"tinyvgg reaches {cnn.test.accuracy:.2%} with {few.parameters:,} parameters, fewer than mlp's "
        f"{many.parameters:,}, but {few.multiply_adds / many.multiply_adds:,.0f} times its multiply-adds."
    )


def _of_choice(made: Study) -> str:
    best = made.best
    return (
        f"Best on validation is {best.name} ({best.validation.accuracy:.2%}). Test, opened once at the end, had no say "
        f"in that: {best.test.accuracy:.2%}, {_interval(best)} with 95% confidence, for this one seed."
    )


def _values(entry: Entry) -> dict[str, object]:
    trained, low_high = entry.trained, entry.test.interval
    return {
        "run": entry.name,
        "test_accuracy": entry.test.accuracy,
        "test_accuracy_low": low_high[0],
        "test_accuracy_high": low_high[1],
        "test_loss": entry.test.loss,
        "parameters": trained.parameters,
        "multiply_adds": trained.multiply_adds,
        "train_seconds": round(trained.train_seconds, 3),
        "device": trained.device,
        "threads": trained.threads,
        "never_said": " ".join(entry.test.never),
        "train_accuracy": entry.train.accuracy,
        "validation_accuracy": entry.validation.accuracy,
        "gap": entry.gap,
    }


def _words(entry: Entry) -> tuple[str, ...]:
    trained = entry.trained
    return (
        entry.name,
        f"{100 * entry.test.accuracy:.2f}",
        _interval(entry),
        f"{entry.test.loss:.3f}",
        f"{trained.parameters:,}",
        f"{trained.multiply_adds / 1000:,.0f}k",
        f"{trained.train_seconds:.1f}",
        trained.device,
        " ".join(entry.test.never) or "–",
        f"{100 * entry.gap:+.2f}",
    )


def _interval(entry: Entry) -> str:
    low, high = entry.test.interval
    return f"{100 * low:.2f}–{100 * high:.2f}"


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _these(names: tuple[str, ...]) -> str:
    return "its logit is" if len(names) == 1 else "each of their logits is"
