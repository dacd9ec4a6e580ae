"""Convolutions, poolings and what goes with them: from ONNX's arguments to torch's."""

from __future__ import annotations

from typing import Any

from torch import nn

from cnnviz.models.joins import Pad
from cnnviz.models.onnx.builder import Operator, Place

MODES = {"constant": "constant", "reflect": "reflect", "edge": "replicate"}
Pair = tuple[int, int]


def conv(place: Place) -> None:
    """Conv2d; padding that is not the same on both sides stands before it."""
    weight = place.numbers(1, "kernel")
    place.maps()
    stride, dilation = _pair(place, "strides"), _pair(place, "dilations")
    groups = place.attributes.get("group", 1)
    if weight.ndim != 4 or groups < 1:
        raise place.refuse(f"its kernel has the shape {weight.shape}; one of two axes is taken")
    kernel = (weight.shape[2], weight.shape[3])
    padding = _symmetric(place, kernel, stride, dilation, 0.0)
    bias = {"bias": place.numbers(2, "bias")} if place.has(2) else {}
    out_channels, in_channels = weight.shape[0], weight.shape[1] * groups
    _expect(place, in_channels)
    place.becomes(
        lambda: nn.Conv2d(in_channels, out_channels, kernel, stride, padding, dilation, groups,
                          bias=bool(bias)),
        weights={"weight": weight, **bias},
    )  # fmt: skip


def conv_transpose(place: Place) -> None:
    """ConvTranspose2d."""
    weight = place.numbers(1, "kernel")
    shape = place.maps()
    stride, dilation = _pair(place, "strides"), _pair(place, "dilations")
    groups = place.attributes.get("group", 1)
    if weight.ndim != 4 or groups < 1:
        raise place.refuse(f"its kernel has the shape {weight.shape}; one of two axes is taken")
    kernel = (weight.shape[2], weight.shape[3])
    extra = _pair(place, "output_padding", 0)
    pads = _transposed_pads(place, shape, kernel, stride, dilation, extra)
    (top, bottom), (left, right) = pads
    # What is cut off one side more than off the other is output padding with another sign.
    padding = (top, left)
    extra = (extra[0] + top - bottom, extra[1] + left - right)
    if min(*extra, *padding) < 0:
        raise place.refuse(f"its pads {pads} are not the same on both sides")
    bias = {"bias": place.numbers(2, "bias")} if place.has(2) else {}
    in_channels, out_channels = weight.shape[0], weight.shape[1] * groups
    _expect(place, in_channels)
    place.becomes(
        lambda: nn.ConvTranspose2d(in_channels, out_channels, kernel, stride, padding, extra,
                                   groups, bool(bias), dilation),
        weights={"weight": weight, **bias},
    )  # fmt: skip


def max_pool(place: Place) -> None:
    """MaxPool2d."""
    kernel, stride, dilation = _pooling(place)
    ceil_mode = bool(place.attributes.get("ceil_mode", 0))
    padding = _symmetric(place, kernel, stride, dilation, float("-inf"), most=kernel)
    place.becomes(
        lambda: nn.MaxPool2d(kernel, stride, padding, dilation, ceil_mode=ceil_mode),
        outputs=place.node.outputs[:1],
    )
    if any(place.node.outputs[1:]):
        raise place.refuse("where its largest numbers stood is not read")


def average_pool(place: Place) -> None:
    """AvgPool2d."""
    kernel, stride, dilation = _pooling(place)
    if dilation != (1, 1):
        raise place.refuse("averages with dilation are not taken")
    ceil_mode = bool(place.attributes.get("ceil_mode", 0))
    counts = bool(place.attributes.get("count_include_pad", 0))
    pads = _pads(place, kernel, stride, dilation)
    if not counts and any(before != after for before, after in pads):
        raise place.refuse(f"its pads {pads} are not the same on both sides, and not counted")
    padding = _symmetric(place, kernel, stride, dilation, 0.0, most=kernel)
    place.becomes(lambda: nn.AvgPool2d(kernel, stride, padding, ceil_mode, counts))


def lp_pool(place: Place) -> None:
    """LPPool2d, without padding."""
    kernel, stride, dilation = _pooling(place)
    if dilation != (1, 1) or any(map(any, _pads(place, kernel, stride, dilation))):
        raise place.refuse("norms with dilation or padding are not taken")
    place.becomes(lambda: nn.LPPool2d(place.attributes.get("p", 2), kernel, stride))


def global_average_pool(place: Place) -> None:
    """The mean of each map."""
    place.maps()
    place.becomes(lambda: nn.AdaptiveAvgPool2d(1))


def global_max_pool(place: Place) -> None:
    """The largest number of each map."""
    place.maps()
    place.becomes(lambda: nn.AdaptiveMaxPool2d(1))


def pad(place: Place) -> None:
    """Rows and columns around maps."""
    mode = place.attributes.get("mode", "constant")
    pads = place.whole("pads", 1) or []
    if mode not in MODES or "axes" in place.attributes or place.has(3):
        raise place.refuse(f"padding {mode!r} over chosen axes is not taken")
    ndim = len(place.shape())
    if len(pads) != 2 * ndim:
        raise place.refuse(f"it has {len(pads)} pads for {ndim} axes")
    value = place.real("value", 2, 0.0)
    if not any(pads):
        place.becomes(nn.Identity)
        return
    if any(pads[:2] + pads[ndim : ndim + 2]) and mode != "constant":
        raise place.refuse("channels are padded with something else than a number")
    _check_padding(place, pads)
    turned = [side for axis in reversed(range(ndim)) for side in (pads[axis], pads[ndim + axis])]
    while len(turned) > 4 and not any(turned[-2:]):
        turned = turned[:-2]
    place.becomes(lambda: Pad(turned, MODES[mode], value))


def resize(place: Place) -> None:
    """Upsample, by nearest neighbours or bilinear."""
    batch, channels, height, width = place.maps()
    del batch, channels
    mode = place.attributes.get("mode", "nearest")
    old = place.node.op == "Upsample" or place.opset < 11
    how = place.attributes.get("coordinate_transformation_mode", "half_pixel")
    if old:
        how = "asymmetric"
    scales_at, sizes_at = (1, 3) if old else (2, 3)
    scales = place.attributes.get("scales") or _reals(place, scales_at)
    sizes = None if old else place.whole("sizes", sizes_at)
    if sizes:
        target = (sizes[-2], sizes[-1])
    elif scales and len(scales) == 4 and scales[:2] == [1.0, 1.0]:
        target = (int(height * scales[2]), int(width * scales[3]))
    else:
        raise place.refuse("only rows and columns are resized here")
    if min(target) < 1 or max(target) > 2**14:
        raise place.refuse(f"its result would have {target} rows and columns")
    factors = None if sizes or not scales else (scales[2], scales[3])
    sized: dict[str, Any] = {"size": target} if factors is None else {"scale_factor": factors}
    if factors is None and target[0] % height == 0 and target[1] % width == 0:
        sized = {"scale_factor": (target[0] / height, target[1] / width)}
    kind = _interpolation(place, mode, how, (height, width), target)
    place.becomes(lambda: nn.Upsample(**sized, **kind))


def _interpolation(
    place: Place, mode: str, how: str, before: tuple[int, int], after: tuple[int, int]
) -> dict[str, Any]:
    """Arguments of Upsample that give what ONNX describes."""
    rounding = place.attributes.get("nearest_mode", "round_prefer_floor")
    is_whole = all(new % old == 0 for old, new in zip(before, after, strict=True))
    if place.attributes.get("antialias", 0):
        raise place.refuse("a resizing that averages is not taken")
    if mode == "nearest":
        if (how, rounding) in (("asymmetric", "floor"), ("half_pixel", "round_prefer_ceil")):
            return {"mode": "nearest" if how == "asymmetric" else "nearest-exact"}
        if is_whole and (place.opset < 11 or how != "align_corners"):
            odd = {"asymmetric": ("floor",), "half_pixel": ("round_prefer_floor",)}.get(how, ())
            if place.opset < 11 or rounding in odd:
                return {"mode": "nearest"}
        raise place.refuse(f"nearest neighbours by {how!r} and {rounding!r} are not taken")
    shapes = {"linear": "bilinear", "cubic": "bicubic"}
    known = ("half_pixel", "pytorch_half_pixel", "align_corners")
    if mode not in shapes or how not in known:
        raise place.refuse(f"interpolation {mode!r} by {how!r} is not taken")
    if mode == "cubic" and place.attributes.get("cubic_coeff_a", -0.75) != -0.75:
        raise place.refuse("this cubic interpolation is not torch's")
    return {"mode": shapes[mode], "align_corners": how == "align_corners"}


def _reals(place: Place, index: int) -> list[float] | None:
    values = place.array(index)
    return None if values is None or not values.size else [float(v) for v in values.reshape(-1)]


def _pooling(place: Place) -> tuple[Pair, Pair, Pair]:
    place.maps()
    return _pair(place, "kernel_shape"), _pair(place, "strides"), _pair(place, "dilations")


def _pair(place: Place, name: str, default: int = 1) -> Pair:
    """A setting for rows and for columns."""
    value = place.attributes.get(name, [default, default])
    least = 0 if name == "output_padding" else 1
    is_pair = isinstance(value, list) and len(value) == 2
    if not is_pair or not all(least <= v <= 2**12 for v in value):
        raise place.refuse(f"its {name} is {str(value)[:40]}; two numbers from {least} are taken")
    return value[0], value[1]


def _pads(place: Place, kernel: Pair, stride: Pair, dilation: Pair) -> tuple[Pair, Pair]:
    """Rows before and after, columns before and after."""
    auto = place.attributes.get("auto_pad", "NOTSET")
    if auto == "VALID":
        return (0, 0), (0, 0)
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        sizes = place.maps()[2:]
        rows, columns = (
            _same(*one, is_upper=auto == "SAME_UPPER")
            for one in zip(sizes, kernel, stride, dilation, strict=True)
        )
        return rows, columns
    if auto != "NOTSET":
        raise place.refuse(f"auto_pad {auto[:20]!r} is not known")
    pads = place.attributes.get("pads", [0, 0, 0, 0])
    if len(pads) != 4 or not all(0 <= p <= 2**12 for p in pads):
        raise place.refuse(f"its pads are {str(pads)[:40]}; four numbers from 0 are taken")
    return (pads[0], pads[2]), (pads[1], pads[3])


def _same(size: int, kernel: int, stride: int, dilation: int, is_upper: bool) -> Pair:
    """What makes the result ceil(size / stride) long; the odd one stands behind, or before."""
    steps = -(-size // stride)
    total = max(0, (steps - 1) * stride + dilation * (kernel - 1) + 1 - size)
    less, more = total // 2, total - total // 2
    return (less, more) if is_upper else (more, less)


def _symmetric(
    place: Place, kernel: Pair, stride: Pair, dilation: Pair, value: float, most: Pair | None = None
) -> Pair:
    """Padding that a layer takes itself; other padding becomes a module before it.

    A pooling takes half of its kernel at most.
    """
    (top, bottom), (left, right) = _pads(place, kernel, stride, dilation)
    fits = most is None or (2 * top <= most[0] and 2 * left <= most[1])
    if top == bottom and left == right and fits:
        return top, left
    _check_padding(place, [top, bottom, left, right])
    place.becomes(lambda: Pad((left, right, top, bottom), "constant", value), before=1)
    return 0, 0


def _check_padding(place: Place, pads: list[int]) -> None:
    if max(map(abs, pads)) > 2**12:
        raise place.refuse(f"its pads are {str(pads)[:40]}: more than a picture has")


def _transposed_pads(
    place: Place, shape: tuple[int, ...], kernel: Pair, stride: Pair, dilation: Pair, extra: Pair
) -> tuple[Pair, Pair]:
    """Rows and columns that are cut off before and behind."""
    wanted = place.attributes.get("output_shape")
    auto = place.attributes.get("auto_pad", "NOTSET")
    if wanted is None and auto in ("NOTSET", "VALID"):
        return _pads(place, kernel, stride, dilation)
    sizes = wanted[-2:] if wanted else [n * s for n, s in zip(shape[2:], stride, strict=True)]
    rows, columns = (
        _cut(stride[a] * (shape[2 + a] - 1) + extra[a] + (kernel[a] - 1) * dilation[a] + 1
             - sizes[a], is_upper=auto == "SAME_UPPER")
        for a in (0, 1)
    )  # fmt: skip
    return rows, columns


def _cut(total: int, is_upper: bool) -> Pair:
    less, more = total // 2, total - total // 2
    return (less, more) if is_upper else (more, less)


def _expect(place: Place, in_channels: int) -> None:
    arriving = place.between() if place.is_behind_another() else place.result(0)
    if arriving.shape[1] != in_channels:
        raise place.refuse(f"its kernel reads {in_channels} channels and {arriving.shape[1]} come")


OPERATORS: dict[str, Operator] = {
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "MaxPool": max_pool,
    "AveragePool": average_pool,
    "LpPool": lp_pool,
    "GlobalAveragePool": global_average_pool,
    "GlobalMaxPool": global_max_pool,
    "Pad": pad,
    "Resize": resize,
    "Upsample": resize,
}
