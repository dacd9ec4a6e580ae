"""Shapes against real passes, and networks that do not fit their input."""

from __future__ import annotations

import random

import pytest
import torch
from torch import Tensor, nn

from cnnviz.models.lenet import LeNet
from cnnviz.summary import ShapeError, summarize

PICTURE = (1, 3, 32, 32)


def random_layer(rng: random.Random) -> nn.Module:
    k, s, p = rng.choice([1, 2, 3, 4]), rng.choice([1, 2]), rng.choice([0, 1])
    return rng.choice(
        [
            nn.Conv2d(4, 4, k, s, p, dilation=rng.choice([1, 2]), groups=rng.choice([1, 2, 4])),
            nn.ConvTranspose2d(4, 4, k, s, min(p, k - 1)),
            nn.MaxPool2d(k, s, min(p, k // 2), ceil_mode=rng.random() < 0.5),
            nn.AvgPool2d(k, s, min(p, k // 2), ceil_mode=rng.random() < 0.5),
            nn.LPPool2d(2, k, ceil_mode=rng.random() < 0.5),
            nn.AdaptiveAvgPool2d(rng.choice([1, 5, (3, None)])),
            nn.Upsample(scale_factor=1.5),
            nn.Sequential(nn.BatchNorm2d(4), nn.GroupNorm(2, 4), nn.PReLU(), nn.Dropout()),
            nn.Sequential(nn.Flatten(2), nn.Unflatten(1, (2, 2)), nn.Flatten(1, 2), nn.ReLU6()),
        ]
    )


@pytest.mark.parametrize("seed", range(40))
def test_shapes_are_those_of_a_real_pass_and_what_torch_refuses_is_refused(seed):
    rng = random.Random(seed)
    network = nn.Sequential(*[random_layer(rng) for _ in range(5)]).eval()
    shape = (1, 4, rng.randint(6, 20), rng.randint(6, 20))
    try:
        with torch.inference_mode():
            real = tuple(network(torch.zeros(shape)).shape)
    except (RuntimeError, ValueError, IndexError) as refusal:
        with pytest.raises(ShapeError) as caught:
            summarize(network, shape)
        assert caught.value.torch_message == str(refusal)
    else:
        assert summarize(network, shape).output_shape == real


@pytest.mark.parametrize(
    "tensors",
    [
        ((1, 2, 4, 4), (1, 3, 4, 4)),
        ((1, 2, 4, 4), (1, 3, 4, 5)),
        ((1, 2, 4, 4), (1, 3, 4)),
        ((1, 2, 4, 4), (2, 2, 4, 4)),
    ],
)
@pytest.mark.parametrize("dim", [1, -1, 0, 4])
def test_concatenations_have_torchs_shapes_and_refusals(tensors, dim):
    class Cat(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.cat([x * torch.ones(shape) for shape in tensors], dim)

    picture = torch.zeros(1)
    try:
        real = tuple(Cat()(picture).shape)
    except (RuntimeError, IndexError) as refusal:
        with pytest.raises(ShapeError) as caught:
            summarize(Cat(), (1, 1))
        assert caught.value.torch_message == str(refusal)
    else:
        assert summarize(Cat(), (1, 1)).output_shape == real


# Networks that do not fit their input.


def test_a_misfit_brings_the_rows_so_far_and_names_what_failed():
    with pytest.raises(ShapeError, match=r"mat1 and mat2 .* \(1x2704 and 400x120\)") as caught:
        summarize(LeNet(), (1, 3, 64, 64))
    error = caught.value
    assert error.rows[-1].output_shape == (1, 2704)
    assert (error.name, error.input_shapes) == ("classifier.0", ((1, 2704),))
    assert error.kind == "Linear(in_features=400, out_features=120, bias=True)"
    assert error.edges[-1] == ("feature_extractor.5", "flatten")


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.Conv2d(3, 4, 3), (1, 1, 8, 8)),
        (nn.Conv2d(3, 4, 3), (1, 3, 2, 2)),
        (nn.Conv2d(3, 4, 3), (1, 3)),
        (nn.ConvTranspose2d(3, 4, 3), (1, 4, 8, 8)),
        (nn.BatchNorm2d(3), (1, 4, 8, 8)),
        (nn.BatchNorm2d(3), (1, 3, 8)),
        (nn.BatchNorm1d(3), (1, 3, 8, 8)),
        (nn.GroupNorm(2, 4), (1, 6, 8, 8)),
        (nn.LayerNorm(7), (1, 4, 8, 8)),
        (nn.PReLU(5), (1, 4, 8, 8)),
        (nn.MaxPool2d(9), (1, 3, 8, 8)),
        (nn.AvgPool2d(3, padding=2), (1, 3, 8, 8)),
        (nn.ReflectionPad2d(8), (1, 3, 8, 8)),
        (nn.PixelShuffle(2), (1, 3, 8, 8)),
        (nn.Unflatten(1, (2, 2)), (1, 3, 8, 8)),
        (nn.Flatten(1, 7), (1, 3, 8, 8)),
        (nn.Softmax(dim=4), (1, 3, 8, 8)),
        (nn.Upsample(size=(0, 3)), (1, 3, 8, 8)),
        (nn.LPPool2d(2, 9), (1, 3, 8, 8)),
        (nn.Linear(4, 2), (1, 3, 8, 8)),
    ],
)
def test_a_misfit_is_told_in_the_words_of_the_cpu(layer, shape):
    with pytest.raises((RuntimeError, ValueError, IndexError)) as real, torch.inference_mode():
        layer.eval()(torch.zeros(shape))
    with pytest.raises(ShapeError) as ours:
        summarize(layer, shape)
    assert ours.value.torch_message == str(real.value)


def test_a_skip_that_does_not_fit_is_named_with_both_shapes():
    class BadSkip(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 3, 3)

        def forward(self, x: Tensor) -> Tensor:
            return self.conv(x) + x

    with pytest.raises(ShapeError) as caught:
        summarize(nn.Sequential(nn.ReLU(), BadSkip()), PICTURE)
    assert caught.value.name == "1.add"
    assert caught.value.input_shapes == ((1, 3, 30, 30), (1, 3, 32, 32))
    assert [row.name for row in caught.value.rows] == ["0", "1.conv"]


@pytest.mark.parametrize("shape", [(), (1,), (1, 0, 8, 8), (1, -3, 8, 8), (1, 3, 8.0, 8)])
def test_an_input_shape_that_is_none_is_refused(shape):
    with pytest.raises(ValueError, match="input_shape"):
        summarize(LeNet(), shape)


def test_a_path_that_depends_on_values_is_refused_with_a_sentence():
    class Moody(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x if x.mean() > 0 else -x

    with pytest.raises(ValueError, match="without values"):
        summarize(Moody(), PICTURE)
