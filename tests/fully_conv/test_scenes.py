"""Canvases of small pictures, and the digits that lie on them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from cnnviz.fully_conv.scenes import MOST_ITEMS, Item, read_items, render, write_items
from cnnviz.images.ten_digits import STROKES, digit
from cnnviz.models import pretrained

KINDS = ("7", "cat")


def test_items_come_back_from_their_text():
    items = [Item("7", 3, -5, 28), Item("cat", 0, 90, 160)]
    assert write_items(items) == "7:3:-5:28;cat:0:90:160"
    assert read_items(write_items(items), KINDS) == items


@pytest.mark.parametrize(
    "text",
    ["7:1:2", "7:1:2:3:4", "dog:1:2:28", "7:a:2:28", "7:1:2:7", "7:1:2:161", "7:513:0:28",
     "7:1:2:99999", "7:--1:2:28", "7:1.5:2:28", "7:²:2:28", ":::", "<b>:1:2:28",
     ";".join(["7:1:2:28"] * (MOST_ITEMS + 1))],
)  # fmt: skip
def test_nonsense_is_refused_with_what_would_be_right(text):
    with pytest.raises(ValueError, match=r"kind:x:y:size|at most|items of"):
        read_items(text, KINDS)


def test_a_grey_item_lies_where_it_was_put_and_the_brighter_wins():
    pictures = {"7": Image.new("L", (4, 4), 200), "1": Image.new("L", (4, 4), 90)}
    items = [Item("7", 2, 1, 8), Item("1", 6, 1, 8), Item("gone", 0, 0, 8)]
    canvas = np.asarray(render(items, pictures, 12, 20))
    expected = np.zeros((12, 20), np.uint8)
    expected[1:9, 6:14] = 90
    expected[1:9, 2:10] = 200
    np.testing.assert_array_equal(canvas, expected)


def test_an_item_over_the_border_is_cut():
    canvas = np.asarray(render([Item("7", -4, -4, 8)], {"7": Image.new("L", (8, 8), 255)}, 8, 8))
    assert canvas[:4, :4].min() == 255
    assert canvas.sum() == 16 * 255


def test_pictures_in_colour_lie_on_grey_and_the_later_on_top():
    pictures = {"cat": Image.new("RGB", (8, 8), "red"), "boat": Image.new("RGB", (8, 8), "blue")}
    canvas = render([Item("cat", 0, 0, 8), Item("boat", 4, 0, 8)], pictures, 8, 20)
    assert [canvas.getpixel((x, 3)) for x in (1, 5, 15)] == [
        (255, 0, 0), (0, 0, 255), (128, 128, 128)]  # fmt: skip


@pytest.mark.parametrize("name", STROKES)
def test_the_network_reads_every_digit_of_our_own_pen(name):
    network = pretrained("lenet-mnist")
    scores = network.model(network.transform(Image.fromarray(digit(name))))
    assert network.classes[int(scores.argmax())] == name
    assert float(scores.softmax(dim=1).max()) > 0.9


def test_there_is_no_eleventh_digit():
    with pytest.raises(ValueError, match="'10'"):
        digit("10")
