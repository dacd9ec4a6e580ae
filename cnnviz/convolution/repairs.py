"""For settings that torch refuses: the nearest settings that it takes."""

import heapq
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import count
from math import gcd
from typing import Any

from cnnviz.arithmetic import same_padding
from cnnviz.convolution.refusal import Refusal, refusal, smallest_values
from cnnviz.convolution.settings import Axis, ConvSettings

MOST_REPAIRS = 4
MOST_STEPS = 200  # of the search; the worst of 100,000 random settings needed 60

Changes = dict[str, Any]


@dataclass(frozen=True)
class Repair:
    """Settings that work, and what changes to get there: "Kernel size 5 → 3"."""

    label: str
    settings: ConvSettings


@dataclass(frozen=True)
class Problem:
    """Why torch refuses a setting, with both numbers, and up to four ways out, smallest first."""

    sentence: str
    repairs: tuple[Repair, ...]


def problem(
    settings: ConvSettings, fixed: Collection[str] = (), most: Mapping[str, int] | None = None
) -> Problem | None:
    """Why torch refuses the layer or its forward pass, and what would work; None where it works.

    Args:
        settings: the layer and the size of its input.
        fixed: names of settings that no repair may change, such as the size of a photo.
        most: the largest value that a repair may give a setting, by its name.
    """
    found = refusal(settings)
    return Problem(found.sentence, _repairs(settings, fixed, most or {})) if found else None


def _repairs(
    settings: ConvSettings, fixed: Collection[str], most: Mapping[str, int]
) -> tuple[Repair, ...]:
    """The smallest changes that lead to a setting that works.

    A best-first search: each step removes the first reason of refusal in one of several ways, and
    the setting nearest to the visitor's own is looked at next.
    """
    order = count()  # settles ties, because settings cannot be compared
    waiting = [(0, next(order), settings)]
    seen = {settings}
    repairs: list[Repair] = []
    for _ in range(MOST_STEPS):
        if not waiting or len(repairs) == MOST_REPAIRS:
            break
        _, _, nearest = heapq.heappop(waiting)
        reason = refusal(nearest)
        if reason is None:
            if not any(_goes_beyond(settings, nearest, repair) for repair in repairs):
                repairs.append(Repair(_label(settings, nearest), nearest))
            continue
        for changes in _ways_out(nearest, reason):
            changed = replace(nearest, **changes)
            is_allowed = not changes.keys() & set(fixed) and _is_within(most, changes)
            if changed not in seen and is_allowed:
                seen.add(changed)
                heapq.heappush(waiting, (_distance(settings, changed), next(order), changed))
    return tuple(repairs)


def _is_within(most: Mapping[str, int], changes: Changes) -> bool:
    return all(_largest(changes[name]) <= most[name] for name in changes.keys() & most.keys())


def _largest(value: tuple[int, ...] | int | str) -> int:
    if isinstance(value, str):
        return 0
    return value if isinstance(value, int) else max(value)


def _ways_out(settings: ConvSettings, reason: Refusal) -> Iterator[Changes]:
    match reason.kind:
        case "too_small":
            yield _raised(settings)
        case "padding_name" | "padding_mode" | "transposed_mode" | "transposed_name":
            yield from _other_names(settings, reason)
        case "strided_same":
            yield {"stride": (1, 1)}
            yield from _padding_in_pixels(settings)
        case "groups":
            yield from _even_groups(settings)
        case "output_padding":
            yield from _output_padding_ways(settings, reason)
        case "empty":
            yield from _empty_ways(settings, reason)
        case "reflect" | "circular":
            yield from _far_padding_ways(settings, reason)
        case "span":
            yield from _span_ways(settings, reason)


def _raised(settings: ConvSettings) -> Changes:
    changes: Changes = {}
    for name, (least, value) in smallest_values(settings).items():
        if value < least:
            old = getattr(settings, name)
            changes[name] = least if isinstance(old, int) else tuple(max(least, v) for v in old)
    return changes


def _other_names(settings: ConvSettings, reason: Refusal) -> Iterator[Changes]:
    if reason.kind in ("padding_mode", "transposed_mode"):
        yield {"padding_mode": "zeros"}
    else:
        yield from _padding_in_pixels(settings)
    if reason.kind == "padding_name" and not settings.transposed:
        yield {"padding": "same"}
    if reason.kind in ("transposed_mode", "transposed_name"):
        yield {"transposed": False}


def _padding_in_pixels(settings: ConvSettings) -> Iterator[Changes]:
    yield {"padding": tuple(same_padding(a.kernel_size, a.dilation)[0] for a in settings.axes)}
    yield {"padding": (0, 0)}


def _even_groups(settings: ConvSettings) -> Iterator[Changes]:
    groups = settings.groups
    shared = gcd(settings.in_channels, settings.out_channels)
    divisors = [d for d in range(1, shared + 1) if shared % d == 0]
    fewer, more = [d for d in divisors if d < groups], [d for d in divisors if d > groups]
    for near in (*fewer[-1:], *more[:1]):
        yield {"groups": near}
    for name in ("in_channels", "out_channels"):
        below = getattr(settings, name) // groups * groups
        if below != getattr(settings, name):
            yield {name: below + groups}
            yield {name: max(below, groups)}


def _output_padding_ways(settings: ConvSettings, reason: Refusal) -> Iterator[Changes]:
    yield _change(settings, reason, "output_padding", lambda a: max(a.stride, a.dilation) - 1)
    yield _change(settings, reason, "stride", lambda a: a.output_padding + 1)
    yield _change(settings, reason, "dilation", lambda a: a.output_padding + 1)


def _empty_ways(settings: ConvSettings, reason: Refusal) -> Iterator[Changes]:
    def missing(a: Axis) -> int:
        return sum(a.padding) + 1 - a.written_size

    yield _change(settings, reason, "padding", lambda a: (a.written_size - 1) // 2)
    yield _change(
        settings, reason, "kernel_size", lambda a: a.kernel_size + _ceil_div(missing(a), a.dilation)
    )
    yield _change_size(settings, reason, lambda a: a.size + _ceil_div(missing(a), a.stride))


def _far_padding_ways(settings: ConvSettings, reason: Refusal) -> Iterator[Changes]:
    spare = 1 if reason.kind == "reflect" else 0  # pixels of the input that cannot be taken
    if settings.padding == "same":
        yield _change(
            settings, reason, "kernel_size", lambda a: 2 * (a.size - spare) // a.dilation + 1
        )
    else:
        yield _change(settings, reason, "padding", lambda a: a.size - spare)
    yield _change_size(settings, reason, lambda a: max(a.padding) + spare)
    yield {"padding_mode": "zeros"}
    yield {"padding_mode": "replicate"}


def _span_ways(settings: ConvSettings, reason: Refusal) -> Iterator[Changes]:
    yield _change(settings, reason, "kernel_size", lambda a: (a.padded_size - 1) // a.dilation + 1)
    yield _change(settings, reason, "padding", lambda a: _ceil_div(a.span - a.size, 2))
    if all(
        (settings.axes[axis].kernel_size <= settings.axes[axis].padded_size) for axis in reason.axes
    ):
        yield _change(
            settings, reason, "dilation", lambda a: (a.padded_size - 1) // (a.kernel_size - 1)
        )
    yield _change_size(settings, reason, lambda a: a.span - sum(a.padding))


def _change(
    settings: ConvSettings, reason: Refusal, name: str, needed: Callable[[Axis], int]
) -> Changes:
    """The needed value on the axes of the reason; a pair that was square stays square."""
    old = getattr(settings, name)
    pair = [a.padding[0] for a in settings.axes] if isinstance(old, str) else list(old)
    new = [needed(a) if i in reason.axes else pair[i] for i, a in enumerate(settings.axes)]
    if pair[0] == pair[1]:
        new = [min(new)] * 2 if min(new) < pair[0] else [max(new)] * 2
    return {name: tuple(new)}


def _change_size(settings: ConvSettings, reason: Refusal, needed: Callable[[Axis], int]) -> Changes:
    return {("height", "width")[axis]: needed(settings.axes[axis]) for axis in reason.axes}


def _ceil_div(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)


def _distance(before: ConvSettings, after: ConvSettings) -> int:
    """How large a change is: numbers by their difference, names count 2, another operation 8."""
    distance = 0
    for name, old, new in _changed(before, after):
        if name == "transposed":
            distance += 8
        elif isinstance(old, str) or isinstance(new, str):
            distance += 2
        elif isinstance(old, tuple):
            distance += sum(abs(a - b) for a, b in zip(old, new, strict=True))
        else:
            distance += abs(old - new)
    return distance


def _changed(before: ConvSettings, after: ConvSettings) -> list[tuple[str, Any, Any]]:
    triples = [(f.name, getattr(before, f.name), getattr(after, f.name)) for f in fields(before)]
    return [(name, old, new) for name, old, new in triples if old != new]


def _goes_beyond(before: ConvSettings, after: ConvSettings, repair: Repair) -> bool:
    """Whether a change makes all the changes of a repair, and then some that are not needed."""
    needed = _changed(before, repair.settings)
    made = _changed(before, after)
    return all(change in made for change in needed)


def _label(before: ConvSettings, after: ConvSettings) -> str:
    """What changes, in the terms of the page: "Kernel size 5 → 3, padding 0 → 1"."""
    changed = _changed(before, after)
    sizes = [(old, new) for name, old, new in changed if name in ("height", "width")]
    if len(sizes) == 2 and sizes[0] == sizes[1]:
        others = [change for change in changed if change[0] not in ("height", "width")]
        changed = [("size", *sizes[0]), *others]
    label = ", ".join(_one_label(*change) for change in changed)
    return label[0].upper() + label[1:]


def _one_label(name: str, old: Any, new: Any) -> str:
    if name == "transposed":
        return "not transposed"
    term = {"in_channels": "input channels", "out_channels": "output channels"}.get(name, name)
    return f"{term.replace('_', ' ')} {_value(old)} → {_value(new)}"


def _value(value: tuple[int, int] | int | str) -> str:
    if isinstance(value, tuple):
        return str(value[0]) if value[0] == value[1] else f"{value[0]}×{value[1]}"
    return str(value)
