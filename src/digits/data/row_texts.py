"""Texts to write in rows: numbers as people write them, with their signs, and what is printed about them."""

import string

from numpy.random import Generator

PLAIN_SHARE, SPACED_SHARE = 0.55, 0.14
LETTERS = string.ascii_lowercase + string.ascii_uppercase
UNITS = ("kg", "cm", "mm", "EUR", "USD", "No", "Total", "Date", "Name", "pcs", "St", "am", "pm", "h", "m", "Q", "A")


def digits(rng: Generator, fewest: int, most: int | None = None) -> str:
    """Return so many digits of chance."""
    count = fewest if most is None else int(rng.integers(fewest, most + 1))
    return "".join(map(str, rng.integers(0, 10, count)))


def number_text(rng: Generator) -> str:
    """Return a number as it may stand on paper: plain, with signs, or several with blanks between."""
    chance = rng.random()
    if chance < PLAIN_SHARE:
        text = digits(rng, 1, 8)
        return text[0] * len(text) if rng.random() < 0.05 else text
    if chance < PLAIN_SHARE + SPACED_SHARE:
        return " ".join(_signed(rng) if rng.random() < 0.2 else digits(rng, 1, 4) for _ in range(rng.integers(2, 5)))
    return _signed(rng)


def _signed(rng: Generator) -> str:
    def d(fewest: int, most: int | None = None) -> str:
        return digits(rng, fewest, most)

    forms = (
        lambda: f"{d(3)}-{d(4)}",
        lambda: f"{d(1, 2)}/{d(1, 2)}/{d(2)}{d(2) if rng.random() < 0.5 else ''}",
        lambda: f"{d(1, 2)}.{d(1, 2)}.{d(2, 4)}",
        lambda: f"{d(4)}-{d(2)}-{d(2)}",
        lambda: f"${d(1, 3)}.{d(2)}",
        lambda: f"({d(3)}){d(3)}-{d(4)}",
        lambda: f"{d(1, 2)}:{d(2)}",
        lambda: f"{d(1, 3)}%",
        lambda: f"{d(1, 3)}{rng.choice(list('+-x:/'))}{d(1, 3)}={d(1, 4)}",
        lambda: f"{d(1, 2)}{rng.choice(list('+-x:'))}{d(1, 2)}{rng.choice(list('+-x:'))}{d(1, 2)}",
        lambda: f"-{d(1, 3)}.{d(1, 2)}",
        lambda: f"-{d(1, 4)}",
        lambda: f"{d(1, 3)},{d(3)}",
        lambda: f"{d(1, 3)},{d(1, 2)}",
        lambda: f"{d(1, 2)}x{d(1, 3)}",
        lambda: f"{d(1, 4)}.{d(1, 3)}",
        lambda: f"{d(1)}.{d(3)}",
        lambda: f"({d(1, 2)})",
        lambda: f"{d(1, 2)}) {d(1, 4)}",
        lambda: f"{d(1, 3)}.",
        lambda: f"{d(1, 4)}-",
        lambda: f"{d(1, 2)}/{d(1, 3)}",
        lambda: f"$ {d(1, 5)}",
        lambda: f"{d(3)}-{d(2)}-{d(4)}",
    )
    return str(forms[rng.integers(len(forms))]())


def print_text(rng: Generator) -> str:
    """Return what may be printed: numbers, words, or both."""
    chance = rng.random()
    word = "".join(rng.choice(list(LETTERS), rng.integers(2, 9)))
    word = str(rng.choice(UNITS)) if rng.random() < 0.3 else word.capitalize() if rng.random() < 0.5 else word.lower()
    if chance < 0.55:
        return number_text(rng)
    if chance < 0.75:
        return word
    return f"{word} {digits(rng, 1, 5)}" if chance < 0.88 else f"{digits(rng, 1, 5)} {word}"
