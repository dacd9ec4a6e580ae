"""Places that are read: named, typed and found, and what a graph draws of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from cnnviz.builder import places
from cnnviz.builder.codec import decode, encode
from cnnviz.builder.edits import add_layer
from cnnviz.builder.export_code import to_python
from cnnviz.builder.modules import build
from cnnviz.builder.shapes import output_shape
from cnnviz.figures.graph import network_box
from cnnviz.models.joined_networks import densenet, inception, unet
from cnnviz.models.specs import (
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Join,
    Layer,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Residual,
    Sigmoid,
    layer_at,
)

SPEC = NetworkSpec(
    "n", (3, 8, 8),
    (Conv2d(3, 4, 3, padding=1), ReLU(), MaxPool2d(2), ConvTranspose2d(4, 4, 2, stride=2)),
)  # fmt: skip


def test_a_new_join_reads_the_place_before_the_size_changed() -> None:
    spec = places.add_join(SPEC, (4,))
    assert spec.layers[4] == Join(("place1", ""))
    assert spec.layers[1] == ReLU(mark="place1")
    assert output_shape(spec) == (8, 8, 8)


def test_a_new_join_of_a_plain_row_is_a_way_round_its_last_convolution() -> None:
    plain = NetworkSpec("n", (3, 8, 8), (*SPEC.layers[:2], Conv2d(4, 4, 3, padding=1), ReLU()))
    assert places.add_join(plain, (4,)).layers[1].mark == "place1"
    assert places.add_join(plain, (0,)).layers[0] == Join(("input", ""))
    with pytest.raises(ValueError, match="take the block apart first"):
        places.add_join(plain, (0, 0))


CONVOLUTION, NORM = Conv2d(4, 4, 3, padding=1), BatchNorm2d(4)
STRIDED = Residual(
    (Conv2d(4, 6, 3, stride=2, padding=1), ReLU()), "Tanh", "conv",
    in_channels=4, out_channels=6, stride=2,
)  # fmt: skip


@pytest.mark.parametrize(
    "block",
    [
        Residual((CONVOLUTION, NORM, ReLU(), CONVOLUTION)),
        Residual((), "none"),
        Residual((Residual((CONVOLUTION,)), NORM), "GELU"),
        STRIDED,
        Residual((), "ReLU", "conv", in_channels=4, out_channels=4, batch_norm=False),
    ],
)
@pytest.mark.parametrize("before", [(Conv2d(4, 4, 1),), ()])
def test_a_block_that_is_taken_apart_computes_the_same_and_can_be_joined(
    block: Residual, before: tuple[Layer, ...]
) -> None:
    spec = NetworkSpec(
        "n", (4, 8, 8), (*before, replace(block, mark="out"), ReLU(), Join(("out",)))
    )
    apart, path = places.taken_apart(spec, (len(before),))
    blocks = [sum(isinstance(layer, Residual) for layer in layers)
              for layers in (apart.layers, block.layers)]  # fmt: skip
    assert blocks[0] == blocks[1]
    assert layer_at(apart, path).kind == "Join"
    ours, theirs = build(apart).eval(), build(spec).eval()
    batch = torch.rand(2, 4, 8, 8, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():  # both draw their weights in the order of their layers
        assert torch.equal(ours(batch), theirs(batch))
    joined = places.add_join(apart, (len(before) + 1,))
    assert any(layer.how == "cat" and len(layer.reads) == 2
               for layer in joined.layers if isinstance(layer, Join))  # fmt: skip


def test_only_a_block_that_stands_alone_is_taken_apart() -> None:
    spec = NetworkSpec("n", (4, 8, 8), (ReLU(), Residual((Residual((ReLU(),)),))))
    for path, sentence in (((0,), "ReLU has no layers"), ((1, 0), "take that apart first")):
        with pytest.raises(ValueError, match=sentence):
            places.taken_apart(spec, path)


@pytest.mark.parametrize("how", ["cat", "sum", "product", "difference"])
def test_a_join_of_one_place_is_again_what_it_was_with_a_second(how: str) -> None:
    plain = NetworkSpec("n", (4, 8, 8), (ReLU(mark="a"), Sigmoid(), Join(("a", ""), how, "crop")))
    one = decode(encode(places.set_reads(plain, (2,), "a")))
    x = torch.randn(1, 4, 8, 8)
    assert torch.equal(build(one)(x), x.relu())
    assert to_python(one) == to_python(replace(one, layers=(*one.layers[:2], Join(("a",)))))
    two = places.set_reads(one, (2,), "a, before")
    assert two == plain


def test_places_are_typed_by_name_number_and_the_name_of_a_layer() -> None:
    spec = add_layer(SPEC, (4,), Join(("",)))
    spec = places.set_reads(spec, (4,), "conv, 2, input, before, deconv")
    assert spec.layers[4] == Join(("place1", "place2", "input", "", "place3"))
    assert [layer.mark for layer in spec.layers[:4]] == ["place1", "place2", "", "place3"]
    again = places.set_reads(spec, (4,), "place2")
    assert again.layers[4] == Join(("place2",))
    for text, sentence in (
        ("nothing", "no place 'nothing'"),
        ("5", "no place '5'"),
        ("", "1 to 32"),
    ):
        with pytest.raises(ValueError, match=sentence):
            places.set_reads(spec, (4,), text)


def test_a_place_is_renamed_wherever_it_is_read() -> None:
    spec = places.rename_place(unet(), (3,), "first")
    assert spec.layers[32] == Join(("first", ""))
    assert output_shape(spec) == output_shape(unet())
    with pytest.raises(ValueError, match="needs a name"):
        places.rename_place(spec, (3,), "")
    with pytest.raises(ValueError, match="two places"):
        places.rename_place(spec, (3,), "enc2")
    with pytest.raises(ValueError, match="'class': code says it of other things"):
        places.rename_place(spec, (3,), "class")
    with pytest.raises(ValueError, match="'1st': a letter, then"):
        places.rename_place(spec, (3,), "1st")


def test_a_layer_takes_the_size_of_a_place_and_gives_it_back() -> None:
    spec = places.set_like(unet(), (31,), "enc1")
    assert layer_at(spec, (31,)).places == ("enc1",)
    assert places.set_like(spec, (31,), " ") == unet()
    with pytest.raises(ValueError, match="cannot take the size"):
        places.set_like(spec, (30,), "enc1")


@pytest.mark.parametrize(
    ("spec", "title", "read"),
    [(unet(), "cat", 2), (inception(), "cat", 4), (densenet(), "cat", 2)],
)
def test_the_graph_leads_from_every_place_to_the_join_that_reads_it(
    spec: NetworkSpec, title: str, read: int
) -> None:
    box = network_box(spec)
    joins = [index for index, one in enumerate(box.inside) if one.title == title]
    assert joins
    for index in joins:
        shapes = [line.text for line in box.lines if line.end == index]
        assert len(shapes) == read
        channels = [int(text.split(" ")[0]) for text in shapes]
        assert str(sum(channels)) == box.inside[index].shape.split(" ")[0]


def test_in_the_graph_the_paths_of_an_inception_block_begin_at_one_place() -> None:
    box = network_box(inception())
    starts = [line.start for line in box.lines]
    assert starts.count(2) == 4
    assert {line.end for line in box.lines} == set(range(1, len(box.inside)))
