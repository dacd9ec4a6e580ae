"""What is shown of a forward pass of a network that was built."""

from __future__ import annotations

import pytest
import torch

from cnnviz.activations import record
from cnnviz.builder.modules import build
from cnnviz.builder.running.passes import (
    MOST_FEATURES,
    MOST_LAYERS,
    MOST_MAPS,
    SIDE,
    maps_of,
    run_network,
    shown_paths,
)
from cnnviz.models import networks
from cnnviz.models.specs import NetworkSpec, ReLU
from cnnviz.progress import StoppedError


def batch(spec: NetworkSpec) -> torch.Tensor:
    return torch.rand((1, *spec.input_shape), generator=torch.Generator().manual_seed(1))


def test_every_layer_of_lenet_is_there_with_what_it_really_computed() -> None:
    spec = networks.lenet()
    done = run_network(spec, batch(spec))
    assert done.output.shape == (1, 10)
    assert [layer.name for layer in done.layers][:3] == ["conv1", "relu1", "pool1"]
    truth = record(build(spec), batch(spec), [layer.name for layer in done.layers])
    for layer in done.layers:
        values = truth[layer.name][0]
        assert layer.shape == tuple(values.shape)
        assert (layer.low, layer.high) == (values.min().item(), values.max().item())
        if not layer.is_averaged and values.ndim == 3:
            assert torch.equal(layer.maps, values[:MOST_MAPS])
        if values.ndim == 1:
            assert torch.equal(layer.maps.flatten(), values[:MOST_FEATURES])


def test_large_maps_are_averaged_and_keep_their_mean() -> None:
    spec = NetworkSpec("net", (3, 56, 112), (ReLU(),))
    picture = batch(spec)
    (layer,) = run_network(spec, picture).layers
    assert layer.is_averaged
    assert layer.maps.shape == (3, SIDE // 2, SIDE)
    assert torch.allclose(layer.maps.mean(dim=(1, 2)), picture[0].mean(dim=(1, 2)), atol=1e-6)


def test_layers_in_blocks_are_shown_while_there_are_few() -> None:
    small, large = networks.resnet((1, 1), 8, 10, 32), networks.resnet((3, 4, 6, 3), 8, 10, 32)
    done = run_network(small, batch(small))
    assert len(done.layers) == done.num_layers == 19
    assert all(len(path) == 1 for path in shown_paths(large))
    deep = NetworkSpec("net", (3, 8, 8), (ReLU(),) * 200)
    assert len(shown_paths(deep)) == MOST_LAYERS


def test_the_maps_of_one_layer_are_those_of_the_whole_pass() -> None:
    spec = networks.lenet()
    truth = record(build(spec), batch(spec), ["conv2"])["conv2"][0]
    assert torch.equal(maps_of(spec, batch(spec), (3,)), truth)


def test_a_pass_says_how_far_it_is_and_can_be_stopped() -> None:
    spec, told = networks.lenet(), []
    run_network(spec, batch(spec), progress=lambda share: told.append(share) or True)
    assert told == [(place + 1) / 12 for place in range(12)]
    with pytest.raises(StoppedError):
        run_network(spec, batch(spec), progress=lambda share: share < 0.5)
