"""What layers keep of a move: exact where the network says so, against a move of its input."""

from __future__ import annotations

import pytest
import torch

from cnnviz.images.ten_digits import digit
from cnnviz.models import pretrained
from cnnviz.shift.answers import NETWORKS, answers_everywhere, batch_of, probabilities
from cnnviz.shift.kept import LAYERS, ROUNDING, differences
from cnnviz.shift.moves import Move, moved
from cnnviz.summary import summarize

MODELS = {name: pretrained(name).model for name in NETWORKS}


def picture(name: str) -> torch.Tensor:
    return torch.from_numpy(digit(name).copy()).float()


@pytest.mark.parametrize("name", ["0", "7"])
def test_convolution_keeps_every_move_and_pooling_those_by_whole_strides(name):
    moves = [(dx, dy) for dx in range(-6, 7) for dy in (-4, -3, 0)]
    found = differences(MODELS, picture(name), moves)
    for (dx, dy), first, one, two in zip(
        moves, found["conv 1"], found["pool 1"], found["pool 2"], strict=True
    ):
        assert first <= ROUNDING
        assert (one <= ROUNDING) == (dx % 2 == dy % 2 == 0)
        assert (two <= ROUNDING) == (dx % 4 == dy % 4 == 0)


def test_linear_layers_keep_no_move():
    found = differences(MODELS, picture("0"), [(dx, 0) for dx in range(-8, 9)])
    for title in ("LeNet fc 1", "MLP hidden"):
        assert found[title][8] == 0
        assert min(found[title][:8] + found[title][9:]) > 0.15


def test_the_windows_are_those_of_the_network():
    rows = {row.name: row for row in summarize(MODELS["lenet-mnist"], (1, 1, 32, 32)).rows}
    for one in LAYERS:
        if one.window:
            row = rows[one.layer]
            assert (row.receptive_field, row.jump) == (one.window, one.stride)


def test_the_answers_of_the_drawing():
    """A 0 of the pen, 4 right and 4 up: the MLP says 1, LeNet 0."""
    moved_zero = moved(picture("0"), Move(4, -4)).unsqueeze(0)
    mlp, lenet = (probabilities(MODELS[name], name, moved_zero)[0] for name in NETWORKS)
    assert (int(mlp.argmax()), int(lenet.argmax())) == (1, 0)
    assert float(mlp[1]) == pytest.approx(0.680, abs=5e-3)
    assert float(lenet[0]) == pytest.approx(0.955, abs=5e-3)


def test_the_live_map_holds_what_each_move_gives():
    for name in NETWORKS:
        everywhere = answers_everywhere(MODELS[name], name, picture("3"))
        one = probabilities(MODELS[name], name, moved(picture("3"), Move(-5, 7)).unsqueeze(0))[0]
        torch.testing.assert_close(everywhere[17, 5], one)


def test_a_batch_is_what_the_transform_makes():
    from PIL import Image

    for name in NETWORKS:
        expected = pretrained(name).transform(Image.fromarray(digit("5")))
        torch.testing.assert_close(batch_of(name, picture("5").unsqueeze(0)), expected)
