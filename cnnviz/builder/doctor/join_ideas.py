"""What to try where earlier places cannot be joined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cnnviz.builder.doctor.case import Case, Idea, Scope
from cnnviz.builder.doctor.words import many
from cnnviz.builder.edits import add_layer, change_arguments, replace_layer
from cnnviz.models.specs import (
    ARRIVING,
    AvgPool2d,
    Conv2d,
    ConvTranspose2d,
    Join,
    Layer,
    MaxPool2d,
    NetworkSpec,
)

SAME: Scope = ""  # where a network has one join, here is everywhere
ALIGNED = {
    "pad": ("Pad with zeros", "What is smaller gets zeros around it, up to the size of the other."),
    "resize": ("Resize to the larger map", "What is smaller is made larger, neighbours weighed."),
    "crop": ("Crop the larger map", "Rows and columns at its edges are left out."),
}


def join_ideas(case: Case) -> Iterator[Idea]:
    """Heights and widths of joined maps differ: each mend at all joins, and at this one alone."""
    if not isinstance(case.layer, Join):
        return
    everywhere = [place for place, layer in enumerate(case.spec.layers) if _is_join(layer)]
    scopes: dict[Scope, list[int]] = {"everywhere": everywhere, "here": [case.path[0]]}
    for scope, joins in scopes.items() if len(everywhere) > 1 else [(SAME, everywhere)]:
        yield from _join_ideas(case, scope, joins)
    yield from _output_padding(case, case.layer)
    rounded = _rounded_up(case.spec)
    if rounded != case.spec:
        why = "A pooling keeps the window that hangs over the end, so that no row goes unread."
        yield Idea("ceil_mode = True in all poolings", why, lambda: rounded, is_told=True)


def num_joins(spec: NetworkSpec) -> int:
    """How many joins of several places a network has."""
    return sum(map(_is_join, spec.layers))


def _join_ideas(case: Case, scope: Scope, joins: list[int]) -> Iterator[Idea]:
    told = _told_sizes(case.spec, joins)
    if told != case.spec:
        yield Idea(
            "output_size of the map it joins",
            "The transposed convolution makes as many rows and columns as the map it is joined "
            "with; a row beyond its kernels is its bias alone.",
            lambda: told,
            scope=scope,
        )
    for sizes, (label, why) in ALIGNED.items():
        yield Idea(label, why, lambda sizes=sizes: _aligned(case.spec, sizes, joins), scope=scope)


def _output_padding(case: Case, join: Join) -> Iterator[Idea]:
    before = case.spec.layers[case.path[0] - 1] if case.path[0] else None
    if isinstance(before, ConvTranspose2d) and ARRIVING in join.reads:
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


def _is_join(layer: Layer) -> bool:
    return isinstance(layer, Join) and not layer.is_way_back


def _told_sizes(spec: NetworkSpec, joins: list[int]) -> NetworkSpec:
    """The network whose transposed convolutions make the size of the map they are joined with."""
    layers = list(spec.layers)
    for index in joins:
        join, before = layers[index], layers[index - 1] if index else None
        is_beside = isinstance(join, Join) and ARRIVING in join.reads and bool(join.places)
        if is_beside and isinstance(before, ConvTranspose2d) and not before.like:
            layers[index - 1] = replace(before, like=join.places[0], output_padding=0)
    return replace(spec, layers=tuple(layers))


def _aligned(spec: NetworkSpec, sizes: str, joins: list[int]) -> NetworkSpec:
    """The network of which these joins make maps equal in this way first."""
    layers = (
        replace(layer, sizes=sizes)
        if index in joins and isinstance(layer, Join) and layer.sizes == "equal"
        else layer
        for index, layer in enumerate(spec.layers)
    )
    return replace(spec, layers=tuple(layers))


def _rounded_up(spec: NetworkSpec) -> NetworkSpec:
    """The network whose poolings keep the windows that hang over the end."""
    layers = (
        replace(layer, ceil_mode=True) if isinstance(layer, MaxPool2d | AvgPool2d) else layer
        for layer in spec.layers
    )
    return replace(spec, layers=tuple(layers))
