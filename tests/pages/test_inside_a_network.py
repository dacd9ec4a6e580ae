"""The page feature_maps: what it shows is what the network computes."""

from __future__ import annotations

import contextlib
import io

import pytest
from opening import component, open_page, page_text

from cnnviz.activations import record
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


@pytest.mark.parametrize("page", ["feature_maps"])
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
