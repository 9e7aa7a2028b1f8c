"""Lines and ink: learned by the same loop, repeatable and resumable to the bit."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from digits.artifact.lattice import Lattice
from digits.base.errors import BadSetting, Diverged
from digits.base.records import CHARS, GRAPHS, Samples
from digits.data.drawn import Drawn
from digits.data.row_drawing import BLANK, OTHER
from digits.models.lines import BOX, CLASSES
from digits.train import RUNS, Run, Trained, train
from digits.train.calibrate import calibrated
from digits.train.calibrate_drawn import WRONG, lowest_threshold, matched
from digits.train.checkpoint import Checkpoint
from digits.train.ink_task import InkTask, augmented, overlaps
from digits.train.line_task import Batch, LineTask, ctc_logs, read_right, unlikeliness
from tests.drawn import TOYS, toy

CPU = torch.device("cpu")
SMALL = {
    model: replace(RUNS[model], hidden=8, batch=3, epochs=2, device="cpu", schedule="constant") for model in GRAPHS
}


def run(what: Run, **more: object) -> Trained:
    name = GRAPHS[what.model]
    return train(what, toy(name), toy(name, "validation", 5), progress=False, **more)  # type: ignore[arg-type]


def same(one: Trained, other: Trained) -> bool:
    pairs = zip(one.network.state_dict().values(), other.network.state_dict().values(), strict=True)
    return all(a.equal(b) for a, b in pairs)


@pytest.fixture(scope="module")
def whole() -> dict[str, tuple[Trained, list[Checkpoint]]]:
    """Each network trained without a stop, with its checkpoints."""
    made = {}
    for model, what in SMALL.items():
        kept: list[Checkpoint] = []
        made[model] = run(what, on_epoch=lambda _, each, kept=kept: kept.append(each)), kept
    return made


@pytest.mark.parametrize("model", SMALL)
def test_a_resumed_run_has_the_weights_of_one_that_was_never_stopped(model: str, whole: dict, tmp_path: Path) -> None:
    made, kept = whole[model]
    again = Checkpoint.load(kept[0].save(tmp_path / "it.checkpoint"))
    assert same(run(SMALL[model], start=again), made)


@pytest.mark.parametrize("model", SMALL)
def test_another_seed_draws_and_learns_otherwise(model: str, whole: dict) -> None:
    assert not same(run(replace(SMALL[model], seed=7, epochs=1)), whole[model][0])


@pytest.mark.parametrize("model", SMALL)
def test_the_log_and_the_card_tell_the_data(model: str, whole: dict) -> None:
    made = whole[model][0]
    card = made.saveable().card
    name = GRAPHS[model]
    assert card.data["train"] == {"name": name, "samples": 8, "sha256": toy(name).sha256}
    assert (card.model, card.hidden, len(card.classes)) == (model, 8, {"line": CLASSES, "ink": 2}[model])
    assert all(0 <= row.validation_accuracy <= 1 for row in made.log)


@pytest.mark.parametrize(("model", "lr"), [("line", 0.01), ("ink", 0.02)])
def test_it_learns(model: str, lr: float) -> None:
    log = run(replace(SMALL[model], hidden=16, lr=lr, epochs=8)).log
    assert log[-1].train_loss < 0.7 * log[0].train_loss


@pytest.mark.parametrize("model", SMALL)
def test_a_loss_that_is_no_number_is_told(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    task = {"line": LineTask, "ink": InkTask}[model]
    real = task.answer

    def broken(self: object, batch: object) -> object:
        loss, told = real(self, batch)  # type: ignore[arg-type]
        return loss * np.nan, (told[0] * np.nan,)

    monkeypatch.setattr(task, "answer", broken)
    with pytest.raises(Diverged, match="epoch 1, step 1 "):
        run(SMALL[model])


# Wrong data


@pytest.mark.parametrize(
    ("model", "name", "told"),
    [
        ("line", "scenes", "The network line learns from rows, not from scenes: leave out --data."),
        ("ink", "rows", "The network ink learns from scenes, not from rows"),
        ("mlp", "rows", "The network mlp learns from glyphs, not from rows: `digits train line` does."),
    ],
)
def test_a_network_refuses_what_it_cannot_learn_from(model: str, name: str, told: str) -> None:
    with pytest.raises(BadSetting, match=told):
        train(Run(model=model, hidden=8), toy(name), toy(name, "validation"), progress=False)


def test_a_line_network_refuses_glyphs(train_data: Samples, validation: Samples) -> None:
    with pytest.raises(BadSetting, match="learns from rows, not from drawn"):
        train(SMALL["line"], train_data, validation, progress=False)


@pytest.mark.parametrize("setting", [{"smoothing": 0.1}, {"augment": "bend"}], ids=str)
def test_a_setting_that_would_be_without_effect_is_refused(setting: dict) -> None:
    with pytest.raises(BadSetting, match="knows no smoothing and no augment"):
        run(replace(SMALL["line"], **setting))


# Batches


def counted(name: str, size: int) -> tuple[Drawn, list[int]]:
    seeds: list[int] = []

    def draw(seed: int) -> object:
        seeds.append(seed)
        return TOYS[name](np.random.default_rng(seed % 2**32))

    return Drawn(name, "train", size, draw, 2), seeds


@pytest.mark.parametrize(("model", "size", "times"), [("line", 20, 1), ("ink", 20, 2)])
def test_an_epoch_draws_each_item_once_and_another_epoch_others(model: str, size: int, times: int) -> None:
    data, seeds = counted(GRAPHS[model], size)
    task = {"line": LineTask, "ink": InkTask}[model](SMALL[model], data, toy(GRAPHS[model], "validation", 2))
    seeds.clear()
    batches = list(task.batches(1))
    assert len(batches) == task.steps
    assert len(seeds) == len(set(seeds)) == size
    assert sum(len(each.strips if model == "line" else each[0]) for each in batches) == times * size
    first = set(seeds)
    list(task.batches(2))
    assert first.isdisjoint(seeds[size:])


def test_rows_of_a_batch_are_of_like_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Batch, "of", lambda rows, _: [row.strip.shape[1] for row in rows])
    data, _ = counted("rows", 24)
    task = LineTask(SMALL["line"], data, toy("rows", "validation", 2))
    widths = sorted(task.batches(1), key=max)  # type: ignore[arg-type, type-var]
    assert [width for batch in widths for width in batch] == sorted(width for batch in widths for width in batch)


def test_a_picture_is_turned_with_its_layers() -> None:
    layers = torch.rand(2, 2, 32, 32)
    pictures = (layers[:, :1] * 255).byte().expand(-1, 3, -1, -1)
    seen = set()
    for seed in range(40):
        turned, with_it = augmented((pictures, layers), np.random.default_rng(seed))
        inverted = not turned.equal((with_it[:, :1] * 255).byte().expand(-1, 3, -1, -1))
        assert (255 - turned if inverted else turned).equal((with_it[:, :1] * 255).byte().expand(-1, 3, -1, -1))
        seen.add((inverted, with_it.equal(layers)))
    assert len(seen) >= 3


# Losses and figures


def test_unlikeliness_is_that_of_the_lattice() -> None:
    logits = torch.randn(2, 9, CLASSES, generator=torch.Generator().manual_seed(1), dtype=torch.double)
    texts, lengths = ["17", "3"], torch.tensor([2, 1])
    codes = torch.tensor([CHARS.index(char) for text in texts for char in text])
    said = unlikeliness(ctc_logs(logits / 1.5), codes, lengths, torch.tensor([9, 6]))
    wanted = [-Lattice.of(logits[i, :count].numpy(), 1.5).log_probability(texts[i]) for i, count in enumerate((9, 6))]
    assert said.tolist() == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("places", "right"), [("11.7", True), ("1.77", True), ("1.1.7", False), ("17", True), ("o1o7", True), ("7", False)]
)
def test_what_the_places_spell_is_read(places: str, right: bool) -> None:
    codes = [{"o": OTHER, ".": BLANK}.get(place, CHARS.find(place)) for place in places]
    out = torch.zeros(1, len(codes), CLASSES + BOX)
    out[0, range(len(codes)), codes] = 9.0
    row = toy("rows").draw(0)
    batch = replace(Batch.of([row], CPU), texts=torch.tensor([1, 7]), lengths=torch.tensor([2]))
    assert read_right(out, batch) == [right]


def test_overlap_is_whole_where_all_and_nothing_else_is_found() -> None:
    layers = torch.zeros(2, 2, 32, 32)
    layers[0, 0, 4:20, 4:20] = 1
    assert overlaps(layers * 8 - 4, layers).tolist() == [1, 1]
    assert overlaps(4 - layers * 8, layers)[0] < 0.1


# Calibration


@pytest.mark.parametrize("model", SMALL)
def test_the_card_says_what_validation_showed(model: str, whole: dict) -> None:
    made, validation = whole[model][0], toy(GRAPHS[model], "validation", 5)
    card = calibrated(made.saveable(), validation).card
    scores = card.scores["validation"]
    low, high = scores["interval"]
    assert scores["samples"] == 5
    assert low <= scores["accuracy"] <= high
    if model == "ink":
        assert scores["accuracy"] == pytest.approx(made.log[-1].validation_accuracy)
        assert (card.temperature, card.threshold, card.claims) == (1.0, 0.0, {})
    else:
        assert card.claims["rows"] == 5
        assert card.claims["sure_wrong"] <= WRONG * max(1, card.claims["sure"])


@pytest.mark.parametrize(
    ("read", "true", "kept"),
    [("123", "123", "111"), ("124", "123", "110"), ("1223", "123", "111"), ("", "1", ""), ("5", "", "0")],
)
def test_characters_are_right_where_the_true_text_has_them(read: str, true: str, kept: str) -> None:
    assert sum(matched(read, true)) == kept.count("1")
    assert all(read[i] in true for i, right in enumerate(matched(read, true)) if right)


def test_the_threshold_is_the_lowest_that_keeps_the_promise() -> None:
    rng = np.random.default_rng(1)
    confidence = rng.random(2000).round(2)
    right = rng.random(2000) < 0.9 + 0.2 * confidence
    least = lowest_threshold(confidence, right)
    assert (~right[confidence >= least]).mean() <= WRONG
    assert all((~right[confidence >= each]).mean() > WRONG for each in np.unique(confidence[confidence < least]))
    assert lowest_threshold(np.array([0.9]), np.array([False])) == 1.0
    assert lowest_threshold(np.empty(0), np.empty(0, bool)) == 1.0
