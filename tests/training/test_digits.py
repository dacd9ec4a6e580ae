"""The digits that ship: drawn by their seed, small, and enough to learn from."""

import pytest
import torch
from PIL import Image

from cnnviz.training import digits
from cnnviz.training.data import LabelledPictures
from cnnviz.training.digits import FOLDER, INPUT, digits_card, draw, learnt, shipped_digits, write
from cnnviz.training.loop import accuracy

MOST_BYTES = 700_000
ROUNDED = 2  # grey levels: sines differ in their last place from one processor to another


def test_the_shipped_digits_are_those_that_the_seed_draws():
    shipped, card = shipped_digits(), digits_card()
    assert len(shipped) == card.count == 3_000
    again = draw(80, card.seed)
    assert torch.equal(again.labels, shipped.labels[:80])
    apart = again.pictures.int() - shipped.pictures[:80].int()
    assert apart.abs().max() <= ROUNDED
    assert (FOLDER / "digits.png").stat().st_size < MOST_BYTES


@pytest.mark.slow
def test_lenet_learns_from_a_quarter_of_them_to_read_others_of_the_same_pen():
    others, shipped = draw(200, seed=7), shipped_digits()
    quarter = LabelledPictures(shipped.pictures[:750], shipped.labels[:750])
    right = accuracy(learnt(quarter, seed=3), INPUT, others)
    assert 0.93 <= right <= digits_card().drawn_accuracy + 0.01


def test_the_card_says_what_was_asked_for():
    card = digits_card()
    assert card.drawn_accuracy >= 0.97
    assert card.mnist_accuracy >= 0.90


def test_the_program_writes_a_sheet_that_reads_back_and_a_card_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(digits, "HELD_OUT", 20)
    asked = draw(20, seed=5)
    card = write(tmp_path, asked, count=120)
    assert (card.count, card.held_out) == (120, 20)
    drawn = draw(120, card.seed)
    network = learnt(drawn)
    assert card.mnist_accuracy == accuracy(network, INPUT, asked)
    with Image.open(tmp_path / "digits.png") as picture:
        assert picture.size == (60 * 28, 2 * 28)
        assert picture.tobytes() == digits.sheet(drawn.pictures).tobytes()
    second = digits.sheet(drawn.pictures).crop((28, 0, 56, 28))
    assert second.tobytes() == drawn.pictures[1, 0].numpy().tobytes()
