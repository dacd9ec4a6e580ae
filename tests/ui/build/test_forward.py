"""What cells of small maps see: each is the mean of some real ones."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import adaptive_avg_pool2d

from cnnviz.summary.extent import Extent
from cnnviz.ui.build.forward import windows


@pytest.mark.parametrize(("count", "shown"), [(10, 10), (56, 28), (50, 28), (33, 28), (5, 1)])
def test_a_cell_sees_what_the_real_ones_see_that_it_is_the_mean_of(count: int, shown: int) -> None:
    rows = windows(Extent.pixels(2, count), count, shown)  # each real cell sees one pixel: itself
    for cell, (first, end) in enumerate(rows):
        grid = torch.zeros(1, 1, count, 1)
        grid[0, 0, first:end] = 1
        means = adaptive_avg_pool2d(grid, (shown, 1)).flatten()
        assert means[cell] == pytest.approx(1)
        grid[0, 0, first], grid[0, 0, end - 1] = 0, 0
        assert adaptive_avg_pool2d(grid, (shown, 1)).flatten()[cell] < 1
