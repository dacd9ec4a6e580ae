"""What to try where earlier places cannot be joined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cnnviz.builder.doctor.case import Case, Idea
from cnnviz.builder.doctor.words import many
from cnnviz.builder.edits import add_layer, change_arguments, replace_layer
from cnnviz.models.specs import ARRIVING, Conv2d, ConvTranspose2d, Join, NetworkSpec

ALIGNED = {
    "pad": ("Pad with zeros", "What is smaller gets zeros around it, up to the size of the other."),
    "resize": ("Resize to the larger map", "What is smaller is made larger, neighbours weighed."),
    "crop": ("Crop the larger map", "Rows and columns at its edges are left out."),
}


def join_ideas(case: Case) -> Iterator[Idea]:
    """Heights and widths of joined maps differ: at all joins of the network at once."""
    if not isinstance(case.layer, Join):
        return
    told = _told_sizes(case.spec)
    if told != case.spec:
        yield Idea(
            "output_size of the map it joins",
            "Each transposed convolution makes as many rows and columns as the map it is joined "
            "with; a row beyond its kernels is its bias alone.",
            lambda: told,
        )
    for sizes, (label, why) in ALIGNED.items():
        yield Idea(label, why, lambda sizes=sizes: _aligned(case.spec, sizes))
    before = case.spec.layers[case.path[0] - 1] if case.path[0] else None
    if isinstance(before, ConvTranspose2d) and ARRIVING in case.layer.reads:
        yield Idea(
            f"output_padding = 1 in {case.way[-1].name} only",
            "One row and column more, whatever arrives: it fits this input and breaks others.",
            lambda: change_arguments(case.spec, (case.path[0] - 1,), output_padding=1),
        )


def channels_of_join_ideas(case: Case) -> Iterator[Idea]:
    """Maps of other channels are added."""
    join = case.layer
    if not isinstance(join, Join):
        return
    if ARRIVING in join.reads:
        others = [
            shape for name, shape in zip(join.reads, case.row.read_shapes, strict=True) if name
        ]
        arriving = case.row.read_shapes[join.reads.index(ARRIVING)]
        bridge = Conv2d(arriving[0], others[0][0] if others else arriving[0], 1)
        yield Idea(
            f"Add a 1×1 convolution before it: {many(arriving[0], 'channel')} → "
            f"{bridge.out_channels}",
            "It mixes the channels of each pixel and leaves height and width alone.",
            lambda: add_layer(case.spec, case.path, bridge),
        )
    yield Idea(
        "Lay them one behind the other instead",
        "cat takes any numbers of channels.",
        lambda: replace_layer(case.spec, case.path, replace(join, how="cat")),
    )


def _told_sizes(spec: NetworkSpec) -> NetworkSpec:
    """The network whose transposed convolutions make the size of the map they are joined with."""
    layers = list(spec.layers)
    for index, layer in enumerate(spec.layers[1:], 1):
        before = layers[index - 1]
        is_join = isinstance(layer, Join) and ARRIVING in layer.reads and bool(layer.places)
        if is_join and isinstance(before, ConvTranspose2d) and not before.like:
            layers[index - 1] = replace(before, like=layer.places[0], output_padding=0)
    return replace(spec, layers=tuple(layers))


def _aligned(spec: NetworkSpec, sizes: str) -> NetworkSpec:
    """The network whose joins make maps equal in this way first."""
    layers = (
        replace(layer, sizes=sizes) if isinstance(layer, Join) and layer.sizes == "equal" else layer
        for layer in spec.layers
    )
    return replace(spec, layers=tuple(layers))
