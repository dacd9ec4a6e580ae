"""What to try where a Linear layer gets the wrong numbers, or a volume, or a volume is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import isqrt, prod

from cnnviz.builder.convolutional import without_linear
from cnnviz.builder.doctor.case import Case, Idea, Leaping, title
from cnnviz.builder.doctor.input_sizes import (
    FittingSizes,
    channels_expected,
    fitting_sizes,
    halved_maps,
    with_size,
)
from cnnviz.builder.doctor.words import many, size_text
from cnnviz.builder.edits import (
    add_layer,
    change_arguments,
    move_layer,
    remove_layer,
    replace_layer,
)
from cnnviz.builder.names import number_of
from cnnviz.builder.shapes import output_shape, side
from cnnviz.counting import size_words
from cnnviz.models.spec_arguments import shown
from cnnviz.models.specs import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    Layer,
    Linear,
    MaxPool2d,
    NetworkSpec,
    Path,
)

MOST_ADDED = 3  # rows and columns of output_padding that are tried


def view_ideas(case: Case) -> Iterator[Idea]:
    """A view asks for another number of numbers than arrives."""
    yield Idea(
        f"Write view(-1, {prod(case.arriving)}), or torch.flatten(x, 1)",
        "As many as arrive, so that each picture keeps a row of its own; flatten counts by itself.",
        lambda: replace_layer(case.spec, case.path, Flatten()),
    )
    yield from size_ideas(case)


def features_ideas(case: Case) -> Iterator[Idea]:
    """A Linear layer gets another number of numbers than it expects."""
    count = prod(case.arriving)
    yield from leap_ideas(case)
    yield from _pool_again_ideas(case)
    yield from _swapped(case)
    yield from _one_more_pool(case)
    yield from _mean_of_each_map(case)
    yield Idea(
        f"Set in_features = {count} in {case.row.name}",
        "The layer takes all that arrives; its weights are new.",
        lambda: change_arguments(case.spec, case.path, in_features=count),
    )
    yield from larger_ideas(case)
    yield from size_ideas(case)
    if case.flatten is not None:
        yield from _pool_before_flatten(case)
        yield from _maker_ideas(case)
    yield from convolution_ideas(case)
    producer = case.producer
    if producer is not None and isinstance(producer.layer, Linear):
        expected = case.symptom.expected
        yield Idea(
            f"Let {producer.name} make {expected:,} numbers",
            f"Sets out_features of {title(producer)}.",
            lambda: change_arguments(case.spec, producer.path, out_features=expected),
        )


def _pool_again_ideas(case: Case) -> Iterator[Idea]:
    """A printout shows a pooling once, however often forward uses it."""
    layers = case.spec.layers
    pools = [layer for layer in layers if isinstance(layer, MaxPool2d | AvgPool2d)]
    if "forward" not in case.spec.guessed or len(pools) != 1:
        return
    row: list[Layer] = []
    for layer in layers:
        if layer is not pools[0]:
            row.append(layer)
        if isinstance(layer, Conv2d):
            row.append(pools[0])
    yield Idea(
        "Use the pooling after each convolution",
        "A forward often does: a printout shows one pooling, however often it is used.",
        lambda: replace(case.spec, layers=tuple(row)),
    )


def _one_more_pool(case: Case) -> Iterator[Idea]:
    """Maps of half the size are expected: a pooling was forgotten."""
    halved, flatten = halved_maps(case), case.flatten
    if halved is not None and flatten is not None:
        yield Idea(
            "Add MaxPool2d(2) before the Flatten",
            f"It leaves {size_words(halved)} of each map, which are as many as are expected.",
            lambda: add_layer(case.spec, flatten.path, MaxPool2d(2)),
        )


def _mean_of_each_map(case: Case) -> Iterator[Idea]:
    """As many features are expected as there are channels: the maps were to be averaged."""
    flatten = case.flatten
    if flatten is not None and case.symptom.expected == flatten.input_shape[0]:
        yield from _pool_before_flatten(case)


def larger_ideas(case: Case) -> Iterator[Idea]:
    """A transposed convolution that could end one row and column later: output_padding."""
    for row in reversed(case.way):
        layer = row.layer
        if isinstance(layer, ConvTranspose2d):
            yield from _output_padding_ideas(case, layer, row.path, row.name)
            return


def inner_larger_ideas(case: Case, layers: tuple[Layer, ...]) -> Iterator[Idea]:
    """The same of the transposed convolutions in the block that does not fit."""
    for index, layer in enumerate(layers):
        if isinstance(layer, ConvTranspose2d):
            name = f"layer {number_of((*case.path, index))}"
            yield from _output_padding_ideas(case, layer, (*case.path, index), name)


def _output_padding_ideas(
    case: Case, layer: ConvTranspose2d, path: Path, name: str
) -> Iterator[Idea]:
    most = min(max(side(layer.stride, a), side(layer.dilation, a)) for a in (0, 1)) - 1
    for added in range(1, min(most, MOST_ADDED) + 1):
        yield Idea(
            f"Set output_padding = {added} in {name}",
            f"Of the sizes that a stride of {size_text(layer.stride)} divides to the same, it then "
            f"makes one that is {added} larger.",
            lambda added=added: change_arguments(case.spec, path, output_padding=added),
        )


def _swapped(case: Case) -> Iterator[Idea]:
    """The two numbers of a Linear layer stand the wrong way round."""
    layer = case.layer
    if isinstance(layer, Linear) and layer.out_features == prod(case.arriving):
        yield Idea(
            f"Swap the two numbers: Linear({layer.out_features}, {layer.in_features})",
            "What arrives stands second; in torch.nn.Linear what comes in is said first.",
            lambda: change_arguments(
                case.spec,
                case.path,
                in_features=layer.out_features,
                out_features=layer.in_features,
            ),
        )


def leap_ideas(case: Case) -> Iterator[Idea]:
    """Another stride where one leaps over most of its map: the one with which all fits, if any."""
    row = case.leap
    if row is None or not isinstance(row.layer, Leaping):
        return
    is_pool = not isinstance(row.layer, Conv2d)
    strides = (row.layer.kernel_size, 1) if is_pool else (1, 2, row.layer.kernel_size)
    ways = {stride: change_arguments(case.spec, row.path, stride=stride) for stride in strides}
    stride = next((one for one, spec in ways.items() if output_shape(spec)), strides[0])
    yield Idea(
        f"Set stride = {shown(stride)} in {row.name}",
        f"Then {title(row)} leaps over nothing.",
        lambda: ways[stride],
    )


def size_ideas(case: Case) -> Iterator[Idea]:
    """Another input size for which the layer fits as it is, by resizing or by padding."""
    sizes = fitting_sizes(case)
    if sizes is None:
        return
    shape = f"{sizes.best} × {sizes.best}"
    if sizes.channels != case.spec.input_shape[0]:
        shape = f"{sizes.channels} × {shape}"
    yield Idea(
        f"Resize the input to {shape}",
        _size_range(sizes),
        lambda: with_size(case.spec, sizes.best, sizes.channels),
        stands_alone=True,
    )
    channels, height, width = case.spec.input_shape
    first = case.spec.layers[0]
    goal = sizes.best if sizes.high is None else sizes.low
    is_small = channels == sizes.channels and height == width < goal
    if isinstance(first, Conv2d) and isinstance(first.padding, int) and is_small:
        added = -(-(goal - height) // 2)
        padding, padded = first.padding + added, height + 2 * added
        yield Idea(
            f"Pad the picture: padding = {padding} in the first layer",
            f"{height} × {width} with {added} more on each side is {padded} × {padded}.",
            lambda: change_arguments(case.spec, (0,), padding=padding),
            stands_alone=True,
        )


def convolution_ideas(case: Case) -> Iterator[Idea]:
    """Convolutions that do the same as the Linear layers, and take any larger picture."""
    yield Idea(
        "Turn the Linear layers into convolutions",
        "The same weights, laid out as kernels: the network then takes any larger picture and "
        "gives a map of scores.",
        lambda: without_linear(case.spec),
    )


def not_flat_ideas(case: Case) -> Iterator[Idea]:
    """A Linear layer gets a volume."""
    count = prod(case.arriving)
    channels = case.arriving[0]
    flattened = add_layer(case.spec, case.path, Flatten())
    linear: Path = (*case.path[:-1], case.path[-1] + 1)
    layer = case.layer
    if isinstance(layer, Linear) and layer.in_features == channels:
        yield _averaged(case, flattened)
    if isinstance(layer, Linear) and layer.out_features == count:
        yield Idea(
            f"Add a Flatten before {case.row.name} and swap its numbers: "
            f"Linear({count}, {layer.in_features})",
            "What arrives stands second; in torch.nn.Linear what comes in is said first.",
            lambda: change_arguments(
                flattened, linear, in_features=count, out_features=layer.in_features
            ),
        )
    yield Idea(
        f"Add a Flatten before {case.row.name}",
        f"Lays {size_words(case.arriving)} in a row of {count:,} numbers.",
        lambda: flattened,
    )
    yield Idea(
        f"Add a Flatten before {case.row.name} and set in_features = {count}",
        f"Lays {size_words(case.arriving)} in a row, and the layer takes them all.",
        lambda: change_arguments(flattened, linear, in_features=count),
    )
    yield _averaged(case, flattened)
    yield from convolution_ideas(case)


def _averaged(case: Case, flattened: NetworkSpec) -> Idea:
    """One number of each map, laid in a row."""
    channels = case.arriving[0]
    return Idea(
        f"Average each map: AdaptiveAvgPool2d(1), Flatten, in_features = {channels}",
        "One number per channel, whatever the size of the picture.",
        lambda: change_arguments(
            add_layer(flattened, case.path, AdaptiveAvgPool2d(1)),
            (*case.path[:-1], case.path[-1] + 2),
            in_features=channels,
        ),
    )


def flat_ideas(case: Case) -> Iterator[Idea]:
    """A layer that slides over a volume gets numbers in a row."""
    flatten = next((row for row in case.way if isinstance(row.layer, Flatten)), None)
    if flatten is not None:
        yield Idea(
            "Move the Flatten down to the first Linear layer",
            "The volume then stays a volume as long as layers need one.",
            lambda: _move_flatten(case, flatten.path),
        )
        yield Idea(
            "Remove the Flatten",
            f"{size_words(flatten.input_shape)} then arrive as a volume.",
            lambda: remove_layer(case.spec, flatten.path),
        )
        yield from convolution_ideas(case)
    if isinstance(case.layer, Conv2d) and len(case.arriving) == 1:
        count, out_features = case.arriving[0], case.layer.out_channels
        yield Idea(
            f"Replace {case.row.name} by Linear({count}, {out_features})",
            "A Linear layer is what takes numbers in a row.",
            lambda: replace_layer(case.spec, case.path, Linear(count, out_features)),
        )


def _maker_ideas(case: Case) -> Iterator[Idea]:
    """Other channels before the Flatten, where they are what is wrong."""
    maker, channels = case.maker_of_channels, channels_expected(case)
    if maker is None or not channels or fitting_sizes(case) is not None:
        return
    if isinstance(maker.layer, Conv2d | ConvTranspose2d):
        yield Idea(
            f"Let {maker.name} make {many(channels, 'channel')}",
            f"Sets out_channels of {title(maker)}.",
            lambda: change_arguments(case.spec, maker.path, out_channels=channels),
        )


def _pool_before_flatten(case: Case) -> Iterator[Idea]:
    flatten, expected = case.flatten, case.symptom.expected
    if flatten is None or expected is None or len(flatten.input_shape) != 3:
        return
    channels = flatten.input_shape[0]
    edge = isqrt(expected // channels)
    if edge and channels * edge * edge == expected:
        yield Idea(
            f"Add AdaptiveAvgPool2d({edge}) before the Flatten",
            f"Averages each feature map to {edge} × {edge}, for pictures of any size: "
            f"{channels:,} × {edge} × {edge} = {expected:,}.",
            lambda: add_layer(case.spec, flatten.path, AdaptiveAvgPool2d(edge)),
        )
    if edge != 1 and flatten.input_shape[1:] != (1, 1):
        yield Idea(
            f"Add AdaptiveAvgPool2d(1) before the Flatten, in_features = {channels}",
            "One number per channel, for pictures of any size; the layer gets new weights.",
            lambda: _average(case.spec, case.path, flatten.path, channels),
        )


def _average(spec: NetworkSpec, linear: Path, flatten: Path, channels: int) -> NetworkSpec:
    with_features = change_arguments(spec, linear, in_features=channels)
    return add_layer(with_features, flatten, AdaptiveAvgPool2d(1))


def _move_flatten(case: Case, flatten: Path) -> NetworkSpec:
    siblings = case.spec.layers
    if len(flatten) != 1:
        raise ValueError("the Flatten stands in a block")
    behind = range(case.path[0] + 1, len(siblings))
    goal = next((index for index in behind if isinstance(siblings[index], Linear)), None)
    if goal is None:
        raise ValueError("no Linear layer comes after it")
    return move_layer(case.spec, flatten, (goal - 1,))


def _size_range(sizes: FittingSizes) -> str:
    low, high = sizes.low, sizes.high
    if high is None:
        return f"This layer needs at least {low} × {low}."
    if low == high:
        return f"{low} × {low} is the only square size that fits."
    return f"Every size from {low} × {low} to {high} × {high} fits."
