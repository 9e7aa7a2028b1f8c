"""Training: repeatable to the bit, resumable to the bit, and honest about what went wrong."""

import signal
import subprocess
import sys
import time
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from digits.base.errors import BadArtifact, BadData, BadSetting, DigitsError, Diverged, UnknownName
from digits.base.records import Samples
from digits.models import as_tensor, build
from digits.train import RUNS, Row, Run, Trained, train
from digits.train.checkpoint import Checkpoint
from digits.train.device import cores, repeatable, resolve_device, threads_for
from digits.train.optimizers import OPTIMIZERS, SCHEDULES
from digits.train.seeds import ORDER, seed_for
from tests.conftest import LikeTorchvision

SHORT = Run(model="mlp", optimizer="adam", lr=1e-2, epochs=3, device="cpu")


def run(what: Run, train_data: Samples, validation: Samples, **more: object) -> Trained:
    return train(what, train_data, validation, progress=False, **more)  # type: ignore[arg-type]


def same(one: Trained, other: Trained) -> bool:
    pairs = zip(one.network.parameters(), other.network.parameters(), strict=True)
    return all(a.equal(b) for a, b in pairs)


# Settings


def test_every_setting_has_help_and_a_check() -> None:
    assert all(entry.metadata["help"] and entry.metadata["check"] for entry in fields(Run))


def test_settings_stay_few() -> None:
    assert len(fields(Run)) <= 13


@pytest.mark.parametrize(
    "wrong",
    [
        {"hidden": 0},
        {"lr": 0.0},
        {"lr": float("nan")},
        {"lr": float("inf")},
        {"weight_decay": -1.0},
        {"batch": 0},
        {"epochs": 0},
        {"epochs": 2.5},
        {"epochs": True},
        {"seed": -1},
        {"threads": -1},
        {"model": "tinyvg"},
        {"optimizer": "adan"},
        {"schedule": "cosin"},
        {"smoothing": 0.6},
        {"augment": "bent"},
        {"device": "gpu"},
    ],
    ids=str,
)
def test_a_setting_out_of_range_is_told_by_name(wrong: dict) -> None:
    name = next(iter(wrong))
    with pytest.raises(DigitsError, match=name):
        Run(**wrong)


def test_a_whole_number_will_do_for_a_fraction() -> None:
    assert Run(lr=1).lr == 1.0


def test_the_named_runs_are_the_tutorials() -> None:
    told = {name: (each.model, each.optimizer, each.lr, each.batch, each.epochs) for name, each in RUNS.items()}
    assert told["linear"] == ("linear", "sgd", 0.1, 32, 3)
    assert told["mlp-relu-logits"] == ("mlp-relu-logits", "rmsprop", 1e-3, 32, 3)
    assert told["tinyvgg"] == ("tinyvgg", "adam", 1e-3, 32, 3)


# Learning


def plain_loop(what: Run, train_data: Samples) -> torch.nn.Module:
    """The tutorial's loop, in the order that `train` draws."""
    network = build(what.model, what.hidden, 10, what.seed).double()
    kind = {"sgd": torch.optim.SGD, "rmsprop": torch.optim.RMSprop, "adam": torch.optim.Adam}[what.optimizer]
    optimizer = kind(network.parameters(), lr=what.lr)
    glyphs, labels = as_tensor(train_data.glyphs), as_tensor(train_data.labels)
    for epoch in range(1, what.epochs + 1):
        generator = torch.Generator().manual_seed(seed_for(what.seed, ORDER, epoch))
        for index in torch.randperm(len(train_data), generator=generator).split(what.batch):
            optimizer.zero_grad()
            F.cross_entropy(network(glyphs[index]), labels[index]).backward()
            optimizer.step()
    return network


@pytest.fixture
def in_double(monkeypatch: pytest.MonkeyPatch) -> None:
    """Train in float64, so that rounding cannot be taken for another step, whatever the processor.

    Ours and the plain loop sum in another order. Adam and RMSprop divide a gradient by its own size plus 1e-8: in
    float32, what rounding leaves of a gradient that should be 0 is about as large, and becomes a step of its own. In
    float64 it is 1e-16: of 32 steps with rates of at most 0.1, far less than 1e-6 is left.
    """
    monkeypatch.setattr("digits.train.glyph_task.build", lambda *how: build(*how).double())


@pytest.mark.usefixtures("in_double")
@pytest.mark.parametrize("name", ["linear", "mlp-relu-logits", "mlp", "tinyvgg"])
def test_training_takes_the_very_steps_of_a_plain_loop(name: str, train_data: Samples, validation: Samples) -> None:
    what = replace(RUNS[name], epochs=2, threads=1, device="cpu")
    made = run(what, train_data, validation)
    with repeatable(1):
        plain = plain_loop(what, train_data)
    for mine, theirs in zip(made.network.parameters(), plain.parameters(), strict=True):
        assert torch.allclose(mine, theirs, rtol=0, atol=1e-6)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_learns(optimizer: str, train_data: Samples, validation: Samples) -> None:
    lr = {"sgd": 0.1, "adagrad": 0.05}.get(optimizer, 5e-3)
    log = run(replace(SHORT, optimizer=optimizer, lr=lr, epochs=6), train_data, validation).log
    assert log[-1].validation_accuracy > 0.8
    assert log[-1].train_loss < log[0].train_loss


@pytest.mark.parametrize(
    ("schedule", "start", "end"),
    [("constant", 1, 1), ("cosine", 1, 0), ("one-cycle", 0.04, 0), ("one-cycle-early", 0.04, 0)],
)
def test_a_schedule_starts_and_ends_where_it_should(schedule: str, start: float, end: float) -> None:
    shape = SCHEDULES[schedule]
    assert shape(0) == pytest.approx(start)
    assert shape(1) == pytest.approx(end)
    assert max(shape(step / 100) for step in range(101)) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("model", ["linear", "tinyvgg"])
def test_the_same_run_gives_the_same_weights_to_the_bit(model: str, train_data: Samples, validation: Samples) -> None:
    what = replace(SHORT, model=model, epochs=2)
    first = run(what, train_data, validation)
    torch.rand(7)  # what others draw in between is nothing to it
    assert same(first, run(what, train_data, validation))


def test_another_seed_gives_other_weights(train_data: Samples, validation: Samples) -> None:
    assert not same(run(SHORT, train_data, validation), run(replace(SHORT, seed=7), train_data, validation))


def test_training_leaves_torch_as_it_was(train_data: Samples, validation: Samples) -> None:
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    run(replace(SHORT, threads=3), train_data, validation)
    assert torch.get_rng_state().equal(before)
    assert torch.get_num_threads() == threads


def test_the_log_holds_what_the_network_scores(train_data: Samples, validation: Samples) -> None:
    made = run(SHORT, train_data, validation)
    scores = made.classifier().score(validation)
    assert [row.epoch for row in made.log] == [1, 2, 3]
    assert made.log[-1].validation_accuracy == pytest.approx(scores.accuracy)
    assert made.log[-1].validation_loss == pytest.approx(scores.loss, rel=1e-5)


@pytest.mark.usefixtures("in_double")
def test_a_last_batch_that_is_short_is_learned_too(drawn, validation: Samples) -> None:
    what, train_data = replace(RUNS["linear"], epochs=1, device="cpu"), drawn(33, 1)
    made = run(what, train_data, validation)
    with repeatable(1):
        plain = plain_loop(what, train_data)
    for mine, theirs in zip(made.network.parameters(), plain.parameters(), strict=True):
        assert torch.allclose(mine, theirs, rtol=0, atol=1e-6)


def test_a_batch_larger_than_the_data_will_do(drawn, validation: Samples) -> None:
    assert run(replace(SHORT, batch=1000), drawn(40, 1), validation).log[-1].train_accuracy > 0


def test_torchvisions_data_sets_can_be_trained_on(train_data: Samples, validation: Samples) -> None:
    made = run(replace(SHORT, epochs=1), LikeTorchvision(train_data), LikeTorchvision(validation))  # type: ignore[arg-type]
    assert made.classes == LikeTorchvision.classes
    assert same(made, run(replace(SHORT, epochs=1), train_data, validation))


def test_weights_that_the_last_step_breaks_are_told_too(
    train_data: Samples, validation: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SCHEDULES, "constant", lambda done: float("inf") if done else 1.0)
    with pytest.raises(Diverged, match="epoch 1, step 2 "):
        run(replace(SHORT, batch=250, epochs=1), train_data, validation)


def test_pairs_of_image_and_label_can_be_trained_on(train_data: Samples, validation: Samples) -> None:
    pairs = list(zip(train_data.glyphs, train_data.labels, strict=True))
    checks = list(zip(validation.glyphs, validation.labels, strict=True))
    assert same(run(SHORT, pairs, checks), run(SHORT, train_data, validation))  # type: ignore[arg-type]


def test_parts_with_other_classes_are_told(train_data: Samples, validation: Samples) -> None:
    renamed = Samples(validation.glyphs, validation.labels, tuple("abcdefghij"))
    with pytest.raises(BadData, match="must be the same"):
        run(SHORT, train_data, renamed)


def test_a_loss_that_is_no_number_is_told_with_its_step(train_data: Samples, validation: Samples) -> None:
    with pytest.raises(Diverged, match=r"epoch \d, step \d+ \(sgd, lr 100\).*--lr 10"):
        run(replace(SHORT, model="linear", optimizer="sgd", lr=100.0, epochs=9), train_data, validation)


# Going on


def checkpoints(what: Run, train_data: Samples, validation: Samples) -> list[Checkpoint]:
    kept: list[Checkpoint] = []
    run(what, train_data, validation, on_epoch=lambda _, checkpoint: kept.append(checkpoint))
    return kept


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", ["constant", "one-cycle"])
def test_a_resumed_run_has_the_weights_of_one_that_was_never_stopped(
    optimizer: str, schedule: str, train_data: Samples, validation: Samples, tmp_path: Path
) -> None:
    what = replace(SHORT, optimizer=optimizer, schedule=schedule)
    first = checkpoints(what, train_data, validation)[0]
    again = Checkpoint.load(first.save(tmp_path / "it.checkpoint"))
    assert same(run(what, train_data, validation, start=again), run(what, train_data, validation))


def test_a_resumed_log_has_all_rows(train_data: Samples, validation: Samples) -> None:
    kept = checkpoints(SHORT, train_data, validation)
    log = run(SHORT, train_data, validation, start=kept[1]).log
    assert log[:2] == kept[1].log
    assert [row.epoch for row in log] == [1, 2, 3]


@pytest.mark.parametrize("change", [{"lr": 0.5}, {"seed": 1}, {"epochs": 9}, {"threads": 2}], ids=str)
def test_a_checkpoint_of_another_run_is_refused(change: dict, train_data: Samples, validation: Samples) -> None:
    kept = checkpoints(SHORT, train_data, validation)
    with pytest.raises(BadSetting, match=next(iter(change))):
        run(replace(SHORT, **change), train_data, validation, start=kept[0])


def test_a_checkpoint_of_other_data_is_refused(train_data: Samples, validation: Samples, drawn) -> None:
    kept = checkpoints(SHORT, train_data, validation)
    with pytest.raises(BadSetting, match="train"):
        run(SHORT, drawn(500, 9), validation, start=kept[0])


@pytest.mark.parametrize("content", [b"", b"nothing of ours", bytes(64)])
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "it").write_bytes(content)
    with pytest.raises(BadArtifact):
        Checkpoint.load(tmp_path / "it")


def test_ctrl_c_keeps_the_last_full_epoch(train_data: Samples, validation: Samples) -> None:
    kept: list[Checkpoint] = []

    def stop(row: Row, checkpoint: Checkpoint) -> None:
        kept.append(checkpoint)
        if row.epoch == 2:
            raise KeyboardInterrupt

    made = run(replace(SHORT, epochs=9), train_data, validation, on_epoch=stop)
    assert made.interrupted
    assert len(made.log) == 2
    assert all(made.network.state_dict()[name].equal(tensor) for name, tensor in kept[1].network.items())


def test_ctrl_c_in_the_midst_of_an_epoch_takes_back_its_steps(
    train_data: Samples, validation: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = run(replace(SHORT, epochs=2), train_data, validation)
    steps = 0

    def interrupted(*given: object, **more: object) -> torch.Tensor:
        nonlocal steps
        steps += 1
        if steps == 40:  # 16 steps an epoch
            raise KeyboardInterrupt
        return real(*given, **more)  # type: ignore[arg-type]

    real = F.cross_entropy
    monkeypatch.setattr("digits.train.glyph_task.F.cross_entropy", interrupted)
    assert same(run(replace(SHORT, epochs=9), train_data, validation), two)


def test_ctrl_c_before_the_first_epoch_ends_is_passed_on(
    train_data: Samples, validation: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("digits.train.glyph_task.F.cross_entropy", stop)
    with pytest.raises(KeyboardInterrupt):
        run(SHORT, train_data, validation)


WRITER = """
import sys, torch
from pathlib import Path
from digits.train import Run, Row
from digits.train.checkpoint import CONDITIONS, Checkpoint
for n in range(10**6):
    rows = tuple(Row(e, 1., 1., 1., 1., 1., 1.) for e in range(n % 7))
    tensors = {"weight": torch.full((300_000,), float(n))}
    same, optimizer = dict.fromkeys(CONDITIONS, 1), {"state": {}, "param_groups": []}
    Checkpoint(Run(), same, rows, tensors, optimizer).save(Path(sys.argv[1]))
    print(n, flush=True)
"""


def test_a_process_killed_while_it_saves_leaves_a_whole_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "it.checkpoint"
    child = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        child.stdout.readline()
        for _ in range(20):
            time.sleep(0.013)
            child.send_signal(signal.SIGSTOP)  # as at a kill: no more is done, at whatever place it was
            weight = Checkpoint.load(path).network["weight"]
            assert (weight == weight[0]).all()
            child.send_signal(signal.SIGCONT)
    finally:
        child.kill()
        child.communicate()
    Checkpoint.load(path)


# Devices


def test_auto_is_a_device_that_is_there() -> None:
    assert resolve_device("auto").type in ("cuda", "mps", "cpu")


def test_a_device_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(BadSetting, match="no device 'cuda'"):
        resolve_device("cuda")


def test_only_convolutions_get_more_than_one_thread() -> None:
    assert threads_for(build("mlp", hidden=512)) == 1
    assert threads_for(build("tinyvgg")) == cores()


def test_an_unknown_name_in_a_run_has_its_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'adam'"):
        Run(optimizer="adan")


def test_the_card_tells_the_run_and_the_data(train_data: Samples, validation: Samples) -> None:
    card = run(SHORT, train_data, validation).classifier().card
    assert {**asdict(SHORT), "threads": 1, "epochs_done": 3} == dict(card.run)
    assert card.data["train"] == {"name": "drawn", "samples": 500, "sha256": train_data.sha256}
