"""Moving pictures against torch's padding, and what leaves them."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from cnnviz.images.ten_digits import digit
from cnnviz.shift.digits import digit_of
from cnnviz.shift.moves import Move, all_shifts, ink_lost, moved, shifted

PIXELS = st.integers(-12, 12)


def seven() -> torch.Tensor:
    return torch.from_numpy(digit("7").copy()).float()


@given(PIXELS, PIXELS, st.integers(1, 9), st.integers(1, 9))
def test_a_shift_is_what_cutting_and_padding_gives(dx, dy, height, width):
    picture = torch.arange(1.0, 1 + height * width).view(height, width)
    kept = [max(-n, min(n, by)) for n, by in ((width, dx), (height, dy))]
    expected = F.pad(picture, (kept[0], -kept[0], kept[1], -kept[1]))
    assert torch.equal(shifted(picture, dx, dy), expected)


@pytest.mark.parametrize(("dx", "dy"), [(4, -4), (-10, 10), (0, 0)])
def test_every_place_of_the_map_is_that_move(dx, dy):
    places = all_shifts(seven()).view(21, 21, 28, 28)
    assert torch.equal(places[dy + 10, dx + 10], moved(seven(), Move(dx, dy)))


def test_a_quarter_turn_clockwise_is_torchs():
    turned = moved(seven(), Move(rotation=90))
    torch.testing.assert_close(turned, torch.rot90(seven(), -1), atol=0.01, rtol=0)


def test_twice_the_scale_is_four_times_the_ink_of_what_fits():
    dot = torch.zeros(28, 28)
    dot[12:16, 12:16] = 255
    assert float(moved(dot, Move(scale=2)).sum() / dot.sum()) == pytest.approx(4, rel=0.05)


def test_ink_that_leaves_is_told():
    half = torch.zeros(28, 28)
    half[:, 18:] = 255
    assert ink_lost(half, Move(dx=5)) == pytest.approx(0.5)
    assert ink_lost(half, Move(dx=-18)) == 0
    assert ink_lost(torch.zeros(28, 28), Move(dx=5)) == 0


def test_noise_stays_while_the_digit_moves():
    black = torch.zeros(28, 28)
    assert torch.equal(moved(black, Move(3, 1, noise=20)), moved(black, Move(noise=20)))


def test_dark_ink_on_bright_paper_is_the_same_digit():
    paper = Image.new("L", (300, 200), 230)
    ImageDraw.Draw(paper).rectangle((140, 40, 165, 160), fill=30)
    night = Image.eval(paper, lambda value: 255 - value)
    torch.testing.assert_close(digit_of(paper), digit_of(night), atol=2, rtol=0)
    rows = digit_of(paper).amax(dim=1).nonzero().flatten()
    assert int(rows[-1] - rows[0]) + 1 == 20  # MNIST's box


def test_a_picture_of_one_grey_has_no_digit():
    with pytest.raises(ValueError, match="all of one grey"):
        digit_of(Image.new("RGB", (50, 60), (90, 90, 90)))
