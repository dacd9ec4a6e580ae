"""Training: a seed decides the weights, a stopped run goes on, and something is learnt."""

import copy
import json
import math
from dataclasses import FrozenInstanceError, replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from cnnviz.models import MLP, LeNet, trained
from cnnviz.models.seeded import build_seeded
from cnnviz.models.shipped import SHIPPED
from cnnviz.models.transforms import InputSpec, normalised
from cnnviz.training.__main__ import main
from cnnviz.training.augment import random_views
from cnnviz.training.data import LabelledPictures, from_torchvision, read_data
from cnnviz.training.loop import Training, accuracy, move_towards
from cnnviz.training.recipes import RECIPES, Augmentation, Cycle, Recipe, Stage, one_cycle
from cnnviz.training.shipping import Origin, ship

SPEC = InputSpec(channels=1, size=28, padding=2, mean=(0.1,), std=(0.3,))
CYCLE = Cycle((Stage(2, ((28, 1.0),)),), peak_learning_rate=4e-3)
FAST = replace(CYCLE, peak_learning_rate=0.05)
RECIPE = Recipe(
    cycles=(CYCLE,),
    batch_size=16,
    augmentation=Augmentation(shift=1, zoom=1.1),
    averaging_steps=1,
)


def bars(count: int, seed: int = 0) -> LabelledPictures:
    """Noise with a bright bar, whose place among ten is the class."""
    generator = torch.Generator().manual_seed(seed)
    pictures = torch.randint(0, 60, (count, 1, 28, 28), generator=generator, dtype=torch.uint8)
    labels = torch.arange(count) % 10
    for picture, label in zip(pictures, labels.tolist(), strict=True):
        picture[0, 4 + 2 * label : 6 + 2 * label] = 220
    return LabelledPictures(pictures, labels)


def training(recipe: Recipe = RECIPE, seed: int = 0, count: int = 80) -> Training:
    return Training(build_seeded(partial(LeNet, 1), seed), SPEC, bars(count), recipe, seed)


def finished(run: Training) -> Training:
    while run.epoch < run.recipe.epochs:
        list(run.run_epoch())
    return run


def weights(model: nn.Module) -> torch.Tensor:
    return torch.cat([weight.detach().flatten() for weight in model.state_dict().values()])


RECIPE_KINDS = {
    "AdamW": RECIPE,
    "SGD": replace(RECIPE, optimizer="sgd", cycles=(FAST,)),
    "two workers": replace(RECIPE, workers=2),
    "bfloat16": replace(RECIPE, bfloat16=True, workers=2, optimizer="sgd"),
    "two cycles": replace(RECIPE, cycles=(replace(CYCLE, stages=(Stage(1, ((28, 1.0),)),)),) * 2),
}


@pytest.mark.parametrize("recipe", RECIPE_KINDS.values(), ids=RECIPE_KINDS)
def test_a_seed_decides_every_weight(recipe):
    first, again, other = (finished(training(recipe, seed)) for seed in (0, 0, 1))
    assert torch.equal(weights(first.model), weights(again.model))
    assert torch.equal(weights(first.averaged), weights(again.averaged))
    assert not torch.equal(weights(first.model), weights(other.model))


def test_neither_the_global_seed_nor_another_thread_changes_a_run():
    torch.manual_seed(0)
    first = finished(training())
    torch.manual_seed(1)
    assert torch.equal(weights(finished(training()).model), weights(first.model))


@pytest.mark.parametrize("recipe", RECIPE_KINDS.values(), ids=RECIPE_KINDS)
def test_a_stopped_run_goes_on_as_if_it_had_not_been(recipe, tmp_path):
    whole, stopped, resumed = training(recipe), training(recipe), training(recipe, seed=0)
    list(stopped.run_epoch())
    torch.save(stopped.state(), tmp_path / "checkpoint")
    resumed.resume(torch.load(tmp_path / "checkpoint", weights_only=True))
    assert resumed.epoch == 1
    assert torch.equal(weights(finished(resumed).model), weights(finished(whole).model))
    assert torch.equal(weights(resumed.averaged), weights(whole.averaged))


def test_one_step_is_the_bare_loop_of_torch():
    plain = replace(RECIPE, augmentation=Augmentation(), optimizer="sgd", label_smoothing=0.1)
    run = training(plain)
    bare = copy.deepcopy(run.model)
    optimizer = torch.optim.SGD(
        bare.parameters(), 1.0, momentum=0.9, nesterov=True, weight_decay=plain.weight_decay
    )
    order = torch.randperm(80, generator=torch.Generator().manual_seed(0))
    steps = run.run_epoch()
    for number in range(3):
        step = next(steps)
        chosen = order[16 * number : 16 * number + 16]
        batch = nn.functional.pad(
            (run.data.pictures[chosen] / 255 - 0.1) / 0.3, [2] * 4, value=-0.1 / 0.3
        )
        optimizer.param_groups[0]["lr"] = step.learning_rate
        loss = nn.functional.cross_entropy(
            bare(batch), run.data.labels[chosen], label_smoothing=0.1
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        assert step.loss == pytest.approx(loss.item(), abs=1e-6)
    torch.testing.assert_close(weights(run.model), weights(bare))


def test_two_workers_take_the_step_of_one():
    one, two = training(), training(replace(RECIPE, workers=2))
    next(one.run_epoch()), next(two.run_epoch())
    difference = weights(one.model) - weights(two.model)
    # Adam divides by the gradient's size: where that is ~0, rounding decides the direction.
    assert difference.abs().median() < 1e-6


def test_workers_read_the_layout_of_the_weights_right():
    """A fused optimizer that read a gradient in another memory layout would move other weights."""
    recipe = replace(RECIPE, optimizer="sgd", bfloat16=True, workers=2, cycles=(FAST,))
    fused, plain = training(recipe), training(recipe)
    plain.optimizer = torch.optim.SGD(
        plain.model.parameters(), 0.05, momentum=0.9, nesterov=True, weight_decay=0.01
    )
    finished(fused), finished(plain)
    torch.testing.assert_close(weights(fused.model), weights(plain.model))


def test_a_short_run_learns_where_the_bar_is():
    cycle = replace(CYCLE, stages=(Stage(12, ((28, 1.0),)),))
    recipe = replace(RECIPE, cycles=(cycle,), averaging=0.9)
    run = training(recipe, count=320)
    before = accuracy(run.averaged, SPEC, bars(100, seed=1))
    finished(run)
    assert before < 0.3
    assert accuracy(run.model.eval(), SPEC, bars(100, seed=1)) > 0.9
    assert accuracy(run.averaged, SPEC, bars(100, seed=1)) > 0.9


def normed() -> nn.Module:
    """A small network with batch norm."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 5, stride=3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(400, 10)
    )


FINISH = replace(
    RECIPE,
    optimizer="sgd",
    workers=2,
    cycles=(
        replace(CYCLE, stages=(Stage(1, ((28, 1.0),)),)),
        replace(CYCLE, fixed_statistics=True, largest_gradient=0.5),
    ),
)


def test_a_cycle_with_fixed_statistics_goes_on_from_the_averaged_weights_and_holds_theirs():
    run = Training(build_seeded(normed, 0), SPEC, bars(80), FINISH, 0)
    list(run.run_epoch())
    average = copy.deepcopy(run.averaged)
    assert not torch.equal(run.model[1].running_mean, average[1].running_mean)
    next(run.run_epoch())
    for network in (*run.replicas, finished(run).model):
        assert torch.equal(network[1].running_mean, average[1].running_mean)
        assert torch.equal(network[1].running_var, average[1].running_var)
    assert not torch.equal(run.model[0].weight, average[0].weight)


def test_a_run_stopped_under_fixed_statistics_goes_on_as_if_it_had_not_been():
    whole, stopped, resumed = (
        Training(build_seeded(normed, 0), SPEC, bars(80), FINISH, 0) for _ in range(3)
    )
    list(stopped.run_epoch()), list(stopped.run_epoch())
    resumed.resume(copy.deepcopy(stopped.state()))
    assert torch.equal(weights(finished(resumed).model), weights(finished(whole).model))


def test_no_step_follows_a_gradient_longer_than_the_largest():
    short = replace(CYCLE, largest_gradient=0.01, warmup=0.0)
    plain = replace(RECIPE, optimizer="sgd", weight_decay=0.0, cycles=(short,))
    run = training(plain)
    before = weights(run.model)
    step = next(run.run_epoch())
    moved = (weights(run.model) - before).norm() / step.learning_rate
    assert moved == pytest.approx(0.01 * 1.9, rel=1e-3)  # Nesterov: 1 + momentum


def test_a_loss_that_is_no_number_stops_the_run():
    run = training(
        replace(RECIPE, optimizer="sgd", cycles=(replace(CYCLE, peak_learning_rate=1e9),))
    )
    with pytest.raises(FloatingPointError, match="learning rate"):
        finished(run)


def test_a_step_tells_what_it_did_and_cannot_be_changed():
    run = training()
    steps = list(run.run_epoch()) + list(run.run_epoch())
    assert [(step.epoch, step.step) for step in steps] == [(i // 5, i) for i in range(10)]
    assert {(step.num_steps, step.size) for step in steps} == {(10, 28)}
    assert all(0 <= step.accuracy <= 1 and step.loss > 0 for step in steps)
    with pytest.raises(FrozenInstanceError):
        steps[0].loss = 0.0


def test_a_run_that_is_over_says_so():
    run = finished(training())
    with pytest.raises(ValueError, match="ends after 2 epochs"):
        next(run.run_epoch())


def test_an_average_moves_a_share_of_the_way():
    averaged, model = nn.BatchNorm2d(1), nn.BatchNorm2d(1)
    model.state_dict()["running_mean"].fill_(8.0)
    model.num_batches_tracked.fill_(3)
    move_towards(averaged, model, 0.25)
    move_towards(averaged, model, 0.25)
    assert averaged.running_mean.item() == 8 * (1 - 0.75**2)
    assert averaged.num_batches_tracked.item() == 3


def test_the_learning_rate_rises_in_a_line_and_falls_in_half_a_cosine():
    rates = [one_cycle(step, 100, peak=2.0, warmup=0.2) for step in range(100)]
    assert rates[:20] == pytest.approx([0.1 * (step + 1) for step in range(20)])
    assert max(rates) == 2.0
    assert rates[59] == pytest.approx(1 + math.cos(math.pi * 40 / 81))
    assert rates[19:] == sorted(rates[19:], reverse=True)
    assert 0 < rates[-1] < 0.01


def test_every_cycle_rises_and_falls_for_itself():
    recipe = replace(RECIPE, cycles=(CYCLE, replace(FAST, stages=(Stage(3, ((28, 1.0),)),))))
    rates = [recipe.learning_rate(step, steps_per_epoch=10) for step in range(50)]
    assert rates[:20] == [one_cycle(step, 20, 4e-3, 0.15) for step in range(20)]
    assert rates[20:] == [one_cycle(step, 30, 0.05, 0.15) for step in range(30)]
    with pytest.raises(ValueError, match="ends after 5 epochs"):
        recipe.learning_rate(50, steps_per_epoch=10)


def test_stages_follow_each_other():
    recipe = RECIPES["resnet18-cifar10"]
    sizes = [recipe.stage_of(epoch).sizes[0][0] for epoch in range(recipe.epochs)]
    assert sizes == [32] * 5 + [48] * 4 + [64] * 21
    assert all(
        sum(share for _, share in stage.sizes) == pytest.approx(1)
        for recipe in RECIPES.values()
        for cycle in recipe.cycles
        for stage in cycle.stages
    )


def test_there_is_a_recipe_for_every_shipped_network():
    assert RECIPES.keys() == SHIPPED.keys()


def batch(count: int = 200, size: int = 8) -> torch.Tensor:
    return torch.rand(count, 3, size, size, generator=torch.Generator().manual_seed(0))


def views(augmentation: Augmentation, size: int = 8, seed: int = 0) -> torch.Tensor:
    return random_views(batch(), size, augmentation, torch.Generator().manual_seed(seed))


def test_without_augmentation_a_picture_stays_as_it_is():
    assert torch.equal(views(Augmentation()), batch())


def test_shifts_are_whole_pixels_in_both_directions_and_mirror_the_border():
    shifted = views(Augmentation(shift=1))
    wide = nn.functional.pad(batch(), [1] * 4, mode="replicate")  # one pixel: mirror = copy
    crops = torch.stack(
        [wide[:, :, top : top + 8, left : left + 8] for top in range(3) for left in range(3)]
    )
    distance = (crops - shifted).abs().amax(dim=(2, 3, 4))  # (9 shifts, N)
    assert distance.min(0).values.max() < 1e-5
    assert distance.argmin(0).unique().numel() == 9


def test_half_of_the_pictures_are_mirrored():
    flipped = views(Augmentation(flip=True))
    is_mirrored = ((flipped - batch().flip(3)).abs().amax(dim=(1, 2, 3)) < 1e-5).float()
    is_same = ((flipped - batch()).abs().amax(dim=(1, 2, 3)) < 1e-5).float()
    assert torch.equal(is_mirrored + is_same, torch.ones(200))
    assert 0.35 < is_mirrored.mean() < 0.65


def test_views_have_the_size_that_was_asked_for_and_depend_on_the_seed():
    augmentation = Augmentation(shift=2, zoom=1.3, flip=True)
    assert views(augmentation, size=13).shape == (200, 3, 13, 13)
    assert torch.equal(views(augmentation, seed=1), views(augmentation, seed=1))
    assert not torch.equal(views(augmentation, seed=1), views(augmentation, seed=2))


def test_a_zoom_keeps_the_middle():
    pictures = torch.zeros(50, 1, 9, 9)
    pictures[:, :, 3:6, 3:6] = 1
    zoomed = random_views(pictures, 9, Augmentation(zoom=1.3), torch.Generator().manual_seed(0))
    assert (zoomed[:, 0, 4, 4] > 0.99).all()
    assert zoomed.sum(dim=(1, 2, 3)).min() < 8 < 11 < zoomed.sum(dim=(1, 2, 3)).max()


def test_accuracy_counts_the_pictures_that_are_right():
    class SaysThree(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.eye(10)[3].repeat(len(x), 1)

    assert accuracy(SaysThree(), SPEC, bars(40)) == 0.1
    assert accuracy(SaysThree(), SPEC, bars(505)) == pytest.approx(51 / 505)


def test_some_pictures_are_spread_over_the_whole_set():
    some = bars(100).some(4)
    assert torch.equal(some.pictures, bars(100).pictures[[0, 25, 50, 75]])
    assert some.labels.tolist() == [0, 5, 0, 5]


def write_npz(path: Path, count: int = 60) -> Path:
    data = bars(count)
    arrays = {f"{axis}_{part}": values.numpy() for part in ("train", "test")
              for axis, values in (("x", data.pictures[:, 0]), ("y", data.labels))}  # fmt: skip
    np.savez(path, **arrays)
    return path


def test_an_npz_file_becomes_grey_pictures_and_labels(tmp_path):
    data = read_data("MNIST", write_npz(tmp_path / "mnist.npz"), "test")
    assert torch.equal(data.pictures, bars(60).pictures)
    assert torch.equal(data.labels, bars(60).labels)


def test_a_folder_for_each_class_becomes_colour_pictures_in_alphabetical_order(tmp_path):
    for name, colour in [("dog", (255, 0, 0)), ("cat", (0, 0, 255))]:
        (tmp_path / "train" / name).mkdir(parents=True)
        for number in range(2):
            Image.new("RGB", (4, 4), colour).save(tmp_path / "train" / name / f"{number}.png")
    data = read_data("CIFAR-10", tmp_path, "train")
    assert data.pictures.shape == (4, 3, 4, 4)
    assert data.labels.tolist() == [0, 0, 1, 1]
    assert data.pictures[:, :, 0, 0].tolist() == [[0, 0, 255]] * 2 + [[255, 0, 0]] * 2


def test_the_files_of_torchvisions_mnist_are_read(tmp_path):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    pictures, labels = bars(30).pictures.numpy(), bars(30).labels.numpy().astype(np.uint8)
    for part in ("train", "t10k"):
        head = np.array([2051, 30, 28, 28], ">i4").tobytes()
        (raw / f"{part}-images-idx3-ubyte").write_bytes(head + pictures.tobytes())
        head = np.array([2049, 30], ">i4").tobytes()
        (raw / f"{part}-labels-idx1-ubyte").write_bytes(head + labels.tobytes())
    data = read_data("MNIST", tmp_path, "train")
    assert torch.equal(data.pictures, bars(30).pictures)
    assert torch.equal(data.labels, bars(30).labels)


def test_torchvisions_cifar_has_its_channels_moved_first():
    values = np.arange(2 * 4 * 4 * 3, dtype=np.uint8).reshape(2, 4, 4, 3)
    data = from_torchvision(SimpleNamespace(data=values, targets=[7, 1]))
    assert data.pictures.shape == (2, 3, 4, 4)
    assert data.pictures[1, 2, 3, 0] == values[1, 3, 0, 2]
    assert data.labels.tolist() == [7, 1]


def test_data_that_is_not_there_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(ValueError, match=r"MNIST is not in .*--download"):
        read_data("MNIST", tmp_path, "train")
    with pytest.raises(ValueError, match="there is no file"):
        read_data("MNIST", tmp_path / "mnist.npz", "train")
    (tmp_path / "train").mkdir()
    with pytest.raises(ValueError, match="holds no folders with pictures"):
        read_data("CIFAR-10", tmp_path, "train")


def test_the_command_trains_goes_on_and_ships_what_pretrained_reads(tmp_path, monkeypatch):
    monkeypatch.setitem(RECIPES, "lenet-mnist", RECIPE)
    data = write_npz(tmp_path / "mnist.npz")
    common = ["lenet-mnist", "--data", str(data), "--seed", "5"]
    main([*common, "--out", str(tmp_path / "once"), "--checkpoint", str(tmp_path / "run")])
    main([*common, "--out", str(tmp_path / "again"), "--checkpoint", str(tmp_path / "run")])
    main([*common, "--out", str(tmp_path / "afresh")])
    files = [(tmp_path / name / "lenet-mnist.safetensors").read_bytes()
             for name in ("once", "again", "afresh")]  # fmt: skip
    assert files[0] == files[1] == files[2]
    card = json.loads((tmp_path / "once" / "lenet-mnist.json").read_text())
    assert card["recipe"].startswith("python -m cnnviz.training lenet-mnist --data mnist.npz")
    monkeypatch.setattr(trained, "WEIGHTS", tmp_path / "once")
    network = trained.pretrained("lenet-mnist")
    assert network.card.seed == 5
    spec = SHIPPED["lenet-mnist"].input
    assert accuracy(network.model, spec, bars(60)) == network.card.test_accuracy


class Knife(nn.Module):
    """Two classes told apart by a difference that half precision cannot keep."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(784, 2, bias=False))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x.flatten(1))


def test_weights_stay_in_single_precision_where_half_would_cost_accuracy(tmp_path, monkeypatch):
    network = replace(SHIPPED["mlp-mnist"], build=Knife)
    monkeypatch.setitem(SHIPPED, "mlp-mnist", network)
    model = Knife().requires_grad_(False)
    weight = model.layers[0].weight
    weight[0], weight[1] = 1.0, 1.0001  # equal as float16
    black = torch.zeros(20, 1, 28, 28, dtype=torch.uint8)
    white = torch.full_like(black, 255)
    test = LabelledPictures(torch.cat([black, white]), torch.tensor([0] * 20 + [1] * 20))
    assert (normalised(test.pictures, network.input).flatten(1).sum(1)[[0, 20]]).prod() < 0
    card = ship("mlp-mnist", model, test, Origin("", "", 0, ""), tmp_path)
    assert (card.test_accuracy, card.is_half_precision) == (1.0, False)


def test_weights_are_stored_in_half_precision_where_that_costs_nothing(tmp_path):
    model = build_seeded(partial(MLP, 784, (78,), 10), 0)
    card = ship("mlp-mnist", model, bars(50), Origin("", "", 0, ""), tmp_path)
    assert card.is_half_precision
    assert card.size_bytes < 2 * card.num_params + 1000
