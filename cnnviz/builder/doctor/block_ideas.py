"""What to try where the two paths of a residual block cannot be added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cnnviz.builder.doctor.case import Case, Idea
from cnnviz.builder.doctor.flat_ideas import inner_larger_ideas
from cnnviz.builder.doctor.last_change import typed
from cnnviz.builder.doctor.words import span
from cnnviz.builder.edits import replace_layer, siblings_of
from cnnviz.builder.fitting import fill_shortcut, fit_layers
from cnnviz.builder.shapes import side
from cnnviz.counting import size_words
from cnnviz.models.specs import (
    Conv2d,
    ConvTranspose2d,
    Layer,
    Linear,
    NetworkSpec,
    Residual,
)


def block_ideas(case: Case) -> Iterator[Idea]:
    """The shapes of the two paths differ, or the shortcut does not take what arrives."""
    block = case.layer
    if not isinstance(block, Residual):
        return
    filled = fill_shortcut(block, case.arriving)
    if filled != block:
        yield Idea(
            _shortcut_label(block, filled),
            f"The shortcut then turns {size_words(case.arriving)} into what the layers make.",
            lambda: replace_layer(case.spec, case.path, filled),
        )
    yield from inner_larger_ideas(case, block.layers)
    if block.shortcut == "conv":
        yield Idea(
            "Let the shortcut be the identity",
            "The input is added as it is, without a convolution.",
            lambda: replace_layer(case.spec, case.path, replace(block, shortcut="identity")),
        )
    kept = _keeping_the_shape(block, case.arriving)
    if kept != block:
        mended = replace_layer(case.spec, case.path, kept)
        one = typed((mended, case.spec))
        yield Idea(
            f"Set {one.text}" if one else f"Let its layers keep {size_words(case.arriving)}",
            "The block then gives back what it gets: stride 1, padding to match, and as many "
            "channels out as in. The identity can stay.",
            lambda: mended,
        )
    yield Idea(
        "Drop the shortcut, keep the layers",
        "A plain stack: nothing is added any more.",
        lambda: _unwrapped(case, block),
    )


def _shortcut_label(block: Residual, filled: Residual) -> str:
    channels = f"{filled.in_channels} → {filled.out_channels} channels"
    stride = "" if filled.stride == 1 else f", stride {filled.stride}"
    verb = "Add a" if block.shortcut == "identity" else "Fit the"
    return f"{verb} 1×1 shortcut: {channels}{stride}"


def _keeping_the_shape(block: Residual, arriving: tuple[int, ...]) -> Residual:
    """The block with layers that give back the shape they get, and the identity as shortcut."""
    layers = [_keeping_size(layer) for layer in block.layers]
    makers = [i for i, layer in enumerate(layers) if isinstance(layer, Conv2d | ConvTranspose2d)]
    if makers:
        last = layers[makers[-1]]
        if isinstance(last, Conv2d | ConvTranspose2d) and last.groups == 1:
            layers[makers[-1]] = replace(last, out_channels=arriving[0])
    neurons = [i for i, layer in enumerate(layers) if isinstance(layer, Linear)]
    if neurons and len(arriving) == 1:
        last = layers[neurons[-1]]
        if isinstance(last, Linear):
            layers[neurons[-1]] = replace(last, out_features=arriving[0])
    fitted = fit_layers(tuple(layers), arriving)
    return replace(block, layers=fitted, shortcut="identity")


def _keeping_size(layer: Layer) -> Layer:
    """A convolution with stride 1 and half its span as padding; any other layer as it is."""
    if not isinstance(layer, Conv2d):
        return layer
    if any(side(layer.kernel_size, axis) % 2 == 0 for axis in (0, 1)):
        return replace(layer, stride=1, padding="same")
    height, width = (reach // 2 for reach in span(layer.kernel_size, layer.dilation))
    return replace(layer, stride=1, padding=(height, width))


def _unwrapped(case: Case, block: Residual) -> NetworkSpec:
    """The network with the layers of a block in the place of the block."""
    index = case.path[-1]
    siblings = siblings_of(case.spec, case.path)
    row = (*siblings[:index], *block.layers, *siblings[index + 1 :])
    if len(case.path) == 1:
        return replace(case.spec, layers=row)
    parent = case.path[:-1]
    outer = siblings_of(case.spec, parent)[parent[-1]]
    return replace_layer(case.spec, parent, replace(outer, layers=row))
