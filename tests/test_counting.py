"""Counts in words."""

import pytest

from cnnviz.counting import counted, plural


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "no cells"), (1, "1 cell"), (2, "2 cells"), (2800, "2,800 cells")],
)
def test_a_count_has_its_plural_and_its_commas(number, words):
    assert counted(number, "cell") == words


def test_a_plural_of_its_own():
    assert counted(2, "a copy", "copies") == "2 copies"
    assert counted(0, "box", "boxes") == "no boxes"
    assert plural(1, "box", "boxes") == "box"
