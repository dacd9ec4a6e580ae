"""What is wrong with a layer that takes one layout only."""

from __future__ import annotations

from math import prod

from cnnviz.builder.doctor.words import Symptom, channels_arrive, many, shape_text, what_arrives
from cnnviz.builder.shapes import Shape
from cnnviz.models.specs import (
    LayerNorm,
    PixelShuffle,
    PixelUnshuffle,
    ReflectionPad2d,
    Unflatten,
)

LayoutLayer = LayerNorm | PixelShuffle | PixelUnshuffle | ReflectionPad2d | Unflatten


def layout_symptom(layer: LayoutLayer, arriving: Shape) -> Symptom | None:
    """What is wrong with a layer that fits one layout only; None for what has no sentence."""
    match layer:
        case LayerNorm():
            sizes = shape_text(layer.sizes)
            return Symptom("layout", f"this LayerNorm expects {sizes}; {what_arrives(arriving)}")
        case Unflatten():
            size = shape_text(layer.unflattened_size)
            makes = f"this Unflatten makes {size} = {prod(layer.unflattened_size):,}"
            return Symptom("layout", f"{makes} of numbers in a row; {what_arrives(arriving)}")
        case PixelShuffle():
            group = layer.upscale_factor**2
            makes = f"this PixelShuffle makes one map of {many(group, 'channel')}"
            return Symptom("layout", f"{makes}; {channels_arrive(arriving[0])}", group, arriving[0])
        case PixelUnshuffle():
            cuts = f"this PixelUnshuffle divides height and width by {layer.downscale_factor}"
            return Symptom("layout", f"{cuts}; maps of {shape_text(arriving[1:])} arrive")
        case ReflectionPad2d():
            return Symptom(
                "layout",
                f"this ReflectionPad2d mirrors {max(layer.sides)} pixels, and maps of "
                f"{shape_text(arriving[1:])} arrive: it can mirror one less than there are",
            )
    return None
