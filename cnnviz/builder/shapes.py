"""The shape after every layer of a spec, up to the first that does not fit, without any memory.

torch itself computes the shapes, on its `meta` device. What that device lets pass although a real
tensor would be refused (found by comparing 30,000 random layers with real ones) is checked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod

import torch

from cnnviz.builder.counts import count_macs, count_params
from cnnviz.builder.formulas import side
from cnnviz.builder.modules import apply, module_of
from cnnviz.builder.names import layer_names
from cnnviz.models.specs import (
    ARRIVING,
    INPUT,
    AdaptiveAvgPool2d,
    ConvTranspose2d,
    Dropout,
    Dropout2d,
    Flatten,
    InstanceNorm2d,
    Join,
    Layer,
    LogSoftmax,
    NetworkSpec,
    Path,
    Residual,
    Softmax,
    Unflatten,
    ZeroPad2d,
)

Shape = tuple[int, ...]
ADDS_WRONG = "torch raises no error for one picture, but adds the wrong numbers"


@dataclass(frozen=True)
class LayerShape:
    """What one layer does to the shape.

    Attributes:
        path: where the layer stands.
        name: its name among the modules of the built network.
        layer: the layer.
        input_shape: what arrives, without the batch.
        output_shape: what leaves; None where the layer, or one in it, does not fit.
        problem: why it does not fit, in torch's words; None where it does.
        num_params: parameters of the layer; of a block only those of its shortcut, because the
            layers in it have rows of their own.
        macs: multiply-adds for one picture, counted like the parameters.
        read_shapes: of a join, the shapes of the places it reads, in order.
    """

    path: Path
    name: str
    layer: Layer
    input_shape: Shape
    output_shape: Shape | None
    problem: str | None
    num_params: int
    macs: int
    read_shapes: tuple[Shape, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The shape that leaves a layer, or why nothing does."""

    output_shape: Shape | None = None
    problem: str | None = None


def forward_shapes(spec: NetworkSpec) -> list[LayerShape]:
    """A row per layer up to the first that does not fit, a block before the layers in it."""
    return list(_rows(spec.layers, layer_names(spec.layers), (), spec.input_shape))


def failure(rows: list[LayerShape]) -> LayerShape | None:
    """The row of the layer that does not fit: a layer in a block rather than the block."""
    return next((row for row in rows if row.problem is not None), None)


def output_shape(spec: NetworkSpec) -> Shape | None:
    """The shape that leaves the network, without the batch; None where a layer does not fit."""
    return shape_after(spec.layers, spec.input_shape)


def shape_after(layers: tuple[Layer, ...], input_shape: Shape) -> Shape | None:
    """The shape that leaves a row of layers; None where one does not fit."""
    shape: Shape | None = input_shape
    marks = {INPUT: input_shape}
    for layer in layers:
        shape = outcome_at(layer, shape, marks).output_shape
        if shape is None:
            return None
        marks[layer.mark] = shape
    return shape


def outcome_at(layer: Layer, arriving: Shape, marks: Mapping[str, Shape]) -> Outcome:
    """What comes of a layer for what arrives, and for the shapes at the marked places before it."""
    if not layer.places and not isinstance(layer, Join):  # a join may read what arrives twice
        return outcome(layer, arriving)
    return _joined(layer, arriving, tuple(marks[name] for name in layer.places))


def read_shapes(layer: Layer, arriving: Shape, marks: Mapping[str, Shape]) -> tuple[Shape, ...]:
    """The shapes that a join reads, in order; none of another layer."""
    reads = layer.reads if isinstance(layer, Join) else ()
    return tuple(marks[name] if name else arriving for name in reads)


@lru_cache(maxsize=4096)
def _joined(layer: Layer, arriving: Shape, others: tuple[Shape, ...]) -> Outcome:
    """What comes of a layer that reads earlier places of these shapes."""
    if isinstance(layer, Join) and layer.how in ("sum", "difference"):
        ranks = {len(shape) for shape in (arriving,) * (ARRIVING in layer.reads) + others}
        if len(ranks) > 1:
            return Outcome(problem=ADDS_WRONG)
    if not isinstance(layer, Join) and (problem := _overlooked_on_meta(layer, arriving)):
        return Outcome(problem=problem)
    try:
        with torch.device("meta"), torch.inference_mode():
            kept = {name: torch.empty(1, *shape)
                    for name, shape in zip(layer.places, others, strict=True)}  # fmt: skip
            module = module_of(layer).eval()
            shape = tuple(apply(module, layer, torch.empty(1, *arriving), kept).shape[1:])
    except (RuntimeError, ValueError, IndexError, TypeError, NotImplementedError) as error:
        return Outcome(problem=str(error))
    return Outcome(problem="Output size is too small") if 0 in shape else Outcome(shape)


@lru_cache(maxsize=4096)
def outcome(layer: Layer, input_shape: Shape) -> Outcome:
    """What comes of one layer for what arrives, both without the batch."""
    if isinstance(layer, Residual):
        return _block_outcome(layer, input_shape)
    if isinstance(layer, Dropout | Dropout2d):  # torch warns of a flat Dropout2d on the console
        return Outcome(input_shape)
    if problem := _overlooked_on_meta(layer, input_shape):
        return Outcome(problem=problem)
    if isinstance(layer, InstanceNorm2d):  # torch only warns of a number that it does not use
        layer = replace(layer, num_features=input_shape[0])
    try:
        with torch.device("meta"), torch.inference_mode():
            shape = tuple(module_of(layer).eval()(torch.empty(1, *input_shape)).shape[1:])
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        return Outcome(problem=str(error))
    # Some transposed convolutions give an empty tensor on the CPU, others refuse: nothing is left.
    return Outcome(problem="Output size is too small") if 0 in shape else Outcome(shape)


def _block_outcome(block: Residual, input_shape: Shape) -> Outcome:
    main = shape_after(block.layers, input_shape)
    if main is None:
        return Outcome()
    shortcut: Shape | None = input_shape
    for layer in block.shortcut_layers:
        step = outcome(layer, shortcut)
        if step.output_shape is None:
            return step
        shortcut = step.output_shape
    return _sum(main, shortcut)


def _sum(main: Shape, shortcut: Shape) -> Outcome:
    if len(main) != len(shortcut):
        return Outcome(problem=ADDS_WRONG)
    try:
        total = torch.empty(1, *main, device="meta") + torch.empty(1, *shortcut, device="meta")
    except RuntimeError as error:
        return Outcome(problem=str(error))
    return Outcome(tuple(total.shape[1:]))


def _rows(
    layers: tuple[Layer, ...], names: list[str], parent: Path, input_shape: Shape
) -> Iterator[LayerShape]:
    shape = input_shape
    marks = {INPUT: input_shape}
    for index, (layer, name) in enumerate(zip(layers, names, strict=True)):
        path = (*parent, index)
        result = outcome_at(layer, shape, marks)
        reads = read_shapes(layer, shape, marks)
        own = layer.shortcut_layers if isinstance(layer, Residual) else (layer,)
        yield LayerShape(
            path=path,
            name=name,
            layer=layer,
            input_shape=reads[0] if reads else shape,
            read_shapes=reads,
            output_shape=result.output_shape,
            problem=result.problem,
            num_params=sum(map(count_params, own)),
            macs=_macs_along(own, shape),
        )
        if isinstance(layer, Residual):
            inner_names = [f"{name}.main_path.{place}" for place in range(len(layer.layers))]
            yield from _rows(layer.layers, inner_names, path, shape)
        if result.output_shape is None:
            return
        shape = marks[layer.mark] = result.output_shape


def _macs_along(layers: tuple[Layer, ...], input_shape: Shape) -> int:
    total, shape = 0, input_shape
    for layer in layers:
        after = outcome(layer, shape).output_shape
        if after is None:
            break
        total += count_macs(layer, shape, after)
        shape = after
    return total


def _overlooked_on_meta(layer: Layer, input_shape: Shape) -> str | None:
    if isinstance(layer, Softmax | LogSoftmax) and layer.dim > len(input_shape):
        return (
            f"Dimension out of range (expected to be in range of [{-1 - len(input_shape)}, "
            f"{len(input_shape)}], but got {layer.dim})"
        )
    if isinstance(layer, Flatten) and layer.numbers not in (0, count := prod(input_shape)):
        if count % layer.numbers == 0:
            return f"view(-1, {layer.numbers}) cuts each picture into {count // layer.numbers} rows"
        return f"shape '[-1, {layer.numbers}]' is invalid for input of size {count}"
    if isinstance(layer, AdaptiveAvgPool2d) and len(input_shape) == 1:
        return "torch raises no error here, but takes the mean over all pictures of the batch"
    if isinstance(layer, ZeroPad2d) and len(input_shape) == 1 and any(layer.sides[2:]):
        return "torch raises no error here, but adds rows of zeros as pictures of the batch"
    if isinstance(layer, Unflatten) and len(input_shape) > 1:
        return "torch raises no error here, but makes five axes, which no layer of pictures takes"
    if isinstance(layer, InstanceNorm2d) and len(input_shape) == 3:
        is_counted = layer.affine or layer.track_running_stats
        if is_counted and layer.num_features != input_shape[0]:
            return f"expected {layer.num_features} channels, but got {input_shape[0]}"
    if isinstance(layer, ConvTranspose2d) and len(input_shape) == 3:
        return _overlooked_in_transposed(layer, input_shape)
    return None


def _overlooked_in_transposed(layer: ConvTranspose2d, input_shape: Shape) -> str | None:
    if layer.in_channels != input_shape[0]:
        return (
            f"expected input to have {layer.in_channels} channels, "
            f"but got {input_shape[0]} channels instead"
        )
    for axis in (0, 1):
        steps = max(side(layer.stride, axis), side(layer.dilation, axis))
        if side(layer.output_padding, axis) >= steps:
            return "output padding must be smaller than either stride or dilation"
    return None
