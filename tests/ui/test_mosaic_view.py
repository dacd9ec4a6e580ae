"""What Python sends to the mosaic view; its drawing is tried in tests/browser."""

from __future__ import annotations

import json

import pytest
import torch
from streamlit.testing.v1 import AppTest

from cnnviz.figures.mosaic import mosaic
from cnnviz.ui.mosaic_view import mosaic_view


def test_a_map_without_a_label_is_refused_with_both_numbers():
    with pytest.raises(ValueError, match="3 maps need as many labels, not 2"):
        mosaic_view(mosaic(torch.ones(3, 2, 2)), ["one", "two"], key="maps", alt="")


def app_with_a_mosaic(selected, **options):
    import streamlit as st
    import torch

    from cnnviz.figures.mosaic import mosaic
    from cnnviz.ui.mosaic_view import mosaic_view

    maps = torch.arange(3.0)[:, None, None].expand(3, 2, 2)
    labels = ["map 0", "map 1", "map 2"]
    chosen = mosaic_view(
        mosaic(maps, **options), labels, key="maps", alt="Three maps.", selected=selected
    )
    st.text(f"chosen {chosen}")


def run(selected: object = None, **options: object) -> tuple[dict, str]:
    app = AppTest.from_function(
        app_with_a_mosaic, kwargs={"selected": selected} | options, default_timeout=60
    ).run()
    assert not app.exception
    return json.loads(app.get("bidi_component")[0].proto.json)["told"], app.text[0].value


def test_the_limits_and_the_words_about_the_scale_are_sent():
    data, _ = run()

    assert (data["low"], data["high"]) == ("−2", "+2")
    assert data["scale"] == "one scale for all 3 maps"


def test_the_bar_says_that_values_go_beyond_it():
    data, _ = run(limit=1.5)

    assert (data["low"], data["high"]) == ("≤ −1.5", "≥ +1.5")


def test_a_scale_per_map_is_said():
    assert run(per_map=True)[0]["scale"].startswith("each map on a scale of its own")


def test_a_sequential_scale_starts_at_zero_without_a_sign():
    data, _ = run(colours="sequential")

    assert (data["low"], data["high"]) == ("0", "2")


@pytest.mark.parametrize(
    ("selected", "chosen"), [(1, 1), (None, None), (3, None), (-1, None), (True, None)]
)
def test_only_a_map_that_exists_is_chosen(selected, chosen):
    data, text = run(selected)

    assert data["selected"] == chosen
    assert text == f"chosen {chosen}"
