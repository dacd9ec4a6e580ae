"""Which pictures are taken for a digit, and what of them is read."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

from cnnviz.images import SAMPLES, sample
from cnnviz.images.handwriting import write_digit
from cnnviz.images.ten_digits import STROKES, digit
from cnnviz.shift.digits import is_digit

HANDS = torch.Generator().manual_seed(3)
WRITTEN = [write_digit(number % 10, HANDS) for number in range(60)]


def on_paper(ink: np.ndarray) -> Image.Image:
    """A photograph of a sheet: blue ink, warm light from one side, the sensor's noise."""
    sheet = Image.new("L", (640, 480), 0)
    sheet.paste(Image.fromarray(ink).resize((300, 300), Image.Resampling.BICUBIC), (150, 60))
    share = np.asarray(sheet, np.float32)[..., None] / 255
    rows, columns = np.mgrid[0:480, 0:640]
    light = (200 - 50 * columns / 640 - 20 * rows / 480)[..., None] * np.array([1, 0.96, 0.88])
    noise = np.random.default_rng(0).normal(0, 4, (480, 640, 3))
    seen = light * (1 - share) + np.array([40, 45, 110]) * share + noise
    return Image.fromarray(seen.clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("name", STROKES)
def test_a_digit_of_our_pen_is_one_on_black_on_white_and_on_a_photograph(name):
    ink = digit(name)
    night = Image.fromarray(ink)
    assert is_digit(night) and is_digit(ImageOps.invert(night.resize((400, 400))))
    assert is_digit(on_paper(ink))


def test_nearly_all_written_digits_are_digits():
    found = [is_digit(on_paper(ink.numpy().astype(np.uint8))) for ink in WRITTEN]
    assert sum(found) >= 0.85 * len(found)


@pytest.mark.parametrize("name", SAMPLES)
def test_of_the_samples_only_the_digits_are_digits(name):
    assert is_digit(sample(name)) == name.startswith("digit_")


@pytest.mark.parametrize("colour", ["white", "black", "#7788ff"])
def test_plain_paper_is_no_digit(colour):
    assert not is_digit(Image.new("RGB", (90, 60), colour))
    assert not is_digit(Image.new("RGB", (1, 1), colour))
