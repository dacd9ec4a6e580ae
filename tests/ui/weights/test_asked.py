"""What was asked of one network is not asked of another; a link says what it means."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.ui.address import ADDRESSES
from cnnviz.ui.feature_maps.address import ADDRESS as FEATURE_MAPS
from cnnviz.ui.heatmaps.address import ADDRESS as HEATMAPS
from tests.support.opening import open_page


def value(app: AppTest, page: str, name: str) -> Any:
    return app.session_state[f"{page}-{name}"]


def choose(app: AppTest, page: str, network: str) -> None:
    app.selectbox(key=f"{page}-model").select(network).run(timeout=120)
    assert not app.exception


def test_class_and_rival_go_with_the_data_set_and_the_photo_comes_back():
    app = open_page("heatmaps", "image=coffee&class_idx=5&against=0&layer=group1")
    choose(app, "heatmaps", "lenet-mnist")
    assert (value(app, "heatmaps", "class_idx"), value(app, "heatmaps", "against")) == (-1, -1)
    choose(app, "heatmaps", "resnet18-cifar10")
    assert value(app, "heatmaps", "image") == "coffee"


def test_the_class_stays_where_the_classes_are_the_same_and_the_layer_goes():
    app = open_page("heatmaps", "class_idx=5&against=0&layer=group1")
    choose(app, "heatmaps", "lenet-cifar10")
    assert (value(app, "heatmaps", "class_idx"), value(app, "heatmaps", "against")) == (5, 0)
    assert value(app, "heatmaps", "layer") != "group1"


def test_a_map_is_of_one_network():
    app = open_page("feature_maps", "view=map&layer=group1&map=17&cell=3,4&off=2,5")
    choose(app, "feature_maps", "lenet-cifar10")
    for name in ("map", "off"):
        assert value(app, "feature_maps", name) == getattr(FEATURE_MAPS.defaults, name)


def test_the_class_that_is_traced_or_excited_goes_with_the_data_set():
    app = open_page("feature_maps", "view=trace&top=7&way=1,0&step=2&wish=5")
    choose(app, "feature_maps", "lenet-cifar10")
    asked = [value(app, "feature_maps", name) for name in ("top", "wish", "way", "step")]
    assert asked == [7, 5, "", 0]
    choose(app, "feature_maps", "lenet-mnist")
    assert (value(app, "feature_maps", "top"), value(app, "feature_maps", "wish")) == (-1, 0)


@pytest.mark.parametrize(
    ("page", "name", "to", "query", "forgotten"),
    [
        ("pooling", "network", "squeezenet1.1", "view=field&layer=group0&map=3&unit=2,2",
         ("layer", "map", "unit")),
        ("fully_convolutional", "model", "lenet-cifar10", "class_idx=3&cell=2,2",
         ("class_idx", "cell")),
        ("training", "data", "planted", "picture=7&true=3&answer=4&mistake=250",
         ("picture", "true", "answer", "mistake")),
    ],
)  # fmt: skip
def test_what_another_network_or_data_set_calls_otherwise_is_forgotten(
    page, name, to, query, forgotten
):
    app = open_page(page, query)
    app.selectbox(key=f"{page}-{name}").select(to).run(timeout=120)
    assert not app.exception
    defaults = ADDRESSES[page].defaults
    assert [value(app, page, one) for one in forgotten] == [getattr(defaults, o) for o in forgotten]


def test_a_link_asks_what_it_says():
    app = open_page("heatmaps", "image=cat")
    query = HEATMAPS.query(model="lenet-mnist", class_idx=5, against=3)
    again = open_page("heatmaps", query)
    assert not app.exception
    assert (value(again, "heatmaps", "class_idx"), value(again, "heatmaps", "against")) == (5, 3)


@pytest.mark.parametrize("address", [HEATMAPS, FEATURE_MAPS])
def test_a_title_is_no_name_of_a_picture(address):
    app = open_page(address.page, "image=Cat")
    assert value(app, address.page, "image") == "cat"
    assert any("Cat" in warning.value for warning in app.warning)
