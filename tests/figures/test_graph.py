import re

import pytest

from cnnviz.builder.edits import change_input_shape
from cnnviz.builder.names import number_of
from cnnviz.figures.graph import network_dot
from cnnviz.figures.graph_style import PROBLEM, SELECTED, dot_text, node_html
from cnnviz.models import networks
from cnnviz.models.specs import Conv2d, NetworkSpec, ReLU, Residual, walk
from tests.support.random_networks import random_network

RESNET = networks.resnet((1, 1), width=8, input_size=32)
EDGE = re.compile(r"^\s*(\w+) -> (\w+) \[", re.MULTILINE)
NODE = re.compile(r"^\s*(\w+) \[label=<", re.MULTILINE)


def edges(dot: str) -> list[tuple[str, str]]:
    return EDGE.findall(dot)


def without_texts(dot: str) -> str:
    """The graph without what stands in quotes or HTML-like labels."""
    return re.sub(r'"(\\.|[^"\\])*"|<<.*?>>', "", dot)


@pytest.mark.parametrize("seed", range(30))
def test_every_layer_has_a_node_and_every_node_is_on_the_way(seed: int) -> None:
    spec = random_network(seed)
    dot = network_dot(spec)
    classes = " ".join(re.findall(r'class="(layer [^"]*)"', dot)).split()
    for path, _ in walk(spec.layers):
        assert "l" + number_of(path).replace(".", "-") in classes
    plain = without_texts(dot)
    assert plain.count("{") == plain.count("}")
    nodes = set(NODE.findall(dot))
    starts, ends = zip(*edges(dot), strict=True)
    assert {*starts, *ends} == nodes
    assert set(ends) == nodes - {"nin"}
    assert set(starts) == nodes - {"nout"}


def test_lenet_is_a_chain_of_steps_with_their_shapes() -> None:
    dot = network_dot(networks.lenet())
    assert len(edges(dot)) == len(NODE.findall(dot)) - 1 == 9
    labels = re.findall(r'label=" ([^"]*) "', dot)
    assert labels == [
        "3 × 32 × 32", "6 × 28 × 28", "6 × 14 × 14", "16 × 10 × 10", "16 × 5 × 5", "400", "120",
        "84", "10",
    ]  # fmt: skip
    assert "conv1" in dot
    assert "Conv2d 6, kernel 5" in dot


def test_a_block_is_a_cluster_with_a_dashed_identity_or_a_convolution() -> None:
    dot = network_dot(RESNET)
    assert dot.count("subgraph cluster_") == 2
    assert dot.count("style=dashed") == 1
    assert ("n3", "n4_sum") in edges(dot)  # the identity of block1 starts at the pooling
    assert ("n4_sum", "n5_shortcut") in edges(dot)
    assert ("n5_shortcut", "n5_sum") in edges(dot)
    inside = dot[dot.index("subgraph cluster_n4") : dot.index("subgraph cluster_n5")]
    assert "->" not in inside  # an edge in a cluster would drag the node before the block into it


def test_colours_suit_light_and_dark_ground() -> None:
    dot = network_dot(networks.lenet())
    assert 'bgcolor="transparent"' in dot
    assert 'fontcolor="#64748b"' in dot
    for fill in re.findall(r'BGCOLOR="(#\w+)"', dot):
        assert min(bytes.fromhex(fill[1:])) > 180  # light fills
    for ink in re.findall(r'FONT COLOR="(#\w+)"', dot):
        assert max(bytes.fromhex(ink[1:])) < 125  # dark letters


def test_the_selected_layer_is_framed() -> None:
    assert SELECTED not in network_dot(RESNET)
    for path in ((0,), (1,), (4,), (4, 0), (5, 4), (8,)):
        assert network_dot(RESNET, selected=path).count(SELECTED) == 1


def test_the_edge_into_a_layer_that_does_not_fit_says_so() -> None:
    dot = network_dot(change_input_shape(networks.lenet(), (3, 64, 64)))
    wrong = [line for line in dot.splitlines() if PROBLEM in line]
    assert len(wrong) == 1
    assert "n6 -> n7" in wrong[0]
    assert "2704 does not fit" in wrong[0]


def test_a_sum_that_does_not_fit_is_marked_at_the_shortcut() -> None:
    spec = NetworkSpec("net", (3, 8, 8), (Residual((Conv2d(3, 8, 3, padding=1),)),))
    wrong = [line for line in network_dot(spec).splitlines() if PROBLEM in line]
    assert len(wrong) == 1
    assert "nin -> n0_sum" in wrong[0]


def test_equal_blocks_of_a_large_network_are_drawn_once() -> None:
    dot = network_dot(networks.resnet((3, 4, 6, 3)))
    assert "block1 … block3, 3 times the same" in dot
    assert dot.count("subgraph cluster_") == 7
    assert len(NODE.findall(dot)) < 45


@pytest.mark.parametrize(
    "name", ["a <b> & c", "{x}|y", "été", "a;b->c", "%s \\n".replace("\\", "")]
)
def test_no_name_breaks_the_graph(name: str) -> None:
    dot = network_dot(NetworkSpec(name, (3, 8, 8), (ReLU(),)))
    assert dot.startswith(f"digraph {dot_text(name)} {{")
    assert without_texts(dot).count("{") == 1


def test_texts_are_escaped() -> None:
    assert dot_text('a"b\\c') == '"a\\"b\\\\c"'
    html = node_html([("<i>", "a & b")], "output", None)
    assert "&lt;i&gt;" in html
    assert "a &amp; b" in html


def test_an_empty_network_is_an_arrow() -> None:
    assert edges(network_dot(networks.empty())) == [("nin", "nout")]


def test_the_direction_is_one_of_two() -> None:
    assert 'rankdir="LR"' in network_dot(networks.lenet(), direction="LR")
    assert 'rankdir="TB"' in network_dot(networks.lenet(), direction='"; evil')


def test_two_graphs_on_one_page_share_no_name_when_their_prefixes_differ() -> None:
    first, second = (set(NODE.findall(network_dot(RESNET, prefix=name))) for name in ("a_", "b_"))
    assert len(first) == len(second) > 5
    assert not first & second


def test_the_input_has_a_class_of_its_own_to_be_lit() -> None:
    assert network_dot(RESNET).count('class="layer linput"') == 1
