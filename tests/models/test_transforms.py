"""Pictures to batches, with numbers that can be done by hand."""

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz.models.transforms import (
    InputSpec,
    PictureTransform,
    centre_square,
    normalised,
    padded,
    picture_tensor,
    resized,
)

COLOUR = InputSpec(channels=3, size=4, padding=0, mean=(0.5, 0.0, 1.0), std=(0.5, 1.0, 2.0))
GREY = InputSpec(channels=1, size=2, padding=1, mean=(0.2,), std=(0.4,))


def test_values_are_normalised_channel_by_channel():
    picture = torch.tensor([255, 51, 0], dtype=torch.uint8).view(1, 3, 1, 1)
    expected = torch.tensor([(1 - 0.5) / 0.5, 0.2, (0 - 1) / 2])
    torch.testing.assert_close(normalised(picture, COLOUR).flatten(), expected)


def test_padding_is_black_after_normalisation():
    white = Image.new("L", (2, 2), 255)
    batch = PictureTransform(GREY)(white)
    assert batch.shape == (1, 1, 4, 4)
    torch.testing.assert_close(batch[0, 0, 1, 1].item(), (1 - 0.2) / 0.4)
    torch.testing.assert_close(batch[0, 0, 0, 0].item(), (0 - 0.2) / 0.4)


def test_a_spec_without_padding_leaves_the_batch_alone():
    batch = torch.ones(1, 3, 4, 4)
    assert padded(batch, COLOUR) is batch


def test_pixels_keep_their_places_and_channels():
    values = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    tensor = picture_tensor(Image.fromarray(values), 3)
    assert tensor.shape == (1, 3, 2, 3)
    assert tensor[0, 2, 1, 0] == values[1, 0, 2]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK", "I;16"])
def test_pictures_of_every_mode_become_three_channels(mode):
    assert PictureTransform(COLOUR)(Image.new(mode, (5, 7))).shape == (1, 3, 4, 4)


def test_the_middle_square_of_a_wide_picture_is_seen():
    picture = Image.new("RGB", (9, 3))
    picture.putpixel((4, 1), (255, 0, 0))
    square = PictureTransform(COLOUR).crop(picture)
    assert square.size == (3, 3)
    assert square.getpixel((1, 1)) == (255, 0, 0)


def test_a_square_may_be_smaller_than_the_picture():
    assert centre_square(Image.new("L", (10, 6)), 4).size == (4, 4)


def test_another_size_can_be_asked_for():
    transform = PictureTransform(COLOUR)
    assert transform.size == 4
    assert transform(Image.new("RGB", (8, 8)), size=6).shape == (1, 3, 6, 6)


def test_a_size_of_no_pixels_is_refused():
    with pytest.raises(ValueError, match="the size is 0"):
        PictureTransform(COLOUR)(Image.new("RGB", (8, 8)), size=0)


def test_shrinking_averages_and_enlarging_is_what_training_does():
    picture = torch.tensor([[0.0, 4.0], [8.0, 12.0]]).view(1, 1, 2, 2)
    assert resized(picture, 1).item() == 6
    enlarged = torch.nn.functional.interpolate(picture, size=(5, 5), mode="bilinear")
    torch.testing.assert_close(resized(picture, 5), enlarged)
    assert resized(picture, 2) is picture
