"""The graph of every classification network of torchvision, against what is known of it."""

from __future__ import annotations

from functools import lru_cache

import pytest

from cnnviz.figures.module_graph import describe, module_dot
from cnnviz.summary import Summary, summarize
from cnnviz.summary.graph import INPUT, MOST_NODES, NetworkGraph, network_graph
from cnnviz.zoo import network, networks
from cnnviz.zoo.on_meta import build_on_meta


@lru_cache(maxsize=4)
def summary_of(name: str) -> Summary:
    size = network(name).default.input_size
    return summarize(build_on_meta(name), (1, 3, size, size))


def graph_of(name: str) -> NetworkGraph:
    return network_graph(summary_of(name))


def sources(graph: NetworkGraph, end: int) -> list[int]:
    return [start for start, reader in graph.edges if reader == end]


def ends_of_families() -> list[str]:
    """The smallest and the largest of each family: those between differ in depth and width only."""
    sizes: dict[str, list[tuple[int, str]]] = {}
    for known in networks():
        sizes.setdefault(known.family.name, []).append((known.default.num_params, known.name))
    return sorted({name for members in sizes.values() for _, name in (min(members), max(members))})


@pytest.mark.parametrize("name", ends_of_families())
def test_every_network_is_a_small_graph_from_one_input_to_one_output(name: str) -> None:
    graph = graph_of(name)
    count = len(graph.nodes)
    assert 4 < count + 2 <= MOST_NODES
    assert all(INPUT <= start < end < count for start, end in graph.edges)  # so it has no cycle
    assert {end for _, end in graph.edges} == set(range(count))
    assert {start for start, _ in graph.edges} == set(range(INPUT, count - 1))
    assert graph.nodes[-1].shape == (1000,)
    numbers = [number for node in graph.nodes for number in node.numbers]
    assert len(numbers) == len(set(numbers))  # a row of the table lights one node
    assert module_dot(graph, name).count("{") == module_dot(graph, name).count("}")


@pytest.mark.parametrize("name", ["resnet18", "resnet152", "vgg16", "densenet201", "googlenet"])
def test_every_row_of_the_table_has_its_node(name: str) -> None:
    numbers = {number for node in graph_of(name).nodes for number in node.numbers}
    assert numbers == set(range(1, len(summary_of(name).rows) + 1))


def test_resnet18_has_eight_sums_of_two_results_of_the_same_shape() -> None:
    graph = graph_of("resnet18")
    sums = [index for index, node in enumerate(graph.nodes) if node.kind == "add"]
    assert [graph.nodes[index].shape for index in sums] == [
        (64, 56, 56), (64, 56, 56), (128, 28, 28), (128, 28, 28),
        (256, 14, 14), (256, 14, 14), (512, 7, 7), (512, 7, 7),
    ]  # fmt: skip
    for index in sums:
        arriving = sources(graph, index)
        assert len(arriving) == 2
        assert {graph.nodes[start].shape for start in arriving} == {graph.nodes[index].shape}
    shortcuts = [node for node in graph.nodes if node.name.endswith("downsample.0")]
    assert len(shortcuts) == 3
    dot = module_dot(graph, "resnet18")
    assert dot.count('" identity "') == dot.count("style=dashed") == 8 - 3
    assert dot.count("subgraph cluster_") == 8


def test_resnet152_draws_equal_blocks_once_and_counts_all_fifty() -> None:
    graph = graph_of("resnet152")
    times = {run.names[0]: run.times for run in graph.runs}
    assert times == {"layer1.1": 2, "layer2.1": 7, "layer3.1": 35, "layer4.1": 2}
    assert sum(times.values()) + 4 == 3 + 8 + 36 + 3
    assert graph.blocks["layer3.1"] == "layer3.1 … layer3.35, 35 times the same"
    assert graph.num_closed == 0


def test_googlenets_inceptions_concatenate_four_branches() -> None:
    graph = graph_of("googlenet")
    cats = [index for index, node in enumerate(graph.nodes) if node.kind == "cat"]
    assert len(cats) + graph.num_closed >= 9 > graph.num_closed
    assert all(len(sources(graph, index)) == 4 for index in cats)
    assert graph.nodes[cats[0]].shape == (64 + 128 + 32 + 32, 28, 28)


def test_densenet201_opens_its_first_dense_block_and_closes_the_long_ones() -> None:
    graph = graph_of("densenet201")
    closed = {node.name: node for node in graph.nodes if not node.rows}
    assert closed["features.denseblock3"].num_layers == 48 * 6  # norm, ReLU, conv, twice
    assert closed["features.denseblock3"].kind == "_DenseBlock"
    end = next(i for i, node in enumerate(graph.nodes) if node.name == "features.denseblock1.cat")
    assert len(sources(graph, end)) == 7  # the block's input and its six layers
    assert graph.nodes[end].shape == (64 + 6 * 32, 56, 56)


def test_a_limit_too_small_for_the_blocks_closes_them() -> None:
    graph = network_graph(summary_of("resnet18"), most_nodes=14)
    assert len(graph.nodes) + 2 <= 14
    closed = [node for node in graph.nodes if not node.rows]
    assert [node.name for node in closed] == [
        "layer1.0", "layer2.0", "layer2.1", "layer3.0", "layer3.1", "layer4.0", "layer4.1",
    ]  # fmt: skip
    assert [node.times for node in closed] == [2, 1, 1, 1, 1, 1, 1]
    assert [node.num_layers for node in closed] == [6, 8, 6, 8, 6, 8, 6]
    assert "BasicBlock, 6 layers" in module_dot(graph, "resnet18").replace(
        '<BR ALIGN="LEFT"/>', " "
    )


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
