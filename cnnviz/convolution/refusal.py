"""Which settings torch refuses, and why, in words a student understands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from cnnviz import arithmetic
from cnnviz.convolution.settings import PADDING_MODES, Axis, ConvSettings

Kind = Literal[
    "too_small",
    "padding_name",
    "padding_mode",
    "groups",
    "transposed_mode",
    "transposed_name",
    "output_padding",
    "empty",
    "strided_same",
    "reflect",
    "circular",
    "span",
]


@dataclass(frozen=True)
class Refusal:
    """Why torch refuses a setting: the kind of reason, a sentence, and the axes it is about."""

    kind: Kind
    sentence: str
    axes: tuple[int, ...] = (0, 1)


def refusal(settings: ConvSettings) -> Refusal | None:
    """The first reason why torch refuses the layer or its forward pass; None where it takes them.

    What leaves nothing to look at is always refused, also where torch lets it pass on some paths:
    layers of no channels, negative padding (torch crops by it when padding_mode is not "zeros"),
    and transposed convolutions whose padding cuts the whole output off (one of torch's CPU
    implementations refuses them, another returns a tensor of no pixels).
    """
    checks = (_too_small, _unknown_padding, _unknown_mode, _uneven_groups)
    checks += _TRANSPOSED_CHECKS if settings.transposed else _CONV_CHECKS
    return next((found for check in checks if (found := check(settings))), None)


def check_settings(settings: ConvSettings) -> None:
    """Raises ValueError, with the sentence of `refusal`, for settings that torch refuses."""
    if found := refusal(settings):
        raise ValueError(found.sentence)


def _too_small(settings: ConvSettings) -> Refusal | None:
    for name, (least, value) in smallest_values(settings).items():
        if value < least:
            return Refusal("too_small", f"{name} must be at least {least}, but it is {value}")
    return None


def smallest_values(settings: ConvSettings) -> dict[str, tuple[int, int]]:
    """For each setting that is a number: the least it may be, and the least it is."""
    counts = ("height", "width", "in_channels", "out_channels", "groups")
    pairs = {"kernel_size": 1, "stride": 1, "dilation": 1, "padding": 0, "output_padding": 0}
    values = {name: (1, getattr(settings, name)) for name in counts}
    for name, least in pairs.items():
        pair = getattr(settings, name)
        if not isinstance(pair, str):
            values[name] = (least, min(pair))
    return values


def _unknown_padding(settings: ConvSettings) -> Refusal | None:
    padding = settings.padding
    if not isinstance(padding, str) or padding in ("same", "valid"):
        return None
    sentence = f'padding must be a number, "same" or "valid", but it is "{padding}"'
    return Refusal("padding_name", sentence)


def _unknown_mode(settings: ConvSettings) -> Refusal | None:
    if settings.padding_mode in PADDING_MODES:
        return None
    modes = ", ".join(PADDING_MODES)
    sentence = f'padding_mode must be one of {modes}, but it is "{settings.padding_mode}"'
    return Refusal("padding_mode", sentence)


def _uneven_groups(settings: ConvSettings) -> Refusal | None:
    sentence = _error(
        arithmetic.check_groups, settings.in_channels, settings.out_channels, settings.groups
    )
    return Refusal("groups", sentence) if sentence else None


def _transposed_mode(settings: ConvSettings) -> Refusal | None:
    if settings.padding_mode == "zeros":
        return None
    sentence = (
        'a transposed convolution knows only padding_mode "zeros", '
        f'but it is "{settings.padding_mode}"'
    )
    return Refusal("transposed_mode", sentence)


def _transposed_name(settings: ConvSettings) -> Refusal | None:
    if not isinstance(settings.padding, str):
        return None
    sentence = f'a transposed convolution needs its padding in pixels, not "{settings.padding}"'
    return Refusal("transposed_name", sentence)


def _loose_output_padding(settings: ConvSettings) -> Refusal | None:
    axes = _axes_where(settings, lambda a: a.output_padding >= max(a.stride, a.dilation))
    return _transposed_refusal("output_padding", settings, axes)


def _empty_output(settings: ConvSettings) -> Refusal | None:
    axes = _axes_where(settings, lambda a: a.written_size <= sum(a.padding))
    return _transposed_refusal("empty", settings, axes)


def _transposed_refusal(
    kind: Kind, settings: ConvSettings, axes: tuple[int, ...]
) -> Refusal | None:
    if not axes:
        return None
    a = settings.axes[axes[0]]
    sentence = _error(
        arithmetic.conv_transpose_output_size,
        a.size,
        a.kernel_size,
        a.stride,
        a.padding[0],
        a.output_padding,
        a.dilation,
    )
    return Refusal(kind, _along(axes) + sentence, axes)


def _strided_same(settings: ConvSettings) -> Refusal | None:
    if settings.padding != "same" or settings.stride == (1, 1):
        return None
    stride = " and ".join(str(stride) for stride in dict.fromkeys(settings.stride))
    return Refusal("strided_same", f'padding "same" needs stride 1, but stride is {stride}')


def _reflect_too_far(settings: ConvSettings) -> Refusal | None:
    if settings.padding_mode != "reflect":
        return None
    # A mirror does not repeat the border pixel, so one pixel fewer than the size is there to take.
    return _too_far("reflect", settings, lambda a: a.size - 1)


def _circular_too_far(settings: ConvSettings) -> Refusal | None:
    return (
        _too_far("circular", settings, lambda a: a.size)
        if settings.padding_mode == "circular"
        else None
    )


def _too_far(kind: Kind, settings: ConvSettings, most: Callable[[Axis], int]) -> Refusal | None:
    axes = _axes_where(settings, lambda a: max(a.padding) > most(a))
    if not axes:
        return None
    a = settings.axes[axes[0]]
    sentence = (
        f'padding_mode "{kind}" can add at most {most(a)} to an input of {a.size}, '
        f"but the padding is {max(a.padding)}"
    )
    return Refusal(kind, _along(axes) + sentence, axes)


def _kernel_too_wide(settings: ConvSettings) -> Refusal | None:
    axes = _axes_where(settings, lambda a: a.span > a.padded_size)
    if not axes:
        return None
    a = settings.axes[axes[0]]
    sentence = _error(arithmetic.positions, a.padded_size, a.kernel_size, a.stride, a.dilation)
    return Refusal("span", _along(axes) + sentence, axes)


_TRANSPOSED_CHECKS = (_transposed_mode, _transposed_name, _loose_output_padding, _empty_output)
_CONV_CHECKS = (_strided_same, _reflect_too_far, _circular_too_far, _kernel_too_wide)


def _axes_where(settings: ConvSettings, holds: Callable[[Axis], bool]) -> tuple[int, ...]:
    return tuple(index for index, axis in enumerate(settings.axes) if holds(axis))


def _along(axes: tuple[int, ...]) -> str:
    """How a sentence about one axis begins; nothing where it is true of both."""
    return "" if len(axes) == 2 else f"along the {('height', 'width')[axes[0]]}, "


def _error(function: Callable[..., object], *values: int) -> str:
    try:
        function(*values)
    except ValueError as error:
        return str(error)
    return ""
