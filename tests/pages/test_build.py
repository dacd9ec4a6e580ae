"""The builder: what it shows of a network, what it says when layers do not fit, and its address."""

from __future__ import annotations

import pytest
from opening import component, html_text, open_page, page_text

from cnnviz.builder.codec import decode, encode
from cnnviz.builder.edits import change_input_shape
from cnnviz.models import networks
from cnnviz.ui.build_views import INSPECTED, STARTS, TRY


def query(spec, **more) -> str:
    return "&".join([f"net={encode(spec)}", *(f"{k}={v}" for k, v in more.items())])


def test_the_first_view_is_lenet_with_the_tutorials_numbers():
    app = open_page("build")
    table = component(app, "build_table")
    assert (table["total_params"], table["total_macs"]) == ("62,006", "651,720")
    shapes = [row["shape"] for row in table["layers"]]
    assert shapes[:2] == ["3 × 32 × 32", "6 × 28 × 28"]
    assert shapes[-1] == "10"
    assert [row["sees"] for row in table["layers"]][6] == "16"


def test_lenet_on_64_pixels_names_both_numbers_and_a_click_mends_it():
    app = open_page("build", query(change_input_shape(networks.lenet(), (3, 64, 64))))
    text = page_text(app)
    assert "2,704" in text
    assert "400" in text
    assert "mat1 and mat2 shapes cannot be multiplied" in text
    app.button(key="mend_0").click().run()
    assert not app.exception
    assert "none: it does not fit" not in html_text(app)


def test_an_argument_can_be_changed_and_undone():
    app = open_page("build", "layer=4")
    app.number_input(key="argument_out_channels").set_value(32).run()
    assert decode(app.session_state["net"]).layers[3].out_channels == 32
    undo = next(button for button in app.button if button.label == "Undo")
    undo.click().run()
    assert decode(app.session_state["net"]) == networks.lenet()


def test_layers_can_be_added_to_an_empty_page_until_it_is_a_network():
    app = open_page("build", next(v.query for v in STARTS if v.label == "An empty page"))
    for kind in ("Conv2d", "ReLU", "AdaptiveAvgPool2d", "Flatten", "Linear"):
        app.selectbox(key="add_kind").set_value(kind).run()
        app.button(key="add_layer").click().run()
    assert not app.exception
    kinds = [layer.kind for layer in decode(app.session_state["net"]).layers]
    assert kinds == ["Conv2d", "ReLU", "AdaptiveAvgPool2d", "Flatten", "Linear"]
    assert "none: it does not fit" not in html_text(app)


@pytest.mark.parametrize("view", [*STARTS, *TRY], ids=lambda view: view.label)
def test_every_start_opens(view):
    app = open_page("build", view.query)
    assert not app.warning
    assert component(app, "build_table")["layers"]


def test_a_network_of_torchvision_is_inspected_with_torchvisions_own_count():
    view = next(view for view in INSPECTED if view.label == "resnet18")
    table = component(open_page("build", view.query), "build_table")
    assert table["total_params"] == "11,689,512"
    assert table["readOnly"]


@pytest.mark.parametrize(
    "asked",
    ["net=nonsense", "net=1aaaa.AAAA", "layer=99", "layer=x", "inspect=none", "inspect=a/b"],
)
def test_nonsense_in_the_address_is_a_sentence(asked):
    app = open_page("build", asked)
    assert "How do layers become a network?" in page_text(app)


def test_a_large_network_shows_shapes_and_only_running_is_refused():
    app = open_page("build", query(networks.vgg16()))
    assert "138,357,544" in html_text(app)
    assert any("are run here" in info.value for info in app.info)
