"""The zoo's charts on their numbers."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from cnnviz.figures.zoo.chart import (
    ROLES,
    THE_FOUR,
    accuracy_share,
    bubble_radius,
    cost_chart,
    cost_share,
    year_chart,
)
from cnnviz.figures.zoo.compare import MACS, MEASURES, PARAMS, compare_chart, layer_values
from cnnviz.figures.zoo.entries import (
    ZooEntry,
    best_at_each_cost,
    cheapest_as_good,
    entries_of,
)
from cnnviz.figures.zoo.facts import facts_of, said
from cnnviz.figures.zoo.four import Winner, four_table
from cnnviz.summary import summarize
from cnnviz.zoo import network, networks
from cnnviz.zoo.depth import Depth
from cnnviz.zoo.on_meta import build_on_meta

ALL = [entry for known in networks() for entry in entries_of(known, "both")]
PLAIN = [entry for entry in ALL if not entry.weights.uses_more_data]
FAMILIES = ("ResNet", "VGG", "ViT")


def bubbles_of(chart):
    return {bubble.key: bubble for bubble in chart.bubbles}


@pytest.mark.parametrize("entries", [ALL, ALL[:1]])
def test_each_network_is_one_bubble_at_its_cost_and_accuracy(entries):
    bubbles = bubbles_of(cost_chart(entries))
    assert len(bubbles) == len(entries)
    for entry in entries:
        bubble = bubbles[entry.key]
        assert bubble.x == pytest.approx(cost_share(entry.weights.giga_macs))
        assert bubble.y == pytest.approx(accuracy_share(entry.weights.top1))
        assert 0 < bubble.x < 1 and 0 < bubble.y < 1


def test_a_step_of_the_axis_is_ten_times_the_cost():
    steps = [b - a for a, b in pairwise(cost_share(cost) for cost in (0.1, 1, 10, 100))]
    assert steps == pytest.approx([steps[0]] * 3)


def test_the_area_of_a_bubble_is_its_parameters_down_to_the_smallest():
    bubbles = bubbles_of(cost_chart(ALL))
    areas = {e.key: bubbles[e.key].radius ** 2 / e.weights.num_params for e in ALL}
    assert list(areas.values()) == pytest.approx([bubble_radius(1) ** 2] * len(ALL))


@pytest.mark.parametrize("weights", ["first", "default", "both"])
def test_the_arrow_leads_from_the_first_weights_to_the_best(weights):
    bubbles = bubbles_of(cost_chart(entries_of(network("resnet50"), weights)))
    first, best = accuracy_share(76.13), accuracy_share(80.858)
    assert bubbles["resnet50"].start == (first if weights == "both" else None)
    assert bubbles["resnet50"].y == (first if weights == "first" else best)


def test_of_weights_that_saw_more_pictures_there_is_a_bubble_of_its_own():
    vit = entries_of(network("vit_b_16"), "both")
    assert [(e.key, e.weights.top1) for e in vit] == [
        ("vit_b_16", 81.072), ("vit_b_16:IMAGENET1K_SWAG_E2E_V1", 85.304)
    ]  # fmt: skip
    assert [e.key for e in entries_of(network("vit_b_16"), "first")] == ["vit_b_16"]
    (alone,) = entries_of(network("vit_h_14"), "first")
    assert alone.weights.uses_more_data


@given(st.lists(st.sampled_from(ALL), min_size=1))
def test_the_best_are_those_that_no_other_beats_at_most_at_their_cost(entries):
    best = best_at_each_cost(entries)
    for entry in entries:
        as_cheap = [e for e in entries if e.weights.giga_macs <= entry.weights.giga_macs]
        is_best = entry.accuracy == max(e.accuracy for e in as_cheap) and all(
            e.accuracy < entry.accuracy or e.weights.giga_macs == entry.weights.giga_macs
            for e in as_cheap
        )
        place = (entry.accuracy, entry.weights.giga_macs)
        is_there = place in [(e.accuracy, e.weights.giga_macs) for e in best]
        assert is_there == is_best
    assert cheapest_as_good(best[-1].accuracy, best) == best[-1]
    assert cheapest_as_good(best[-1].accuracy + 0.1, best) is None


def test_savings_name_the_cheapest_network_that_is_as_good():
    bubble = bubbles_of(cost_chart(ALL))["resnet50"]
    cheap, cheaper = (network(name).default for name in ("regnet_y_1_6gf", "efficientnet_b0"))
    ratios = [4.089 / cheap.giga_macs, 4.089 / cheaper.giga_macs]
    assert [saving.text for saving in bubble.savings] == [f"{r:.1f} × fewer" for r in ratios]
    assert [saving.x for saving in bubble.savings] == pytest.approx(
        [cost_share(cheap.giga_macs), cost_share(cheaper.giga_macs)]
    )


def test_a_highlighted_family_is_coloured_and_drawn_last_and_all_others_stay():
    chart = cost_chart(ALL, FAMILIES)
    assert len(chart.bubbles) == len(ALL)
    roles = {e.network.family.name: bubbles_of(chart)[e.key].role for e in ALL}
    assert [roles[name] for name in FAMILIES] == list(ROLES[:3])
    assert {role for name, role in roles.items() if name not in FAMILIES} == {""}
    lit = [bool(bubble.role) for bubble in chart.bubbles]
    assert lit == sorted(lit)
    named = {name.key for name in chart.names}
    assert {"resnet18", "resnet34", "resnet50", "resnet101", "resnet152"} <= named


def test_attention_is_a_diamond_and_more_data_is_hollow():
    looks = {key: (b.is_diamond, b.is_hollow) for key, b in bubbles_of(cost_chart(ALL)).items()}
    assert looks["swin_t"] == (True, False)
    assert looks["vit_h_14:IMAGENET1K_SWAG_E2E_V1"] == (True, True)
    assert looks["regnet_y_128gf:IMAGENET1K_SWAG_E2E_V1"] == (False, True)
    assert looks["densenet121"] == (False, False)


def test_pointing_tells_the_numbers_and_what_training_and_depth_have_brought():
    resnet50 = next(entry for entry in ALL if entry.key == "resnet50")
    facts = facts_of(resnet50, ALL)
    assert (facts.title, facts.note) == ("ResNet-50", "2015 · He et al.")
    assert dict(facts.rows) == {
        "parameters": "25.6 M", "multiply-adds": "4.09 G", "picture": "224 × 224",
        "first weights": "76.1 %", "best weights": "80.9 %",
    }  # fmt: skip
    assert "+4.7 by better training alone" in facts.words
    assert "ResNet-152 buys +2.2 with the first weights, for 2.8 × the cost" in facts.words
    assert "76.1 %" in said(facts)
    best = next(entry for entry in ALL if entry.key == "efficientnet_v2_l")
    assert facts_of(best, ALL).words == ""


def test_the_year_chart_keeps_each_network_within_its_year_and_draws_the_record():
    chart = year_chart(ALL)
    width = 1 / 11
    years = {tick.text: tick.at for tick in chart.x_ticks}
    for entry in ALL:
        at = bubbles_of(chart)[entry.key].x
        assert abs(at - years[str(entry.network.family.year)]) < width / 2
    record = [y for _, y in chart.best_of_all]
    assert record == sorted(record)
    assert record[0] == accuracy_share(network("alexnet").first.top1)
    assert record[-1] == accuracy_share(max(entry.accuracy for entry in ALL))
    assert chart.best[-1][1] == accuracy_share(max(entry.accuracy for entry in PLAIN))


def test_a_network_without_accuracy_is_refused():
    features = network("vgg16").weights_named("IMAGENET1K_FEATURES")
    with pytest.raises(ValueError, match="vgg16"):
        cost_chart([ZooEntry(network("vgg16"), features)])


def test_charts_of_nothing_are_empty_and_not_an_error():
    for chart in (cost_chart([]), year_chart([])):
        assert not chart.bubbles and not chart.names and not chart.best


@pytest.mark.parametrize("draw", [cost_chart, year_chart])
@pytest.mark.parametrize("families", [(), ("ResNet",), ("AlexNet", "VGG", "GoogLeNet", "ResNet")])
def test_the_four_are_the_most_wanted_names(draw, families):
    wanted = [name.key for name in draw(ALL, families).names]
    assert set(wanted[: len(THE_FOUR)]) == set(THE_FOUR)
    assert len(wanted) == len(set(wanted))


def test_the_table_of_the_four_draws_bars_to_one_scale():
    alexnet, vgg = (entries_of(network(name), "both")[0] for name in ("alexnet", "vgg16"))
    text = four_table([
        Winner(alexnet, Depth(8, 50_000_000, 48_000_000, 10**9)),
        Winner(vgg, Depth(16, 100_000_000, 50_000_000, 4 * 10**9)),
    ])  # fmt: skip
    quarter, most_of_half = "calc(0.2500 * var(--longest))", "calc(0.4800 * var(--longest))"
    for part in ("50.0", "96 %", "in Linear", "1.00", "56.5", quarter, most_of_half):
        assert part in text


# Layer by layer.


class Gated(nn.Module):
    """A convolution whose maps are weighed by a gate."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 4, 3, stride=2, bias=False), nn.BatchNorm2d(4)
        self.means, self.gate, self.fc = (
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(4, 4, 1),
            nn.Linear(4, 2),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.norm(self.conv(x))
        x = x * self.gate(self.means(x))
        return self.fc(self.means(x).flatten(1))


def test_layer_values_sum_up_to_the_network_and_leave_gates_out_of_the_heights():
    summary = summarize(Gated(), (1, 3, 9, 9))
    heights, macs, params = (layer_values(summary, measure) for measure in MEASURES)
    assert heights == [4, None, None]
    assert macs == [4 * 4 * 4 * 27, 4 * 4 * 4 * 27 + 16, summary.macs]
    assert params == [108 + 8, 116 + 20, summary.num_params]  # batch norm's 8 go with the layer


@pytest.mark.parametrize("name", ["alexnet", "efficientnet_b0", "densenet121"])
def test_the_lines_end_at_the_networks_totals(name):
    summary = summarize(build_on_meta(name))
    assert layer_values(summary, MACS)[-1] == summary.macs
    assert layer_values(summary, PARAMS)[-1] == summary.num_params


def test_networks_are_told_apart_by_line_and_marker_too():
    summary = summarize(Gated(), (1, 3, 9, 9))
    figure = compare_chart({"one": summary, "two": summary, "three": summary})
    assert len(figure.data) == 3 * len(MEASURES)
    assert len({trace.line.dash for trace in figure.data}) == 3
    assert len({trace.marker.symbol for trace in figure.data}) == 3
    assert [trace.name for trace in figure.data if trace.showlegend] == ["one", "two", "three"]
