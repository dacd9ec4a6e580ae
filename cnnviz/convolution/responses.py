"""Picture × kernel → response, computed by a real convolutional layer.

A picture is a float32 tensor (channels, height, width) in [0, 1]. What comes back has the sign it
was computed with and is not stretched: the limits belong beside the picture.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.layer import Axis, ConvSettings, conv_module, numbers

Channels = Literal["sum", "each"]

MOST_MACS = 8_000_000_000  # two seconds on one core; 11×11 kernels on 1024×1024 pixels fit
MOST_NUMBERS = 24_000_000  # 96 MB of response; the whole library on 1024×1024 pixels fits


def picture_settings(
    picture: Tensor, settings: ConvSettings, channels: Channels = "sum", kernels: int = 1
) -> ConvSettings:
    """The layer that `respond` builds: the settings on a picture of this size and its channels.

    "sum" adds up the channels, as a layer does; "each" looks at every channel by itself, which is
    a depthwise layer. It has no bias.
    """
    depth, height, width = picture.shape
    groups = depth if channels == "each" else 1
    return replace(
        settings,
        height=height,
        width=width,
        in_channels=depth,
        out_channels=kernels * groups,
        groups=groups,
        bias=False,
    )


def respond(
    picture: Tensor,
    weight: Tensor,
    settings: ConvSettings,
    relu: bool = False,
    channels: Channels = "sum",
) -> Tensor:
    """What one kernel makes of a picture.

    Args:
        picture: (channels, height, width) in [0, 1].
        weight: (kernel height, kernel width) for all channels, or one such plane per channel.
        settings: how the kernel slides; its size and channels are taken from the picture.
        relu: whether negative responses become 0.
        channels: "sum" for one response, "each" for one per channel of the picture.

    Returns:
        (1 or channels, height, width), float32.

    Raises:
        ValueError: the layer is impossible or too large on this picture, or the weight does not
            fit; the sentence says why.
    """
    planes = weight if weight.dim() == 3 else weight.unsqueeze(0)  # (1 or channels, h, w)
    _check_weight(planes, picture, settings)
    layer = picture_settings(picture, settings, channels)
    return _forward(layer, picture, planes.expand(len(picture), -1, -1).unsqueeze(0), relu)


def filter_bank(
    picture: Tensor,
    names: Sequence[str],
    settings: ConvSettings,
    relu: bool = False,
    angle: float = 45.0,
    seed: int = 0,
    flipped: bool = False,
) -> Tensor:
    """The feature maps of one layer whose kernels are the named ones, in this order.

    Args:
        picture: (channels, height, width) in [0, 1].
        names: keys of cnnviz.convolution.kernels.KERNELS; each kernel is the same for all channels.
        settings: how the kernels slide; size and channels are taken from the picture.
        relu: whether negative responses become 0.
        angle: of gabor and motion_blur, in degrees.
        seed: of random.
        flipped: turns every kernel by 180°, a convolution in the sense of mathematics.

    Returns:
        (kernels, height, width), float32.

    Raises:
        ValueError: the layer is impossible or too large on this picture; the sentence says why.
    """
    planes = torch.stack([KERNELS[n].weights(settings.kernel_size, angle, seed) for n in names])
    planes = flip(planes) if flipped else planes
    layer = picture_settings(picture, settings, kernels=len(names))
    return _forward(layer, picture, planes.unsqueeze(1).expand(-1, len(picture), -1, -1), relu)


def inside(response: Tensor, layer: ConvSettings) -> Tensor:
    """The part of a response (..., H_out, W_out) whose windows lie wholly within the picture.

    Where every window reaches into the padding, or the layer is transposed, all of it.
    """
    if layer.transposed:
        return response
    (top, bottom), (left, right) = inside_bounds(layer, response.shape)
    part = response[..., top:bottom, left:right]
    return part if part.numel() else response


def inside_bounds(
    layer: ConvSettings, shape: Sequence[int]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """First and last + 1 of the rows, and of the columns, of a response (..., H_out, W_out) whose
    windows lie wholly within the picture; an empty range where every window reaches out of it.
    """
    rows, columns = (_inside_bounds(layer.axes[axis], shape[axis - 2]) for axis in (0, 1))
    return rows, columns


def _inside_bounds(axis: Axis, positions: int) -> tuple[int, int]:
    """First position whose window starts in the picture, and one after the last that ends in it."""
    before = axis.padding[0]
    first = math.ceil(before / axis.stride)
    return first, min(positions, (axis.size + before - axis.span) // axis.stride + 1)


def flip(weight: Tensor) -> Tensor:
    """The kernel turned by 180°: torch's cross-correlation with it is mathematics' convolution."""
    return weight.flip(-2, -1)


@dataclass(frozen=True)
class Window:
    """What one pixel of a response was computed from, weight by weight.

    `rows` and `columns` say where in the picture each row and column of the kernel reads. They lie
    outside of the picture in the padding, and are None where a transposed convolution has no input
    for that weight.
    """

    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    values: Tensor  # (channels, kernel height, kernel width); 0 where nothing is read
    is_inside: Tensor  # (kernel height, kernel width): True for pixels of the picture itself


def window(picture: Tensor, settings: ConvSettings, row: int, column: int) -> Window:
    """The pixels that the response at (row, column) was computed from.

    Raises:
        ValueError: the response has no such pixel, or the layer is impossible.
    """
    layer = picture_settings(picture, settings)
    height, width = numbers(layer).output_shape[2:]
    if not (0 <= row < height and 0 <= column < width):
        raise ValueError(
            f"the response has {height} rows and {width} columns, no pixel ({row}, {column})"
        )
    rows, columns = _read_places(layer, 0, row), _read_places(layer, 1, column)
    from_rows, from_columns = _sources(layer, 0, rows), _sources(layer, 1, columns)
    is_read = (from_rows >= 0).unsqueeze(1) & (from_columns >= 0)
    taken = picture[:, from_rows.clamp(min=0)][:, :, from_columns.clamp(min=0)]
    is_inside = _is_inside(rows, layer.height).unsqueeze(1) & _is_inside(columns, layer.width)
    return Window(rows, columns, taken * is_read, is_inside)


def _is_inside(places: tuple[int | None, ...], size: int) -> Tensor:
    return torch.tensor([place is not None and 0 <= place < size for place in places])


def _forward(settings: ConvSettings, picture: Tensor, weight: Tensor, relu: bool) -> Tensor:
    """The layer with this weight (kernels, channels, h, w) on the picture: (kernels, h, w)."""
    check_cost(settings)
    module = conv_module(settings, device="meta")
    kept = _as_torch_keeps_it(settings, weight).float()
    # Channels last: with few channels torch is up to ten times as fast, and does not pad to 16.
    # `to`, because `contiguous` leaves the strides of a single channel as they are.
    kept = kept.contiguous().to(memory_format=torch.channels_last)
    module.weight = nn.Parameter(kept, requires_grad=False)
    with torch.inference_mode():
        batch = picture.float().unsqueeze(0).contiguous(memory_format=torch.channels_last)
        response = module(batch).squeeze(0).contiguous()
        return F.relu(response) if relu else response


def _as_torch_keeps_it(settings: ConvSettings, weight: Tensor) -> Tensor:
    """torch has the kernels first; depthwise and transposed layers have the channels first."""
    channels_first = settings.groups > 1 or settings.transposed
    return weight.transpose(0, 1) if channels_first else weight


def _check_weight(planes: Tensor, picture: Tensor, settings: ConvSettings) -> None:
    depth, *size = planes.shape
    if depth not in (1, len(picture)):
        raise ValueError(f"the kernel has {depth} channels but the picture has {len(picture)}")
    if tuple(size) != settings.kernel_size:
        sizes = [f"{height}×{width}" for height, width in (size, settings.kernel_size)]
        raise ValueError(f"the weights are {sizes[0]} but kernel_size is {sizes[1]}")


def check_cost(settings: ConvSettings) -> None:
    """Refuse a layer whose response takes too long or too much memory.

    Raises:
        ValueError: it does; the sentence says by how much.
    """
    found = numbers(settings)
    size = math.prod(found.output_shape)
    if size > MOST_NUMBERS:
        raise ValueError(
            f"the response would have {size:,} numbers, but at most {MOST_NUMBERS:,} are computed "
            "here: take a smaller picture or, for a transposed convolution, a smaller stride"
        )
    if found.macs > MOST_MACS:
        raise ValueError(
            f"the response would take {found.macs:,} multiply-adds, but at most {MOST_MACS:,} are "
            "computed here: take a smaller kernel or a smaller picture"
        )


def _read_places(settings: ConvSettings, axis: int, place: int) -> tuple[int | None, ...]:
    """Where along an axis of the input each weight of the kernel reads for one output pixel."""
    along = settings.axes[axis]
    start = along.padding[0]
    taps = [tap * along.dilation for tap in range(along.kernel_size)]
    if not settings.transposed:
        return tuple(place * along.stride - start + tap for tap in taps)
    steps = [divmod(place + start - tap, along.stride) for tap in taps]
    return tuple(
        source if rest == 0 and 0 <= source < along.size else None for source, rest in steps
    )


def _sources(settings: ConvSettings, axis: int, places: tuple[int | None, ...]) -> Tensor:
    """Index of the pixel that each place shows, given the padding mode; -1 for none."""
    along = settings.axes[axis]
    start, end = along.padding if not settings.transposed else (0, 0)
    line = torch.arange(along.size, dtype=torch.float64).view(1, 1, -1)
    if settings.padding_mode == "zeros":
        shown = F.pad(line, (start, end), value=-1)
    else:
        shown = F.pad(line, (start, end), mode=settings.padding_mode)
    shown = shown.flatten().long()
    return torch.tensor([-1 if place is None else int(shown[place + start]) for place in places])
