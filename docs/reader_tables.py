"""What results/*.json and the shipped networks' cards tell of the reader: tables of README.md and docs/reading.md."""

from importlib import resources

from digits.base.records import Card
from digits.reading.networks import INK, LINE, glyph_network, ink_network, line_network

from records import Table, between, kept, table

PEERS = ("Tesseract", "RapidOCR")
WEIGHTS = resources.files("digits") / "weights"

WILD = (  # of each row: what it says, the reader's figure, the peers'
    ("single digits, always answered: right", "singles, forced: right", "singles: right"),
    ("single digits: `?` or refused", "singles: refused", ""),
    ("single digits, where answered: wrong", "singles: wrong among the answered", ""),
    ("pictures of numbers: whole number right", "numbers: exact", "numbers: exact"),
    ("numbers without words: whole number right", "numbers without mixed: exact", "numbers without mixed: exact"),
    (
        "numbers without words, always answered: digits wrong",
        "numbers without mixed, forced: digit errors",
        "numbers without mixed: digit errors",
    ),
    ("numbers without words: wrong, and no `?` or warning", "numbers without mixed: wrong without a word", ""),
    ("pictures without digits: some read", "no digit, plain: answered", "no digit: answered with digits"),
)


def wild() -> list[str]:
    """Return what the reader makes of other people's pictures, beside the peers where they read the same."""
    made = kept("wild")
    if not made:
        return []
    collections, versions = told_apart(made)
    columns: dict[str, list[str]] = {}
    for name, each in collections.items():
        before = f"{name}: " if len(collections) > 1 else ""
        figures = with_answered(each["figures"])
        columns[f"{before}digits"] = [in_words(figures.get(key)) for _, key, _ in WILD]
        for peer in PEERS:
            if theirs := each["peers"].get(peer):
                title = f"{before}{peer} {versions.get(peer, '')}".strip()
                columns[title] = [in_words(theirs.get(key)) for _, _, key in WILD]
    sources = {source for each in collections.values() for source in each["by_source"]}
    parts = ", in two collections; the second is mostly real paper" if len(collections) > 1 else ""
    said = f"{made['pictures']} pictures by other people, from {len(sources)} public sources{parts}"
    intro = [
        f"{said}. None was learned from and none is kept here; they were looked at while the",
        f"rules were made. In brackets the 95% interval (`benchmarks/wild.py`, commit {made['commit']}).",
    ]
    rows = [(what, *cells) for (what, _, _), *cells in zip(WILD, *columns.values(), strict=True) if any(cells)]
    return [*intro, "", *table(("", *columns), [tuple(cell or "–" for cell in row) for row in rows])]


def told_apart(made: Table) -> tuple[dict[str, Table], Table]:
    """Return the collections of results/wild.json, and the peers' versions.

    A file of an earlier form is one collection; what the peers made of it is in results/reading.json.
    """
    if "collections" in made:
        return made["collections"], made["peers"]
    beside = kept("reading") or {}
    theirs = beside.get("accuracy", {})
    theirs = theirs if theirs.get("folder") == "wild" else {}
    peers = {
        peer: {key.removeprefix(f"{peer}, "): each for key, each in theirs.items() if key.startswith(f"{peer}, ")}
        for peer in PEERS
    }
    return {"first": {**made, "peers": peers}}, beside.get("peers", {})


def with_answered(figures: Table) -> Table:
    """Return the figures with how many pictures without digits were answered, beside how many were refused."""
    past = figures.get("no digit, plain: refused")
    if not past:
        return figures
    answered = {**past, "share": 1 - past["share"], "interval": [1 - each for each in past["interval"][::-1]]}
    return {**figures, "no digit, plain: answered": answered}


def speed() -> list[str]:
    """Return how quick the reader is, beside the peers."""
    made = kept("reading") or {}
    found = [figures for part in ("process", "many", "photo") for figures in made.get(part, {}).items()]
    named = {what: sides for what, sides in found if isinstance(sides, dict) and "ratio" in sides.get("digits", {})}
    if not named:
        return []
    rows = [(what, *(median(sides.get(name)) for name in ("digits", *PEERS))) for what, sides in named.items()]
    there = [place for place, _ in enumerate(PEERS, 2) if any(row[place] for row in rows)]
    versions = [f"{PEERS[place - 2]} {made.get('peers', {}).get(PEERS[place - 2], '')}".strip() for place in there]
    cells = [(*row[:2], *(row[place] or "–" for place in there)) for row in rows]
    where = f"{made['machine']['cpu']}, {made['machine']['cores']} cores, medians (`benchmarks/reading.py`)"
    return [f"Speed, side by side in one run on {where}:", "", *table(("", "digits", *versions), cells)]


def median(side: Table | None) -> str:
    """Return a side's figure in words; of the peers also how many times better the reader is."""
    if not side:
        return ""
    value = side["median"]
    figure = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return figure if side["ratio"] == 1 else f"{figure} ({side['ratio']:.3g}x)"


def sets() -> list[str]:
    """Return what the shipped network knows of the data sets."""
    made = kept("reader")
    if not made:
        return []
    rows = [
        (
            name,
            f"{each['n']:,}",
            f"{each['forced']:.2%} {between(each['interval'])}",
            *(f"{each[key]:.2%}" for key in ("refused", "wrong_when_answered", "ece")),
        )
        for name, each in made["sets"].items()
    ]
    titles = ("set", "glyphs", "right, each answered", "refused", "of the others, wrong", "calibration error")
    return ["The glyph network on data sets (`benchmarks/reader.py`):", "", *table(titles, rows)]


def card() -> list[str]:
    """Return what the cards of the networks that ship claim."""
    graphs = [opened() for name, opened in ((INK, ink_network), (LINE, line_network)) if (WEIGHTS / name).is_file()]
    told = [line for each in (glyph_network(), *graphs) for line in claims(each.card)]
    return ["The networks' cards say, each of what its network did not learn from:", "", *told] if told else []


def claims(card: Card) -> list[str]:
    """Return what `card` claims, in words; nothing if it claims nothing."""
    if card.model == "ink":
        return ink_claims(card) if card.scores else []
    if not card.claims:
        return []
    return line_claims(card) if card.model == "line" else glyph_claims(card)


def glyph_claims(card: Card) -> list[str]:
    """Return what the card of a network that tells digits claims."""
    said = card.claims
    return [
        f"- Glyphs: at its threshold of {card.threshold:.2f}, of {said['digits']:,} digits {said['refused']:.1%} are "
        f"refused and {said['error_rate']:.1%} of the rest are read wrong;",
        f"  of {said['others']:,} glyphs that are none, {said['let_past']:.1%} are read as a digit.",
    ]


def line_claims(card: Card) -> list[str]:
    """Return what the card of a network that reads lines claims: of whole rows, and of the digits that it reads."""
    said, scored = card.claims, card.scores["validation"]
    told = [
        f"- Lines: of {said['rows']:,} drawn rows {scored['accuracy']:.1%} {between(scored['interval'])} are right, "
        f"signs and all, at its temperature of {card.temperature:.2f}"
    ]
    for least in (key.removeprefix("rows_at_") for key in said if key.startswith("rows_at_")):
        count, right = said[f"rows_at_{least}"], said[f"right_at_{least}"]
        if count:
            told.append(f"of the {count:,} that are likely by {float(least):.0%} and more, {right / count:.1%}")
    if said["sure"]:
        told.append(
            f"of {said['digits']:,} digits {said['sure'] / said['digits']:.1%} reach its threshold of "
            f"{card.threshold:.2f}, and {said['sure_wrong'] / said['sure']:.1%} of these are wrong"
        )
    return (";\n  ".join(told) + ".").split("\n")


def ink_claims(card: Card) -> list[str]:
    """Return what the card of a network that finds ink tells: how well it covers the writing."""
    scored = card.scores["validation"]
    return [
        f"- Ink: on {scored['samples']:,} drawn scenes what it takes for handwriting and what is handwriting overlap "
        f"by {scored['accuracy']:.1%} {between(scored['interval'])} (Dice, 1945)."
    ]


def limits() -> list[str]:
    """Return how far the reader goes."""
    made = kept("limits")
    if not made:
        return []
    rows = [
        (name, *(" · ".join(str(each[key]) for each in steps) for key in ("step", "right", "unsaid")))
        for name, steps in made["cases"].items()
    ]
    return table(("", "steps", f"rows read right, of {made['rows']}", "wrong without a word"), rows)


def hands() -> list[str]:
    """Return what the reader makes of numbers in the hands of writers that it did not learn from."""
    made = kept("hands")
    if not made:
        return []
    rows = [
        (kind, *(in_words(each[key]) for key in ("right", "forced", "unsaid"))) for kind, each in made["kinds"].items()
    ]
    return table(("numbers", "right", "right, each answered", "wrong without a word"), rows)


def strings() -> list[str]:
    """Return what the reader makes of numbers that such writers wrote as numbers."""
    made = kept("strings")
    if not made:
        return []
    intro = [
        "And what such writers wrote as numbers themselves: phone numbers, dates, prices, sums",
        "(`benchmarks/strings.py`: strings of UNIPEN's validation writers, drawn by a pen; a `?` counts as wrong):",
        "",
    ]
    return [*intro, *table(("strings", "share"), [(name, in_words(each)) for name, each in made["figures"].items()])]


def in_words(figure: Table | None) -> str:
    """Return a share, what it is of, and its 95% interval where it has one; nothing where it is of nothing."""
    if not figure or figure["share"] is None:
        return ""
    words = f"{figure['share']:.1%} of {figure['of']:,}"
    return f"{words} ({figure['interval'][0]:.1%} to {figure['interval'][1]:.1%})" if "interval" in figure else words
