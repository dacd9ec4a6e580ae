"""What a browser sends from the pad, and the digits that lie on it."""

from __future__ import annotations

import base64

import pytest
import torch

from cnnviz.models import pretrained
from cnnviz.ui.models import SIZES, USEFUL, useful_sizes
from cnnviz.ui.pad import SIDE, Told, _Sheet, read_strokes, sample_digit, sent_sheet


def test_strokes_are_as_many_grey_values_as_the_pad_has_and_not_all_black() -> None:
    grey = bytes([7] * SIDE * SIDE)
    assert read_strokes(base64.b64encode(grey).decode()) == grey
    assert read_strokes(base64.b64encode(bytes(SIDE * SIDE)).decode()) is None


def test_a_browser_says_ink_or_a_sample_or_nothing() -> None:
    grey = bytes([7] * SIDE * SIDE)
    assert sent_sheet({"ink": base64.b64encode(grey).decode()}) == Told(grey)
    assert sent_sheet({"take": 3}) == Told(take=3)
    assert sent_sheet({}) == Told()


@pytest.mark.parametrize(
    "sent", [None, 3, "ink", [], {"ink": 3}, {"ink": ""}, {"take": 10}, {"take": True}]
)
def test_any_other_sheet_was_not_said(sent: object) -> None:
    assert sent_sheet(sent) is None


@pytest.mark.parametrize(
    "sent", [None, 3, "", "no base64!", "QUJD", ["A"], {"a": 1}, "A" * 100_000, "ä" * 4]
)
def test_anything_else_is_an_empty_pad(sent: object) -> None:
    assert read_strokes(sent) is None


def test_the_sample_digits_are_read_as_what_they_are_by_both_networks() -> None:
    for name in ("lenet-mnist", "mlp-mnist"):
        network = pretrained(name)
        with torch.inference_mode():
            for digit in range(10):
                batch = network.transform(sample_digit(digit).image)
                assert int(network.model(batch).argmax()) == digit, name


def test_a_sample_covers_a_drawing_and_a_drawing_outlives_its_sample() -> None:
    sheet = _Sheet()
    sheet.lay(7)
    before = sheet.version
    sheet.ink = b"drawn over it"
    sheet.lay(-1)  # what the page does when the first stroke arrives
    assert (sheet.ink, sheet.version) == (b"drawn over it", before)
    sheet.lay(3)
    assert (sheet.ink, sheet.version) == (None, before + 1)


def test_what_the_hand_lays_is_not_shown_to_it_again_but_a_sample_is() -> None:
    sheet = _Sheet(ink=b"before", sample=2)
    before = sheet.version
    assert sheet.hear(Told(b"ink")) == -1
    assert sheet.hear(Told()) == -1
    assert (sheet.ink, sheet.version) == (None, before)
    sheet.lay(sheet.hear(Told(take=2)))  # the one that lay there before
    assert (sheet.ink, sheet.sample, sheet.version) == (None, 2, before + 1)


def test_sizes_at_which_a_network_guesses_are_not_offered() -> None:
    card = pretrained("resnet18-cifar10").card
    offered = useful_sizes(card)
    assert next(iter(offered)) == "auto"
    assert offered["auto"] == card.test_accuracy
    accuracy = dict(card.accuracy_at)
    for size in set(SIZES) - {"auto"}:
        is_other = int(size) != card.input_size
        assert (size in offered) == (accuracy[int(size)] >= USEFUL and is_other)
    assert useful_sizes(pretrained("lenet-mnist").card).keys() == {"auto"}
