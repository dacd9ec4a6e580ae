import io

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz.figures import pictures
from cnnviz.figures.style import DIVERGING, LAST_LEVEL, SEQUENTIAL, ZERO_LEVEL


def decoded(data: bytes) -> np.ndarray:
    """Red, green, blue of a picture file, (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def test_zero_gets_the_middle_colour_and_the_limits_get_the_ends():
    shown = decoded(pictures.diverging_png([[-2.0, 0.0, 2.0]], limit=2))

    assert (shown[0, 0] == DIVERGING[1]).all()
    assert (shown[0, 1] == DIVERGING[ZERO_LEVEL]).all()
    assert (shown[0, 2] == DIVERGING[LAST_LEVEL]).all()


def test_values_beyond_the_limit_are_shown_as_the_limit():
    assert pictures.diverging_levels([-9.0, 9.0], limit=2).tolist() == [1, 255]


def test_half_the_limit_is_half_way():
    assert pictures.diverging_levels([-1.0, 1.0], limit=2).tolist() == [
        128 - 63,  # -63.5, rounded up
        128 + 64,
    ]


def test_every_level_stands_for_the_value_it_came_from():
    values = torch.linspace(-3, 3, 1001)
    levels = pictures.diverging_levels(values, limit=3).astype(float)

    assert np.abs((levels - ZERO_LEVEL) / 127 * 3 - values.numpy()).max() <= 3 / 127 / 2 + 1e-5


def test_a_nearly_dead_response_looks_nearly_white_on_an_honest_limit():
    assert (decoded(pictures.diverging_png(np.full((4, 4), 1e-6), limit=1)) == 247).all()


def test_sequential_runs_from_low_to_high():
    shown = decoded(pictures.sequential_png([[0.0, 0.5, 1.0]], low=0, high=1))

    assert (shown[0, 0] == SEQUENTIAL[1]).all()
    assert (shown[0, 1] == SEQUENTIAL[128]).all()
    assert (shown[0, 2] == SEQUENTIAL[LAST_LEVEL]).all()


def test_enlarging_repeats_every_value_as_a_square():
    shown = decoded(pictures.diverging_png([[-1.0, 1.0]], limit=1, scale=3))

    assert shown.shape == (3, 6, 3)
    assert (shown[:, :3] == DIVERGING[1]).all()
    assert (shown[:, 3:] == DIVERGING[LAST_LEVEL]).all()


def test_a_picture_of_values_has_no_see_through_pixels():
    image = Image.open(io.BytesIO(pictures.diverging_png(np.linspace(-1, 1, 300)[None], 1)))

    assert image.mode == "P"
    assert image.convert("RGBA").getextrema()[3] == (255, 255)


def test_tensors_and_arrays_give_the_same_picture():
    values = torch.randn(5, 7, generator=torch.Generator().manual_seed(0))

    assert pictures.diverging_png(values, 2) == pictures.diverging_png(values.numpy(), 2)


def test_the_values_are_not_changed():
    values = np.ones((3, 3), np.float32)
    pictures.diverging_png(values, 2)
    pictures.sequential_png(values, 0, 2)
    pictures.photo(values)

    assert (values == 1).all()


@pytest.mark.parametrize("limit", [0, -1, float("nan"), float("inf")])
def test_a_limit_that_is_no_positive_number_is_refused_by_name(limit):
    with pytest.raises(ValueError, match=f"positive number, not {limit}"):
        pictures.diverging_png(np.ones((2, 2)), limit)


def test_a_scale_without_length_is_refused():
    with pytest.raises(ValueError, match="not 1 to 1"):
        pictures.sequential_png(np.ones((2, 2)), 1, 1)


def test_the_symmetric_limit_is_the_largest_absolute_value():
    assert pictures.symmetric_limit(torch.tensor([[1.0, -4.0], [2.0, 3.0]])) == (4.0, False)


def test_a_response_of_zeros_has_the_limit_one_and_says_that_it_is_flat():
    assert pictures.symmetric_limit(torch.zeros(3, 3)) == (1.0, True)


def test_a_robust_limit_leaves_the_few_values_far_out_beyond_it():
    values = torch.linspace(-1, 1, 1001)
    values[500] = 50

    assert pictures.robust_limit(values).value == pytest.approx(1, abs=0.01)
    assert pictures.robust_limit(-values).value == pytest.approx(1, abs=0.01)


def test_a_robust_limit_of_a_large_response_is_that_of_all_its_values():
    values = torch.randn(512, 512, generator=torch.Generator().manual_seed(0))
    values[:, ::4] *= 10  # stripes must not hide between the values that are looked at
    within = (values.abs() <= pictures.robust_limit(values).value).float().mean()

    assert within == pytest.approx(0.998, abs=0.0005)


def test_a_robust_limit_of_mostly_zeros_is_the_largest_value():
    values = torch.zeros(1000)
    values[3] = -7

    assert pictures.robust_limit(values) == (7, False)
    assert pictures.robust_limit(torch.zeros(4)) == (1, True)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_values_without_a_scale_are_refused_in_words(bad):
    with pytest.raises(ValueError, match="infinity or NaN"):
        pictures.symmetric_limit([[0.0, bad]])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1, "1"),
        (1.9, "1.9"),
        (-1.9, "−1.9"),
        (0.0314159, "0.0314"),
        (2.0004, "2"),
        (123.4, "123"),
        (240.0, "240"),
        (9999.4, "9999"),
        (12345, "1.2e4"),
        (0.00012, "1.2e−4"),
        (-1e-9, "−1e−9"),
    ],
)
def test_limits_are_written_with_three_digits(value, text):
    assert pictures.nice_limit(value) == text


def test_signed_limits_carry_their_sign():
    assert [pictures.signed_limit(value) for value in (-1.5, 0, 1.5)] == ["−1.5", "0", "+1.5"]


def test_a_photo_keeps_its_pixels_where_they_can_be_seen():
    values = torch.rand(3, 9, 6, generator=torch.Generator().manual_seed(0))
    encoded = pictures.encode_photo(pictures.photo(values))

    assert encoded.mimetype == "image/png"
    assert np.abs(decoded(encoded.data) / 255 - values.permute(1, 2, 0).numpy()).max() < 0.5 / 254


def test_a_large_photo_is_sent_small():
    ramp = np.linspace(0, 1, 512 * 512).reshape(1, 512, 512)
    encoded = pictures.encode_photo(pictures.photo(ramp))

    assert encoded.mimetype == "image/jpeg"
    assert np.abs(decoded(encoded.data)[..., 0] / 255 - ramp[0]).max() < 0.03


@pytest.mark.parametrize("shape", [(2, 4, 4), (4, 4, 3), (1, 3, 4, 4), (4,)])
def test_what_is_no_picture_is_refused_with_its_shape(shape):
    with pytest.raises(ValueError, match="1 or 3 channels"):
        pictures.photo(np.zeros(shape))
