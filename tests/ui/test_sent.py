"""What a browser sends is taken only where it fits: everything else is None."""

import pytest

from cnnviz.ui.sent import sent_cell, sent_index, sent_name, sent_percent

HOSTILE = [None, True, "1", "", 1.0, float("nan"), [], [1], {"0": 1}, (1, 2, 3), -1, 10**30]


@pytest.mark.parametrize("value", [*HOSTILE, 3, [0, 1]])
def test_an_index_is_a_whole_number_below_the_count(value):
    assert sent_index(value, 3) is None


def test_an_index_may_begin_below_zero_where_that_means_something():
    assert [sent_index(value, 2, least=-1) for value in (-2, -1, 0, 1, 2)] == [None, -1, 0, 1, None]


@pytest.mark.parametrize("value", [*HOSTILE, [2, 0], [0, 3], [0, True], [0.0, 1], "01"])
def test_a_cell_is_a_row_and_a_column_of_the_map(value):
    assert sent_cell(value, (2, 3)) is None


def test_a_cell_comes_as_a_list_or_a_tuple():
    assert sent_cell([1, 2], (2, 3)) == sent_cell((1, 2), (2, 3)) == (1, 2)


@pytest.mark.parametrize("value", [*HOSTILE, "another", ["one"]])
def test_a_name_is_one_of_those_that_were_shown(value):
    assert sent_name(value, {"one", "two"}) is None
    assert sent_name("two", {"one", "two"}) == "two"


@pytest.mark.parametrize(("value", "percent"), [(0, 0), (100, 100), (41.7, 41)])
def test_a_percentage_is_a_number_up_to_a_hundred(value, percent):
    assert sent_percent(value) == percent


@pytest.mark.parametrize("value", [None, True, "50", float("nan"), -0.1, 100.1, [50]])
def test_no_other_percentage_is_taken(value):
    assert sent_percent(value) is None
