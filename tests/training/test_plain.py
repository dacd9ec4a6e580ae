"""The plain loop: a seed decides everything, and each step is that of torch's own loop."""

import copy
from itertools import islice

import pytest
import torch
from torch import nn

from cnnviz.builder.modules import build
from cnnviz.models.networks import lenet
from cnnviz.training.material import material
from cnnviz.training.networks import NETWORKS, adapted
from cnnviz.training.plain import augmented, steps
from cnnviz.training.plan import OPTIMIZERS, Change, Plan

TORCH = {
    "sgd": lambda p: torch.optim.SGD(p, 0.05, weight_decay=0.01),
    "momentum": lambda p: torch.optim.SGD(p, 0.05, momentum=0.9, weight_decay=0.01),
    "adam": lambda p: torch.optim.Adam(p, 0.05, weight_decay=0.01),
    "adamw": lambda p: torch.optim.AdamW(p, 0.05, weight_decay=0.01),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_step_is_that_of_torch(optimizer):
    digits, model = material("digits"), build(lenet(1))
    bare, plan = copy.deepcopy(model), Plan(optimizer, 0.05, weight_decay=0.01, batch_size=16)
    torchs = TORCH[optimizer](bare.parameters())
    order = torch.randperm(len(digits.training), generator=torch.Generator().manual_seed(0))
    run = steps(model, digits.input, digits.training, plan)
    for number in range(3):
        chosen = order[16 * number : 16 * number + 16]
        values = (digits.training.pictures[chosen] / 255 - 0.1307) / 0.3081
        batch = nn.functional.pad(values, [2] * 4, value=-0.1307 / 0.3081)
        loss = nn.functional.cross_entropy(bare(batch), digits.training.labels[chosen])
        torchs.zero_grad()
        loss.backward()
        torchs.step()
        assert next(run).loss == pytest.approx(loss.item(), rel=1e-4)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_learns_and_a_seed_decides_how(name):
    digits, plan = material("digits"), Plan(epochs=1, batch_size=32, augmentation="shift-flip")
    network, few = adapted(NETWORKS[name](), digits.input, 10), digits.training.some(1_280)
    first = [step.loss for step in steps(build(network), digits.input, few, plan)]
    again = islice(steps(build(network), digits.input, few, plan), 5)
    assert [step.loss for step in again] == first[:5]
    assert sum(first[-10:]) < 0.9 * sum(first[:10])


def test_a_loss_that_is_no_number_is_the_last_that_is_told():
    digits = material("digits")
    plan = Plan("sgd", 10.0, batch_size=16, epochs=100)
    network = build(adapted(NETWORKS["MLP"](), digits.input, 10))
    with torch.no_grad():
        next(network.parameters()).fill_(1e30)
    told = list(steps(network, digits.input, digits.training, plan))
    assert len(told) < 4
    assert not torch.tensor(told[-1].loss).isfinite()


def test_pictures_are_shifted_by_whole_pixels_and_what_comes_in_is_black():
    pictures = torch.rand(40, 1, 28, 28) + 0.5
    moved = augmented(pictures, Change(shift=2), torch.Generator().manual_seed(0))
    seen = set()
    for before, after in zip(pictures, moved, strict=True):
        padded = nn.functional.pad(before, [2] * 4)[0]
        places = [
            (row, column)
            for row in range(5)
            for column in range(5)
            if torch.allclose(padded[row : row + 28, column : column + 28], after[0], atol=1e-3)
        ]
        assert len(places) == 1
        seen |= set(places)
    assert len(seen) > 15


def test_half_of_the_pictures_are_mirrored_and_none_is_without_being_asked():
    pictures = torch.rand(200, 1, 8, 8)
    flipped = augmented(pictures, Change(flip=True), torch.Generator().manual_seed(0))
    is_mirrored = [
        torch.allclose(after, before.flip(2), atol=1e-4)
        for before, after in zip(pictures, flipped, strict=True)
    ]
    is_kept = [torch.allclose(*pair, atol=1e-4) for pair in zip(pictures, flipped, strict=True)]
    assert sum(is_mirrored) + sum(is_kept) == 200
    assert 70 < sum(is_mirrored) < 130
    assert augmented(pictures, Change(), torch.Generator()) is pictures


def test_a_turn_keeps_the_middle_and_turns_the_rest():
    bar = torch.zeros(1, 1, 29, 29)
    bar[0, 0, :, 14] = 1
    turned = augmented(bar.expand(64, -1, -1, -1), Change(degrees=12), torch.Generator())
    assert (turned[:, 0, 14, 14] > 0.9).all()
    tops = turned[:, 0, 2].argmax(1) - 14  # 12 rows up: ± 12 · tan(12°) = 2.6 columns
    assert tops.abs().max() in (2, 3)
    assert tops.min() < 0 < tops.max()
