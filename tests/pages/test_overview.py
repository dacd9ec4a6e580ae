"""The whole network at a glance: what is told to the browser is what the network computes."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import torch

from cnnviz.activations import layers, record
from cnnviz.images import sample
from cnnviz.models import pretrained
from cnnviz.overview.structure import structure_of
from cnnviz.probes.tape import tape
from cnnviz.ui.overview.view import Chosen, sent_cell_of
from tests.support.opening import component, open_page, page_text

SEVEN = "view=overview&model=lenet-mnist&image=digit_7"


def test_all_of_lenets_maps_are_shown_with_their_numbers_and_scores():
    network = pretrained("lenet-mnist")
    batch = network.transform(sample("digit_7"))
    told = component(open_page("feature_maps", SEVEN), "feature_maps_overview")
    counts = [len(column["channels"]) for column in told["columns"]]
    assert counts == [6, 6, 6, 16, 16, 16, 120, 120, 84, 84, 10]
    truth = record(network.model, batch, ["feature_extractor.1"])["feature_extractor.1"][0]
    levels = np.frombuffer(base64.b64decode(told["columns"][1]["levels"]), np.uint8)
    limit = float(truth.max())
    assert np.abs((levels - 1) / 254 * limit - truth.numpy().ravel()).max() <= limit / 254
    with torch.no_grad():
        scores = network.model(batch)[0]
    assert [one["score"] for one in told["scores"]] == pytest.approx(scores.tolist(), abs=1e-3)
    assert [one["index"] for one in told["scores"] if one["isFirst"]] == [7]


def test_of_resnet_the_most_varied_maps_come_first_or_the_strongest():
    network = pretrained("resnet18-cifar10")
    maps = record(network.model, network.transform(sample("cat")), ["group2.1"])["group2.1"][0]
    orders = {"variance": maps.flatten(1).var(1, correction=0), "strength": maps.mean(dim=(1, 2))}
    for order, sizes in orders.items():
        app = open_page("feature_maps", f"view=overview&first={order}")
        told = component(app, "feature_maps_overview")
        column = next(one for one in told["columns"] if one["name"] == "group2.1")
        assert column["channels"] == sizes.argsort(descending=True)[:7].tolist()
    assert len(told["columns"]) == 20
    assert next(link["ratio"] for link in told["links"] if link["arc"] == "sum") == "0.87"


def test_a_chosen_cell_is_shown_in_its_column_and_its_sum_below():
    query = "view=overview&layer=group1.1&map=3&cell=2,5"
    app = open_page("feature_maps", query)
    told = component(app, "feature_maps_overview")
    column, channel, *cell = told["chosen"]
    assert told["columns"][column]["name"] == "group1.1"
    assert channel in told["columns"][column]["channels"]
    assert (channel, cell) == (3, [2, 5])
    steps = component(app, "feature_maps_microscope")
    assert steps["title"] == "Map 3, row 3, column 6 of group1.1"


def test_a_drawn_sample_digit_is_what_the_network_reads():
    app = open_page("feature_maps", "view=overview&model=lenet-mnist&digit=3")
    told = component(app, "feature_maps_overview")
    assert next(one["name"] for one in told["scores"] if one["isFirst"]) == "3"
    assert 'digit("3")' in app.code[-1].value


@pytest.mark.parametrize("model", ["squeezenet1.1", "efficientnet-lite0", "mlp-mnist"])
def test_what_has_more_layers_is_folded_until_it_fits(model: str):
    told = component(open_page("feature_maps", f"view=overview&model={model}"), "maps_overview")
    assert 0 < len(told["columns"]) <= 20
    assert told["scores"]


def test_what_a_browser_sends_is_a_cell_that_there_is_or_nothing():
    network = pretrained("lenet-mnist")
    batch = network.transform(sample("digit_7"))
    made = structure_of(layers(network.model, tuple(batch.shape)), tape(network.model, batch))
    good = {"layer": "feature_extractor.3", "channel": 13, "row": 1, "column": 6}
    assert sent_cell_of(good, made) == Chosen("feature_extractor.3", 13, (1, 6))
    wrong = [{"channel": 16}, {"row": 10}, {"column": -1}, {"layer": "nope"}, {"row": "1"}]
    assert [sent_cell_of(good | one, made) for one in wrong] == [None] * len(wrong)
    assert [sent_cell_of(one, made) for one in (None, 3, [], "x")] == [None] * 4


def test_a_folded_block_is_unfolded_below_with_the_maps_that_make_the_chosen_one():
    app = open_page("feature_maps", "view=overview&layer=group0.1&map=62&cell=12,8")
    told = component(app, "feature_maps_overview_unfolded")
    titles = [column["title"] for column in told["columns"]]
    assert titles == ["ReLU", "Conv 3×3", "Norm", "ReLU", "Conv 3×3", "Norm", "Sum", "ReLU"]
    assert [column["channels"][0] for column in told["columns"]][-4:] == [62] * 4
    assert told["columns"][0]["channels"][0] == 62  # the shortcut's
    assert "0.72 of its size" in page_text(app)
    inner = open_page("feature_maps", "view=overview&layer=group0.1.main_path.0&map=5&cell=3,3")
    told = component(inner, "feature_maps_overview")
    assert told["columns"][told["chosen"][0]]["name"].startswith("group0.1")
    assert component(inner, "feature_maps_microscope")["title"].endswith("of group0.1.main_path.0")
