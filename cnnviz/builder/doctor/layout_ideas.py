"""What to try where a layer takes one layout only, and another arrives."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from cnnviz.builder.doctor.case import Case, Idea
from cnnviz.builder.edits import add_layer, change_arguments, replace_layer
from cnnviz.builder.fitting import fit
from cnnviz.counting import size_words
from cnnviz.models.specs import (
    Conv2d,
    Flatten,
    LayerNorm,
    PixelShuffle,
    PixelUnshuffle,
    ReflectionPad2d,
    ReplicationPad2d,
    Unflatten,
    ZeroPad2d,
)


def layout_ideas(case: Case) -> Iterator[Idea]:
    """A layer whose numbers are to be those of what arrives, or what arrives is to be changed."""
    layer, arriving = case.layer, case.arriving
    is_volume = len(arriving) == 3
    if isinstance(layer, LayerNorm | Unflatten) and (fitted := fit(layer, arriving)) != layer:
        (name, value), *_ = ((key, each) for key, each in fitted.values.items()
                             if each != layer.values[key])  # fmt: skip
        yield Idea(
            f"Set {name} = {value} in {case.row.name}",
            "The layer takes what arrives.",
            lambda: replace_layer(case.spec, case.path, fitted),
        )
    if isinstance(layer, Unflatten) and is_volume:
        yield Idea(
            f"Add a Flatten before {case.row.name}",
            f"Lays {size_words(arriving)} in a row of {prod(arriving):,} numbers.",
            lambda: add_layer(case.spec, case.path, Flatten()),
        )
    if isinstance(layer, PixelShuffle) and is_volume:
        group = layer.upscale_factor**2
        channels = group * -(-arriving[0] // group)
        yield Idea(
            f"Add a 1×1 convolution that makes {channels} channels",
            f"The next number that {group} divides.",
            lambda: add_layer(case.spec, case.path, Conv2d(arriving[0], channels, 1)),
        )
    if isinstance(layer, PixelUnshuffle) and is_volume:
        height, width = (-size % layer.downscale_factor for size in arriving[1:])
        yield Idea(
            f"Add ZeroPad2d((0, {width}, 0, {height})) before {case.row.name}",
            f"Rows and columns up to what {layer.downscale_factor} divides.",
            lambda: add_layer(case.spec, case.path, ZeroPad2d((0, width, 0, height))),
        )
    if isinstance(layer, ReflectionPad2d) and is_volume:
        yield Idea(
            f"Use ReplicationPad2d({layer.padding})",
            "The edge is repeated as often as needed.",
            lambda: replace_layer(case.spec, case.path, _replicating(layer)),
        )
        most = min(arriving[1:]) - 1
        yield Idea(
            f"Set padding = {most} in {case.row.name}",
            "As many as the maps can fill.",
            lambda: change_arguments(case.spec, case.path, padding=most),
        )


def _replicating(layer: ReflectionPad2d) -> ReplicationPad2d:
    return ReplicationPad2d(layer.padding, mark=layer.mark)
