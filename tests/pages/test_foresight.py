"""What is shown ahead of a hand is what the page then shows, on every page that looks ahead."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.ui.foresight import views
from tests.support.opening import component, open_page

WITHIN = 240
BLOCK = ("residual_block", "residual_scale", "residual_numbers")
NEURON = ("mlp_neurons", "mlp_neuron_numbers")
SIZE = tuple(f"fullyconv_size_{part}" for part in ("map", "shapes", "verdict", "numbers"))
PHOTO = "model=squeezenet1.1&image=coffee"
PAGES = [  # page, its address, the sliders, the one that a hand is near, what is shown ahead
    ("convolution", "", "convolution_sliders", "stride", ("convolution_numbers",)),
    ("pooling", "", "pooling_sliders", "kernel_size", ("pooling_numbers",)),
    ("mlp", "", "mlp_inputs", "x1", NEURON),
    ("mlp", "part=network", "mlp_weights", "w2", NEURON),
    ("fully_convolutional", "view=size&size=35", "fullyconv_size", "size", SIZE),
    ("fully_convolutional", "view=size&size=32", "fullyconv_size", "size", SIZE),
    ("fully_convolutional", PHOTO, "fullyconv_photo", "side", ("fullyconv_photo_map",)),
    ("fully_convolutional", PHOTO, "fullyconv_photo", "sure", ("fullyconv_photo_map",)),
    ("residual", "block=group1.0", "residual_block_sliders", "map", BLOCK),
    ("residual", "weights=fresh", "residual_block_sliders", "map", BLOCK),
]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_SECONDS", WITHIN)


def near(app: AppTest, key: str, name: str | None = None) -> AppTest:
    """The page after a hand has come near one of its controls."""
    marker = f"_{key}_reached" if name else f"_{key}_is_near"
    app.session_state[marker] = name or True
    return app.run()


def without_addresses(told: Any) -> Any:
    """What a component is told without where its pictures are, which are the same elsewhere."""
    if isinstance(told, dict):
        kept = {name: one for name, one in told.items() if name not in ("url", "foresight")}
        return {name: without_addresses(one) for name, one in kept.items()}
    return [without_addresses(one) for one in told] if isinstance(told, list) else told


@pytest.mark.parametrize(("page", "query", "key", "slider", "shown"), PAGES)
def test_the_stop_of_a_slider_is_shown_ahead_as_the_page_shows_it(
    page, query, key, slider, shown
) -> None:
    ahead = json.loads(component(near(open_page(page, query), key, slider), key)["ahead"])
    assert ahead["is_whole"]
    stop, view = list(ahead["views"][slider].items())[1]  # the first is today's
    assert set(shown) <= view.keys()
    then = open_page(page, f"{query}&{slider}={stop}")
    for part, told in view.items():
        now = component(then, part)
        assert without_addresses({name: now[name] for name in told}) == without_addresses(told)


@pytest.mark.parametrize("switch", ["only_conv", "same_data"])
def test_what_a_switch_of_the_zoo_leads_to_is_shown_ahead(switch) -> None:
    told = component(near(open_page("zoo", "max_params=50"), "zoo_ahead"), "zoo_ahead")
    view = json.loads(told["foresight"]["foreseen"])[f"zoo-{switch}"]
    then = open_page("zoo", f"max_params=50&{switch}=true")
    assert view.keys() == {"zoo_chart", "zoo_numbers"}
    for part, ahead in view.items():
        now = component(then, part)
        assert {name: now[name] for name in ahead} == ahead


def test_where_a_taught_head_looks_for_a_class_is_shown_ahead() -> None:
    told = component(near(open_page("teach", ""), "teach_asked"), "teach_asked")
    foreseen = json.loads(told["foresight"]["foreseen"])
    assert foreseen.keys() == {str(place) for place in range(len(told["rows"]))}
    for place, view in foreseen.items():
        now = component(open_page("teach", f"class_idx={place}"), "teach_asked")
        assert now["explained"] == int(place)
        assert {name: now[name] for name in view["teach_asked"]} == view["teach_asked"]


def test_the_picture_that_a_training_turns_to_is_shown_ahead() -> None:
    app = open_page("training", "picture=3")
    app.session_state["_training_is_near"] = True
    told = json.loads(component(app.run(), "training_board")["foresight"]["foreseen"])
    assert told.keys() == {"2", "4"}
    for picture, view in told.items():
        now = component(open_page("training", f"picture={picture}"), "training_board")
        ahead = {name: one for name, one in view["training_board"].items() if name != "foresight"}
        assert ahead["turned"]["now"] == int(picture)
        assert {name: now[name] for name in ahead} == ahead
