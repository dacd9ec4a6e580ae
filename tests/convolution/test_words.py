"""What a setting does, in words that are true of the numbers."""

import pytest

from cnnviz.convolution.layer import (
    ConvSettings,
    in_words,
    numbers,
    padding_sides,
    problem,
    read_counts,
)
from tests.support.random_convolutions import random_settings, square


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (square(6), "keeps the size"),
        (square(32, padding=0, kernel_size=5), "shrinks 32 to 28: each side loses 2"),
        (square(5, padding=2), "grows 5 to 7: each side gains 1"),
        (square(6, stride=2, kernel_size=2, padding=0), "halves it"),
        (square(7, stride=2, kernel_size=2, padding=0),
         "halves 7 to 3, and never reads the last row and column"),
        (square(6, stride=2),
         "halves it, and never reads the last row and column of padding"),
        (ConvSettings(6, 9, stride=(1, 3), padding=(1, 0)),
         "height: keeps the size; width: divides it by 3"),
        (ConvSettings(6, 8, stride=(1, 3), padding=(1, 0)),
         "height: keeps the size; width: shrinks 8 to 2; never reads the last 2 columns"),
        (square(6, kernel_size=1, padding=0, stride=2),
         "halves it, and never reads the last row and column, "
         "and skips 1 of every 2 rows and 1 of every 2 columns; "
         "pointwise: each pixel is read alone, without its neighbours"),
        (square(6, in_channels=4, out_channels=4, groups=4),
         "keeps the size; depthwise: every channel has kernels of its own, channels do not mix"),
        (square(6, in_channels=4, out_channels=4, groups=2),
         "keeps the size; 2 groups of channels that do not mix"),
        (square(6, kernel_size=6, padding=0),
         "shrinks 6 to 1; every output channel is a single number"),
        (square(3, transposed=True, stride=2, output_padding=1),
         "doubles it, and writes some rows and columns more often than others"),
        (square(3, transposed=True, stride=3, kernel_size=3, padding=0), "multiplies it by 3"),
        (square(3, transposed=True, stride=2, kernel_size=1, padding=0),
         "grows 3 to 5, and writes nothing but the bias to 1 of every 2 rows and "
         "1 of every 2 columns; pointwise: each pixel is read alone, without its neighbours"),
    ],
)  # fmt: skip
def test_what_a_setting_does_in_words(settings, words):
    assert in_words(settings) == words


def test_words_about_unread_lines_are_true_of_random_layers():
    for settings in random_settings(14, 600):
        if settings.transposed or problem(settings):
            continue
        top, bottom, left, right = padding_sides(settings)
        counts = read_counts(settings)
        own = counts[top : len(counts) - bottom, left : counts.shape[1] - right]
        rows, columns = numbers(settings).unread
        says_so = "never reads the last" in in_words(settings)
        assert says_so == (rows > 0 or columns > 0)
        if rows > bottom:
            assert own[-(rows - bottom) :].sum() == 0
        if columns > right:
            assert own[:, -(columns - right) :].sum() == 0
