"""What to try where channels, groups or normalised features do not fit what arrives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import gcd

from cnnviz.builder.doctor.case import Case, Idea, has_channels_last, title
from cnnviz.builder.doctor.words import many
from cnnviz.builder.edits import add_layer, change_arguments, replace_layer
from cnnviz.builder.fitting import fit
from cnnviz.builder.shapes import output_shape
from cnnviz.models.specs import (
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    GroupNorm,
    Linear,
    PReLU,
    arguments_of,
)


def channels_ideas(case: Case) -> Iterator[Idea]:
    """A layer gets another number of channels than it expects."""
    expected, arrived = case.symptom.expected, case.symptom.arrived
    if has_channels_last(case):
        height, width, channels = case.spec.input_shape
        yield Idea(
            f"Put the channels first: {channels} × {height} × {width}",
            "torch wants channels × height × width; in code, x.permute(0, 3, 1, 2).",
            lambda: replace(case.spec, input_shape=(channels, height, width)),
        )
        return
    yield from _swapped(case)
    names = arguments_of(type(case.layer)).items()
    argument = next((name for name, entry in names if entry.fills), "in_channels")
    yield Idea(
        f"Set {argument} = {arrived} in {case.row.name}",
        "The layer takes what arrives.",
        lambda: replace_layer(case.spec, case.path, fit(case.layer, case.arriving)),
    )
    yield from _producer_ideas(case)
    if len(case.arriving) == 3 and expected is not None:
        bridge = Conv2d(case.arriving[0], expected, 1)
        yield Idea(
            f"Add a 1×1 convolution before it: {many(case.arriving[0], 'channel')} → {expected}",
            "It mixes the channels of each pixel and leaves height and width alone.",
            lambda: add_layer(case.spec, case.path, bridge),
        )


def _swapped(case: Case) -> Iterator[Idea]:
    """The two numbers of channels stand the wrong way round: turned, everything fits."""
    layer = case.layer
    if not isinstance(layer, Conv2d | ConvTranspose2d) or layer.out_channels != case.arriving[0]:
        return
    numbers = {"in_channels": layer.out_channels, "out_channels": layer.in_channels}
    swapped = change_arguments(case.spec, case.path, **numbers)
    if output_shape(swapped) is not None:
        yield Idea(
            f"Swap the two numbers: {layer.kind}({layer.out_channels}, {layer.in_channels}, …)",
            "What arrives stands second; in torch.nn what comes in is said first.",
            lambda: swapped,
        )


def _producer_ideas(case: Case) -> Iterator[Idea]:
    producer, expected = case.producer, case.symptom.expected
    if expected is None:
        return
    if producer is None:
        _, height, width = case.spec.input_shape
        pictures = {1: "grey", 3: "colour"}.get(expected)
        yield Idea(
            f"Give the input {many(expected, 'channel')}",
            f"Pictures with {many(expected, 'channel')}"
            + (f": {pictures} ones." if pictures else "."),
            lambda: replace(case.spec, input_shape=(expected, height, width)),
        )
        return
    names = {Conv2d: "out_channels", ConvTranspose2d: "out_channels", Linear: "out_features"}
    name = names.get(type(producer.layer))
    if name is not None:
        yield Idea(
            f"Let {producer.name} make {many(expected, 'channel')}",
            f"Sets {name} of {title(producer)}.",
            lambda: change_arguments(case.spec, producer.path, **{name: expected}),
        )


def groups_ideas(case: Case) -> Iterator[Idea]:
    """The groups of a convolution do not divide its channels."""
    layer = case.layer
    if not isinstance(layer, Conv2d | ConvTranspose2d):
        return
    common = gcd(layer.in_channels, layer.out_channels, layer.groups)
    for groups in dict.fromkeys((common, gcd(layer.in_channels, layer.out_channels), 1)):
        meaning = "One group: every output channel sees every input channel."
        if groups > 1:
            meaning = f"{groups} divides both {layer.in_channels} and {layer.out_channels}."
        yield _set(case, meaning, groups=groups)
    if layer.in_channels % layer.groups == 0:
        multiple = layer.groups * -(-layer.out_channels // layer.groups)
        yield _set(case, f"The next number that {layer.groups} divides.", out_channels=multiple)


def norm_ideas(case: Case) -> Iterator[Idea]:
    """A batch normalisation gets a volume instead of a row, or the other way round."""
    if not isinstance(case.layer, BatchNorm1d | BatchNorm2d):
        return
    is_volume = len(case.arriving) == 3
    kind = BatchNorm2d if is_volume else BatchNorm1d
    yield Idea(
        f"Use {kind.__name__}({case.arriving[0]})",
        "It is the same for a volume." if is_volume else "It is the same for numbers in a row.",
        lambda: replace_layer(case.spec, case.path, fit(kind(**case.layer.values), case.arriving)),
    )
    if is_volume:
        yield Idea(
            f"Add a Flatten before {case.row.name}",
            "Then every number is normalised on its own.",
            lambda: add_layer(case.spec, case.path, Flatten()),
        )


def norm_groups_ideas(case: Case) -> Iterator[Idea]:
    """The groups of a GroupNorm do not divide its channels."""
    if not isinstance(case.layer, GroupNorm):
        return
    channels = case.arriving[0]
    for groups in dict.fromkeys((gcd(case.layer.num_groups, channels), gcd(8, channels), 1)):
        meaning = "One group: the whole picture is normalised together."
        if groups > 1:
            meaning = f"{groups} divides {channels}."
        yield _set(case, meaning, num_groups=groups, num_channels=channels)
    if len(case.arriving) == 3:
        yield Idea(
            f"Use BatchNorm2d({channels})",
            "It normalises each channel over the whole batch.",
            lambda: replace_layer(case.spec, case.path, BatchNorm2d(channels)),
        )


def slopes_ideas(case: Case) -> Iterator[Idea]:
    """A PReLU has another number of slopes than channels arrive."""
    channels = case.arriving[0]
    yield _set(case, "One slope for each channel.", num_parameters=channels)
    yield _set(case, "One slope for all channels.", num_parameters=1)
    if isinstance(case.layer, PReLU):
        yield from _producer_ideas(case)


def one_value_ideas(case: Case) -> Iterator[Idea]:
    """A normalisation has a single number to take the mean of."""
    if isinstance(case.layer, BatchNorm1d | BatchNorm2d):
        yield _set(case, "Use the means that training has gathered.", track_running_stats=True)
    if isinstance(case.layer, GroupNorm):
        yield _set(case, "One group: all channels together have enough numbers.", num_groups=1)


def _set(case: Case, why: str, **arguments: int | bool) -> Idea:
    changes = {
        name: value for name, value in arguments.items() if case.layer.values[name] != value
    } or arguments
    text = ", ".join(f"{name} = {value}" for name, value in changes.items())
    return Idea(
        f"Set {text} in {case.row.name}",
        why,
        lambda: change_arguments(case.spec, case.path, **arguments),
    )
