"""The zoo's charts on their numbers, and names that do not meet at any width."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from cnnviz.figures.labels import CHARACTER_PX, LINE_PX, WIDTHS, Point, name_shifts
from cnnviz.figures.zoo import (
    LABELLED,
    PLOT_HEIGHT,
    ZooEntry,
    bubble_size,
    cost_chart,
    year_chart,
)
from cnnviz.figures.zoo_compare import MACS, MEASURES, PARAMS, compare_chart, layer_values
from cnnviz.figures.zoo_looks import OTHERS, family_looks
from cnnviz.summary import summarize
from cnnviz.zoo import network, networks
from cnnviz.zoo.on_meta import build_on_meta

ALL = [ZooEntry(known, known.first) for known in networks()]
FEW = [e for e in ALL if e.network.family.name in ("ResNet", "VGG", "DenseNet", "ViT", "Swin")]


def points_of(figure) -> dict[str, tuple[float, float]]:
    return {
        name: (x, y)
        for trace in figure.data
        if trace.customdata is not None
        for name, x, y in zip(trace.customdata, trace.x, trace.y, strict=True)
    }


@pytest.mark.parametrize("entries", [ALL, FEW, ALL[:1]])
def test_each_network_is_one_bubble_at_its_cost_and_accuracy(entries):
    points = points_of(cost_chart(entries))
    assert len(points) == len(entries)
    for entry in entries:
        x, y = points[entry.network.name]
        assert x == pytest.approx(entry.weights.giga_macs)
        assert y == entry.weights.top1


def test_the_area_of_a_bubble_is_its_parameters_down_to_a_smallest_one():
    assert bubble_size(400_000_000) == pytest.approx(2 * bubble_size(100_000_000))
    assert bubble_size(1) == bubble_size(1_000_000) > 0


@pytest.mark.parametrize("entries", [ALL, FEW])
def test_no_two_families_differ_by_colour_alone(entries):
    looks = family_looks(entry.network.family for entry in entries)
    assert len({look.symbol for look in looks.values()}) == len(looks)
    assert len({look.colour for look in looks.values()}) == len(looks)
    shown = {trace.name: trace for trace in cost_chart(entries).data}
    for name, look in looks.items():
        assert {symbol.removesuffix("-open") for symbol in shown[name].marker.symbol} == {
            look.symbol
        }
    assert (OTHERS in shown) == (entries is ALL)


def test_attention_is_a_diamond_and_more_data_is_hollow():
    figure = cost_chart(ALL)
    symbols = {
        name: symbol
        for trace in figure.data
        for name, symbol in zip(trace.customdata, trace.marker.symbol, strict=True)
    }
    assert symbols["swin_t"] == "diamond"
    assert symbols["vit_h_14"] == "diamond-open"
    assert symbols["regnet_y_128gf"] == "circle-open"
    assert symbols["densenet121"] == "circle"


def test_hovering_tells_the_numbers():
    figure = cost_chart([ZooEntry(network("resnet18"), network("resnet18").first)])
    (text,) = figure.data[0].text
    for part in ("ResNet-18", "2015", "69.8 %", "11.7 M", "1.81 billion", "224 × 224"):
        assert part in text


def test_the_year_chart_keeps_each_network_within_its_year_and_draws_the_record():
    figure = year_chart(ALL)
    points = points_of(figure)
    assert all(abs(points[e.network.name][0] - e.network.family.year) < 0.5 for e in ALL)
    record = figure.data[-1].y
    assert list(record) == sorted(record)
    assert record[0] == network("alexnet").first.top1
    assert record[-1] == max(entry.weights.top1 for entry in ALL)


def test_the_picked_network_wears_a_ring():
    figure = cost_chart(FEW, picked="resnet50")
    ring = figure.data[-1]
    x, y = points_of(figure)["resnet50"]
    assert (ring.x[0], ring.y[0]) == (x, y)
    assert ring.marker.size > bubble_size(network("resnet50").first.num_params)
    assert len(cost_chart(FEW, picked="alexnet").data) == len(figure.data) - 1


def test_a_network_without_accuracy_is_refused():
    features = network("vgg16").weights_named("IMAGENET1K_FEATURES")
    with pytest.raises(ValueError, match="vgg16"):
        cost_chart([ZooEntry(network("vgg16"), features)])


def test_charts_of_nothing_are_empty_and_not_an_error():
    assert points_of(cost_chart([])) == points_of(year_chart([])) == {}


def test_charts_leave_fonts_and_backgrounds_to_the_theme():
    for figure in (cost_chart(ALL), year_chart(ALL)):
        assert figure.layout.font.to_plotly_json() == {}
        assert figure.layout.plot_bgcolor == "rgba(0,0,0,0)"


def name_boxes(figure, width: float) -> list[tuple[float, float, float, float]]:
    """Left, lower, right and upper edge of the names in pixels of the plot, as plotly puts them."""
    (x0, x1), (y0, y1) = figure.layout.xaxis.range, figure.layout.yaxis.range
    boxes = []
    for label in figure.layout.annotations:
        x = (label.x - x0) / (x1 - x0) * width + label.ax
        y = (label.y - y0) / (y1 - y0) * PLOT_HEIGHT - label.ay
        half = len(label.text) * CHARACTER_PX / 2
        boxes.append((x - half, y - LINE_PX / 2, x + half, y + LINE_PX / 2))
    return boxes


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("weights", ["first", "default"])
@pytest.mark.parametrize("chart", [cost_chart, year_chart])
def test_the_famous_are_named_and_no_name_meets_another_at_any_width(chart, weights, width):
    figure = chart([ZooEntry(known, getattr(known, weights)) for known in networks()])
    assert {label.text for label in figure.layout.annotations} == {
        network(name).title for name in LABELLED
    }
    boxes = name_boxes(figure, width)
    for number, box in enumerate(boxes):
        assert box[0] > -30 and box[2] < width + 12, "it would be cut off at the figure's edge"
        for other in boxes[:number]:
            beside = box[2] <= other[0] or other[2] <= box[0]
            assert beside or box[3] <= other[1] or other[3] <= box[1]


def test_names_point_at_their_bubbles_on_the_logarithmic_axis():
    figure = cost_chart(ALL)
    for label in figure.layout.annotations:
        known = next(n for n in networks() if n.title == label.text)
        assert label.x == pytest.approx(math.log10(known.first.giga_macs))
        assert label.y == known.first.top1


def test_a_name_keeps_off_a_point_and_inside_the_chart():
    corner, beside = Point(1.0, 1.0, 5), Point(0.95, 0.95, 12)
    ((right, up),) = name_shifts([corner], ["VGG-16"], [corner, beside], PLOT_HEIGHT)
    assert right < 0 and up < 0


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
