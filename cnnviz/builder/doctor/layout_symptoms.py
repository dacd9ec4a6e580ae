"""What is wrong with a layer that takes one layout only."""

from __future__ import annotations

from math import prod

from cnnviz.builder.doctor.words import Symptom, channels_arrive, many, what_arrives
from cnnviz.builder.shapes import Shape
from cnnviz.counting import size_words
from cnnviz.models.specs import (
    GLU,
    Channels,
    ChannelShuffle,
    Chunk,
    LayerNorm,
    LayerNorm2d,
    PixelShuffle,
    PixelUnshuffle,
    ReflectionPad2d,
    Unflatten,
)

PartLayer = GLU | ChannelShuffle | Chunk | Channels | LayerNorm2d
LayoutLayer = LayerNorm | PixelShuffle | PixelUnshuffle | ReflectionPad2d | Unflatten | PartLayer


def layout_symptom(layer: LayoutLayer, arriving: Shape) -> Symptom | None:
    """What is wrong with a layer that fits one layout only; None for what has no sentence."""
    match layer:
        case GLU() | ChannelShuffle() | Chunk() | Channels() | LayerNorm2d():
            return _part_symptom(layer, arriving)
        case LayerNorm():
            sizes = size_words(layer.sizes)
            return Symptom("layout", f"this LayerNorm expects {sizes}; {what_arrives(arriving)}")
        case Unflatten():
            size = size_words(layer.unflattened_size)
            makes = f"this Unflatten makes {size} = {prod(layer.unflattened_size):,}"
            return Symptom("layout", f"{makes} of numbers in a row; {what_arrives(arriving)}")
        case PixelShuffle():
            group = layer.upscale_factor**2
            makes = f"this PixelShuffle makes one map of {many(group, 'channel')}"
            return Symptom("layout", f"{makes}; {channels_arrive(arriving[0])}", group, arriving[0])
        case PixelUnshuffle():
            cuts = f"this PixelUnshuffle divides height and width by {layer.downscale_factor}"
            return Symptom("layout", f"{cuts}; maps of {size_words(arriving[1:])} arrive")
        case ReflectionPad2d():
            return Symptom(
                "layout",
                f"this ReflectionPad2d mirrors {max(layer.sides)} pixels, and maps of "
                f"{size_words(arriving[1:])} arrive: it can mirror one less than there are",
            )
    return None


def _part_symptom(layer: PartLayer, arriving: Shape) -> Symptom:
    """What is wrong with a layer that takes the channels in parts, or each pixel's alone."""
    if isinstance(layer, ChannelShuffle | LayerNorm2d) and len(arriving) == 1:
        expects = f"this {layer.kind} expects a volume of channels × height × width"
        return Symptom("flat", f"{expects}; {what_arrives(arriving)}")
    comes = channels_arrive(arriving[0])
    match layer:
        case GLU() if layer.dim > len(arriving):
            works = f"this GLU works along dimension {layer.dim}"
            last = f"the last dimension that arrives is {len(arriving)}"
            return Symptom("dim", f"{works}; {last}", layer.dim, len(arriving))
        case GLU():
            size = arriving[layer.dim - 1]
            return Symptom("layout", f"this GLU halves dimension {layer.dim}; {size:,} arrive")
        case ChannelShuffle():
            into = many(layer.groups, "group")
            splits = f"this ChannelShuffle splits channels into {into} of equal size"
            return Symptom("layout", f"{splits}; {comes}", layer.groups, arriving[0])
        case Chunk():
            takes = f"this Chunk takes part {layer.index + 1} of {layer.chunks}"
            return Symptom("layout", f"{takes}, which is not there; {comes}")
        case Channels():
            until = f"to {layer.stop - 1}" if layer.stop else "on"
            takes = f"these Channels go from {layer.start} {until}, counted from 0"
            return Symptom("layout", f"{takes}; {comes}")
    expects = f"this LayerNorm2d expects {many(layer.normalized_shape, 'channel')}"
    return Symptom("channels", f"{expects}; {comes}", layer.normalized_shape, arriving[0])
