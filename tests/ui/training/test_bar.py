"""The bar of a run says to who waits how many are before them and when a place is free."""

from math import inf
from types import SimpleNamespace
from typing import cast

import pytest

from cnnviz.ui.training.bar import LEAVE, bar
from cnnviz.ui.training.runs import Entry, Queue


@pytest.mark.parametrize(
    ("queue", "words"),
    [
        (Queue(2, 1, 0, 9.0), "You are next. Both places train; the first is free in about 0:09"),
        (Queue(2, 3, 2, 61.0), "2 before you. Both places train; the first is free in about 1:01"),
        (Queue(1, 1, 0, inf), "You are next. One run trains"),
        (Queue(4, 2, 1, inf), "1 before you. 4 runs train"),
    ],
)
def test_who_waits_is_told_their_place_in_the_line(queue, words):
    entry = cast("Entry", SimpleNamespace(is_waiting=True))
    said = bar(entry, queue, queue.training, is_asked=True, note="")
    assert " ".join(part for fact in said["facts"] for part in fact) == words
    assert said["buttons"] == [LEAVE]
    assert said["places"].count("waits") == queue.waiting
    assert said["queue"] == "you"
