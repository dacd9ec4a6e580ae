"""What a browser sends is taken only where it fits: everything else is None."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.ui import address, sent, turns
from cnnviz.ui.build.network import sent_event
from cnnviz.ui.convolution.channels import sent_held
from cnnviz.ui.convolution.grid import grid_state
from cnnviz.ui.fields import Field
from cnnviz.ui.fully_convolutional.class_map import sent_items
from cnnviz.ui.pad import read_strokes
from cnnviz.ui.sent import sent_cell, sent_index, sent_name, sent_percent
from cnnviz.ui.sliders import Option, Slider
from tests.support.client_input import JSON

UI = Path(address.__file__).parent
STEPS = Slider("n", "", "", 3, min=1, max=9)
GRID = {"output": [[1.0, 2.0]], "weight": [[[1.0, 2.0], [3.0, 4.0]]], "out_channels": 2}
SHAPES = {  # every shape of a word that a component of the app says
    "index": sent.index(5),
    "index from -1": sent.index(5, -1),
    "cell": sent.cell((3, 4)),
    "name": sent.one_of({"a", "b"}),
    "name of a list": sent.one_of(["a", "b"]),
    "percent": sent_percent,
    "text": sent.text(5),
    "values": lambda value: sent.sent_values(value, {"a": STEPS.shape, "b": sent.index(5)}),
    "steps": STEPS.shape,
    "real": Slider("x", "", "", 0.5).shape,
    "options": Slider("o", "", "", 1, options=(Option(1, "1"), Option("a", "a"))).shape,
    "number field": Field("n", "", 3, 0, 9).shape,
    "text field": Field("t", "", "").shape,
    "event": sent_event,
    "grid": lambda value: grid_state(
        value if isinstance(value, dict) else {"weights": value}, GRID
    ),
    "channels": lambda value: sent_held(value, 3, [3, 3]),
    "items": lambda value: sent_items(value, ("7", "cat")),
    "strokes": read_strokes,
}

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


@given(st.sampled_from(list(SHAPES)), JSON)
def test_every_shape_is_total(name, value):
    SHAPES[name](value)


@given(JSON, JSON)
def test_whatever_a_component_tells_it_is_heard_or_not_and_nothing_else(told, value):
    with pytest.MonkeyPatch.context() as patch:
        for state in (told, {"word": value}, {"word": {"value": value, "turn": value}}):
            patch.setattr(streamlit, "session_state", {"component": state})
            for shape in SHAPES.values():
                sent.word("component", "word", shape)
                turns.said("component", "word", shape)
            turns.unheard("component", "word", sent_event)
            assert turns.turn("component", "word") >= 0
            assert turns.heard("component", "word") >= 0


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [("values", {"a": 3.0, "b": 9, "c": 1}, {"a": 3}), ("options", "a", "a"), ("options", 1.0, 1),
     ("options", True, None), ("steps", 10, None), ("steps", float("nan"), None),
     ("event", {"do": "set", "value": "x" * 501}, None), ("text", "123456", None),
     ("event", {"do": ["set"]}, None), ("event", {"do": "undo"}, {"do": "undo"}),
     ("items", "7:1:1", None)],
)  # fmt: skip
def test_a_shape_takes_what_fits(name, value, read):
    assert SHAPES[name](value) == read


def reads_of_the_session(path: Path) -> Iterator[str]:
    """What a module takes from the session by a key that is given to it, or from a component."""
    words = re.compile(r"st\.session_state(\[[^]]+\]|\.get\([^)]+\))\.\w+")
    text = path.read_text(encoding="utf-8")
    yield from words.findall(text)
    if "session_state" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            holder, key = node.value, node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            holder, key = node.func.value, node.args[0]
        else:
            continue
        if ast.unparse(holder) == "st.session_state" and ast.unparse(key) == "key":
            yield ast.unparse(node)


def test_only_one_place_hears_components_and_one_reads_parameters():
    readers = {UI / "sent.py", UI / "address.py", UI / "insides" / "visitor.py"}  # for address.py
    others = [path for path in UI.rglob("*.py") if path not in readers]
    assert [path for path in others if "values_at" in path.read_text(encoding="utf-8")] == []
    found = {str(path.relative_to(UI)): list(reads_of_the_session(path)) for path in others}
    assert {module: reads for module, reads in found.items() if reads} == {}
