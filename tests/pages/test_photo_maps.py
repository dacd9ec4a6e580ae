"""The page fully_convolutional with the networks for photos: any class, any size, surgery."""

from __future__ import annotations

import contextlib
import io
import re

import pytest
import torch

from cnnviz.images import fit, sample
from cnnviz.models import pretrained
from cnnviz.models.transforms import normalised, picture_tensor
from tests.support.opening import component, html_text, open_page

SQUEEZENET, EFFICIENTNET = "model=squeezenet1.1&image=coffee", "model=efficientnet-lite0"
SMALL = "&side=192"
ESPRESSO = 967


@pytest.fixture(scope="module")
def whole():
    """SqueezeNet over the coffee."""
    return open_page("fully_convolutional", f"{SQUEEZENET}{SMALL}&cell=3,5")


def scores(name: str, picture: str, size: tuple[int, int]) -> torch.Tensor:
    """SqueezeNet's scores of every cell, by torchvision's own modules."""
    network = pretrained(name)
    batch = normalised(picture_tensor(fit(sample(picture), size), 3), network.transform.spec)
    with torch.inference_mode():
        return network.model.classifier[:3](network.model.features(batch))[0]


def test_every_cell_says_what_torch_says_and_its_five_classes(whole):
    told = component(whole, "fullyconv_photo_map")
    wanted = scores("squeezenet1.1", "coffee", (128, 192))
    cells = told["map"]
    assert (cells["rows"], cells["columns"]) == tuple(wanted.shape[1:])
    names = [told["names"][kind] for kind in cells["winners"]]
    classes = pretrained("squeezenet1.1").classes
    assert names == [classes[kind] for kind in wanted.argmax(0).flatten().tolist()]
    shares = wanted.softmax(0).flatten(1)[:, 17].topk(5)
    own = [told["names"][kind] for kind in cells["tops"][17 * 5 : 18 * 5]]
    assert own == [classes[kind] for kind in shares.indices.tolist()]
    assert cells["told"][85:90] == pytest.approx((1000 * shares.values).tolist(), abs=0.51)


def test_the_mean_is_said_with_the_network_s_own_score_and_a_crop_beside_the_cell(whole):
    (said,) = (one.value for one in whole.success)
    mean = scores("squeezenet1.1", "coffee", (128, 192)).mean((1, 2))
    assert f"score {mean.max():.4f}; SqueezeNet 1.1 itself gives {mean.max():.4f}" in said
    assert f"{mean.softmax(0).max():.1%}".replace("%", "\u00a0%") in said
    told = component(whole, "fullyconv_photo_map")
    assert told["checked"]["cell"] == [3, 5]
    assert "SqueezeNet 1.1 on the 128 × 192 round it, alone: espresso" in told["checked"]["words"]


def test_the_five_likeliest_stand_first_in_a_list_of_a_thousand(whole):
    (chooser,) = (box for box in whole.selectbox if box.label == "Class")
    mean = scores("squeezenet1.1", "coffee", (128, 192)).mean((1, 2))
    classes = pretrained("squeezenet1.1").classes
    assert len(chooser.options) == 1001
    wanted = [classes[index] for index in mean.topk(5).indices.tolist()]
    assert chooser.options[1:6] == wanted
    assert chooser.options[6:] == sorted(chooser.options[6:])


def test_a_class_becomes_heat_on_a_scale_from_0_to_1_or_of_scores():
    told = component(
        open_page("fully_convolutional", f"{SQUEEZENET}{SMALL}&class_idx={ESPRESSO}"),
        "fullyconv_photo_map",
    )
    heat = told["map"]["heat"]
    wanted = scores("squeezenet1.1", "coffee", (128, 192)).softmax(0)[ESPRESSO]
    assert heat["values"] == pytest.approx(wanted.flatten().tolist(), abs=1e-4)
    assert (heat["low"], heat["high"]) == ("0", "1")
    assert "espresso, probability in each cell, from" in told["alt"]
    app = open_page(
        "fully_convolutional",
        f"{EFFICIENTNET}{SMALL}&class_idx={ESPRESSO}&as_scores=true",
    )
    heat = component(app, "fullyconv_photo_map")["map"]["heat"]
    assert heat["low"].replace("−", "") == heat["high"].replace("+", "")
    assert "before softmax" in heat["words"]


def test_the_cost_is_told_by_its_parts(whole):
    text = html_text(whole)
    crops = 7 * 11
    assert f"SqueezeNet 1.1 on {crops} crops" in text
    assert re.search(r"classifier [\d.,]+ → [\d.,]+: once a cell", text)
    lite = html_text(open_page("fully_convolutional", f"{EFFICIENTNET}{SMALL}"))
    assert re.search(r"classifier [\d.,]+ both ways", lite)


def test_the_surgery_of_lite0_is_shown_and_that_squeezenet_needs_none():
    app = open_page("fully_convolutional", f"{EFFICIENTNET}&view=surgery&image=coffee{SMALL}")
    assert component(app, "fullyconv_photo_kernel")["count"] == 1280
    assert "Linear(1,280, 1,000)" in html_text(app)
    difference = float(re.search(r"at most (\S+),", app.success[0].value)[1].replace("−", "-"))
    assert difference < 1e-4
    said = re.search(r"= (\d+\.\d+) = w · mean\(x\) \+ b = .*? = (\d+\.\d{4})", html_text(app))
    assert float(said[1]) == pytest.approx(float(said[2]), abs=2e-4)
    none = open_page("fully_convolutional", f"{SQUEEZENET}&view=surgery{SMALL}")
    assert "No surgery needed" in none.markdown[0].value
    assert component(none, "fullyconv_photo_kernel")["count"] == 512


def test_every_size_of_a_photo_has_its_own_answer():
    app = open_page("fully_convolutional", f"{SQUEEZENET}&view=size&side=224")
    text = html_text(app)
    for size in ("160 × 224", "224 × 320"):
        assert size in text
    assert "features.12 Fire512 × 9 × 13" in text
    assert "From 17 pixels a side on" in app.success[0].value


@pytest.mark.parametrize("query", [SQUEEZENET + SMALL, f"{EFFICIENTNET}&image=coffee{SMALL}"])
def test_the_script_prints_the_numbers_of_the_page(query):
    app = open_page("fully_convolutional", query)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(app.code[0].value, "page", "exec"), {"__name__": "pasted"})
    told = component(app, "fullyconv_photo_map")
    rows, columns = told["map"]["rows"], told["map"]["columns"]
    assert f"map: (1, 1000, {rows}, {columns})" in printed.getvalue()
    assert float(re.search(r"difference: (\S+)", printed.getvalue())[1]) < 1e-4
    share = float(re.search(r"^espresso: (\S+)", printed.getvalue(), re.M)[1])
    assert f"{100 * share:.1f}\u00a0%" in app.success[0].value
    most = re.search(r"win most cells: \[\('([^']+)', (\d+)\)", printed.getvalue())
    winners = [told["names"][kind] for kind in told["map"]["winners"]]
    assert winners.count(most[1]) == int(most[2])


@pytest.mark.parametrize(
    ("query", "term"),
    [("model=squeezenet1.1&class_idx=1000", "class_idx"), ("model=squeezenet1.1&side=100", "side"),
     ("model=squeezenet1.1&side=64&cell=200,200", "cell"), ("class_idx=10", "class_idx"),
     ("model=squeezenet1_1", "model"), ("model=squeezenet1.1&sure=101", "sure")],
)  # fmt: skip
def test_nonsense_falls_back_with_a_word_about_it(query, term):
    app = open_page("fully_convolutional", query)
    assert f"asks for {term} =" in app.warning[0].value


@pytest.mark.parametrize(
    ("page", "key", "queries"),
    [
        (
            "fully_convolutional",
            "fully_convolutional-class_idx",
            ["image=coffee&side=96", "image=coffee&side=96&view=surgery", "image=cat&side=128"],
        ),
        ("feature_maps", "feature_maps-top", ["view=trace&image=coffee", "view=trace&image=cat"]),
        ("heatmaps", "heatmaps-class_idx", ["image=coffee", "image=cat&view=large"]),
    ],
)
def test_the_lines_of_a_list_of_classes_stay_whatever_is_looked_at(page, key, queries):
    """The browser says the line that was chosen: one that has changed would be no class."""
    lines = [
        set(open_page(page, f"model=squeezenet1.1&{query}").selectbox(key=key).options)
        for query in queries
    ]
    assert all(found == lines[0] for found in lines)
