"""Files of the app that are missing or damaged: a sentence names them, and the rest goes on."""

from __future__ import annotations

import shutil

import pytest

from cnnviz.images import samples
from cnnviz.models import pretrained, trained
from cnnviz.places import AssetError
from cnnviz.ui import kept
from tests.support.opening import html_text, open_page

NETWORK = "resnet18-cifar10"


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """A copy of the weights, where a test may do harm."""
    folder = tmp_path / "weights"
    shutil.copytree(trained.WEIGHTS, folder)
    monkeypatch.setattr(trained, "WEIGHTS", folder)
    monkeypatch.setattr(kept, "_account", kept.Account())
    return folder


HARM = {
    "missing": lambda path: path.unlink(),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:5_000]),
    "zeros": lambda path: path.write_bytes(bytes(50_000)),
    "of another network": lambda path: shutil.copy(path.with_name("lenet-mnist.safetensors"), path),
    "empty": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_weights_that_cannot_be_used_are_named(weights, harm):
    harm(weights / f"{NETWORK}.safetensors")
    with pytest.raises(AssetError, match=rf"{NETWORK}\.safetensors .* missing or damaged"):
        pretrained(NETWORK)
    assert pretrained("lenet-mnist").classes[7] == "7"


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"name": "x"}'])
def test_a_card_that_cannot_be_read_takes_its_network_off_the_list(weights, text):
    (weights / f"{NETWORK}.json").write_text(text)
    assert NETWORK not in trained.shipped_names()
    assert "lenet-mnist" in trained.shipped_names()
    with pytest.raises(AssetError, match=f"{NETWORK}.json"):
        pretrained(NETWORK)


@pytest.mark.parametrize("page", ["heatmaps", "feature_maps"])
def test_a_page_says_it_and_goes_on_with_another_network(weights, page):
    (weights / f"{NETWORK}.safetensors").write_bytes(bytes(5_000))
    app = open_page(page, f"model={NETWORK}")
    assert [f"{NETWORK}.safetensors" in warning.value for warning in app.warning] == [True]
    assert html_text(app)


@pytest.mark.parametrize("page", ["convolution", "feature_maps"])
def test_a_sample_that_cannot_be_opened_is_replaced_by_another(monkeypatch, page):
    monkeypatch.setattr(samples, "_decoded", _without_the_cat(samples._decoded))
    app = open_page(page, "view=picture&image=cat" if page == "convolution" else "image=cat")
    assert [("cat.jpg" in warning.value) for warning in app.warning] == [True]


def _without_the_cat(decoded):
    def open_sample(name: str):
        if name == "cat":
            raise AssetError(samples.SAMPLES[name].file)
        return decoded(name)

    return open_sample
