"""The page feature_maps: what it shows is what the network computes."""

from __future__ import annotations

import gc
import json
import weakref
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cnnviz.activations import record
from cnnviz.builder.codec import encode
from cnnviz.builder.modules import build
from cnnviz.builder.transform import BuiltTransform
from cnnviz.counting import percent
from cnnviz.images import SAMPLES, fit, sample, to_tensor
from cnnviz.models import initial, pretrained
from cnnviz.models.networks import lenet
from cnnviz.models.specs import AdaptiveAvgPool2d, Conv2d, Flatten, Linear, NetworkSpec
from cnnviz.probes.ablation_by_chance import ablated_by_chance
from cnnviz.probes.receptive import receptive_box
from cnnviz.probes.tape import Tape, tape
from cnnviz.ui.feature_maps import filters
from cnnviz.ui.feature_maps import seen as seen_module
from cnnviz.ui.foresight import views
from cnnviz.ui.kept import size_of
from tests.support.opening import component, drawn_as, html_text, open_page, page_text, say
from tests.support.waiting import until

DIGIT = "model=lenet-mnist&image=digit_7"
CAT = "model=resnet18-cifar10&image=cat"


def activation(name: str, picture: str, layer: str) -> torch.Tensor:
    network = pretrained(name)
    return record(network.model, network.transform(sample(picture)), [layer])[layer][0]


# ---- All maps


def test_the_mosaic_has_a_tile_for_each_map_with_its_true_limits():
    maps = activation("lenet-mnist", "digit_7", "feature_extractor.3")
    app = open_page("feature_maps", DIGIT + "&layer=feature_extractor.3&map=5")
    mosaic = component(app, "feature_maps_mosaic")
    assert mosaic["count"] == len(maps) == 16
    assert mosaic["selected"] == 5
    assert f"{maps[5].min():.3g} to {maps[5].max():.3g}" in mosaic["labels"][5]


def test_dead_maps_are_counted_marked_and_shown_alone():
    maps = activation("resnet18-cifar10", "cat", "group3.1")
    dead = (maps.amax(dim=(1, 2)) <= 0).nonzero().flatten().tolist()
    assert dead
    app = open_page("feature_maps", CAT + "&layer=group3.1")
    assert [index for index, kind in component(app, "feature_maps_mosaic")["marks"]] == dead
    assert f"Dead maps{len(dead)}" in html_text(app)
    alone = component(open_page("feature_maps", CAT + "&layer=group3.1&show=dead"), "maps_mosaic")
    assert alone["count"] == len(dead)
    assert alone["labels"][0].startswith(f"map {dead[0]} ")


def test_before_an_activation_function_no_map_is_called_dead():
    app = open_page("feature_maps", CAT + "&layer=input_group.0")
    assert component(app, "feature_maps_mosaic")["marks"] == []
    assert "Never above 0" in html_text(app)


@pytest.mark.parametrize(
    ("order", "size_of"),
    [
        ("strength", lambda maps: maps.mean(dim=(1, 2))),
        ("variance", lambda maps: maps.flatten(1).var(dim=1, correction=0)),
        ("distance", lambda maps: maps.abs().mean(dim=(1, 2))),
    ],
)
def test_the_first_tile_is_the_largest_in_the_chosen_respect(order, size_of):
    maps = activation("lenet-mnist", "digit_7", "feature_extractor.3")
    app = open_page("feature_maps", DIGIT + f"&layer=feature_extractor.3&order={order}")
    mosaic = component(app, "feature_maps_mosaic")
    assert mosaic["order"] == order
    sequence = next(one["sequence"] for one in mosaic["orders"] if one["name"] == order)
    assert sequence == size_of(maps).argsort(descending=True, stable=True).tolist()


def test_the_maps_of_a_group_are_sorted_among_themselves():
    maps = activation("resnet18-cifar10", "cat", "group3.1")
    app = open_page("feature_maps", CAT + "&layer=group3.1&show=dead&order=strength")
    mosaic = component(app, "feature_maps_mosaic")
    sequence = next(one["sequence"] for one in mosaic["orders"] if one["name"] == "strength")
    assert sorted(sequence) == list(range(mosaic["count"]))
    counts = {group["name"]: group["count"] for group in mosaic["groups"]}
    dead = int((maps.amax(dim=(1, 2)) <= 0).sum())
    assert mosaic["count"] == counts["dead"] == dead
    assert counts["alive"] == len(maps) - dead


def test_where_no_map_is_in_the_group_there_is_a_way_back():
    app = open_page("feature_maps", DIGIT + "&layer=feature_extractor.3&show=saturated")
    next(button for button in app.button if button.label == "Show all maps").click().run()
    assert component(app, "feature_maps_mosaic")["count"] == 16


def test_sizes_are_offered_where_the_network_knows_what_it_sees():
    app = open_page("feature_maps", CAT)
    accuracy = dict(pretrained("resnet18-cifar10").card.accuracy_at)
    options = next(box for box in app.selectbox if box.label == "Input size").options
    sizes = [int(option.split(" × ")[0]) for option in options]
    assert 96 in sizes
    assert all(accuracy[size] >= 0.6 for size in sizes)


def test_the_strip_has_every_layer_of_the_chosen_part():
    strip = component(open_page("feature_maps", CAT + "&layer=group1.0.add"), "maps_strip")
    assert [part["title"] for part in strip["parts"] if part["is_chosen"]] == ["group1"]
    assert strip["selected"] == "group1.0.add"
    assert len(strip["inside"]) == 9 + 7  # the first block has a shortcut path of two layers


# ---- One map


def test_every_cell_of_the_lens_sees_what_its_receptive_box_says():
    network = pretrained("resnet18-cifar10")
    batch = network.transform(sample("cat"))
    lens = component(open_page("feature_maps", CAT + "&view=map&layer=group0.1&map=3"), "maps_lens")
    for row, column in ((0, 0), (5, 11), (15, 8)):
        box = receptive_box(network.model, batch, "group0.1", 3, row, column)
        assert lens["sees"]["rows"][row] == [box.top, box.height]
        assert lens["sees"]["columns"][column] == [box.left, box.width]


def test_the_most_exciting_picture_is_the_one_with_the_largest_number():
    network = pretrained("resnet18-cifar10")
    largest = {
        name: float(
            record(network.model, network.transform(sample(name)), ["group0.1"])["group0.1"][0, 9]
            .max()
        )
        for name in SAMPLES
    }  # fmt: skip
    app = open_page("feature_maps", CAT + "&view=map&layer=group0.1&map=9")
    cards = component(app, "feature_maps_exciting")["cards"]
    assert cards[0]["name"] == max(largest, key=largest.__getitem__)
    assert [largest[card["name"]] for card in cards] == sorted(largest.values(), reverse=True)[:6]


# ---- Microscope


@pytest.mark.parametrize(
    ("layer", "cell"),
    [
        ("group1.0", (7, 1, 2)),
        ("group0.1", (7, 1, 2)),
        ("input_group.3", (7, 1, 2)),
        ("avgpool", (7, 0, 0)),
        ("fc", (7,)),
    ],
)
def test_the_calculation_ends_in_the_number_of_the_cell(layer, cell):
    truth = activation("resnet18-cifar10", "cat", layer)[cell]
    app = open_page("feature_maps", CAT + f"&view=microscope&layer={layer}&map=7&cell=1,2")
    shown = component(app, "feature_maps_microscope")
    assert shown["value"] == pytest.approx(float(truth), abs=1e-5)
    assert shown["steps"][-1]["value"] == pytest.approx(float(truth), abs=1e-5)


@pytest.mark.parametrize(
    ("model", "layer", "cell"),
    [
        ("efficientnet-lite0", "blocks.2.depthwise.0", (7, 9, 12)),  # a channel by itself
        ("efficientnet-lite0", "blocks.2.depthwise.2", (7, 9, 12)),  # ReLU6
        ("squeezenet1.1", "features.6", (130, 9, 12)),  # a concatenation
        ("squeezenet1.1", "features.3.squeeze", (7, 9, 12)),
    ],
)
def test_a_link_opens_the_same_cell_of_a_network_for_photos(model, layer, cell):
    truth = activation(model, "coffee", layer)[cell]
    at = f"layer={layer}&map={cell[0]}&cell={cell[1]},{cell[2]}"
    app = open_page("feature_maps", f"model={model}&image=coffee&view=microscope&{at}")
    shown = component(app, "feature_maps_microscope")
    assert shown["value"] == pytest.approx(float(truth), abs=1e-4)
    title = f"Map {cell[0]}, row {cell[1] + 1}, column {cell[2] + 1} of {layer}"
    assert title in json.dumps(shown)


def test_products_add_up_to_the_channel_and_channels_to_the_sum():
    app = open_page("feature_maps", DIGIT + "&view=microscope&layer=feature_extractor.3&map=2")
    step = component(app, "feature_maps_microscope")["steps"][0]
    window = step["window"]
    for index, channel in window["channels"].items():
        total = sum(sum(row) for row in channel["products"])
        assert total == pytest.approx(window["sums"][int(index)], abs=1e-4)
    assert window["running"][-1] + window["bias"] == pytest.approx(step["value"], abs=1e-4)


def test_a_channel_that_was_asked_for_comes_with_its_numbers():
    app = open_page("feature_maps", CAT + "&view=microscope&layer=group1.1&map=2&read=77")
    steps = component(app, "feature_maps_microscope")["steps"]
    window = next(step["window"] for step in steps if step["window"])
    assert window["chosen"] == 77
    assert "77" in window["channels"]


# ---- Filters


def test_of_an_untrained_network_only_the_filters_are_kept():
    before = filters._untrained("resnet18-cifar10", "input_group.0")
    true = initial("resnet18-cifar10").get_submodule("input_group.0").weight
    assert torch.equal(before, true)
    assert size_of(before) < 2 * true.numel() * true.element_size()


def test_filters_before_and_after_training_share_one_scale():
    app = open_page("feature_maps", "model=lenet-cifar10&view=filters")
    before, after = (component(app, f"filters_{name}") for name in ("before", "after"))
    name = "feature_extractor.0"
    largest = max(
        float(next(model.get_submodule(name).parameters()).abs().max())
        for model in (initial("lenet-cifar10"), pretrained("lenet-cifar10").model)
    )
    assert before["count"] == after["count"] == 6
    assert before["high"] == after["high"] == f"+{largest:.3g}"


# ---- Switching off


def test_the_scores_without_maps_are_those_of_a_network_whose_next_layer_reads_zeros():
    network = pretrained("lenet-mnist")
    batch = network.transform(sample("digit_7"))
    off = [0, 2, 5]
    lenet_on_digits: Any = network.model
    with torch.no_grad():
        maps = lenet_on_digits.feature_extractor[:2](batch)
        maps[:, off] = 0
        rest = lenet_on_digits.feature_extractor[2:](maps)
        truth = lenet_on_digits.classifier(rest.flatten(1))[0].softmax(0)
    app = open_page("feature_maps", DIGIT + "&view=off&layer=feature_extractor.1&off=0,2,5")
    assert f"{100 * float(truth[7]):.1f} %" in html_text(app)
    marks = component(app, "feature_maps_off")["marks"]
    assert [index for index, kind in marks if kind == "off"] == off
    app.button(key="feature_maps_off_start").click().run()
    until(lambda: "drawn by chance" in page_text(app.run()))
    left = ablated_by_chance(lenet_on_digits, batch, "feature_extractor.1", 6, 3, 7).left
    middle, low, high = (percent(float(one), 1) for one in (left.median(), left.min(), left.max()))
    assert f"39 times, leave {middle} in the middle, {low} to {high}" in page_text(app)


# ---- A network from the page that builds them


def test_a_built_network_is_looked_into_and_its_random_weights_are_said():
    spec = lenet()
    query = f"network={encode(spec)}&seed=3&layer=conv1&image=cat&map=2"
    app = open_page("feature_maps", query)
    batch = to_tensor(fit(sample("cat"), (32, 32)))[None]
    maps = record(build(spec, seed=3).eval(), batch, ["conv1"])["conv1"][0]
    label = component(app, "feature_maps_mosaic")["labels"][2]
    assert f"{maps[2].min():.3g} to {maps[2].max():.3g}" in label
    assert "random weights, no training" in page_text(app)
    for view in ("map", "microscope", "filters", "off"):
        assert not open_page("feature_maps", query + f"&view={view}").exception


def test_a_network_that_cannot_run_is_answered_with_a_sentence():
    broken = encode(lenet().__class__("Broken", (3, 8, 8), lenet().layers))
    app = open_page("feature_maps", f"network={broken}")
    assert "does not fit together" in app.warning[0].value
    assert component(app, "feature_maps_mosaic")["count"]


# ---- Whatever stands in the address


@pytest.mark.parametrize("view", ["maps", "map", "microscope", "filters", "off"])
@pytest.mark.parametrize(
    "asked",
    [
        "model=gpt&layer=../..&size=13&image=digit_7",
        "layer=no.such.layer&map=99&cell=999,999&read=4000",
        "model=mlp-mnist&layer=group3.1&off=500,1",
        "network=13u18.80n1Sy2JNwYmC9zmpeFLkgB&seed=-1",
        "layer=fc&cell=4,4&off=0,1,2,3,4,5,6,7,8,9&order=distance&show=saturated",
        "layer=group3.1.add&show=on&per_map=true&opacity=900",
    ],
)
def test_no_address_breaks_the_page(view, asked):
    assert "?" in page_text(open_page("feature_maps", f"view={view}&{asked}"))


def test_a_large_network_is_gone_when_the_run_that_showed_it_is_over():
    """Callbacks and fragments live as long as a visit: they must not hold 200 MB each."""
    layers = (Conv2d(3, 801, 1), AdaptiveAvgPool2d(1), Flatten(), Linear(801, 21_000))
    code = encode(NetworkSpec("Large", (3, 64, 64), layers))
    app = open_page("feature_maps", f"network={code}&view=microscope&layer=conv")
    assert component(app, "feature_maps_microscope")["steps"]
    gc.collect()
    shapes = {tuple(found.shape) for found in gc.get_objects() if type(found) is nn.Parameter}
    assert (21_000, 801) not in shapes


# ---- A network whose pass is not kept whole


def large_network() -> NetworkSpec:
    """17 million activations: 1,030 maps of 128 × 128 cells."""
    layers = (Conv2d(3, 1030, 1), AdaptiveAvgPool2d(1), Flatten(), Linear(1030, 10))
    return NetworkSpec("large", (3, 128, 128), layers)


def test_maps_of_a_large_network_are_averaged_down_to_fit_one_picture():
    mosaic = component(
        open_page("feature_maps", f"network={encode(large_network())}&layer=conv"),
        "feature_maps_mosaic",
    )
    assert mosaic["count"] == 1030
    assert mosaic["tile"]["width"] == 64
    assert "each pixel the mean of 2 × 2 cells" in mosaic["scale"]


def test_the_numbers_of_a_large_network_are_torchs():
    spec = large_network()
    model = build(spec).eval()
    batch = BuiltTransform(spec.input_shape)(sample("cat"))
    value = record(model, batch, ["conv"])["conv"][0, 7, 5, 6].item()
    app = open_page(
        "feature_maps", f"network={encode(spec)}&view=microscope&layer=conv&map=7&cell=5,6"
    )
    assert component(app, "feature_maps_microscope")["value"] == pytest.approx(value, rel=1e-4)


def test_what_a_layer_leads_to_is_what_the_page_then_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_SECONDS", 240)
    app = open_page("feature_maps", "layer=group0.1")
    app.session_state["feature_maps_is_near"] = True
    app.run()
    foreseen = json.loads(component(app, "feature_maps_strip")["foresight"]["foreseen"])
    assert "group1.1" in foreseen
    shown = open_page("feature_maps", "layer=group1.1")
    for key, told in foreseen["group1.1"].items():
        now = component(shown, key)
        assert {name: now[name] for name in told if name != "foresight"} == {
            name: value for name, value in told.items() if name != "foresight"
        }


@pytest.mark.parametrize(
    "query", ["view=maps&image=boat", "view=map&image=cat", "view=microscope&image=dog"]
)
def test_a_large_pass_is_gone_before_the_run_goes_on(query: str, monkeypatch):
    passes: list[weakref.ref[Tape]] = []

    def watched(model: nn.Module, batch: Tensor, last: str | None = None) -> Tape:
        assert all(one() is None for one in passes)
        made = tape(model, batch, last)
        passes.append(weakref.ref(made))
        return made

    monkeypatch.setattr(seen_module, "tape", watched)
    monkeypatch.setattr(seen_module, "LARGEST", 0)
    open_page("feature_maps", f"model=lenet-cifar10&layer=feature_extractor.3&{query}")
    assert passes
    assert all(one() is None for one in passes)


OF_A_LAYER = (
    "feature_maps_strip",
    "feature_maps_mosaic",
    "strip_of_numbers",
    "feature_maps_numbers",
    "feature_maps_peek",
)


@pytest.mark.parametrize(
    ("name", "value", "key", "word"),
    [
        ("layer", "feature_extractor.3", "feature_maps_strip", ("choose", "feature_extractor.3")),
        ("map", 4, "feature_maps_mosaic", ("rest", True)),
    ],
)
def test_another_layer_or_map_draws_what_it_changes_and_nothing_else(name, value, key, word):
    query, then = "model=lenet-mnist&image=digit_7", f"{name}={value}"
    app, fresh = open_page("feature_maps", query), open_page("feature_maps", f"{query}&{then}")
    if name == "map":
        app.session_state["feature_maps-map"] = value  # the mosaic has said it before it rests
    say(app, key, *word)
    assert drawn_as(app, fresh, *OF_A_LAYER)
    said = component(app, "feature_maps_sheet")["query"]
    assert then in said.split("&")
    assert said == component(fresh, "feature_maps_sheet")["query"]


def test_a_layer_that_comes_with_another_picture_makes_the_page_anew() -> None:
    app = open_page("feature_maps", "model=lenet-mnist&image=digit_7")
    app.selectbox(key="feature_maps-image").set_value("digit_3")
    say(app, "feature_maps_strip", "choose", "feature_extractor.3")
    query = "model=lenet-mnist&image=digit_3&layer=feature_extractor.3"
    assert not drawn_as(app, open_page("feature_maps", query), *OF_A_LAYER)
