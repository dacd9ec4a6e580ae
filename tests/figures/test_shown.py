"""Words of a visitor as Markdown: nothing in them means anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.figures.shown import JOINER, LONGEST, one_line, shown, tied


@pytest.mark.parametrize(
    "words",
    ["plain words, 3 × 3; (1, 2) and “quoted”: so", "kernel_size = 3", "a 1.5, b = 2", "x < y"],
)
def test_plain_words_stay_as_they_are_but_for_a_backslash(words):
    assert shown(words).replace("\\", "") == words


@pytest.mark.parametrize(
    ("words", "markdown"),
    [
        ("![x](http:", "\\!\\[x\\](http:"),
        ("*a* `b` $c$ <b> & ~d~", "\\*a\\* \\`b\\` \\$c\\$ \\<b> \\& \\~d\\~"),
        ("_a_ a_b", "\\_a\\_ a_b"),
        ("\\*", "\\\\\\*"),
        (":red", f":{JOINER}red"),
        ("see http://x", f"see http:{JOINER}//x"),
        ("www.x.y a@b.c", f"www{JOINER}.x.y a@{JOINER}b.c"),
        ("# head", f"{JOINER}# head"),
        ("1. one", f"{JOINER}1. one"),
        ("two\nlines\u202e\x00", "two lines"),
    ],
)
def test_what_would_be_markup_is_none(words, markdown):
    assert shown(words) == markdown.replace("\\!", "!")


def test_long_words_are_cut():
    assert one_line("a" * 50, most=10) == "a" * 10 + "…"
    assert len(shown("*" * 100_000)) == 2 * LONGEST + 1


@given(st.text())
def test_what_is_seen_is_what_was_said(words):
    said = one_line(words)
    assert shown(words).replace(JOINER, "").replace("\\", "") == said.replace("\\", "")


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("25 % gone, 3.4 MB in 2 s", "25~% gone, 3.4~MB in 2~s"),
        ("**87 %**: 1.5 G, 20 px", "**87~%**: 1.5~G, 20~px"),
        ("12 steps, 3 Maps, a % b", "12 steps, 3 Maps, a % b"),
        ("(1 + 2) × 3 × 4, 6.5 × as many, × of", "(1 + 2)~×~3~×~4, 6.5~× as many, × of"),
        (
            "<b>3</b> × <b>4</b>, **3** × **4** `3 × 3`",
            "<b>3</b>~×~<b>4</b>, **3**~×~**4** `3 × 3`",
        ),
        ('<path d="M 3 4 M 5"/> 4 % `7 % 2`', '<path d="M 3 4 M 5"/> 4~% `7 % 2`'),
    ],
)
def test_a_unit_stays_in_the_line_of_its_number(words, kept):
    assert tied(words) == kept.replace("~", "\u00a0")
