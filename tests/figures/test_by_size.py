"""The rows of sizes: every layer stands once, in the row of its own size, and joins are carried."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from cnnviz.builder.doctor.preview import shapes_with
from cnnviz.builder.edits import change_input_shape, replace_layer
from cnnviz.builder.names import number_of
from cnnviz.builder.shapes import forward_shapes
from cnnviz.figures.by_size.picture import sizes_svg
from cnnviz.figures.by_size.stations import merged, plan_of
from cnnviz.models.joined_networks import densenet, inception, unet
from cnnviz.models.networks import lenet, mlp, resnet
from cnnviz.models.specs import Join
from tests.support.random_networks import random_network

NETWORKS = {"unet": unet(), "inception": inception(), "densenet": densenet(), "lenet": lenet(),
            "mlp": mlp(), "resnet": resnet()}  # fmt: skip
NETWORKS |= {f"random {seed}": random_network(seed) for seed in range(12)}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_stands_once_in_the_row_of_what_leaves_it(name: str) -> None:
    spec = NETWORKS[name]
    plan = merged(plan_of(spec))
    drawn = [number for station in plan.stations for number in station.layers]
    ways_back = {number_of((place,)) for place, layer in enumerate(spec.layers)
                 if isinstance(layer, Join) and layer.is_way_back}  # fmt: skip
    wanted = {number_of((place,)) for place in range(len(spec.layers))} - ways_back
    assert sorted(drawn) == sorted({"input", *wanted})
    shapes = {number_of(row.path): row.output_shape for row in forward_shapes(spec)}
    for station in plan.stations[1:]:
        assert station.shape == shapes[station.layers[-1]]
    places = [(one.shape[1:], one.lane, one.column) for one in plan.stations]
    assert len(set(places)) == len(places)


def test_a_unet_goes_down_at_the_left_and_up_at_the_right() -> None:
    plan = merged(plan_of(unet()))
    assert plan.rows == [(64, 64), (32, 32), (16, 16), (8, 8)]
    carried = [way for way in plan.ways if way.kind == "carried"]
    named = [(plan.stations[way.start].title, plan.stations[way.end].title) for way in carried]
    assert named == [("enc3", "cat1"), ("enc2", "cat2"), ("enc1", "cat3")]
    for way in plan.ways:
        start, end = plan.stations[way.start], plan.stations[way.end]
        if way.kind in ("down", "up"):
            assert start.column == end.column
        else:
            assert start.column < end.column
            assert start.shape[1:] == end.shape[1:]


def test_what_a_mend_would_give_is_drawn_as_promised() -> None:
    odd = change_input_shape(unet(), (1, 65, 65))
    join = odd.layers[32]
    assert isinstance(join, Join)
    mended = replace_layer(odd, (32,), Join(join.reads, sizes="pad"))
    without, plan = merged(plan_of(odd)), merged(plan_of(odd, shapes_with(odd, mended)))
    assert not any(one.is_promised for one in without.stations)
    promised = [one for one in plan.stations if one.is_promised]
    assert [one.shape for one in promised] == [(32, 65, 65), (2, 65, 65)]
    assert [one.is_wrong for one in promised] == [True, False]


@pytest.mark.parametrize("name", NETWORKS)
def test_the_picture_holds_all_stations_inside_its_frame(name: str) -> None:
    svg = sizes_svg(merged(plan_of(NETWORKS[name])))
    root = ElementTree.fromstring(svg)
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for rect in root.iter("{http://www.w3.org/2000/svg}rect"):
        x, y, w, h = (float(rect.get(side, -1)) for side in ("x", "y", "width", "height"))
        assert x >= 0
        assert y >= 0
        assert x + w <= width
        assert y + h <= height
