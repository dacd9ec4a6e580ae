"""The sizes of square pictures that a network takes, each sent through the shapes of its layers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from cnnviz.builder.doctor.quick_shapes import quick_output_shape
from cnnviz.models.specs import MAX_SIDE, NetworkSpec

FIRST, LAST = 8, 96  # pixels: from a small digit to three times CIFAR-10


def sizes_around(spec: NetworkSpec) -> range:
    """The sizes to try: 8 to 96, or as many around the network's own where that is larger."""
    side = max(spec.input_shape[1:])
    if side <= LAST:
        return range(FIRST, LAST + 1)
    last = min(MAX_SIDE, side + (LAST - FIRST) // 2)
    return range(last - (LAST - FIRST), last + 1)


def fitting(spec: NetworkSpec, sizes: range) -> tuple[int, ...]:
    """Of these heights and widths those for which all layers fit."""
    return tuple(size for size in sizes if quick_output_shape(spec, size) is not None)


def runs(sizes: Sequence[int]) -> list[tuple[int, int]]:
    """Rising whole numbers as the first and the last of each unbroken run: 8, 9, 16 as 8–9, 16."""
    grouped = groupby(enumerate(sizes), key=lambda one: one[1] - one[0])
    found = [[size for _, size in run] for _, run in grouped]
    return [(run[0], run[-1]) for run in found]
