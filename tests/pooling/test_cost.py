"""What pooling saves: numbers of real modules, checked by the formula."""

from __future__ import annotations

import torch

from cnnviz.arithmetic import conv_macs
from cnnviz.pooling.cost import DESIGNS, costs, design_module
from cnnviz.probes import receptive_field


def test_two_levels_on_64_channels_of_64_by_64():
    found = {cost.design.name: cost for cost in costs(64, 64, 2)}
    assert found["pool"].last_macs == conv_macs(64, 64, 3, 16) == 9_437_184
    assert found["none"].last_macs == conv_macs(64, 64, 3, 64) == 16 * found["pool"].last_macs
    assert [found[name].size for name in DESIGNS] == [64, 16, 16, 61]


def test_three_of_the_designs_see_equally_far():
    for levels in (1, 2, 3):
        found = {cost.design.name: cost.receptive_field for cost in costs(4, 64, levels)}
        assert found["pool"] == found["stride"] == found["dilation"] > found["none"]
        stack = design_module(DESIGNS["pool"], 4, levels)
        size = receptive_field(stack, str(len(stack) - 1)).size
        assert size == (found["pool"],) * 2
    assert found["pool"] == 38


def test_dilation_computes_the_same_numbers_and_more_of_them():
    """À trous: the dilated stack holds the pooled one's result at every fourth place."""
    pool, dilated = (design_module(DESIGNS[name], 3, 2).double() for name in ("pool", "dilation"))
    dilated.load_state_dict(pool.state_dict())
    image = torch.rand(1, 3, 40, 40, dtype=torch.float64)
    with torch.no_grad():
        few, many = pool(image), dilated(image)
    assert torch.allclose(few[..., 2:-2, 2:-2], many[..., ::4, ::4][..., 2:8, 2:8])
