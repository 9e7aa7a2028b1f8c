"""Finding a run: by its name in RUNS, or in the run.json of a training."""

from pathlib import Path
from typing import NamedTuple

from digits.base.errors import BadData, check_name
from digits.base.records import GRAPHS
from digits.runs.records import read_record
from digits.train import RUNS, Run
from digits.train.record import extras_of


class NamedRun(NamedTuple):
    """A run with what it is called, the data set that it is for, and the names of the extras that a record tells of."""

    name: str
    run: Run
    data: str
    extras: tuple[str, ...] = ()


def find_run(name: str) -> NamedRun:
    """Return the run called `name`, or the one in the .json file of that name: a run.json of one training.

    It is called as the file is; what a sweep found, as the sweep calls it.
    Raises UnknownName, BadData, BadSetting.
    """
    path = Path(name)
    if path.suffix != ".json":
        check_name("run", name, RUNS)
        return NamedRun(name, RUNS[name], "reader" if name == "reader" else GRAPHS.get(RUNS[name].model, "mnist"))
    kept = read_record(path)
    trainings = kept["trainings"]
    if len(trainings) != 1:
        names = ", ".join(str(each.get("name")) for each in trainings)
        raise BadData(f"{path} holds {len(trainings)} trainings ({names}); only one can be named as a run.")
    try:
        name, run = path.name.removesuffix(".json").removesuffix(".run"), Run(**trainings[0]["run"])
        if kept.get("command") == "sweep":  # which calls every file alike
            name = str(trainings[0]["name"])
        return NamedRun(name, run, str(kept["data"]), tuple(str(each["name"]) for each in extras_of(trainings[0])))
    except (KeyError, TypeError) as error:
        raise BadData(f"{path} has no run that can be used ({error}).") from error
