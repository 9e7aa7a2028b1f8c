"""A search for settings: resumed, shared, pruned, and told where it cannot be."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from digits.base.errors import BadOutput, BadSetting, UnknownName
from digits.base.records import Samples
from digits.train import RUNS, Run
from digits.train.sweep import SPANS, Span, span, sweep

LINEAR = replace(RUNS["linear"], epochs=2)
RATES = {"lr": Span(1e-4, 0.3, log=True)}


@pytest.fixture
def storage(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'sweep.db'}"


def test_the_best_is_the_best_of_its_trials(train_data: Samples, validation: Samples, storage: str) -> None:
    tried: list[tuple[float, float, str]] = []

    def tell(_: int, outcome: str, run: Run, accuracy: float) -> None:
        tried.append((accuracy, run.lr, outcome))

    best, accuracy, count = sweep("it", LINEAR, RATES, train_data, validation, trials=6, storage=storage, on_trial=tell)
    done = [each[:2] for each in tried if each[2] == "done"]
    assert accuracy == max(done)[0]
    assert (accuracy, best.lr) in done  # several may be as good
    assert best == replace(LINEAR, lr=best.lr)
    assert count == len(tried) == 6


def test_a_study_that_was_stopped_goes_on_where_it_was(train_data: Samples, validation: Samples, storage: str) -> None:
    told: list[int] = []
    for trials in (2, 5):
        sweep(
            "it",
            LINEAR,
            RATES,
            train_data,
            validation,
            trials=trials,
            storage=storage,
            on_trial=lambda number, *_: told.append(number),
        )
    assert told == [0, 1, 2, 3, 4]


def test_a_study_of_another_run_is_not_gone_on_with(train_data: Samples, validation: Samples, storage: str) -> None:
    sweep("it", LINEAR, RATES, train_data, validation, trials=1, storage=storage)
    with pytest.raises(BadSetting, match="of other settings or other data"):
        sweep("it", replace(LINEAR, batch=64), RATES, train_data, validation, trials=2, storage=storage)


def test_trials_that_diverge_are_given_up(train_data: Samples, validation: Samples, storage: str) -> None:
    with pytest.raises(BadSetting, match="all diverged"):
        sweep("it", LINEAR, {"lr": Span(90.0, 100.0)}, train_data, validation, trials=2, storage=storage)


def test_two_processes_share_a_study(tmp_path: Path, storage: str) -> None:
    words = [sys.executable, "-m", "digits", "sweep", "linear", "--data", "mnist-5k", "--epochs", "1", "--trials", "6"]
    both = [
        subprocess.Popen(
            [*words, "--storage", storage, "--out", str(tmp_path / name)], stdout=subprocess.PIPE, text=True
        )
        for name in "ab"
    ]
    outputs = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    trials = [
        int(line.split()[1]) for output in outputs for line in output.splitlines() if " on validation  lr" in line
    ]
    assert sorted(trials) == list(range(len(trials)))
    assert len(trials) in (6, 7)  # both may begin their last one at the same time
    best = [json.loads((tmp_path / name / "best.run.json").read_text())["trainings"][0]["run"]["lr"] for name in "ab"]
    assert all(rate > 0 for rate in best)


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("lr", SPANS["lr"]),
        ("lr=0.001:0.1", Span(0.001, 0.1, log=True)),
        ("batch=32,64", Span(among=(32, 64))),
        ("hidden=4:9", Span(4, 9)),
        ("optimizer=sgd,adam", Span(among=("sgd", "adam"))),
    ],
)
def test_ranges_are_read(words: str, made: Span) -> None:
    assert span(words)[1] == made


@pytest.mark.parametrize("words", ["lr=1:0.1", "lr=0:1", "lr=a,b", "batch=1.5:3", "lr=1:2:3", "batch=", "lr=,"])
def test_a_range_that_is_none_is_told(words: str) -> None:
    with pytest.raises(BadSetting, match=r"is no range for .*LOW:HIGH"):
        span(words)


def test_an_unknown_setting_is_told() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'lr'"):
        span("l")


@pytest.mark.parametrize("storage", ["nonsense", "sqlite:////proc/no/such/folder/it.db", "mysql://a:b@127.0.0.1:1/it"])
def test_a_storage_that_cannot_be_reached_is_told(train_data: Samples, validation: Samples, storage: str) -> None:
    with pytest.raises(BadOutput, match="cannot be used"):
        sweep("it", LINEAR, RATES, train_data, validation, trials=1, storage=storage)


def test_a_range_beyond_what_a_run_may_have_is_told_before_any_trial(
    train_data: Samples, validation: Samples, storage: str
) -> None:
    with pytest.raises(UnknownName):
        sweep(
            "it", LINEAR, {"optimizer": Span(among=("sgd", "adan"))}, train_data, validation, trials=1, storage=storage
        )
