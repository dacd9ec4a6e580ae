"""The numbers that are taken along are torch's, with their scale and address."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest
import streamlit as st
import torch

from cnnviz.activations import record
from cnnviz.figures.npz import npz
from cnnviz.images.samples import sample
from cnnviz.models import pretrained
from cnnviz.ui.taking.numbers_file import file_name
from tests.support.opening import open_page


def saved(name: str, query: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Any]:
    """The file that the page's button saves: its name, and what is in it."""
    buttons: list[tuple[Any, ...]] = []
    button = st.download_button

    def press(*said: Any, **more: Any) -> bool:
        buttons.append(said)
        return button(*said, **more)

    monkeypatch.setattr(st, "download_button", press)
    open_page(name, query)
    _, make, file, _ = next(said for said in buttons if said[0] == "Numbers as npz")
    return file, np.load(BytesIO(make()), allow_pickle=False)


def test_feature_maps_are_saved_as_torch_computes_them(monkeypatch):
    query = "model=lenet-mnist&image=digit_7&layer=feature_extractor.0"
    file, numbers = saved("feature_maps", query, monkeypatch)
    network = pretrained("lenet-mnist")
    batch = network.transform(sample("digit_7"))
    with torch.inference_mode():
        maps = record(network.model, batch, ["feature_extractor.0"])["feature_extractor.0"][0]
    assert file == "feature_maps-maps-of-feature_extractor.0.npz"
    np.testing.assert_allclose(numbers["maps"], maps.numpy(), atol=1e-6)
    assert (float(numbers["low"]), float(numbers["high"])) == pytest.approx(
        (float(maps.min()), float(maps.max())), abs=1e-6
    )
    assert str(numbers["address"]) == f"feature_maps?{query}"


def test_heatmaps_are_saved_by_the_names_of_their_methods(monkeypatch):
    file, numbers = saved("heatmaps", "model=lenet-mnist&image=digit_7", monkeypatch)
    assert file == "heatmaps-heatmaps-for-7.npz"
    network = pretrained("lenet-mnist")
    batch = network.transform(sample("digit_7"))
    expected = torch.autograd.functional.jacobian(lambda x: network.model(x)[0, 7], batch)
    assert numbers["saliency"].shape == tuple(batch.shape[2:])
    ours, theirs = torch.from_numpy(numbers["saliency"]), expected[0].abs().amax(0)
    assert float((ours - theirs).abs().mean()) < 0.02 * float(theirs.max())  # but for ties


def test_a_file_without_numbers_is_refused_and_a_name_is_one():
    with pytest.raises(ValueError, match="at least one number"):
        npz({"a": np.zeros((0, 3))}, "nothing", "zoo")
    assert file_name("heatmaps", "Why “7” / not 1?") == "heatmaps-why-7-not-1"
