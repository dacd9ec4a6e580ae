"""The page feature_maps: what it shows is what the network computes."""

from __future__ import annotations

import contextlib
import io

import pytest
from opening import open_page, page_text

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


@pytest.mark.parametrize("page", ["feature_maps"])
@pytest.mark.parametrize(
    "asked",
    [
        "model=gpt",
        "layer=../..",
        "size=13",
        "image=digit_7",
        "layer=no.such.layer",
        DIGIT + "&class_idx=999",
        "model=mlp-mnist&layer=group3.1",
    ],
)
def test_no_address_breaks_the_page(asked):
    assert "?" in page_text(open_page("heatmaps", asked))
