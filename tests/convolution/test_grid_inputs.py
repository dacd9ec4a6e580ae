"""The inputs of the grid: whole numbers, and a convolution shows on them what it is."""

import pytest
import torch
from torch.nn import functional as F

from cnnviz.convolution.grid_inputs import INPUTS, named_input
from cnnviz.convolution.kernels import KERNELS


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("size", [(1, 1), (6, 6), (12, 12), (5, 32)])
def test_all_are_whole_numbers_from_0_to_9(name, size):
    image = named_input(name, 3, *size)
    assert image.shape == (3, *size)
    assert torch.equal(image, image.round())
    assert image.min() >= 0 and image.max() <= 9


def test_a_single_1_answers_with_the_kernel_turned():
    kernel = torch.arange(9.0, dtype=torch.float64).reshape(3, 3)
    found = F.conv2d(named_input("dot", 1, 5, 5)[None], kernel[None, None])[0, 0]
    assert torch.equal(found, kernel.flip(0, 1))


def test_only_the_edge_across_answers():
    image = named_input("edge", 1, 6, 6)[None]
    across, along = (
        F.conv2d(image, KERNELS[name].weights((3, 3)).double()[None, None])
        for name in ("sobel_x", "sobel_y")
    )
    assert torch.equal(across[0, 0, 0], torch.tensor([0.0, 28, 28, 0]).double())
    assert not along.any()


def test_digits_of_twelve_cells_differ():
    digits = [named_input(f"digit_{number}", 1, 12, 12) for number in range(10)]
    apart = [(a - b).abs().sum() for i, a in enumerate(digits) for b in digits[:i]]
    assert min(apart) > 50
