"""What all pages write alike, on the page and in what is read aloud: one of anything, a share."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.opening import open_page, page_text

ONE_OF_MANY = re.compile(
    r"(?<![\d,.×·/–−=÷(^] )(?<![\w,.×·/–−=÷(^])1 (cell|row|column|number|map|kernel|channel|step|"
    r"layer|neuron|network|product|weight|pixel|picture|output|input|group|place|point|crop|"
    r"parameter|filter)s\b"
)
TIGHT_PERCENT = re.compile(r"\d%")
VIEWS = [
    ("home", ""),
    ("build", "view=run"),
    ("mlp", ""),
    ("mlp", "view=matrix&kernel_size=1"),
    ("mlp", "view=size&neurons=1"),
    ("mlp", "view=size&side=1&neurons=1"),
    ("convolution", "height=1&width=1&kernel_size=1&padding=0"),
    ("convolution", "view=channels&in_channels=2"),
    ("convolution", "in_channels=2&out_channels=2&groups=2"),
    ("pooling", "kernel_size=1&stride=1"),
    ("pooling", "height=2&width=2"),
    ("heatmaps", "model=lenet-mnist&digit=7&view=belief&test=sum&steps=1"),
    ("feature_maps", "layer=group1.0.shortcut_path.0"),
    ("fully_convolutional", "view=size&size=32"),
    ("fully_convolutional", "view=surgery&linear=2"),
    ("zoo", "families=AlexNet"),
]


def _spoken(app) -> str:
    return json.dumps(
        [json.loads(e.proto.json or e.proto.mixed.json) for e in app.get("bidi_component")],
        ensure_ascii=False,
    )


@pytest.mark.parametrize(("name", "query"), VIEWS)
def test_one_is_said_in_the_singular_and_a_share_with_a_space(name, query):
    app = open_page(name, query)
    said = page_text(app) + _spoken(app)
    tight = [said[m.start() - 40 : m.end() + 20] for m in TIGHT_PERCENT.finditer(page_text(app))]
    assert tight == []
    assert [said[m.start() - 40 : m.end() + 20] for m in ONE_OF_MANY.finditer(said)] == []
