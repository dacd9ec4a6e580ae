"""The zoo page: torchvision's numbers, the filters, the comparison, and nonsense."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import asdict

import pytest
from torch import nn

from cnnviz.figures.zoo.chart import THE_FOUR, cost_chart
from cnnviz.summary import summarize
from cnnviz.torchvision_compat import torchvision
from cnnviz.ui.zoo.address import ADDRESS, Values
from cnnviz.ui.zoo.controls import shown_entries
from cnnviz.ui.zoo.stage import table_of
from cnnviz.zoo.depth import depth_of
from cnnviz.zoo.on_meta import build_on_meta
from tests.support.opening import component, drawn_as, html_text, open_page, page_text, say


def printed_by(script: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(script, "page", "exec"), {"__name__": "pasted"})
    return printed.getvalue()


def test_every_classification_network_is_there():
    app = open_page("zoo")
    count = len(torchvision.models.list_models(module=torchvision.models))
    assert f"Networks{count} of {count}" in html_text(app)
    told = component(app, "zoo_chart")
    assert len({bubble["key"].split(":")[0] for bubble in told["chart"]["bubbles"]}) == count


@pytest.mark.parametrize(
    ("changes", "is_left"),
    [
        ({"years": (2015, 2016)}, lambda e: 2015 <= e.network.family.year <= 2016),
        ({"max_params": 5}, lambda e: e.weights.num_params <= 5_000_000),
        ({"only_conv": True}, lambda e: e.network.family.is_convolutional),
        ({"same_data": True}, lambda e: not e.weights.uses_more_data),
    ],
)
def test_a_filter_leaves_what_it_says_and_nothing_else(changes, is_left):
    everything, left = shown_entries(Values()), shown_entries(Values(**changes))
    assert left == [entry for entry in everything if is_left(entry)]
    assert 0 < len(left) < len(everything)


def test_a_chart_that_is_kept_is_the_one_of_its_weights_and_families():
    charts = []
    for values in (Values(), Values(weights="first"), Values(families=("VGG",)), Values()):
        told = component(open_page("zoo", ADDRESS.query_of(values)), "zoo_chart")["chart"]
        drawn = cost_chart(shown_entries(values), values.families)
        assert told == json.loads(json.dumps(asdict(drawn)))
        charts.append(told)
    assert charts[0] == charts[3]
    assert charts[0] != charts[1] != charts[2] != charts[0]


def test_first_weights_are_those_nearest_to_the_paper():
    (row,) = table_of(
        [e for e in shown_entries(Values(weights="first")) if e.network.name == "resnet50"]
    ).to_dict("records")
    meta = torchvision.models.ResNet50_Weights.IMAGENET1K_V1.meta
    assert row["top-1 %"] == meta["_metrics"]["ImageNet-1K"]["acc@1"]
    assert row["parameters"] == meta["num_params"]


def test_the_script_prints_the_rows_of_the_table():
    app = open_page("zoo", "years=2012,2014&max_params=100&weights=first")
    text = printed_by(app.code[0].value)
    assert len(text.splitlines()) == 2
    for entry in shown_entries(Values(years=(2012, 2014), max_params=100, weights="first")):
        (line,) = [line for line in text.splitlines() if line.startswith(entry.network.name)]
        assert f"{entry.weights.top1:.2f} %" in line
        assert f"{entry.weights.num_params:,}" in line


def test_the_comparison_shows_the_sums_that_its_script_prints():
    app = open_page("zoo", "view=compare&compare=squeezenet1_1,shufflenet_v2_x0_5")
    shown = html_text(app)
    sums = [line for line in printed_by(app.code[0].value).splitlines() if "parameters," in line]
    assert len(sums) == 2
    for line in sums:
        num_params, macs = line.split(": ")[1].split(" parameters, ")
        assert f"Parameters{num_params}" in shown
        assert f"Multiply-adds{macs.split()[0]}" in shown


def test_the_table_of_the_four_counts_the_layers_of_the_real_networks():
    alexnet = build_on_meta("alexnet")
    assert sum(isinstance(module, nn.Conv2d) for module in alexnet.modules()) == 5
    assert sum(isinstance(module, nn.Linear) for module in alexnet.modules()) == 3
    resnet = summarize(build_on_meta("resnet152"), (1, 3, 224, 224))
    on_the_path = [row for row in resnet.rows if row.macs and "downsample" not in row.name]
    assert len(on_the_path) == 152
    googlenet = summarize(build_on_meta("googlenet"), (1, 3, 224, 224))
    stem = [row for row in googlenet.rows if row.macs and "inception" not in row.name]
    blocks = {row.name.split(".")[0] for row in googlenet.rows if "inception" in row.name}
    assert len(stem) + 2 * len(blocks) == 22  # the longest way through a block has two
    depths = {name: depth_of(name) for name in THE_FOUR}
    assert [depths[name].layers for name in THE_FOUR] == [8, 16, 22, 152]
    linear = [
        m.weight.numel() + m.bias.numel() for m in alexnet.modules() if isinstance(m, nn.Linear)
    ]
    assert depths["alexnet"].linear_params == sum(linear)
    assert round(depths["alexnet"].linear_share, 2) == 0.96
    text = html_text(open_page("zoo"))
    assert "AlexNet 2012" in text and "61.1 96 %" in text
    assert alexnet_to_googlenet() == pytest.approx(9, abs=0.5)


def alexnet_to_googlenet() -> float:
    alexnet, googlenet = (
        torchvision.models.get_model_weights(name).DEFAULT.meta["num_params"]
        for name in ("alexnet", "googlenet")
    )
    return alexnet / googlenet


def test_a_chosen_network_tells_its_paper_and_numbers():
    text = page_text(open_page("zoo", "pick=resnet50"))
    assert "Deep residual learning" in text
    assert "25,557,032 parameters" in text


def test_filters_that_leave_nothing_say_so():
    app = open_page("zoo", "years=2012&max_params=2")
    assert "No network passes" in app.error[0].value


@pytest.mark.parametrize(
    ("query", "term"),
    [("families=Nonsense", "families"), ("families=VGG,ViT,Swin,RegNet,ResNet,SwinV2", "families"),
     ("years=1999", "years"), ("max_params=3", "max_params"),
     ("pick=<script>", "pick"), ("compare=vit_b_16", "compare"),
     ("compare=resnet18,resnet34,resnet50,vgg11", "compare"), ("view=all", "view")],
)  # fmt: skip
def test_nonsense_falls_back_with_a_word_about_it(query, term):
    app = open_page("zoo", query)
    assert f"asks for {term} =" in app.warning[0].value


def test_years_the_wrong_way_round_are_turned():
    assert "of 80" in html_text(open_page("zoo", "years=2016,2012"))


def test_no_family_highlighted_is_a_view_with_a_link():
    app = open_page("zoo", "families=none")
    assert not app.warning
    assert not any(b["role"] for b in component(app, "zoo_chart")["chart"]["bubbles"])
    assert ADDRESS.query(families=()) == "families=none"


@pytest.mark.parametrize(
    ("pick", "relative"),
    [("squeezenet1_1", "squeezenet1.1"), ("efficientnet_b0", "efficientnet-lite0")],
)
def test_a_network_whose_weights_are_here_is_led_to_its_maps(pick, relative):
    links = open_page("zoo", f"pick={pick}").get("page_link")
    assert any(link.proto.query_string == f"model={relative}" for link in links)


OF_A_FILTER = ("zoo_chart", "zoo_numbers", "zoo_ahead", "zoo_left")


@pytest.fixture
def no_ways_on(monkeypatch):
    """No links to other pages: AppTest, unlike a server, forgets them when a fragment runs."""
    monkeypatch.setattr("cnnviz.ui.zoo.stage._open_in_builder", lambda entry: None)


@pytest.mark.parametrize(
    ("kind", "name", "value", "query"),
    [
        ("toggle", "only_conv", True, "only_conv=true"),
        ("toggle", "same_data", True, "same_data=true"),
        ("select_slider", "max_params", 5, "max_params=5"),
        ("slider", "years", (2015, 2016), "years=2015,2016"),
        ("selectbox", "pick", "resnet50", "pick=resnet50"),
        ("multiselect", "families", ["VGG"], "families=VGG"),
    ],
)
@pytest.mark.usefixtures("no_ways_on")
def test_a_filter_draws_what_it_changes_and_nothing_else(kind, name, value, query):
    app, fresh = open_page("zoo"), open_page("zoo", query)
    getattr(app, kind)(key=f"zoo-{name}").set_value(value).run()
    assert drawn_as(app, fresh, *OF_A_FILTER)
    said = component(app, "zoo_left")["query"]
    assert said == component(fresh, "zoo_left")["query"] == query


def test_a_filter_that_leaves_nothing_says_so_and_one_back_shows_all_again():
    app, fresh = open_page("zoo", "years=2012"), open_page("zoo", "years=2012")
    params = app.select_slider(key="zoo-max_params")
    params.set_value(2).run()
    assert "No network passes" in app.error[0].value
    params.set_value(700).run()
    assert drawn_as(app, fresh, *OF_A_FILTER) and not app.error


@pytest.mark.usefixtures("no_ways_on")
def test_a_network_that_is_chosen_in_the_chart_is_chosen_in_the_list_too():
    app = open_page("zoo")
    (key,) = {
        bubble["key"]
        for bubble in component(app, "zoo_chart")["chart"]["bubbles"]
        if bubble["key"].split(":")[0] == "resnet50"
    }
    say(app, "zoo_chart", "pick", key)
    assert app.selectbox(key="zoo-pick").value == "resnet50"
    assert "25,557,032 parameters" in page_text(app)
