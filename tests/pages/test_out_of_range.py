"""What an address asks for and a view does not have gets a sentence, and leaves the address."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from benchmarks.hostile import ADDRESSES, KNOWN, VIEWS
from cnnviz.ui.parameters import Parameter
from tests.support.opening import component, open_page, page_text

HERE = "which is not in this view"
DIGIT = "model=lenet-mnist&image=digit_7&layer=feature_extractor.3"
LENET = "model=lenet-mnist&image=digit_7"
NO_WAY = ",".join("4" * 20)
CASES = {
    "layer": ("feature_maps", "image=cat", {"layer": "nope"}),
    "map": ("feature_maps", DIGIT, {"map": "4095", "cell": "999,999", "off": "3,9999"}),
    "read": ("feature_maps", f"{DIGIT}&view=microscope", {"read": "4000"}),
    "read in another view": ("feature_maps", DIGIT, {"read": "4000"}),
    "way": ("feature_maps", f"{DIGIT}&view=trace", {"way": NO_WAY, "step": "300", "top": "10"}),
    "way in another view": ("feature_maps", DIGIT, {"way": NO_WAY, "step": "300", "wish": "99"}),
    "class": ("heatmaps", "image=cat", {"class_idx": "999", "against": "10", "layer": "nope"}),
    "same class": ("heatmaps", f"{LENET}&class_idx=7", {"against": "7", "size": "224"}),
    "picture": ("heatmaps", "model=lenet-mnist", {"image": "dog", "other_layer": "nope"}),
    "method": ("heatmaps", "model=mlp-mnist&image=digit_7", {"method": "layer_cam", "layer": "a"}),
    "field": ("pooling", "view=field", {"layer": "nope", "unit": "999,999", "map": "8191"}),
    "network": ("pooling", "view=field", {"network": "nope"}),
    "inspected": ("build", "view=graph", {"inspect": "nope"}),
    "moments": ("training", "epochs=1", {"picture": "9999", "a": "99", "b": "2500"}),
    "rewound": ("training", "view=rewind&data=planted", {"a": "99999", "true": "3"}),
    "matrix": ("training", "view=mistakes", {"true": "10", "answer": "19", "mistake": "7000"}),
    "no mistake": ("training", "view=mistakes", {"mistake": "9"}),  # which is read rightly
    "empty cell": ("training", "view=mistakes&true=3&answer=4", {"mistake": "250"}),
    "diagonal": ("training", "view=mistakes", {"true": "3", "answer": "3"}),
    "half a cell": ("training", "view=mistakes", {"answer": "4"}),
    "number": ("build", "view=graph", {"layer": "99"}),
    "block": ("build", "view=sizes", {"layer": "1.1"}),
    "place": ("convolution", "stride=2", {"cell": "99,99", "channel": "77", "place": "8,8"}),
    "held": ("convolution", "view=channels", {"cell": "99,99", "channel": "77"}),
    "pixel": ("convolution", "view=picture", {"pixel": "999,999"}),
    "channel": ("convolution", "transposed=true&place=5,5", {"in_channel": "5"}),
    "pooled": ("pooling", "", {"cell": "9,9"}),
    "pooled pixel": ("pooling", "view=picture", {"pixel": "4000,4000"}),
    "frame": ("pooling", "view=shift", {"place": "4000,4000"}),
    "cell": ("fully_convolutional", "view=map", {"cell": "200,200"}),
    "unit": ("fully_convolutional", "view=surgery&linear=4", {"unit": "100"}),
    "step": ("fully_convolutional", "view=surgery", {"step": "99999"}),
    "map of a block": ("residual", "block=group0.0", {"map": "500", "cell": "127,127"}),
    "groups": ("build", "view=graph", {"unfolded": "900"}),
}


def test_it_is_not_said_of_another_network():
    app = open_page("feature_maps", f"{DIGIT}&view=overview&cell=999,999")
    assert HERE in page_text(app)
    app.selectbox(key="feature_maps-model").select("mlp-mnist").run()
    assert HERE not in page_text(app)


OTHER_VIEWS = {  # what an address asks of a view that is not yet in sight
    "convolution": ("view=filters", "grid", {"cell": "99,99", "in_channel": "5"}),
    "pooling": ("view=cost", "field", {"map": "8191", "unit": "999,999"}),
    "residual": ("view=identity", "block", {"map": "500", "cell": "127,127"}),
    "fully_convolutional": ("view=size", "surgery", {"step": "99999"}),
}


@pytest.mark.parametrize("page", OTHER_VIEWS)
def test_it_is_said_when_its_view_comes_into_sight_and_once(page):
    query, view, wrong = OTHER_VIEWS[page]
    app = open_page(page, "&".join([query, *(f"{name}={text}" for name, text in wrong.items())]))
    assert HERE not in page_text(app)
    app.segmented_control(key=f"{page}-view").set_value(view).run()
    assert not app.exception
    text = page_text(app)
    assert all(f"{name} = “{value}”, {HERE}" in text for name, value in wrong.items()), text
    said = unquote(component(app, f"{page}_toolbar")["query"]).split("&")
    assert not {f"{name}={value}" for name, value in wrong.items()} & set(said)
    app.segmented_control(key=f"{page}-view").set_value(query.removeprefix("view=")).run()
    assert HERE not in page_text(app)


@pytest.mark.parametrize("case", CASES)
def test_it_gets_a_sentence_and_leaves_the_address(case: str):
    page, query, wrong = CASES[case]
    asked = "&".join([query, *(f"{name}={text}" for name, text in wrong.items())])
    app = open_page(page, asked)
    text = page_text(app)
    assert all(f"{name} = “{value}”, {HERE}" in text for name, value in wrong.items()), text
    assert text.count(HERE) == len(wrong)
    said = unquote(component(app, f"{page}_toolbar")["query"]).split("&")
    assert not {f"{name}={text}" for name, text in wrong.items()} & set(said)


TEXTS = st.one_of(
    st.integers(-2, 9).map(str),
    st.sampled_from(["40", "255", "1000", "99999", "0,5", "12,3", "999,999", "nope", "7.5"]),
)


@pytest.mark.slow
@settings(max_examples=20)
@given(data=st.data())
def test_what_leaves_an_address_is_told_and_what_stays_is_right(data: st.DataObject):
    """Of any term that a page declares, in any of its views."""
    page = data.draw(st.sampled_from(sorted(ADDRESSES)))
    parameters = ADDRESSES[page].parameters
    view = data.draw(st.sampled_from([dict(view) for view in VIEWS[page]]))
    name = data.draw(st.sampled_from(sorted(parameters.keys() - {"view"})))
    text = data.draw(st.one_of(TEXTS, st.sampled_from(KNOWN[page][name])))
    app = open_page(page, urlencode(view | {name: text}))
    said = _said(app, page)
    is_told = f"{name} = “{text[:40]}" in page_text(app)
    assert is_told != (_read(parameters[name], said.get(name)) == _read(parameters[name], text))
    again = open_page(page, urlencode(said))
    assert _said(again, page) == said
    assert "The address asks" not in page_text(again)


def _said(app: AppTest, page: str) -> dict[str, str]:
    return dict(parse_qsl(component(app, f"{page}_toolbar")["query"]))


def _read(parameter: Parameter[Any], text: str | None) -> Any:
    """What a text of an address says; nothing where it is none of the parameter's."""
    with suppress(ValueError):
        return parameter.default if text is None else parameter.read(text)


def test_half_a_place_is_none():
    app = open_page("feature_maps", f"{DIGIT}&view=map&cell=-1,5")
    assert "cell = “-1,5”, which is not possible" in page_text(app)
    assert "cell" not in component(app, "feature_maps_toolbar")["query"]


def reads(number: int, has: int) -> None:
    """A page with one parameter, whose view has the numbers below `has`."""
    from dataclasses import dataclass

    import streamlit

    from cnnviz.ui.address import Address
    from cnnviz.ui.parameters import whole

    @dataclass(frozen=True)
    class Values:
        map: int = whole(-1, -1, 99)

    address = Address("reads", Values)
    if "begun" not in streamlit.session_state:
        streamlit.session_state["begun"] = True
        address.go(f"map={number}")
    value = address.values().map
    address.only(map=None if value < has else f"the maps 0 to {has - 1}")
    streamlit.session_state["found"] = (address.values().map, address.keep(), address.notices())
    address.settle()


@settings(deadline=None, max_examples=8)
@given(st.integers(-1, 99), st.integers(1, 99))
def test_what_the_view_has_stays_and_what_it_has_not_goes(number: int, has: int):
    app = AppTest.from_function(reads, kwargs={"number": number, "has": has}).run()
    value, query, notices = app.session_state["found"]
    is_there = number < has
    assert value == (number if is_there else -1)
    assert query == (f"map={number}" if is_there and number >= 0 else "")
    assert len(notices) == (0 if is_there else 1)
