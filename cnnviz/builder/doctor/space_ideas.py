"""What to try where a kernel, its padding or its stride does not fit the height and width."""

from __future__ import annotations

from collections.abc import Iterator

from cnnviz.builder.doctor.case import Case, Idea, title
from cnnviz.builder.doctor.flat_ideas import leap_ideas, size_ideas
from cnnviz.builder.doctor.window_symptoms import Pool, size_with_padding, span_of
from cnnviz.builder.doctor.words import size_text
from cnnviz.builder.edits import change_arguments, remove_layer, replace_layer
from cnnviz.builder.shapes import side
from cnnviz.counting import size_words
from cnnviz.models.specs import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    Conv2d,
    ConvTranspose2d,
    LPPool2d,
    MaxPool2d,
    Size,
)

PoolLayer = MaxPool2d | AvgPool2d | LPPool2d


def kernel_ideas(case: Case) -> Iterator[Idea]:
    """A kernel or window is wider than what arrives."""
    layer = case.layer
    if not isinstance(layer, Conv2d | PoolLayer):
        return
    there = size_with_padding(layer, case.arriving)
    yield from leap_ideas(case)
    yield from size_ideas(case)
    if isinstance(layer, Conv2d | MaxPool2d) and layer.dilation != 1:
        yield _set(case, "A kernel without holes spans less.", dilation=1)
    kernel = tuple(min(side(layer.kernel_size, axis), there[axis]) for axis in (0, 1))
    yield _set(case, f"As large as what is there, {size_words(there)}.", kernel_size=kernel)
    if not isinstance(layer, LPPool2d):
        yield _padding_idea(case, layer, there)
    if isinstance(layer, PoolLayer):
        yield Idea(
            f"Use AdaptiveAvgPool2d(1) instead of {case.row.name}",
            "It averages whatever is left of each feature map.",
            lambda: replace_layer(case.spec, case.path, AdaptiveAvgPool2d(1)),
        )
    yield from _gentler_ideas(case)


def pool_padding_ideas(case: Case) -> Iterator[Idea]:
    """A pooling is padded by more than half its window."""
    layer = case.layer
    if not isinstance(layer, MaxPool2d | AvgPool2d):
        return
    height, width = (
        min(side(layer.padding, axis), side(layer.kernel_size, axis) // 2) for axis in (0, 1)
    )
    yield _set(case, "Half the window, the most that is allowed.", padding=(height, width))
    yield _set(case, "No padding.", padding=0)
    kernel = tuple(max(side(layer.kernel_size, a), 2 * side(layer.padding, a)) for a in (0, 1))
    yield _set(case, "A window twice as large as the padding.", kernel_size=kernel)


def same_stride_ideas(case: Case) -> Iterator[Idea]:
    """padding = 'same' stands beside a stride."""
    layer = case.layer
    if not isinstance(layer, Conv2d):
        return
    height, width = ((reach - 1) // 2 for reach in span_of(layer))
    meaning = f"The size is divided by the stride of {size_text(layer.stride)}, rounded up."
    yield _set(case, meaning, padding=(height, width))
    yield _set(case, "The size stays the same.", stride=1)


def mirror_ideas(case: Case) -> Iterator[Idea]:
    """There are too few rows or columns to fill the padding from."""
    layer = case.layer
    if not isinstance(layer, Conv2d):
        return
    yield _set(case, "Zeros need nothing to be filled from.", padding_mode="zeros")
    yield _set(case, "The edge is repeated as often as needed.", padding_mode="replicate")
    if isinstance(layer.padding, int | tuple):
        reach = 0 if layer.padding_mode == "circular" else 1
        height, width = (
            min(side(layer.padding, axis), case.arriving[1 + axis] - reach) for axis in (0, 1)
        )
        yield _set(case, "As many as the picture can fill.", padding=(height, width))


def output_padding_ideas(case: Case) -> Iterator[Idea]:
    """output_padding is as large as the stride or larger."""
    layer = case.layer
    if not isinstance(layer, ConvTranspose2d):
        return
    yield _set(case, "Nothing is added at the bottom and right.", output_padding=0)
    height, width = (side(layer.output_padding, axis) + 1 for axis in (0, 1))
    yield _set(case, "A stride larger than what is added.", stride=(height, width))


def nothing_left_ideas(case: Case) -> Iterator[Idea]:
    """The padding of a transposed convolution cuts everything off."""
    yield _set(case, "Nothing is cut off.", padding=0)
    if isinstance(case.layer, ConvTranspose2d):
        padding = case.layer.padding
        kernel = tuple(
            max(side(case.layer.kernel_size, a), 2 * side(padding, a) + 1) for a in (0, 1)
        )
        yield _set(case, "A kernel that makes more than is cut off.", kernel_size=kernel)


def dim_ideas(case: Case) -> Iterator[Idea]:
    """A softmax works along a dimension that does not exist."""
    yield _set(case, "The classes, or the channels of each pixel.", dim=1)


def _padding_idea(case: Case, layer: Conv2d | Pool, there: tuple[int, int]) -> Idea:
    old: Size = (
        0 if isinstance(layer, LPPool2d) or isinstance(layer.padding, str) else layer.padding
    )
    height, width = (
        side(old, axis) + max(0, -(-(span_of(layer)[axis] - there[axis]) // 2)) for axis in (0, 1)
    )
    return _set(case, "Just enough for the kernel to have one place.", padding=(height, width))


def _gentler_ideas(case: Case) -> Iterator[Idea]:
    """More rows and columns on the way: without the last pooling, or without the last stride."""
    for row in reversed(case.way):
        layer = row.layer
        if isinstance(layer, PoolLayer):
            yield Idea(
                f"Remove {row.name}",
                f"Without {title(row)}, {size_words(row.input_shape)} stay.",
                lambda path=row.path: remove_layer(case.spec, path),
            )
            return
        if isinstance(layer, Conv2d) and layer.stride != 1:
            yield Idea(
                f"Set stride = 1 in {row.name}",
                f"Then {title(row)} keeps more rows and columns.",
                lambda path=row.path: change_arguments(case.spec, path, stride=1),
            )
            return


def _set(case: Case, why: str, **arguments: Size | str | tuple[int, ...]) -> Idea:
    text = ", ".join(f"{name} = {_value_text(value)}" for name, value in arguments.items())
    return Idea(
        f"Set {text} in {case.row.name}",
        why,
        lambda: change_arguments(case.spec, case.path, **arguments),
    )


def _value_text(value: Size | str | tuple[int, ...]) -> str:
    if isinstance(value, tuple):
        return str(value[0]) if len(set(value)) == 1 else str(value)
    return repr(value)
