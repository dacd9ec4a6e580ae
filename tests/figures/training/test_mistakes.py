"""What the view of mistakes says: a trial's outcome in words that follow from its numbers."""

from base64 import b64decode
from dataclasses import replace

import pytest
import torch

from cnnviz.figures.training.mistakes import sentences, thumbs
from cnnviz.training.data import LabelledPictures
from cnnviz.training.mistakes import ByChance, Mistake, WhyNot, Wiped

NAMES = [str(digit) for digit in range(10)]
ONE = Mistake(4, 7, 2, 0.98, 0.02)


def trial(flips: bool, scattered: int, in_one: int, num_wiped: int = 3) -> WhyNot:
    pixels = torch.zeros(28, 28, dtype=torch.bool)
    pixels[0, :num_wiped] = True
    answer = 7 if flips else 2
    return WhyNot(
        heatmap=torch.rand(28, 28), layer="relu1", on_pixels=torch.rand(28, 28),
        share_on_ink=0.7, pixels=pixels, num_ink=15, before=torch.rand(10),
        wiped=Wiped(torch.zeros(1, 28, 28), torch.rand(10), answer, flips),
        by_chance={
            "scattered": ByChance(200, scattered, (0.0, 0.1)),
            "in one place": ByChance(200, in_one, (0.0, 0.2)),
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (trial(True, 1, 4), "the answer is 7. As many wiped by chance make it 7 in 1 of 200"),
        (trial(True, 1, 4), "Here the map tells what the answer hangs on. 70 % of the map lies"),
        (trial(True, 1, 150), "But so it is without most other pixels"),
        (trial(False, 1, 4), "the answer is still 2."),
        (trial(False, 1, 4), "Here the map does not tell"),
        (trial(False, 0, 0, num_wiped=0), "The map points at nothing that could be wiped"),
    ],
)
def test_a_trial_is_told_by_its_outcome(why, words):
    assert words in " ".join(sentences(why, ONE, NAMES))


def test_of_a_coloured_picture_no_ink_is_told():
    why = replace(trial(True, 0, 0), num_ink=28 * 28)
    assert "ink." not in " ".join(sentences(why, ONE, NAMES))


def test_pictures_are_sent_once_with_their_places():
    pictures = torch.arange(5 * 3 * 2 * 2, dtype=torch.uint8).view(5, 3, 2, 2)
    told = thumbs(LabelledPictures(pictures, torch.zeros(5)), [3, 1, 3])
    assert told["at"] == {"3": 0, "1": 1}
    assert (told["size"], told["channels"]) == ([2, 2], 3)
    assert b64decode(told["levels"])[:6] == bytes(pictures[3].permute(1, 2, 0).flatten()[:6])
