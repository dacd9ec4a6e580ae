"""The boxes of a network that is built: what is drawn, in which group, and what leads where."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cnnviz.builder.edits import change_input_shape
from cnnviz.builder.names import number_of
from cnnviz.figures.boxes import ARRIVES, Box, groups_in, opened_at_first
from cnnviz.figures.graph import network_box
from cnnviz.models import networks
from cnnviz.models.specs import Conv2d, NetworkSpec, Residual, walk
from tests.support.random_networks import random_network

RESNET = networks.resnet((1, 1), width=8, input_size=32)


def boxes_in(box: Box) -> Iterator[Box]:
    for one in box.inside:
        yield one
        yield from boxes_in(one)


def ends(group: Box) -> set[tuple[int, int]]:
    return {(line.start, line.end) for line in group.lines}


@pytest.mark.parametrize("seed", range(30))
def test_every_layer_has_one_box_and_every_box_is_on_the_way(seed: int) -> None:
    spec = random_network(seed)
    whole = network_box(spec)
    boxes = list(boxes_in(whole))
    rows = [row for box in boxes for row in box.rows]
    assert len(rows) == len(set(rows))
    assert {number_of(path) for path, _ in walk(spec.layers)} <= set(rows)
    assert len({box.key for box in boxes}) == len(boxes)
    for group in groups_in(whole):
        count = len(group.inside)
        assert {end for _, end in ends(group)} == set(range(count + 1))
        assert {start for start, _ in ends(group)} == set(range(ARRIVES, count))
        assert all(start < end for start, end in ends(group))


def test_lenet_is_a_chain_of_steps_with_their_shapes() -> None:
    whole = network_box(networks.lenet())
    assert [line.text for line in whole.lines] == [
        "3 × 32 × 32", "6 × 28 × 28", "6 × 14 × 14", "16 × 10 × 10", "16 × 5 × 5", "400", "120",
        "84",
    ]  # fmt: skip
    first = whole.inside[1]
    assert (first.title, first.text, first.rows) == ("Conv2d", "6, kernel 5 · ReLU", ("1", "2"))
    assert not list(groups_in(whole))


def test_a_block_has_a_way_round_its_layers_to_the_sum() -> None:
    identity, strided = [group for group in groups_in(network_box(RESNET)) if group.skip]
    assert (identity.skip, strided.skip) == ("identity", "convolution")
    assert [box.title for box in identity.inside] == ["Conv2d", "Conv2d", "+"]
    assert ends(identity) == {(-1, 0), (0, 1), (1, 2), (-1, 2), (2, 3)}
    assert [line.end for line in identity.lines if line.is_round] == [2]
    assert ends(strided) == {(-1, 0), (0, 1), (1, 3), (-1, 2), (2, 3), (3, 4)}
    assert "160 parameters" in strided.inside[-1].about  # 8 · 16 weights, 2 · 16 of the norm
    assert "free" in identity.inside[-1].about


def test_the_line_into_a_layer_that_does_not_fit_says_so_and_what_is_behind_it_waits() -> None:
    whole = network_box(change_input_shape(networks.lenet(), (3, 64, 64)))
    (wrong,) = [line for line in whole.lines if line.is_wrong]
    assert (whole.inside[wrong.end].path, wrong.text) == ("8", "2,704")
    assert [box.path for box in whole.inside if box.is_waiting] == ["10", "12"]


def test_a_sum_that_does_not_fit_is_marked_at_both_of_its_lines() -> None:
    spec = NetworkSpec("net", (3, 8, 8), (Residual((Conv2d(3, 8, 3, padding=1),)),))
    (block,) = groups_in(network_box(spec))
    assert {(line.start, line.end) for line in block.lines if line.is_wrong} == {(0, 1), (-1, 1)}


def test_stages_of_equal_blocks_say_how_many_they_are() -> None:
    whole = network_box(networks.resnet((3, 4, 6, 3)))
    assert [(box.number, box.times, len(box.inside)) for box in whole.inside[1:]] == [
        ("1–4", 1, 2), ("5–7", 3, 3), ("8–11", 1, 4), ("12–17", 1, 6), ("18–20", 1, 3),
        ("21–23", 1, 3),
    ]  # fmt: skip
    assert not {"stage 5"} & set(opened_at_first(whole))  # equal ones stay one


def test_what_the_browser_is_told_names_no_default() -> None:
    told = network_box(RESNET).told()
    assert told["inside"][0] == {
        "key": "input", "title": "Input", "rows": ("",), "role": "input", "shape": "3 × 32 × 32",
    }  # fmt: skip


def test_an_empty_network_is_its_input() -> None:
    whole = network_box(networks.empty())
    assert ([box.title for box in whole.inside], whole.lines) == (["Input"], ())
