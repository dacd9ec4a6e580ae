"""A finger that goes down scrolls the page, wherever it begins: what style sheets say of it."""

from __future__ import annotations

import re

import pytest

from cnnviz.places import APP

# Where one axis scrolls, CSS makes the other one scroll too unless it is said: a formula that is a
# pixel higher than its line then keeps the finger.
ONE_AXIS = re.compile(r"overflow-x:\s*(?:auto|scroll)")
# What is scrolled to its end hands the finger on to the page. Not of a dialog, which has none.
TRAP = re.compile(r"overscroll-behavior(?:-y)?:\s*(?:contain|none)")
DIALOGS = {"assets/find.css"}


@pytest.mark.parametrize(
    ("text", "is_trap"),
    [
        ("a { overflow-x: auto; }", True),
        ("a { overflow: auto hidden; }", False),
        ("a { overscroll-behavior: contain; }", True),
        ("a { overscroll-behavior-y: none; }", True),
        ("a { overscroll-behavior-x: contain; }", False),
    ],
)
def test_traps_are_found(text: str, is_trap: bool):
    assert bool(ONE_AXIS.search(text) or TRAP.search(text)) == is_trap


def test_nothing_on_a_page_keeps_a_finger_that_goes_down():
    sheets = {str(path.relative_to(APP)): path.read_text() for path in APP.glob("assets/**/*.css")}
    assert len(sheets) > 30
    assert [
        name
        for name, text in sheets.items()
        if ONE_AXIS.search(text) or (name not in DIALOGS and TRAP.search(text))
    ] == []
