"""Which settings of a pooling torch refuses, why, and the nearest ones that it takes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from cnnviz.pooling.settings import OPERATIONS, PoolAxis, PoolSettings

MOST_REPAIRS = 4
MOST_CHANGES = 3  # one after another, to get from a refused setting to one that works

Kind = Literal["too_small", "operation", "p", "lp_padding", "dilation", "padding", "span"]
Changes = dict[str, Any]
TITLES = {"max": "MaxPool2d", "avg": "AvgPool2d", "lp": "LPPool2d"}
LEAST = {"height": 1, "width": 1, "channels": 1, "kernel_size": 1, "stride": 1, "padding": 0,
         "dilation": 1}  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """Why torch refuses a setting: the kind of reason, a sentence, and the axes it is about."""

    kind: Kind
    sentence: str
    axes: tuple[int, ...] = (0, 1)


@dataclass(frozen=True)
class Repair:
    """Settings that work, and what changes to get there: "Padding 2 → 1"."""

    label: str
    settings: PoolSettings


def refusal(settings: PoolSettings) -> Refusal | None:
    """The first reason why torch refuses the layer or its forward pass; None where it takes them.

    A `p` of 0 or less is refused too: torch divides by it, or takes roots of infinity.
    """
    return next((found for check in _CHECKS if (found := check(settings))), None)


def check_settings(settings: PoolSettings) -> None:
    """Raises ValueError, with the sentence of `refusal`, for settings that torch refuses."""
    if found := refusal(settings):
        raise ValueError(found.sentence)


def repairs(settings: PoolSettings, fixed: Collection[str] = ()) -> tuple[Repair, ...]:
    """Up to four settings that torch takes, those with the fewest and smallest changes first.

    Args:
        settings: refused ones.
        fixed: names of settings that no repair may change, such as the size of a photo.
    """
    found: list[PoolSettings] = []
    ways = [settings]
    for _ in range(MOST_CHANGES):
        tried = [
            replace(way, **changes)
            for way in ways
            for changes in _ways_out(way)
            if not changes.keys() & set(fixed)
        ]
        found += [way for way in tried if refusal(way) is None and way not in found]
        ways = [way for way in tried if refusal(way)]
    nearest = sorted(found, key=lambda way: _distance(settings, way))
    return tuple(Repair(_label(settings, way), way) for way in nearest[:MOST_REPAIRS])


def _too_small(settings: PoolSettings) -> Refusal | None:
    for name, least in LEAST.items():
        value = getattr(settings, name)
        value = value if isinstance(value, int) else min(value)
        if value < least:
            return Refusal("too_small", f"{name} must be at least {least}, but it is {value}")
    return None


def _unknown(settings: PoolSettings) -> Refusal | None:
    if settings.operation in OPERATIONS:
        return None
    known = ", ".join(OPERATIONS)
    return Refusal("operation", f'operation is one of {known}, not "{settings.operation}"')


def _no_root(settings: PoolSettings) -> Refusal | None:
    if settings.operation != "lp" or settings.p > 0:
        return None
    return Refusal("p", f"p must be above 0, but it is {settings.p:g}")


def _padded_norm(settings: PoolSettings) -> Refusal | None:
    if settings.operation != "lp" or settings.padding == (0, 0):
        return None
    said = _pair(settings.padding)
    return Refusal("lp_padding", f"LPPool2d takes no padding, but the padding is {said}")


def _undilated(settings: PoolSettings) -> Refusal | None:
    if settings.operation == "max" or settings.dilation == (1, 1):
        return None
    title, said = TITLES[settings.operation], _pair(settings.dilation)
    return Refusal("dilation", f"{title} takes no dilation, but the dilation is {said}")


def _too_much_padding(settings: PoolSettings) -> Refusal | None:
    axes = _axes_where(settings, lambda axis: axis.padding > axis.kernel_size // 2)
    if not axes:
        return None
    axis = settings.axes[axes[0]]
    return Refusal(
        "padding",
        f"{_along(axes)}padding is {axis.padding}, but at most half of the kernel size "
        f"{axis.kernel_size} may be: a window could lie in the padding alone",
        axes,
    )


def _no_window(settings: PoolSettings) -> Refusal | None:
    axes = _axes_where(settings, lambda axis: not _has_window(axis))
    if not axes:
        return None
    axis = settings.axes[axes[0]]
    padded = axis.size + 2 * axis.padding
    return Refusal(
        "span",
        f"{_along(axes)}the window spans {axis.span} but the padded input has {padded}",
        axes,
    )


_CHECKS = (
    _too_small,
    _unknown,
    _no_root,
    _padded_norm,
    _undilated,
    _too_much_padding,
    _no_window,
)


def _has_window(axis: PoolAxis) -> bool:
    try:
        return axis.output_size > 0
    except ValueError:
        return False


def _axes_where(settings: PoolSettings, holds: Callable[[PoolAxis], bool]) -> tuple[int, ...]:
    return tuple(index for index, axis in enumerate(settings.axes) if holds(axis))


def _along(axes: tuple[int, ...]) -> str:
    return "" if len(axes) == 2 else f"along the {('height', 'width')[axes[0]]}, "


def _ways_out(settings: PoolSettings) -> Iterator[Changes]:
    """The changes that each remove today's first reason."""
    reason = refusal(settings)
    match reason.kind if reason else None:
        case "too_small":
            yield {name: _raised(getattr(settings, name), least) for name, least in LEAST.items()}
        case "operation":
            yield {"operation": "max"}
        case "p":
            yield {"p": 1.0}
        case "lp_padding":
            yield {"padding": (0, 0)}
            yield {"operation": "avg"}
            yield {"operation": "max"}
        case "dilation":
            yield {"dilation": (1, 1)}
            yield {"operation": "max"}
        case "padding":
            yield {
                "padding": _each(settings, lambda axis: min(axis.padding, axis.kernel_size // 2))
            }
            yield {"kernel_size": _each(settings, _kernel_for_padding)}
        case "span":
            yield {"kernel_size": _each(settings, _kernel_that_fits)}
            yield {"dilation": _each(settings, _dilation_that_fits)}
            height, width = _each(settings, lambda axis: max(axis.size, axis.span))
            yield {"height": height, "width": width}


def _each(settings: PoolSettings, value: Callable[[PoolAxis], int]) -> tuple[int, int]:
    rows, columns = settings.axes
    return value(rows), value(columns)


def _raised(value: int | tuple[int, int], least: int) -> int | tuple[int, ...]:
    return max(value, least) if isinstance(value, int) else tuple(max(v, least) for v in value)


def _kernel_for_padding(axis: PoolAxis) -> int:
    return max(axis.kernel_size, 2 * axis.padding)


def _kernel_that_fits(axis: PoolAxis) -> int:
    room = axis.size + 2 * axis.padding
    return min(axis.kernel_size, max(1, (room - 1) // axis.dilation + 1))


def _dilation_that_fits(axis: PoolAxis) -> int:
    if axis.kernel_size == 1:
        return axis.dilation
    room = axis.size + 2 * axis.padding
    return min(axis.dilation, max(1, (room - 1) // (axis.kernel_size - 1)))


def _changed(before: PoolSettings, after: PoolSettings) -> list[tuple[str, Any, Any]]:
    pairs = [(f.name, getattr(before, f.name), getattr(after, f.name)) for f in fields(before)]
    return [(name, old, new) for name, old, new in pairs if old != new]


def _distance(before: PoolSettings, after: PoolSettings) -> float:
    """How large a change is: numbers by their difference, another operation counts 3."""
    distance = 0.0
    for name, old, new in _changed(before, after):
        if name == "operation":
            distance += 3
        elif isinstance(old, tuple):
            distance += sum(abs(a - b) for a, b in zip(old, new, strict=True))
        else:
            distance += abs(old - new)
    return distance


def _label(before: PoolSettings, after: PoolSettings) -> str:
    """What changes, in the terms of the page: "Padding 2 → 1, kernel size 3 → 2"."""
    parts = [
        f"{name.replace('_', ' ')} {_said(old)} → {_said(new)}"
        for name, old, new in _changed(before, after)
    ]
    label = ", ".join(parts)
    return label[:1].upper() + label[1:]


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return _pair(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _pair(pair: tuple[int, ...]) -> str:
    return str(pair[0]) if pair[0] == pair[-1] else f"{pair[0]}×{pair[-1]}"
