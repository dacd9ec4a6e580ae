"""Weights that are there only while their layer runs are the same as those of a built network."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnviz.builder.modules import build
from cnnviz.builder.running import drawn
from cnnviz.builder.running.drawn import drawn_network
from cnnviz.models import joined_networks, networks
from cnnviz.models.specs import Flatten, Linear, NetworkSpec
from tests.support.random_networks import random_network

SEEDS = range(8)


def outputs(spec: NetworkSpec) -> tuple[torch.Tensor, torch.Tensor]:
    """What a network makes of a picture, with its weights kept and with them drawn."""
    picture = torch.rand((1, *spec.input_shape), generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        return build(spec).eval()(picture), drawn_network(spec).eval()(picture)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pass_gives_the_numbers_of_the_built_network(seed: int) -> None:
    kept, passed = outputs(random_network(seed))
    assert torch.allclose(kept, passed, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("make", [joined_networks.unet, lambda: networks.resnet((1, 1), 8, 10, 32)])
def test_so_do_networks_with_joins_and_blocks(make) -> None:
    kept, passed = outputs(make())
    assert torch.allclose(kept, passed, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("rows", [1, 7, 64])
def test_a_linear_layer_in_blocks_is_the_same_layer(rows: int, monkeypatch) -> None:
    monkeypatch.setattr(drawn, "BLOCK", rows * 48)
    layers = (Flatten(), Linear(48, 100), Linear(100, 30, bias=False), Linear(30, 200))
    kept, passed = outputs(NetworkSpec("flat", (3, 4, 4), layers))
    assert torch.allclose(kept, passed, atol=1e-6)


def test_no_weight_outlives_its_layer(monkeypatch) -> None:
    made: list[int] = []
    empty = torch.empty

    def noted(*shape, **options):
        tensor = empty(*shape, **options)
        made.append(0 if tensor.is_meta else tensor.numel())
        return tensor

    monkeypatch.setattr(drawn.torch, "empty", noted)
    spec = NetworkSpec("wide", (1, 64, 64), (Flatten(), Linear(4096, 8192)))
    network = drawn_network(spec)
    with torch.inference_mode():
        network(torch.zeros(1, 1, 64, 64))
    assert max(made) <= drawn.BLOCK < 4096 * 8192
    assert not list(network.parameters())
    assert all(not isinstance(module, nn.Linear) for module in network.modules())
