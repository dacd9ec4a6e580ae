"""Sizes, parameters, multiply-adds and receptive fields of a convolutional network, as integers.

Every size here is along one axis, in pixels (or cells of a feature map). The names are those of
torch.nn, and every function gives what torch gives. What torch refuses, or is no whole number, is a
ValueError whose sentence says why; NumPy's integers become Python's own, which do not overflow. The
formulas are those of V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning"
(2016), arXiv:1603.07285, with dilation as in torch.nn.Conv2d.
"""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from operator import index
from reprlib import repr as shown
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def whole_number(name: str, value: object, least: int | None = None) -> int:
    """A whole number as Python's own integer: also NumPy's, and a tensor of one.

    Args:
        name: what the sentence calls it.
        value: what was given.
        least: the smallest that is taken.

    Raises:
        ValueError: it is none (true and false are none either), or below the least.
    """
    try:
        number = None if _is_truth(value) else index(value)  # ty: ignore[invalid-argument-type]
    except TypeError:
        number = None
    if number is None:
        raise ValueError(f"{name} must be a whole number, but it is {shown(value)}")
    if least is not None and number < least:
        raise ValueError(f"{name} must be at least {least}, but it is {number}")
    return number


def _is_truth(value: object) -> bool:
    """True or False, of Python, NumPy or torch: all of them would count as 1 and 0."""
    return isinstance(value, bool) or str(getattr(value, "dtype", "")).endswith("bool")


def _on_whole_numbers(function: Callable[P, R]) -> Callable[P, R]:
    """A function that gets Python's own integers for each parameter that is no flag."""
    takes = {name: p.annotation for name, p in signature(function).parameters.items()}
    names = tuple(takes)

    def read(name: str, value: object) -> object:
        kind = takes.get(name, bool)
        if type(value) is int or kind is bool or (value is None and kind == int | None):
            return value
        if kind != int | tuple[int, int] or not isinstance(value, tuple | list):
            return whole_number(name, value)
        if len(value) != 2:
            raise ValueError(f"{name} must be one number or two, but it is {shown(value)}")
        return tuple(whole_number(name, side) for side in value)

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        first = [read(name, value) for name, value in zip(names, args, strict=False)]
        others = {name: read(name, value) for name, value in kwargs.items()}
        return function(*first, *args[len(names) :], **others)  # ty: ignore[invalid-argument-type]

    return checked


@_on_whole_numbers
def span(kernel_size: int, dilation: int = 1) -> int:
    """Pixels from the first to the last that the kernel reads along one axis.

        span = dilation * (kernel_size - 1) + 1

    Raises:
        ValueError: kernel_size or dilation is below 1.
    """
    _at_least(1, kernel_size=kernel_size, dilation=dilation)
    return dilation * (kernel_size - 1) + 1


@_on_whole_numbers
def same_padding(kernel_size: int, dilation: int = 1) -> tuple[int, int]:
    """Pixels that `padding="same"` adds (before, after) the input along one axis.

    Both sides together are span - 1; when that is odd, torch puts the extra pixel after.
    """
    total = span(kernel_size, dilation) - 1
    return total // 2, total - total // 2


@_on_whole_numbers
def positions(padded_size: int, kernel_size: int, stride: int = 1, dilation: int = 1) -> int:
    """How many places the kernel takes on an input whose padding is already counted.

        positions = floor((padded_size - span) / stride) + 1

    Raises:
        ValueError: the kernel spans more pixels than there are, or a value is below 1.
    """
    _at_least(1, stride=stride)
    reach = span(kernel_size, dilation)
    if reach > padded_size:
        raise ValueError(
            f"the kernel spans {_pixels(reach)} but the padded input has only {padded_size}"
        )
    return (padded_size - reach) // stride + 1


@_on_whole_numbers
def unread_at_end(padded_size: int, kernel_size: int, stride: int = 1, dilation: int = 1) -> int:
    """Pixels behind the last place of the kernel, which no output ever reads.

        unread = (padded_size - span) mod stride

    Raises:
        ValueError: as `positions`.
    """
    last = (positions(padded_size, kernel_size, stride, dilation) - 1) * stride
    return padded_size - last - span(kernel_size, dilation)


@_on_whole_numbers
def conv_output_size(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """Output size of a convolution along one axis.

        output = floor((input + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1

    Raises:
        ValueError: the kernel fits nowhere, or a value is too small.
    """
    _at_least(1, input_size=input_size)
    _at_least(0, padding=padding)
    return positions(input_size + 2 * padding, kernel_size, stride, dilation)


@_on_whole_numbers
def conv_transpose_output_size(
    input_size: int,
    kernel_size: int,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    """Output size of a transposed convolution along one axis.

        output = (input - 1) * stride - 2 * padding + dilation * (kernel_size - 1)
                 + output_padding + 1

    Raises:
        ValueError: padding leaves nothing, output_padding is not below the larger of stride and
            dilation (torch's rule), or a value is too small.
    """
    _at_least(1, input_size=input_size, stride=stride)
    _at_least(0, padding=padding, output_padding=output_padding)
    whole = (input_size - 1) * stride + span(kernel_size, dilation) + output_padding
    if output_padding >= max(stride, dilation):
        raise ValueError(
            f"output_padding is {output_padding} but must be smaller than stride or dilation, "
            f"here {stride} and {dilation}"
        )
    if whole <= 2 * padding:
        raise ValueError(f"the padding cuts {_pixels(2 * padding)} off an output of only {whole}")
    return whole - 2 * padding


@_on_whole_numbers
def pool_output_size(
    input_size: int,
    kernel_size: int,
    stride: int | None = None,
    padding: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> int:
    """Output size of a pooling layer along one axis; a stride of None means kernel_size.

        output = round((input + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1

    Here round is floor, or ceil with ceil_mode, when a window may hang over the end; one that
    would start behind the input and its left padding is dropped.

    Raises:
        ValueError: no window fits, padding is more than half of kernel_size (torch's rule), or
            a value is too small.
    """
    stride = kernel_size if stride is None else stride
    _at_least(1, input_size=input_size, stride=stride)
    _at_least(0, padding=padding)
    reach = span(kernel_size, dilation)
    if padding > kernel_size // 2:
        raise ValueError(
            f"padding is {padding} but at most half of kernel_size {kernel_size} may be"
        )
    free = input_size + 2 * padding - reach
    output = (free + (stride - 1 if ceil_mode else 0)) // stride + 1
    if ceil_mode and (output - 1) * stride >= input_size + padding:
        output -= 1
    if output < 1:
        padded = input_size + 2 * padding
        raise ValueError(
            f"the kernel spans {_pixels(reach)} but the padded input has only {padded}"
        )
    return output


@_on_whole_numbers
def conv_num_params(
    in_channels: int,
    out_channels: int,
    kernel_size: int | tuple[int, int],
    groups: int = 1,
    bias: bool = True,
) -> int:
    """Trainable numbers of a convolution, transposed or not.

        parameters = out_channels * (in_channels / groups * kernel_height * kernel_width + bias)

    Args:
        in_channels: channels of the input.
        out_channels: kernels, one for each channel of the output.
        kernel_size: of a square kernel, or (height, width).
        groups: groups of channels that do not see each other.
        bias: whether each kernel has one number more.

    Raises:
        ValueError: groups does not divide both numbers of channels, or a value is below 1.
    """
    check_groups(in_channels, out_channels, groups)
    height, width = _pair(kernel_size)
    _at_least(1, kernel_size=min(height, width))
    return out_channels * (in_channels // groups * height * width + int(bias))


@_on_whole_numbers
def conv_macs(
    in_channels: int,
    out_channels: int,
    kernel_size: int | tuple[int, int],
    output_size: int | tuple[int, int],
    groups: int = 1,
) -> int:
    """Multiply-adds of a convolution on one picture; adding the bias is not counted.

        macs = out_channels * in_channels / groups * kernel_height * kernel_width
               * output_height * output_width

    A transposed convolution lays its kernel once on each pixel of its input: give the size of the
    input as output_size. Both sizes are one number for a square, or (height, width).

    Raises:
        ValueError: groups does not divide both numbers of channels, or a value is below 1.
    """
    _at_least(1, output_size=min(_pair(output_size)))
    weights = conv_num_params(in_channels, out_channels, kernel_size, groups, bias=False)
    output_height, output_width = _pair(output_size)
    return weights * output_height * output_width


@_on_whole_numbers
def rf_step(
    rf: int, jump: int, kernel_size: int, stride: int = 1, dilation: int = 1
) -> tuple[int, int]:
    """Receptive field and jump behind one more layer, both in pixels of the network's input.

        rf' = rf + (span - 1) * jump        jump' = jump * stride

    The receptive field is how far one cell sees, the jump how far apart two neighbours look; the
    input itself has (1, 1). A. Araujo, W. Norris, J. Sim, "Computing Receptive Fields of
    Convolutional Neural Networks" (2019), doi:10.23915/distill.00021.
    """
    _at_least(1, rf=rf, jump=jump, stride=stride)
    return rf + (span(kernel_size, dilation) - 1) * jump, jump * stride


@_on_whole_numbers
def check_groups(in_channels: int, out_channels: int, groups: int) -> None:
    """Raises ValueError unless groups divides both numbers of channels."""
    _at_least(1, in_channels=in_channels, out_channels=out_channels, groups=groups)
    for name, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
        if channels % groups:
            raise ValueError(
                f"{name} is {channels}, which cannot be split into {groups} equal groups"
            )


def _at_least(smallest: int, **values: int) -> None:
    for name, value in values.items():
        if value < smallest:
            raise ValueError(f"{name} must be at least {smallest}, but it is {value}")


def _pair(size: int | tuple[int, int]) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else size


def _pixels(count: int) -> str:
    return "1 pixel" if count == 1 else f"{count} pixels"
