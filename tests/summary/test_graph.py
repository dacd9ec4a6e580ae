"""The graph of every classification network of torchvision, against what is known of it."""

from __future__ import annotations

from functools import lru_cache

import pytest

from cnnviz.figures.boxes import Box, groups_in
from cnnviz.figures.module_graph import describe, groups_around, module_box
from cnnviz.summary import Summary, summarize
from cnnviz.summary.graph import INPUT, NetworkGraph, network_graph
from cnnviz.zoo import network, networks
from cnnviz.zoo.on_meta import build_on_meta


@lru_cache(maxsize=4)
def summary_of(name: str) -> Summary:
    size = network(name).default.input_size
    return summarize(build_on_meta(name), (1, 3, size, size))


def graph_of(name: str) -> NetworkGraph:
    return network_graph(summary_of(name))


def box_of(name: str) -> Box:
    return module_box(summary_of(name), graph_of(name), name)


def group(whole: Box, key: str) -> Box:
    return next(one for one in groups_in(whole) if one.key == key)


def rows_in(box: Box) -> list[int]:
    own = [] if box.inside else [int(row) for row in box.rows if row]
    return own + [row for one in box.inside for row in rows_in(one)]


def sources(graph: NetworkGraph, end: int) -> list[int]:
    return [start for start, reader in graph.edges if reader == end]


def ends_of_families() -> list[str]:
    """The smallest and the largest of each family: those between differ in depth and width only."""
    sizes: dict[str, list[tuple[int, str]]] = {}
    for known in networks():
        sizes.setdefault(known.family.name, []).append((known.default.num_params, known.name))
    return sorted({name for members in sizes.values() for _, name in (min(members), max(members))})


@pytest.mark.parametrize("name", ends_of_families())
def test_every_network_is_a_graph_from_one_input_to_one_output_in_groups(name: str) -> None:
    summary, graph, whole = summary_of(name), graph_of(name), box_of(name)
    last = list(graph.drawn)[-1]
    assert all(INPUT <= start < end for start, end in graph.edges)  # so it has no cycle
    assert {end for _, end in graph.edges} == set(graph.drawn)
    assert {start for start, _ in graph.edges} == {INPUT, *graph.drawn} - {last}
    assert summary.rows[graph.drawn[last][-1]].output_shape[1:] == (1000,)
    drawn = rows_in(whole)
    assert sorted(drawn) == sorted(row + 1 for rows in graph.drawn.values() for row in rows)
    for one in (whole, *groups_in(whole)):
        assert len(one.inside) > 1
        assert all(line.start < line.end for line in one.lines)
    assert groups_around(summary, whole).keys() == set(range(1, len(summary.rows) + 1))


@pytest.mark.parametrize("name", ["resnet18", "vgg16", "densenet201", "googlenet"])
def test_every_row_of_the_table_is_drawn(name: str) -> None:
    assert sorted(rows_in(box_of(name))) == list(range(1, len(summary_of(name).rows) + 1))


def test_resnet18_has_eight_sums_of_two_results_of_the_same_shape() -> None:
    graph, rows = graph_of("resnet18"), summary_of("resnet18").rows
    sums = [index for index in graph.drawn if rows[index].type == "add"]
    assert [rows[index].output_shape[1:] for index in sums] == [
        (64, 56, 56), (64, 56, 56), (128, 28, 28), (128, 28, 28),
        (256, 14, 14), (256, 14, 14), (512, 7, 7), (512, 7, 7),
    ]  # fmt: skip
    for index in sums:
        arriving = sources(graph, index)
        assert len(arriving) == 2
        assert {rows[start].output_shape for start in arriving} == {rows[index].output_shape}
    skips = [one.skip for one in groups_in(box_of("resnet18")) if one.skip]
    assert (skips.count("identity"), skips.count("convolution")) == (8 - 3, 3)


def test_resnet152_shows_equal_blocks_once_and_counts_all_fifty() -> None:
    runs = {run.names[0]: run.times for run in graph_of("resnet152").runs}
    assert runs == {"layer1.1": 2, "layer2.1": 7, "layer3.1": 35, "layer4.1": 2}
    whole = box_of("resnet152")
    layer3 = group(whole, "layer3")
    assert [(one.title, one.times, len(one.inside)) for one in layer3.inside][1:] == [
        ("1 … 35", 35, 35)
    ]


def test_googlenets_inceptions_concatenate_four_branches() -> None:
    whole = box_of("googlenet")
    inceptions = [one for one in groups_in(whole) if one.text.startswith("Inception ")]
    assert len(inceptions) == 9
    for one in inceptions:
        (place,) = [at for at, box in enumerate(one.inside) if box.title == "cat"]
        assert sum(line.end == place for line in one.lines) == 4
    assert inceptions[0].shape == f"{64 + 128 + 32 + 32} × 28 × 28"


def test_densenet201s_concatenations_go_on_from_one_to_the_next() -> None:
    graph, rows = graph_of("densenet201"), summary_of("densenet201").rows
    assert len(summary_of("densenet201").edges) > 2500 > 3 * len(graph.edges)
    cats = [index for index in graph.drawn if rows[index].type == "cat"]
    assert max(len(sources(graph, index)) for index in cats) == 2
    block = group(box_of("densenet201"), "features.denseblock3")
    assert len(block.inside) == 48 + 1
    assert block.shape == f"{256 + 48 * 32:,} × 14 × 14"
    channels = [
        sum(rows[start].output_shape[1] for start in sources(graph, index)) for index in cats
    ]
    assert channels == [rows[index].output_shape[1] for index in cats]  # nothing was lost


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), bias=False)", "64, kernel 7, stride 2"),
        ("Conv2d(8, 8, kernel_size=(1, 7), stride=(1, 1), groups=8)", "8, kernel 1 × 7, groups 8"),
        ("Linear(in_features=512, out_features=1000, bias=True)", "1000"),
        ("MaxPool2d(kernel_size=3, stride=2, padding=1)", "kernel 3, stride 2"),
        ("ReLU(inplace=True)", ""),
    ],
)
def test_a_layer_is_described_by_what_matters(kind: str, words: str) -> None:
    assert describe(kind) == words
