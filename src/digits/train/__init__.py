"""Floor 3: training and the studies made of it."""

from digits.train.loop import Trained, train
from digits.train.run import RUNS, Row, Run
from digits.train.study import Study, study

__all__ = ["RUNS", "Row", "Run", "Study", "Trained", "study", "train"]
