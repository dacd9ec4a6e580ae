"""The pages feature_maps and heatmaps: what they show is what the network computes."""

from __future__ import annotations

import contextlib
import io
import re

import pytest
import torch
from opening import component, html_text, open_page, page_text

from cnnviz.activations import record
from cnnviz.heatmaps import grad_cam
from cnnviz.images import sample
from cnnviz.models import pretrained

DIGIT = "model=lenet-mnist&image=digit_7"


def run(script: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(script, "page", "exec"), {"__name__": "pasted"})
    return printed.getvalue()


def digit():
    network = pretrained("lenet-mnist")
    return network, network.transform(sample("digit_7"))


def test_the_seven_is_a_seven():
    network, batch = digit()
    with torch.inference_mode():
        assert int(network.model(batch).argmax()) == 7
    assert "Class explained7" in html_text(open_page("heatmaps", DIGIT))


def test_the_heatmap_script_prints_grad_cam_of_the_page():
    network, batch = digit()
    expected = grad_cam(network.model, batch, 7, "feature_extractor.5")
    printed = run(open_page("heatmaps", DIGIT).code[0].value)
    strongest = float(re.search(r"strongest: ([\d.e+-]+)", printed)[1])
    assert strongest == pytest.approx(float(expected.max()), rel=1e-4)


def test_all_methods_have_a_card_and_the_random_one_is_marked_as_the_control():
    cards = component(open_page("heatmaps", DIGIT), "heatmaps_overlays")["cards"]
    assert len(cards) == 10
    assert [card["name"] for card in cards if card["badge"]] == ["random"]
    assert all(card["heat"] for card in cards)


def test_another_class_and_layer_can_be_explained():
    app = open_page("heatmaps", DIGIT + "&class_idx=1&layer=feature_extractor.3")
    assert "Class explained1" in html_text(app)
    assert "Layerfeature_extractor.3" in html_text(app)


def test_a_network_without_maps_offers_the_methods_that_look_at_pixels():
    cards = component(open_page("heatmaps", "model=mlp-mnist&image=digit_3"), "heatmaps_overlays")
    assert {card["name"] for card in cards["cards"]}.isdisjoint({"grad_cam", "layer_cam"})


def test_the_mosaic_has_a_tile_for_each_map_with_its_true_limits():
    network, batch = digit()
    maps = record(network.model, batch, ["feature_extractor.3"])["feature_extractor.3"][0]
    app = open_page("feature_maps", DIGIT + "&layer=feature_extractor.3&map=5")
    mosaic = component(app, "feature_maps_mosaic")
    assert mosaic["count"] == len(maps) == 16
    assert mosaic["selected"] == 5
    assert f"{maps[5].min():.3g} to {maps[5].max():.3g}" in mosaic["labels"][5]


def test_the_feature_map_script_prints_the_numbers_of_the_layer():
    app = open_page("feature_maps", DIGIT + "&layer=feature_extractor.1")
    printed = run(app.code[0].value)
    assert "shape: (6, 28, 28)" in printed
    assert "from 0.0 to" in printed


@pytest.mark.parametrize("page", ["heatmaps", "feature_maps"])
@pytest.mark.parametrize(
    "asked",
    [
        "model=gpt",
        "layer=../..",
        "size=13",
        "image=digit_7",
        "layer=no.such.layer",
        DIGIT + "&map=99",
        DIGIT + "&cell=999,999",
        DIGIT + "&class_idx=999",
        "model=mlp-mnist&layer=group3.1",
    ],
)
def test_no_address_breaks_a_page(page, asked):
    assert "?" in page_text(open_page(page, asked))
