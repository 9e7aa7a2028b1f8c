"""Pen strokes that the tests make up, stored as UNIPEN's files have them."""

from pathlib import Path

import numpy as np

from digits.data.unipen import SPLITS

STEM, BAR, DOT = np.array([[500, 0], [500, 1000]]), np.array([[0, 500], [1000, 500]]), np.array([[500, 500]])
RING = np.array([[500 + 300 * np.cos(a), 500 + 500 * np.sin(a)] for a in np.linspace(0, 2 * np.pi, 30)])

Drawing = list[np.ndarray]  # strokes


def pack(drawings: list[Drawing]) -> dict[str, np.ndarray]:
    """Lay strokes end to end, as the UNIPEN file has them."""
    strokes = [stroke for drawing in drawings for stroke in drawing]
    return {
        "points": np.concatenate(strokes).astype(np.int16),
        "stroke_end": np.cumsum([len(stroke) for stroke in strokes]).astype(np.int32),
        "sample_end": np.cumsum([len(drawing) for drawing in drawings]).astype(np.int32),
    }


def stored(drawings: list[Drawing], labels: str, parts: list[str], writers: list[int]) -> dict[str, np.ndarray]:
    return {
        **pack(drawings),
        "label": np.array(list(labels)),
        "split": np.array([SPLITS[part] for part in parts]),
        "writer": np.array(writers, np.int16),
    }


def keep(folder: Path, kind: str, arrays: dict[str, np.ndarray]) -> None:
    (folder / "unipen").mkdir(exist_ok=True)
    np.savez(folder / "unipen" / f"{kind}.npz", **arrays)
