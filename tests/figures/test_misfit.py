"""The drawing of a window that has no place agrees with torch on whether there is one."""

import pytest
import torch
from torch.nn.functional import conv2d

from cnnviz.figures.misfit import Along, drawn


@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize("dilation", [1, 2, 3])
@pytest.mark.parametrize("kernel_size", [1, 3, 4])
def test_what_fits_is_what_torch_takes(padding, dilation, kernel_size):
    axis = Along(5, (padding, padding), kernel_size, dilation)
    picture, kernel = torch.zeros(1, 1, 5, 5), torch.zeros(1, 1, kernel_size, kernel_size)
    try:
        conv2d(picture, kernel, padding=padding, dilation=dilation)
    except RuntimeError:
        assert not axis.fits
        return
    assert axis.fits


def test_a_kernel_of_7_on_4_padded_to_6_misses_a_row_and_a_column():
    axis = Along(4, (1, 1), 7, 1)
    drawing = drawn(axis, axis)
    assert drawing.count('class="in"') == 16
    assert drawing.count('class="pad"') == 36 - 16
    assert drawing.count('class="reach"') == 36
    assert drawing.count('class="missing"') == 49 - 36


def test_dilation_leaves_cells_between_unread():
    high, wide = Along(4, (0, 0), 3, 2), Along(9, (0, 0), 1, 1)
    drawing = drawn(high, wide)
    assert drawing.count('class="reach"') == 2
    assert drawing.count('class="missing"') == 1


def test_what_would_be_too_small_to_see_is_not_drawn():
    wide = Along(1000, (0, 0), 3, 1)
    assert drawn(wide, wide) == ""
