"""Digits of our own pen: in MNIST's form, in every way of writing, decided by the generator."""

import pytest
import torch

from cnnviz.images.handwriting import WAYS, write_digit
from cnnviz.images.mnist_form import BOX, MIDDLE, SIDE


def hand(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_has_the_form_of_mnists(digit):
    for seed in range(4):
        picture = write_digit(digit, hand(seed))
        assert picture.shape == (SIDE, SIDE)
        assert picture.min() >= 0 and 200 < picture.max() <= 255
        rows, columns = (picture > 0).nonzero(as_tuple=True)
        sides = [int(places.max() - places.min()) + 1 for places in (rows, columns)]
        assert BOX - 1 <= max(sides) <= BOX
        places = torch.arange(SIDE)
        for mass in (picture.sum(1), picture.sum(0)):
            assert float((mass * places).sum() / mass.sum()) == pytest.approx(MIDDLE, abs=0.6)


def test_the_generator_decides_the_picture():
    assert torch.equal(write_digit(4, hand(5)), write_digit(4, hand(5)))
    assert not torch.equal(write_digit(4, hand(5)), write_digit(4, hand(6)))


def test_every_digit_has_several_ways_on_the_sheet():
    assert list(WAYS) == list(range(10))
    for ways in WAYS.values():
        assert len(ways) >= 3
        points = [point for way in ways for stroke in way for point in stroke]
        assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in points)


def test_what_is_no_digit_is_refused():
    with pytest.raises(ValueError, match="0 to 9, and not 10"):
        write_digit(10, hand(0))
