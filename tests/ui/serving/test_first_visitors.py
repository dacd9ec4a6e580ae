"""A fresh server, and twelve visitors who come at once while torch is on its way."""

import pytest

from benchmarks.cold import VIEWS, cold_start


@pytest.mark.slow
def test_all_of_those_who_come_first_are_answered():
    log, wrong = cold_start(delay_s=1.6)  # when the server begins to load torch
    assert wrong == []
    assert log.count == 1 + len(VIEWS) == 13
