"""Floor 3: training and the studies made of it."""

from digits.train.loop import Row, Trained, train
from digits.train.run import RUNS, Run
from digits.train.study import Study, study

__all__ = ["RUNS", "Row", "Run", "Study", "Trained", "study", "train"]
