"""Pooling layers from their settings, against torch itself."""

from __future__ import annotations

import random
import warnings

import pytest
import torch
from torch import nn

from cnnviz.convolution.layer import ConvSettings, conv_module
from cnnviz.pooling.layer import in_words, pool_module, pool_numbers, pooled
from cnnviz.pooling.refusal import refusal, repairs
from cnnviz.pooling.settings import OPERATIONS, PoolSettings
from tests.support.seeded import picture

RAW = {"max": nn.MaxPool2d, "avg": nn.AvgPool2d, "lp": nn.LPPool2d}


def random_settings(rng: random.Random) -> PoolSettings:
    def pair(low: int, high: int) -> tuple[int, int]:
        return rng.randint(low, high), rng.randint(low, high)

    return PoolSettings(
        operation=rng.choice(OPERATIONS),
        height=rng.randint(1, 9),
        width=rng.randint(1, 9),
        kernel_size=pair(1, 5),
        stride=pair(1, 3),
        padding=rng.choice([(0, 0), pair(0, 3)]),
        dilation=rng.choice([(1, 1), pair(1, 3)]),
        ceil_mode=rng.random() < 0.5,
        count_include_pad=rng.random() < 0.5,
    )


def torch_output(settings: PoolSettings) -> torch.Tensor | None:
    """What torch makes of the settings, asked without any of our code; None where it refuses."""
    more: dict[str, object] = {"ceil_mode": settings.ceil_mode}
    if settings.operation == "max":
        more |= {"padding": settings.padding, "dilation": settings.dilation}
    elif settings.operation == "avg":
        more |= {"padding": settings.padding, "count_include_pad": settings.count_include_pad}
        if settings.dilation != (1, 1):
            return None  # it has no such argument
    elif settings.padding != (0, 0) or settings.dilation != (1, 1):
        return None
    first = (settings.p,) if settings.operation == "lp" else ()
    image = picture(1, 1, settings.height, settings.width)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            layer = RAW[settings.operation](*first, settings.kernel_size, settings.stride, **more)
            return layer(image)
    except RuntimeError:
        return None


def test_three_thousand_settings_are_taken_or_refused_as_torch_does():
    rng = random.Random(0)
    for _ in range(3000):
        settings = random_settings(rng)
        expected = torch_output(settings)
        assert (refusal(settings) is None) == (expected is not None), settings
        if expected is not None:
            assert pool_numbers(settings).output_shape == tuple(expected.shape)
            ours = pool_module(settings)(picture(1, 1, settings.height, settings.width))
            assert torch.equal(ours, expected)


def test_every_repair_works_and_says_what_it_changes():
    rng = random.Random(1)
    refused = [s for s in (random_settings(rng) for _ in range(600)) if refusal(s)]
    assert len(refused) > 200
    for settings in refused:
        found = repairs(settings)
        assert found, settings
        for repair in found:
            assert torch_output(repair.settings) is not None, (settings, repair.label)
            assert "→" in repair.label


@pytest.mark.parametrize(
    ("settings", "sentence", "repair"),
    [
        (
            PoolSettings(padding=(2, 2)),
            "padding is 2, but at most half of the kernel size 2 may be: a window could lie in "
            "the padding alone",
            "Padding 2 → 1",
        ),
        (
            PoolSettings(operation="lp", padding=(1, 1)),
            "LPPool2d takes no padding, but the padding is 1",
            "Padding 1 → 0",
        ),
        (
            PoolSettings(operation="avg", dilation=(2, 2)),
            "AvgPool2d takes no dilation, but the dilation is 2",
            "Dilation 2 → 1",
        ),
        (
            PoolSettings(kernel_size=(7, 4)),
            "along the height, the window spans 7 but the padded input has 4",
            "Kernel size 7×4 → 4",
        ),
        (PoolSettings(operation="lp", p=0), "p must be above 0, but it is 0", "P 0 → 1"),
    ],
)
def test_what_torch_refuses_is_said_with_both_numbers(settings, sentence, repair):
    found = refusal(settings)
    assert found and found.sentence == sentence
    assert repair in [one.label for one in repairs(settings)]
    with pytest.raises(ValueError, match=r"\d"):
        pool_module(settings)


def test_the_tutorials_chain_of_conv1_conv2_and_pool():
    conv1 = conv_module(ConvSettings(height=32, width=32, in_channels=3, out_channels=10))
    conv2 = conv_module(
        ConvSettings(in_channels=10, out_channels=20, kernel_size=(6, 6), stride=(2, 2),
                     padding=(0, 0))
    )  # fmt: skip
    settings = PoolSettings(channels=20, height=14, width=14)
    maps = conv2(conv1(picture(1, 3, 32, 32)))
    assert maps.shape == (1, 20, 14, 14)
    assert pool_module(settings)(maps).shape == pool_numbers(settings).output_shape
    assert pool_numbers(settings).output_shape == (1, 20, 7, 7)
    assert pool_numbers(settings).num_params == 0


def test_a_window_of_ceil_mode_that_starts_in_the_padding_is_dropped():
    dropped = pool_numbers(
        PoolSettings(height=5, width=5, stride=(3, 3), padding=(1, 1), ceil_mode=True)
    )
    assert dropped.output_shape == (1, 1, 2, 2) and dropped.is_dropped
    hanging = pool_numbers(PoolSettings(height=5, width=5, ceil_mode=True))
    assert hanging.output_shape == (1, 1, 3, 3)
    assert hanging.overhang == (1, 1) and not hanging.is_dropped


def test_a_picture_is_pooled_at_its_own_size():
    image = picture(1, 3, 20, 31)
    assert torch.equal(pooled(image[0], PoolSettings(operation="avg")), nn.AvgPool2d(2)(image)[0])


def test_words():
    assert in_words(PoolSettings()) == ("halves, height and width; 3 of 4 numbers get no gradient")
    odd = PoolSettings(operation="avg", height=5, width=4)
    assert in_words(odd) == "height: shrinks 5 to 2; width: halves"
