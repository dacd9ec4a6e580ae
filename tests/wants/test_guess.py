"""The test of a guess about a map: what is left where it is covered, and by chance."""

from __future__ import annotations

import torch
from torch import nn

from cnnviz.changing import filled, mask
from cnnviz.changing.strokes import Stroke
from cnnviz.wants.guess import by_chance, elsewhere, strongest


def spots() -> tuple[nn.Module, torch.Tensor]:
    """A network whose only map is the picture itself, and a picture with one bright spot."""
    model = nn.Sequential(nn.Identity(), nn.Flatten()).eval()
    picture = torch.zeros(1, 1, 20, 20)
    picture[0, 0, 4:6, 4:6] = 9.0
    return model, picture


def test_only_what_covers_the_spot_lowers_the_map():
    model, picture = spots()
    fill = filled(picture, "mean")
    gone = mask([Stroke(((250, 250),), 100)], 20, 20)
    assert float(strongest(model, picture, "0", 0)) == 9.0
    chance = by_chance(model, picture, "0", 0, fill, gone)
    left = torch.stack([picture.where(~one, fill).max() for one in elsewhere(gone)])
    assert torch.equal(chance.left, left)
    guessed = float(torch.where(gone, fill, picture).max())
    assert guessed < 1 and chance.is_beaten(guessed)
    assert not chance.is_beaten(9.0)


def test_elsewhere_is_99_times_as_much_and_never_the_same_place():
    gone = mask([Stroke(((500, 300), (700, 300)), 120)], 40, 50)
    moved = elsewhere(gone)
    assert len(moved) == 99
    assert {int(one.sum()) for one in moved} == {int(gone.sum())}
    assert not any(torch.equal(one, gone) for one in moved)
