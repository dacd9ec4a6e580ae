"""A picture that is drawn over: what lies under the pen, and only that, becomes ink or ground."""

import torch

from cnnviz.changing import Stroke
from cnnviz.training.mistakes import drawn_over, ground

GREY = torch.randint(0, 200, (1, 28, 28), generator=torch.Generator().manual_seed(0)).byte()
LINE = Stroke(((250, 500), (750, 500)), 100)


def test_before_the_first_stroke_it_is_the_picture_itself():
    assert drawn_over(GREY, []).tolist() == [GREY.tolist()]


def test_ink_covers_as_much_as_the_brush_does_and_leaves_the_rest():
    before, after = drawn_over(GREY, [LINE])
    down, along = ((torch.arange(28) + 0.5) * 1000 / 28 for _ in range(2))
    beyond = (250 - along).clamp(0) + (along - 750).clamp(0)
    apart = ((down[:, None] - 500).square() + beyond[None].square()).sqrt()
    pixel = 1000 / 28
    assert (after[0][apart < 100 - pixel] == 255).all()
    assert (after == before)[0][apart > 100 + pixel].all()
    edge = after[0][(apart - 100).abs() < pixel / 4]
    assert len(edge.unique()) > 2  # covered in part: grey


def test_wiping_lays_the_ground_over_ink_and_the_last_stroke_lies_on_top():
    wipe = Stroke(LINE.points, 200, brings_back=True)
    _, drawn, wiped, again = drawn_over(GREY, [LINE, wipe, LINE])
    assert drawn[0, 14, 14] == 255
    assert wiped[0, 14, 14] == 0
    assert again[0, 14, 14] == 255
    assert again[0, 10, 14] == 0


def test_the_ground_of_colours_is_their_mean():
    colours = torch.tensor([[[10, 20]], [[0, 255]], [[7, 7]]], dtype=torch.uint8)
    assert ground(colours).flatten().tolist() == [15, 128, 7]
    assert ground(GREY).tolist() == [[[0]]]
