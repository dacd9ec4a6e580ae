"""Where many digits lie close together, what the map says is mostly right: each digit is known."""

from __future__ import annotations

from random import Random

import pytest
import torch
from PIL import Image

from cnnviz.fully_conv.class_map import HALF_WITHIN, class_map, reads_middle
from cnnviz.fully_conv.scenes import Item, render
from cnnviz.images.ten_digits import STROKES, digit
from cnnviz.models import LeNet, pretrained, to_fully_conv
from cnnviz.models.transforms import PictureTransform, normalised, picture_tensor

HEIGHT, WIDTH, SIDE = 80, 132, 28
LEAST = 0.9  # from which probability a cell speaks, as on the page
NEAR = 9  # pixels from a digit's middle to that of a window that reads it
ANYWHERE = 99.0  # pixels: the first condition alone


def canvas(random: Random, count: int = 10, apart: int = 20) -> list[Item]:
    """Digits at places drawn by chance, none nearer to another than so many pixels."""
    items: list[Item] = []
    while len(items) < count:
        x, y = random.randrange(WIDTH - SIDE), random.randrange(HEIGHT - SIDE)
        if all(max(abs(one.x - x), abs(one.y - y)) >= apart for one in items):
            items.append(Item(random.choice(list(STROKES)), x, y, SIDE))
        elif random.random() < 0.01:
            items.clear()  # no room is left
    return items


def is_right(items: list[Item], row: int, column: int, said: int) -> bool:
    """Whether a cell says the digit that lies in the middle of its window."""
    half = SIDE / 2
    away = {
        max(abs(one.y + half - 4 * row - 16), abs(one.x + half - 4 * column - 16)): one.kind
        for one in items
    }
    return min(away) <= NEAR and away[min(away)] == str(said)


@pytest.fixture(scope="module")
def said() -> dict[float, list[bool]]:
    """Whether each cell that speaks is right, by how near half of the ink must be."""
    network = pretrained("lenet-mnist")
    lenet, transform = network.model, network.transform
    assert isinstance(lenet, LeNet) and isinstance(transform, PictureTransform)
    fully_conv = to_fully_conv(lenet)
    pictures = {name: Image.fromarray(digit(name)) for name in STROKES}
    answers: dict[float, list[bool]] = {HALF_WITHIN: [], ANYWHERE: []}
    for seed in range(12):
        items = canvas(Random(seed))
        image = render(items, pictures, HEIGHT, WIDTH)
        batch = normalised(picture_tensor(image, 1), transform.spec)
        found = class_map(fully_conv, batch)
        is_sure = found.probabilities.amax(dim=0) >= LEAST
        for half_within, right in answers.items():
            is_read = reads_middle(
                found, picture_tensor(image, channels=1).float(), half_within=half_within
            )
            right += [
                is_right(items, row, column, int(found.winners[row, column]))
                for row, column in torch.nonzero(is_sure & is_read).tolist()
            ]
    return answers


def test_few_cells_guess_half_way_between_digits(said):
    by_both, by_one = said[HALF_WITHIN], said[ANYWHERE]
    assert by_one.count(False) > 0.2 * len(by_one)
    assert by_both.count(False) < 0.05 * len(by_both)
    assert by_both.count(True) > 0.7 * by_one.count(True)
