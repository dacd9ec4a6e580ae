"""The numbers of the grid: the tutorial's 2×2 example by hand, the rest by torch."""

from __future__ import annotations

import json
import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnviz.pooling.power import first_overflow, lp_norm, power_curve, why_not_a_number
from cnnviz.pooling.settings import OPERATIONS, PoolSettings
from cnnviz.pooling.worked_example import example_json, pool_example

WINDOW = [2.0, 4.0, 7.0, 8.0]  # of the tutorial's example


def test_the_tutorials_example():
    example = pool_example(PoolSettings())
    assert example.output.tolist() == [[6, 8], [3, 4]]
    assert example.winners(0, 1) == [(1, 3)]
    told = example_json(example)["cells"][1]
    assert told["sum"] == "max(2, 4, 7, 8)"
    assert [told["by"][one]["value"] for one in OPERATIONS] == [8, 5.25, 11.5326]
    assert told["by"]["max"]["gradient"] == [0, 0, 0, 1]
    assert told["by"]["avg"]["gradient"] == [0.25] * 4
    assert told["by"]["lp"]["gradient"] == [0.1734, 0.3468, 0.607, 0.6937]


def test_p_turns_a_sum_into_a_maximum():
    curve = power_curve(WINDOW)
    assert (curve.p[0], curve.sums[0], curve.means[0]) == (1, 21, 5.25)
    assert curve.sums[-1] == pytest.approx(8, abs=0.01) and curve.maximum == 8
    assert list(curve.sums) == sorted(curve.sums, reverse=True)
    assert list(curve.means) == sorted(curve.means)
    assert power_curve(WINDOW, [300]).means[0] == pytest.approx(8, abs=0.05)


def test_where_torchs_norm_gives_no_number():
    p = first_overflow(WINDOW)
    assert p is not None
    assert math.isfinite(lp_norm(WINDOW, p - 1, torch.float32))
    assert math.isinf(lp_norm(WINDOW, p, torch.float32))
    assert first_overflow([0, 1, 0.5]) is None
    assert "infinity in float32" in why_not_a_number(WINDOW, p)
    for power in (3, 1.5):
        assert "NaN" in why_not_a_number([-2, -4, -7, -8], power)
    assert why_not_a_number([-2, -4, -7, -8], 2) == "" == why_not_a_number(WINDOW, 3)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_gradient_is_that_of_the_real_layer(operation):
    settings = PoolSettings(operation, 6, 5, kernel_size=(3, 2), stride=(2, 1), ceil_mode=True)
    example = pool_example(settings, seed=3)
    leaf = example.input[None, None].clone().requires_grad_()
    layer = {
        "max": nn.MaxPool2d((3, 2), (2, 1), ceil_mode=True),
        "avg": nn.AvgPool2d((3, 2), (2, 1), ceil_mode=True),
        "lp": nn.LPPool2d(2, (3, 2), (2, 1), ceil_mode=True),
    }[operation]
    output = layer(leaf)[0, 0]
    assert torch.equal(example.output, output.detach())
    for row in range(output.shape[0]):
        for column in range(output.shape[1]):
            (expected,) = torch.autograd.grad(output[row, column], leaf, retain_graph=True)
            assert example.mine.gradient is not None
            torch.testing.assert_close(example.mine.gradient[row, column], expected[0, 0])


def evaluated(text: str) -> float:
    """The formula of an output, read by Python itself."""
    return eval(text.replace("^", "**").replace("·", "*").replace("−", "-"), {"max": max})


@pytest.mark.parametrize(
    "settings",
    [
        PoolSettings("max", 5, 6, kernel_size=(3, 3), padding=(1, 1), dilation=(2, 1)),
        PoolSettings("avg", 5, 6, kernel_size=(3, 3), padding=(1, 1), ceil_mode=True),
        PoolSettings("avg", 5, 6, kernel_size=(3, 3), padding=(1, 1), count_include_pad=False),
        PoolSettings("lp", 5, 7, ceil_mode=True, p=3),
    ],
)
def test_every_formula_written_out_gives_its_output(settings):
    example = pool_example(settings, seed=1)
    told = example_json(example)
    flat = [value for row in example.output.tolist() for value in row]
    assert [evaluated(cell["sum"]) for cell in told["cells"]] == pytest.approx(flat)
    json.dumps(told, allow_nan=False)


def test_the_first_of_several_largest_gets_the_gradient():
    example = pool_example(PoolSettings(), torch.full((4, 4), 3.0))
    told = example_json(example)["cells"][0]
    assert (told["winner"], told["tied"]) == ([0, 0], 4)
    _, first = F.max_pool2d(torch.full((1, 1, 2, 2), 3.0), 2, return_indices=True)
    assert first.item() == 0
    assert told["by"]["max"]["gradient"] == [1, 0, 0, 0]


def test_operations_that_do_not_take_the_settings_say_so_and_show_no_numbers():
    told = example_json(pool_example(PoolSettings(dilation=(2, 2), height=6, width=6)))
    assert set(told["refused"]) == {"avg", "lp"}
    assert set(told["cells"][0]["by"]) == {"max"}


def test_the_grid_has_no_room_for_a_photo():
    with pytest.raises(ValueError, match="14×14"):
        pool_example(PoolSettings(height=15))
