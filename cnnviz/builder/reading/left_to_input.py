"""Numbers that code leaves to the first picture: those of torch's lazy layers."""

from __future__ import annotations

from dataclasses import replace

from cnnviz.builder.fitting import fit
from cnnviz.builder.names import layer_names
from cnnviz.builder.reading.vocabulary import LEFT_TO_THE_INPUT
from cnnviz.builder.shapes import Shape, outcome_at
from cnnviz.models.specs import INPUT, Layer, Linear, NetworkSpec, Residual, walk


def is_left(layer: Layer) -> bool:
    """Whether the layer takes as many channels or numbers as arrive, whatever they are."""
    values = layer.values
    return any(values.get(name) == many for name, many in LEFT_TO_THE_INPUT.items())


def leaves_numbers(layers: tuple[Layer, ...]) -> bool:
    """Whether one of the layers, or of those in blocks, does."""
    return any(is_left(layer) for _, layer in walk(layers))


def with_numbers_of_input(spec: NetworkSpec) -> NetworkSpec:
    """The network with these numbers set to what arrives, as torch sets them."""
    return replace(spec, layers=_filled(spec.layers, spec.input_shape))


def what_follows(spec: NetworkSpec, before: tuple[Layer, ...]) -> str:
    """Which numbers were set, in a sentence without its full stop.

    Args:
        spec: the network with these numbers.
        before: its layers without.
    """
    named = zip(layer_names(spec.layers), spec.layers, before, strict=True)
    words = [
        f"{name} = {layer.values[name]:,} of {place}"
        for place, layer, was in named
        for name in LEFT_TO_THE_INPUT
        if layer.values.get(name) != was.values.get(name)
    ]
    listed = ", ".join(words[:4]) + " …" * (len(words) > 4)
    return f"What lazy layers take follows from the input: {listed or 'in the blocks'}"


def _filled(layers: tuple[Layer, ...], arriving: Shape) -> tuple[Layer, ...]:
    filled: list[Layer] = []
    shape: Shape | None = arriving
    marks = {INPUT: arriving}
    for layer in layers:
        if isinstance(layer, Residual):
            layer = _filled_block(layer, shape or (1, 1, 1))
        elif is_left(layer):
            layer = _taking(layer, shape or (1,))
        filled.append(layer)
        shape = None if shape is None else outcome_at(layer, shape, marks).output_shape
        if shape is not None:
            marks[layer.mark] = shape
    return tuple(filled)


def _filled_block(block: Residual, arriving: Shape) -> Residual:
    block = replace(block, layers=_filled(block.layers, arriving))
    return replace(block, in_channels=arriving[0]) if is_left(block) else block


def _taking(layer: Layer, arriving: Shape) -> Layer:
    """The layer as torch makes it for what arrives; a Linear takes the last axis."""
    if isinstance(layer, Linear):
        return replace(layer, in_features=arriving[-1])
    return fit(layer, arriving)
