"""Weights before training: torch's own distribution, from a seed of their own."""

import math
from functools import partial

import pytest
import torch
from torch import nn

from cnnviz.models import MLP, LeNet, ResNet18, initial, seeded
from cnnviz.models.seeded import build_seeded


def weights(model: torch.nn.Module) -> torch.Tensor:
    return torch.cat([value.flatten().float() for value in model.state_dict().values()])


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    first, again, other = (build_seeded(LeNet, seed) for seed in (3, 3, 4))
    assert torch.equal(weights(first), weights(again))
    assert not torch.equal(weights(first), weights(other))


def test_the_global_seed_is_neither_used_nor_moved():
    torch.manual_seed(0)
    first, expected = weights(build_seeded(LeNet, 0)), torch.rand(3)
    torch.manual_seed(0)
    assert torch.equal(torch.rand(3), expected)
    torch.manual_seed(1)
    assert torch.equal(weights(build_seeded(LeNet, 0)), first)


def test_the_numbers_are_uniform_ones_of_the_generator_in_the_order_of_the_layers():
    model = build_seeded(partial(MLP, 4, (3,), 2), 7)
    uniform = torch.rand(12, generator=torch.Generator().manual_seed(7))
    expected = (uniform * 2 - 1).view(3, 4) / math.sqrt(4)
    torch.testing.assert_close(model.layers[0].weight.detach(), expected)


def test_weights_spread_as_far_as_those_that_torch_draws():
    ours, torchs = build_seeded(LeNet, 0), LeNet()
    for name, weight in torchs.state_dict().items():
        bound = 1 / math.sqrt(torchs.get_submodule(name.rpartition(".")[0]).weight[0].numel())
        assert ours.state_dict()[name].abs().max() <= bound
        if weight.numel() > 400:
            assert ours.state_dict()[name].std() == pytest.approx(weight.std().item(), rel=0.1)


def test_batch_norm_starts_as_the_identity():
    norm = build_seeded(partial(ResNet18, 10), 0).input_group[1]
    state = {name: value.float().unique().tolist() for name, value in norm.state_dict().items()}
    ones_and_zeros = {"weight": [1], "running_var": [1], "bias": [0], "running_mean": [0]}
    assert state == {**ones_and_zeros, "num_batches_tracked": [0]}


class EveryKind(nn.Module):
    """A layer of each kind that has weights."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.deconv = nn.Conv2d(3, 4, 3), nn.ConvTranspose2d(4, 6, 2)
        self.linear = nn.Linear(5, 7)
        self.norms = nn.ModuleList([nn.BatchNorm1d(3), nn.BatchNorm2d(4), nn.GroupNorm(2, 4)])
        self.slopes = nn.PReLU(3)


def test_no_weight_of_any_layer_is_left_as_the_memory_was(monkeypatch):
    monkeypatch.setattr(seeded, "_empty", lambda t: torch.full(t.shape, 77, dtype=t.dtype))
    ours, torchs = build_seeded(EveryKind, 0).state_dict(), EveryKind().state_dict()
    assert list(ours) == list(torchs)
    for name, value in ours.items():
        assert not (value == 77).any(), name
        if name.startswith(("norms", "slopes")):
            assert torch.equal(value, torchs[name])
    bound = 1 / math.sqrt(6 * 2 * 2)  # torch counts a transposed kernel's outputs as its fan-in
    assert 0.8 * bound < ours["deconv.weight"].abs().max() <= bound


def test_weights_of_an_unknown_kind_are_refused():
    with pytest.raises(ValueError, match="how LSTM begins is not known"):
        build_seeded(partial(nn.LSTM, 2, 2), 0)


def test_a_shipped_network_before_training_is_frozen_and_the_same_each_time():
    first, again = initial("lenet-mnist"), initial("lenet-mnist")
    assert torch.equal(weights(first), weights(again))
    assert not first.training
    assert not any(parameter.requires_grad for parameter in first.parameters())


def test_only_shipped_networks_have_a_before():
    with pytest.raises(ValueError, match=r"lenet-mnist.* not of 'resnet18'"):
        initial("resnet18")
