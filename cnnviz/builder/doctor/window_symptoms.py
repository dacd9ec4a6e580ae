"""What is wrong with a convolution or a pooling that does not fit."""

from __future__ import annotations

from cnnviz.builder.doctor.words import (
    Symptom,
    channels_arrive,
    many,
    size_text,
    span,
    what_arrives,
)
from cnnviz.builder.shapes import Shape, side
from cnnviz.counting import size_words
from cnnviz.models.specs import (
    AdaptiveAvgPool2d,
    AdaptiveMaxPool2d,
    AvgPool2d,
    Conv2d,
    ConvTranspose2d,
    LocalResponseNorm,
    LPPool2d,
    MaxPool2d,
    Padding,
    PixelShuffle,
    PixelUnshuffle,
    Size,
)

Pool = MaxPool2d | AvgPool2d | LPPool2d
AdaptivePool = AdaptiveAvgPool2d | AdaptiveMaxPool2d
WindowLayer = Conv2d | ConvTranspose2d | Pool | AdaptivePool
VolumeLayer = WindowLayer | Padding | PixelShuffle | PixelUnshuffle | LocalResponseNorm


def window_symptom(layer: VolumeLayer, arriving: Shape) -> Symptom | None:
    """What is wrong with a layer that takes a volume; None for what has no sentence."""
    if len(arriving) == 1:
        expects = f"this {layer.kind} expects a volume of channels × height × width"
        return Symptom("flat", f"{expects}; {what_arrives(arriving)}")
    match layer:
        case Conv2d():
            return _channels(layer, arriving) or _convolution(layer, arriving)
        case ConvTranspose2d():
            return _channels(layer, arriving) or _transposed(layer, arriving)
        case MaxPool2d() | AvgPool2d() | LPPool2d():
            return _pool(layer, arriving)
    return None


def size_with_padding(layer: Conv2d | Pool, arriving: Shape) -> tuple[int, int]:
    """Height and width that a kernel finds, the padding counted."""
    padding = _padding_of(layer)
    height, width = (arriving[1 + axis] + 2 * side(padding, axis) for axis in (0, 1))
    return height, width


def span_of(layer: Conv2d | Pool) -> tuple[int, int]:
    """Rows and columns that the kernel or window of a layer reaches over."""
    dilation = layer.dilation if isinstance(layer, Conv2d | MaxPool2d) else 1
    return span(layer.kernel_size, dilation)


def _padding_of(layer: Conv2d | Pool) -> Size:
    padding = 0 if isinstance(layer, LPPool2d) else layer.padding
    return 0 if isinstance(padding, str) else padding


def _channels(layer: Conv2d | ConvTranspose2d, arriving: Shape) -> Symptom | None:
    for name in ("in_channels", "out_channels"):
        channels = getattr(layer, name)
        if channels % layer.groups:
            sentence = f"groups = {layer.groups:,} does not divide {name} = {channels:,}"
            return Symptom("groups", sentence, layer.groups, channels)
    if isinstance(layer, Conv2d) and layer.padding == "same" and layer.stride != 1:
        stride = size_text(layer.stride)
        return Symptom(
            "same_stride", f"padding = 'same' keeps the size, and a stride of {stride} does not"
        )
    if layer.in_channels != arriving[0]:
        expects = f"this {layer.kind} expects {many(layer.in_channels, 'channel')}"
        sentence = f"{expects}; {channels_arrive(arriving[0])}"
        return Symptom("channels", sentence, layer.in_channels, arriving[0])
    return None


def _convolution(layer: Conv2d, arriving: Shape) -> Symptom | None:
    if layer.padding_mode in ("reflect", "circular"):
        reach = 0 if layer.padding_mode == "circular" else 1  # the edge itself is not repeated
        for axis, name in ((0, "rows"), (1, "columns")):
            added, there = side(_same_padding(layer), axis), arriving[1 + axis]
            if added > there - reach:
                return Symptom(
                    "mirror",
                    f"padding_mode = {layer.padding_mode!r} fills at most {there - reach} {name} "
                    f"on a side of a picture of {there}, and {added} are asked for",
                    there - reach,
                    added,
                )
    return _too_wide(layer, arriving)


def _same_padding(layer: Conv2d) -> Size:
    if layer.padding != "same":
        return _padding_of(layer)
    height, width = (-(-(reach - 1) // 2) for reach in span_of(layer))
    return height, width


def _transposed(layer: ConvTranspose2d, arriving: Shape) -> Symptom:
    for axis in (0, 1):
        added = side(layer.output_padding, axis)
        step = max(side(layer.stride, axis), side(layer.dilation, axis))
        if added >= step:
            sentence = (
                f"output_padding = {added} is not smaller than the stride or dilation, {step}"
            )
            return Symptom("output_padding", sentence, step, added)
    padding = size_text(layer.padding)
    return Symptom(
        "nothing_left",
        f"padding = {padding} cuts everything off that this ConvTranspose2d makes of "
        f"{size_words(arriving[1:])} pixels",
    )


def _pool(layer: Pool, arriving: Shape) -> Symptom | None:
    if isinstance(layer, LPPool2d):
        return _too_wide(layer, arriving)
    return _padded_too_much(layer.padding, layer.kernel_size) or _too_wide(layer, arriving)


def _padded_too_much(padding: Size, kernel_size: Size) -> Symptom | None:
    """torch's words speak of the effective kernel size, but the holes of dilation do not count."""
    for axis in (0, 1):
        added, half = side(padding, axis), side(kernel_size, axis) // 2
        if added > half:
            sentence = f"padding = {added} is more than {half}, half of the window"
            return Symptom("pool_padding", sentence, half, added)
    return None


def _too_wide(layer: Conv2d | Pool, arriving: Shape) -> Symptom | None:
    reach, there = span_of(layer), size_with_padding(layer, arriving)
    for axis in (0, 1):
        if reach[axis] > there[axis]:
            name = "kernel" if isinstance(layer, Conv2d) else "window"
            padded = ", padding counted" if there != arriving[1:] else ""
            return Symptom(
                "kernel",
                f"the {name} of this {layer.kind} spans {size_words(reach)} pixels; "
                f"{size_words(there)} arrive{padded}",
                reach[axis],
                there[axis],
            )
    return None
