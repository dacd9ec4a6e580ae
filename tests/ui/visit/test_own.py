"""What a visitor brought along is said in the address, and missed in a sentence where it is not."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.opening import open_page, page_text

IS_GONE = "is gone: it lasts as long as a visit"


@pytest.mark.parametrize("what", ["picture", "drawing"])
def test_an_address_that_speaks_of_what_is_not_there_gets_one_sentence(what: str):
    text = page_text(open_page("convolution", f"view=picture&own={what}"))
    assert text.count(IS_GONE) == 1


@pytest.mark.parametrize("said", ["", "nonsense", "picture,picture,picture"])
def test_whatever_else_it_says_is_no_mistake_of_the_address(said: str):
    text = page_text(open_page("convolution", f"view=picture&own={said}"))
    assert text.count(IS_GONE) == (1 if "picture" in said else 0)
    assert "nothing here" not in text


def two_pages() -> None:
    from cnnviz.ui.visit import own

    own.note("one", "picture", True)
    own.note("other", "drawing", False)
    assert own.term("one") == "own=picture"
    assert own.term("other") == ""
    assert own.gone(["picture", "drawing"]) == [own.GONE["drawing"]]
    own.note("training", "strokes", True)  # over a picture: no digit, which other pages show too
    assert own.term("training") == "own=strokes"
    assert own.gone(["strokes", "drawing"]) == [own.GONE["drawing"]]
    own.forget("picture")
    assert own.term("one") == ""


def test_only_the_page_that_shows_it_says_so_until_it_is_taken_back():
    assert not AppTest.from_function(two_pages).run().exception


def test_pictures_that_were_given_are_missed_where_they_were():
    text = page_text(open_page("teach", "own=pictures"))
    assert text.count("The pictures of one's own that were given here are gone") == 1


def a_run() -> None:
    from cnnviz.ui.visit import own

    said = [own.GONE["run"]]
    assert own.gone(["run,picture"]) == [own.GONE["picture"]]  # who they are is not known yet
    assert (own.gone_after_all(), own.gone_after_all()) == (said, [])
    own.note("training", "run", True)
    assert own.term("training") == "own=run"
    assert (own.gone(["run"]), own.gone_after_all()) == ([], [])


def test_a_run_is_missed_when_it_is_known_who_asks_for_it():
    assert not AppTest.from_function(a_run).run().exception
