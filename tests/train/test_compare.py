"""Comparing runs over seeds: equal budgets, chosen on validation, test only where it is asked for."""

import json
from dataclasses import replace

import numpy as np
import pytest

from digits.base.errors import BadSetting, UnknownName
from digits.base.records import Samples
from digits.train import RUNS, Run, by_optimizer, compare
from digits.train.baselines import BASELINES, fit_baseline
from digits.train.compare import Attempt, Comparison
from digits.train.loop import train

LINEAR, MLP = (replace(RUNS[name], epochs=epochs) for name, epochs in (("linear", 1), ("mlp", 2)))


@pytest.fixture(scope="module")
def made(train_data: Samples, validation: Samples, test_part: Samples) -> Comparison:
    return compare({"linear": LINEAR, "mlp": MLP}, range(3), train_data, validation, test_part)


def test_all_have_the_epochs_of_the_longest(made: Comparison) -> None:
    assert {each.run.epochs for each in made.contenders if each.run} == {2}


def test_each_seed_gives_the_network_that_train_gives(
    made: Comparison, train_data: Samples, validation: Samples, test_part: Samples
) -> None:
    mlp = next(each for each in made.contenders if each.name == "mlp")
    alone = [train(replace(MLP, seed=seed), train_data, validation, progress=False).classifier() for seed in range(3)]
    assert mlp.accuracies("test") == [each.score(test_part).accuracy for each in alone]


def test_the_best_on_check_comes_first(made: Comparison) -> None:
    means = [each.mean("validation") for each in made.contenders]
    assert means == sorted(means, reverse=True)


def test_neighbours_are_compared_on_the_same_glyphs_by_their_median_networks(made: Comparison) -> None:
    first, second = made.contenders
    right = [each.right["test"][each.typical] for each in (first, second)]
    assert made.pairs[0].only_first == int((right[0] & ~right[1]).sum())
    assert sorted(first.accuracies("validation"))[1] == first.accuracies("validation")[first.typical]


def test_without_the_test_part_all_is_told_of_validation(train_data: Samples, validation: Samples) -> None:
    made = compare({"linear": LINEAR}, [1], train_data, validation)
    assert (made.part, list(made.contenders[0].right), made.contenders[0].interval("validation")) == (
        "validation",
        ["validation"],
        None,
    )


def test_the_rate_that_is_best_on_validation_is_taken(train_data: Samples, validation: Samples) -> None:
    (one,) = compare({"linear": LINEAR}, [0, 1], train_data, validation, rates=(1e-5, 0.1)).contenders
    assert one.tried is not None
    assert one.run is not None
    assert one.run.lr == 0.1
    assert one.tried[0.1] == one.accuracies("validation")[0] > one.tried[1e-5]


def test_a_rate_at_which_it_diverges_is_passed_over(train_data: Samples, validation: Samples) -> None:
    (one,) = compare({"linear": replace(LINEAR, epochs=9)}, [0], train_data, validation, rates=(100.0, 0.1)).contenders
    assert one.tried is not None
    assert one.run is not None
    assert (one.tried[100.0], one.run.lr) == (None, 0.1)


def test_rates_that_all_diverge_are_told(train_data: Samples, validation: Samples) -> None:
    with pytest.raises(BadSetting, match="linear diverges at every learning rate that was tried"):
        compare({"linear": replace(LINEAR, epochs=9)}, [0], train_data, validation, rates=(100.0,))


def test_a_training_that_was_broken_off_is_no_result(train_data: Samples, validation: Samples) -> None:
    with pytest.raises(KeyboardInterrupt):
        Attempt.of(replace(train(LINEAR, train_data, validation, progress=False), interrupted=True))


def test_a_training_that_is_there_already_is_not_made_again(train_data: Samples, validation: Samples) -> None:
    there = Attempt.of(train(replace(LINEAR, seed=7), train_data, validation, progress=False))
    asked = []

    def make(name: str, run: Run) -> Attempt:
        asked.append((name, run.seed))
        return there

    compare({"linear": LINEAR}, [7], train_data, validation, make=make)
    assert asked == [("linear", 7)]


def test_every_optimizer_has_its_usual_rate_and_the_run_keeps_its_own() -> None:
    made = by_optimizer({"tinyvgg": replace(RUNS["tinyvgg"], lr=0.5)}, ["sgd", "adam"])
    assert {name: (run.optimizer, run.lr) for name, run in made.items()} == {
        "tinyvgg-sgd": ("sgd", 0.1),
        "tinyvgg-adam": ("adam", 0.5),
    }


@pytest.mark.parametrize("name", BASELINES)
def test_a_baseline_reads_what_it_learned_from(train_data: Samples, validation: Samples, name: str) -> None:
    fitted = fit_baseline(name, train_data, {"validation": validation})
    assert fitted.mean("validation") > 0.9
    assert compare({"linear": LINEAR}, [0], train_data, validation, others=[fitted]).contenders[0] is fitted


def test_the_record_is_json(made: Comparison) -> None:
    record = json.loads(json.dumps(made.to_dict()))
    assert record["contenders"][0]["test"]["mean"] == pytest.approx(np.mean(made.contenders[0].accuracies("test")))
    assert record["pairs"][0]["p"] == made.pairs[0].p


@pytest.mark.parametrize(
    ("runs", "seeds", "told"),
    [
        ({}, [0], "nothing to compare"),
        ({"linear": LINEAR}, [], "at least one seed"),
        ({"linear": LINEAR}, [1, 1], "once"),
    ],
)
def test_what_cannot_be_compared_is_told(
    train_data: Samples, validation: Samples, runs: dict[str, Run], seeds: list[int], told: str
) -> None:
    with pytest.raises(BadSetting, match=told):
        compare(runs, seeds, train_data, validation)


def test_an_unknown_baseline_is_told(train_data: Samples) -> None:
    with pytest.raises(UnknownName, match="Choose from: svm, knn"):
        fit_baseline("forest", train_data, {})
