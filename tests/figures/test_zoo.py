"""The zoo's charts: where bubbles lie, how large they are, and which have a colour."""

from __future__ import annotations

import pytest

from cnnviz.figures.style import CATEGORICAL
from cnnviz.figures.zoo import (
    LARGEST_BUBBLE,
    MARKED,
    ZooEntry,
    bubble_size,
    cost_chart,
    family_colours,
    year_chart,
)
from cnnviz.figures.zoo_compare import compare_chart, weighted_layers
from cnnviz.models import LeNet
from cnnviz.summary import summarize
from cnnviz.zoo import network


def entries(*names: str) -> list[ZooEntry]:
    return [ZooEntry(network(name), network(name).first) for name in names]


def points(figure) -> dict[str, tuple[float, float]]:
    return {
        name: (x, y)
        for trace in figure.data
        if trace.customdata is not None
        for name, x, y in zip(trace.customdata, trace.x, trace.y, strict=True)
    }


def test_a_bubble_lies_at_its_cost_and_accuracy():
    found = points(cost_chart(entries("alexnet", "vgg16", "vit_b_16"), picked="vgg16"))
    assert found == {
        name: (network(name).first.giga_macs, network(name).first.top1)
        for name in ("alexnet", "vgg16", "vit_b_16")
    }


def test_by_year_every_bubble_stays_within_its_year():
    names = ("alexnet", "vgg16", "googlenet", "resnet18", "resnext50_32x4d", "densenet121")
    for name, (x, _) in points(year_chart(entries(*names))).items():
        assert abs(x - network(name).family.year) < 0.5


def test_the_best_so_far_never_goes_down():
    figure = year_chart(entries("vgg19_bn", "googlenet", "alexnet", "squeezenet1_0"))
    (best,) = [trace for trace in figure.data if trace.name == "best so far"]
    assert list(best.y) == sorted(best.y)
    assert best.y[-1] == network("vgg19_bn").first.top1


def test_four_times_the_parameters_are_twice_as_wide():
    assert bubble_size(400_000_000) == pytest.approx(2 * bubble_size(100_000_000))
    assert bubble_size(650_000_000) == LARGEST_BUBBLE


def test_few_families_have_a_colour_each_and_many_only_the_tutorials():
    few = family_colours(["ResNet", "ViT", "Swin", "VGG", "DenseNet"])
    assert len(set(few.values())) == 5
    assert few["ResNet"] == MARKED["ResNet"]
    many = family_colours(["A", "B", "C", "ResNet", "D", "E", "F"])
    assert many == {"ResNet": MARKED["ResNet"]}
    assert set(MARKED.values()) <= set(CATEGORICAL)


def test_layer_by_layer_shows_each_layer_that_multiplies():
    summary = summarize(LeNet(), (1, 3, 32, 32))
    assert [row.macs for row in weighted_layers(summary)] == [352_800, 240_000, 48_000, 10_080, 840]
    heights, macs, params = compare_chart({"LeNet": summary}).data
    assert list(heights.y) == [28, 10, None, None, None]
    assert list(macs.y) == [352_800, 240_000, 48_000, 10_080, 840]
    assert sum(params.y) == 62_006
