"""Every view is a link: what an address says, and what is said of nonsense in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from cnnviz.ui import address

PAIR = address.pair("stride", (1, 1), 1, 8)
PADDING = address.pair("padding", (1, 1), 0, 8, words=("same", "valid"))


@pytest.mark.parametrize(
    ("text", "value"), [("3", (3, 3)), ("3,5", (3, 5)), ("5,5", (5, 5)), ("8", (8, 8))]
)
def test_one_number_stands_for_both_axes(text, value):
    assert PAIR.read(text) == value


@pytest.mark.parametrize("text", ["0", "9", "3,9", "1,2,3", "", ",", "a", "3.5", "٣", "1e3", "-1"])
def test_a_pair_refuses_what_is_no_pair_and_says_what_would_be(text):
    with pytest.raises(ValueError, match="a whole number from 1 to 8, or two as height,width"):
        PAIR.read(text)


def test_words_are_values_where_they_are_allowed():
    assert PADDING.read("same") == "same"
    with pytest.raises(ValueError, match="or same, or valid"):
        PADDING.read("full")


@given(st.tuples(st.integers(1, 8), st.integers(1, 8)))
def test_what_is_written_reads_back(value):
    assert PAIR.read(PAIR.write(value)) == value


@given(st.text(max_size=40))
def test_no_text_breaks_a_parameter(text):
    parameters = [
        PAIR, PADDING, address.whole("n", 1, 1, 9), address.number("x", 0.5, 0, 1),
        address.flag("relu", False), address.choice("kernel", "a", ("a", "b")),
    ]  # fmt: skip
    for parameter in parameters:
        try:
            value = parameter.read(text)
        except ValueError as error:
            assert str(error)
        else:
            assert parameter.read(parameter.write(value)) == value


def probe() -> None:
    import streamlit as st

    from cnnviz.ui import address

    page = address.Address(
        "probe", [address.pair("stride", (1, 1), 1, 8), address.choice("view", "a", ("a", "b"))]
    )
    address.note_arrival("probe")
    page.arrive()
    st.text(f"{page.values()} {page.keep()}")
    for notice in page.notices():
        st.text(notice)


def shown(**query: str | list[str]) -> list[str]:
    app = AppTest.from_function(probe)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return [element.value for element in app.text]


def test_an_address_is_read_when_the_visitor_arrives():
    assert shown(stride="2,3", view="b") == ["{'stride': (2, 3), 'view': 'b'} stride=2,3&view=b"]


def test_what_equals_the_default_is_left_out():
    assert shown(stride="1", view="a") == ["{'stride': (1, 1), 'view': 'a'}"]


def test_nonsense_falls_back_to_the_default_with_a_word_about_it():
    values, notice = shown(stride="banana", view="b")
    assert values == "{'stride': (1, 1), 'view': 'b'} view=b"
    assert "stride = “banana”" in notice
    assert "Shown with 1." in notice


def test_a_parameter_given_twice_is_refused():
    assert "one value only" in shown(stride=["2", "3"])[1]


def test_a_very_long_value_is_refused_and_cut_in_the_notice():
    notice = shown(view="x" * 9000)[1]
    assert "at most 8000 characters" in notice
    assert len(notice) < 300
