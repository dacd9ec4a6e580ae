"""Numbers as they are read: one rule for Python and the browser."""

import json
import math
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cnnviz.rounding import in_full, plainly, rounded

SHARED = json.loads((Path(__file__).parent / "javascript/numbers.json").read_text())


def test_python_rounds_as_the_browser_writes():
    assert [rounded(pair["value"]) for pair in SHARED] == [pair["rounded"] for pair in SHARED]


def test_lists_are_rounded_through_and_whole_numbers_are_ints():
    assert rounded([[1.0, 1 / 3], [-12345.678949, 0.00012349]]) == [
        [1, 0.3333],
        [-12345.6789, 0.0001235],
    ]
    assert isinstance(rounded(2.00001), int)


def test_what_a_cancelling_sum_leaves_is_zero_and_no_number_is_none():
    assert rounded(0.1 + 0.2 - 0.3) == 0
    assert rounded([math.inf, math.nan]) == [None, None]


@given(st.floats(-1e6, 1e6))
def test_rounding_changes_no_more_than_the_fourth_digit(value: float):
    most = 5.1e-5 if abs(value) >= 1 else max(5.1e-4 * abs(value), 1e-9)
    assert abs(rounded(value) - value) <= most


@given(st.floats(1e-9, 1e9))
def test_a_plain_number_has_no_exponent_and_six_digits(value: float):
    assert set(plainly(value)) <= set("0123456789.")
    assert float(plainly(value)) == float(f"{value:g}")
    assert plainly(1e-5) == "0.00001"
    assert plainly(5e-324) == "4.94066e-324"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_in_code_is_that_very_number_and_has_no_exponent(value: float):
    assert float(in_full(value)) == value
    assert set(in_full(value)) <= set("-0123456789.")
