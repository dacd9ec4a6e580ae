import io

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz.figures.mosaic import Mosaic, mosaic
from cnnviz.figures.style import DIVERGING, LAST_LEVEL, SEQUENTIAL, ZERO_LEVEL


def decoded(picture: Mosaic) -> np.ndarray:
    """Red, green, blue and opacity of the picture, (height, width, 4)."""
    return np.asarray(Image.open(io.BytesIO(picture.png)).convert("RGBA"))


def tile(picture: Mosaic, index: int) -> np.ndarray:
    left, top = picture.corner(index)
    return decoded(picture)[top : top + picture.tile.height, left : left + picture.tile.width, :3]


def constant_maps(*values: float, side: int = 3) -> torch.Tensor:
    return torch.tensor(values)[:, None, None].expand(-1, side, side)


def test_a_dead_map_has_the_middle_colour_everywhere():
    assert (tile(mosaic(constant_maps(0, 1, -1, 0.5)), 0) == DIVERGING[ZERO_LEVEL]).all()


def test_a_map_that_is_nearly_zero_looks_nearly_zero():
    assert (tile(mosaic(constant_maps(1e-4, 1)), 0) == DIVERGING[ZERO_LEVEL]).all()


def test_the_same_value_has_the_same_colour_in_all_maps():
    maps = torch.zeros(4, 2, 2)
    maps[:, 0, 0] = 0.7
    maps[3, 1, 1] = 5  # the strongest map sets the scale of all
    picture = mosaic(maps, scale=1)

    assert len({bytes(tile(picture, index)[0, 0]) for index in range(4)}) == 1
    assert (tile(picture, 0)[0, 0] == DIVERGING[128 + round(127 * 0.7 / 5)]).all()


def test_the_scale_is_symmetric_and_ends_at_the_largest_absolute_value():
    picture = mosaic(constant_maps(-3, 1))

    assert (picture.low, picture.high, picture.limit) == (-3, 3, 3)
    assert (tile(picture, 0) == DIVERGING[1]).all()


def test_a_given_limit_is_kept():
    picture = mosaic(constant_maps(1, 2), limit=2.0)

    assert picture.high == 2
    assert (tile(mosaic(constant_maps(1, 9), limit=2.0), 1) == DIVERGING[LAST_LEVEL]).all()


def test_values_beyond_a_given_limit_are_reported():
    assert mosaic(constant_maps(1, -3), limit=2.0).is_clipped
    assert not mosaic(constant_maps(1, -3), limit=3.0).is_clipped
    assert not mosaic(constant_maps(1, -3)).is_clipped
    assert not mosaic(constant_maps(0, 1, -3), per_map=True).is_clipped


def test_a_scale_per_map_is_used_only_on_request():
    maps = constant_maps(1, 4)

    assert (tile(mosaic(maps, per_map=True), 0) == DIVERGING[LAST_LEVEL]).all()
    assert mosaic(maps, per_map=True).is_per_map
    assert (tile(mosaic(maps), 0) == DIVERGING[128 + 32]).all()  # 127 / 4, rounded


def test_noise_is_not_stretched_even_with_a_scale_per_map():
    picture = mosaic(constant_maps(0.0001, 0, 1), per_map=True)

    assert (tile(picture, 0) == DIVERGING[128 + 1]).all()  # 127 * 0.0001 / 0.01
    assert (tile(picture, 1) == DIVERGING[ZERO_LEVEL]).all()


def test_maps_of_zeros_only_are_shown_as_zeros():
    picture = mosaic(torch.zeros(5, 2, 2))

    assert all((tile(picture, index) == DIVERGING[ZERO_LEVEL]).all() for index in range(5))


def test_sequential_maps_start_at_zero():
    picture = mosaic(constant_maps(0, 2), colours="sequential")

    assert (picture.low, picture.high) == (0, 2)
    assert (tile(picture, 0) == SEQUENTIAL[1]).all()
    assert (tile(picture, 1) == SEQUENTIAL[LAST_LEVEL]).all()


def test_every_value_is_a_square_in_its_place():
    maps = torch.arange(2 * 2 * 3, dtype=torch.float32).reshape(2, 2, 3) - 6
    picture = mosaic(maps, scale=4, limit=6.0)

    for index in range(2):
        shown = tile(picture, index).reshape(2, 4, 3, 4, 3)
        for row in range(2):
            for column in range(3):
                level = int(128 + 127 / 6 * float(maps[index, row, column]) + 0.5)
                assert (shown[row, :, column] == DIVERGING[level]).all()


def test_maps_lie_row_by_row_with_transparent_gaps():
    picture = mosaic(constant_maps(1, 1, 1, 1, 1, side=2), columns=3, gap=2, scale=1)
    opacity = decoded(picture)[..., 3]

    assert (picture.columns, picture.rows) == (3, 2)
    assert opacity.shape == (2 * 2 + 2, 3 * 2 + 2 * 2)
    assert [picture.corner(index) for index in (0, 2, 3)] == [(0, 0), (8, 0), (0, 4)]
    assert (opacity[:, 2:4] == 0).all()
    assert (opacity[2:4] == 0).all()
    assert (opacity[4:, 8:] == 0).all()  # there is no sixth map
    assert (opacity[:2, :2] == 255).all()


@pytest.mark.parametrize(
    ("count", "columns"), [(64, 16), (512, 32), (128, 16), (256, 32), (6, 3), (1, 1)]
)
def test_columns_suit_the_screen_and_fill_the_last_row(count, columns):
    picture = mosaic(torch.ones(count, 7, 7))

    assert picture.columns == columns
    assert picture.rows * picture.columns == count


@pytest.mark.parametrize(("count", "side"), [(512, 7), (64, 28), (16, 10), (1, 28), (2, 3)])
def test_small_maps_are_enlarged_to_fit_the_stage(count, side):
    picture = mosaic(torch.ones(count, side, side), width=960)

    assert picture.tile.scale > 1
    assert picture.width <= 960
    assert picture.height <= 400


def test_large_maps_keep_their_pixels():
    assert mosaic(torch.ones(64, 112, 112)).tile.scale == 1


def test_maps_that_are_not_square_stay_so():
    picture = mosaic(torch.ones(4, 3, 6), scale=2)

    assert (picture.tile.height, picture.tile.width) == (6, 12)


@pytest.mark.parametrize("shape", [(0, 3, 3), (3, 3), (1, 3, 3, 3), (2, 0, 3)])
def test_what_is_no_stack_of_maps_is_refused_with_its_shape(shape):
    with pytest.raises(ValueError, match="a mosaic is made of maps"):
        mosaic(torch.ones(shape))


def test_values_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="infinity or NaN"):
        mosaic(constant_maps(1, float("nan")))


def test_a_limit_of_zero_is_refused():
    with pytest.raises(ValueError, match="positive number, not 0"):
        mosaic(constant_maps(1, 2), limit=0)


def test_the_maps_are_not_changed():
    maps = torch.ones(3, 4, 4)
    _ = mosaic(maps, per_map=True).png
    _ = mosaic(maps, colours="sequential").png

    assert (maps == 1).all()
