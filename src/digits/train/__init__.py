"""Floor 3: training, comparing, and the tutorial's study."""

from digits.train.compare import Comparison, Contender, by_optimizer, compare
from digits.train.loop import Trained, train
from digits.train.run import RUNS, Row, Run
from digits.train.study import Study, study

__all__ = [
    "RUNS",
    "Comparison",
    "Contender",
    "Row",
    "Run",
    "Study",
    "Trained",
    "by_optimizer",
    "compare",
    "study",
    "train",
]
