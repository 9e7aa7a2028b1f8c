"""Baselines: classical methods of scikit-learn, on the first principal components of the pixels.

The tutorial names a support vector machine with 0.8 % error on MNIST and shows none. That one (LeCun et al., 1998)
learned from shifted copies as well; this one takes the glyphs as they are.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digits.base.errors import check_name
from digits.base.extras import require_extra
from digits.base.records import Samples
from digits.train.compare import Contender

COMPONENTS = 50  # principal components that are kept; fewer where there are fewer glyphs


def fit_baseline(name: str, train_data: Samples, parts: Mapping[str, Samples]) -> Contender:
    """Return what the method `name`, fitted on `train_data`, makes of `parts`. Raises UnknownName, MissingExtra."""
    check_name("baseline", name, BASELINES)
    with require_extra("lab", f"The baseline {name}"):
        pipeline = BASELINES[name](min(COMPONENTS, len(train_data) - 1))
    began = time.perf_counter()
    pipeline.fit(_rows(train_data), train_data.labels)
    seconds = time.perf_counter() - began
    right = {part: (pipeline.predict(_rows(each)) == each.labels)[None] for part, each in parts.items()}
    return Contender(name, None, (), right, (seconds,), "cpu", weights=(mark(name, train_data),))


def mark(name: str, train_data: Samples) -> str:
    """Return what the method `name` fitted on `train_data` is known by: it comes out the same each time."""
    return f"{name} fitted on {train_data.sha256}"


def _rows(samples: Samples) -> NDArray[np.float32]:
    """Return the glyphs as rows of pixels from 0 to 1, float32 (N, 784)."""
    return samples.glyphs.reshape(len(samples), -1).astype(np.float32) / np.float32(255)


def _svm(components: int) -> Any:
    """Support vectors with a radial kernel (Cortes and Vapnik, 1995)."""
    from sklearn.svm import SVC

    return _on_components(components, SVC(C=10, gamma="scale"))


def _knn(components: int) -> Any:
    """The three nearest neighbours, weighted by how near they are (Cover and Hart, 1967)."""
    from sklearn.neighbors import KNeighborsClassifier

    return _on_components(components, KNeighborsClassifier(3, weights="distance"))


def _on_components(components: int, method: Any) -> Any:
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline

    return make_pipeline(PCA(components, random_state=0), method)


BASELINES: dict[str, Callable[[int], Any]] = {"svm": _svm, "knn": _knn}
