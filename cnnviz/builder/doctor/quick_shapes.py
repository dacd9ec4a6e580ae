"""Shapes by the formulas, for many input sizes of one network: torch is asked where none is here.

A module on torch's `meta` device takes 0.1 to 4 ms to say what leaves it, a formula a thousandth of
that. Tests hold the formulas against torch for random layers.
"""

from __future__ import annotations

from collections.abc import Mapping

from cnnviz.builder.formulas import NoFormulaError, shape_by_formula, side, transposed
from cnnviz.builder.shapes import Shape, outcome_at, read_shapes
from cnnviz.models.specs import INPUT, ConvTranspose2d, Enlarging, Join, Layer, NetworkSpec

Marks = Mapping[str, Shape]


def quick_output_shape(spec: NetworkSpec, size: int) -> Shape | None:
    """What leaves the network for a square picture of `size` pixels; None where a layer misfits."""
    shape: Shape = (spec.input_shape[0], size, size)
    marks = {INPUT: shape}
    for layer in spec.layers:
        after = quick_shape(layer, shape, marks)
        if after is None:
            return None
        shape = after
        if layer.mark:
            marks[layer.mark] = shape
    return shape


def quick_shape(layer: Layer, arriving: Shape, marks: Marks) -> Shape | None:
    """What leaves a layer, without the batch; None where it does not fit.

    Args:
        layer: the layer.
        arriving: what arrives at it, without the batch.
        marks: what leaves the places that it may read.
    """
    if isinstance(layer, Join):
        return _joined(layer, arriving, marks)
    if isinstance(layer, Enlarging) and layer.like and len(arriving) == 3:
        return _as_large_as(layer, arriving, marks)
    try:
        return shape_by_formula(layer, arriving)
    except NoFormulaError:
        return _by_torch(layer, arriving, marks)


def _by_torch(layer: Layer, arriving: Shape, marks: Marks) -> Shape | None:
    return outcome_at(layer, arriving, marks).output_shape


def _joined(join: Join, arriving: Shape, marks: Marks) -> Shape | None:
    shapes = read_shapes(join, arriving, marks)
    if len(shapes) == 1:
        return shapes[0]
    if {len(shape) for shape in shapes} != {3}:
        return _by_torch(join, arriving, marks)
    sizes, channels = {shape[1:] for shape in shapes}, {shape[0] for shape in shapes}
    is_uneven = join.sizes == "equal" and len(sizes) > 1
    if join.how != "cat" and (is_uneven or len(channels) > 1):
        return _by_torch(join, arriving, marks)  # torch stretches what is 1
    if is_uneven:
        return None
    most = min if join.sizes == "crop" else max
    height, width = (most(axis) for axis in zip(*sizes, strict=True))
    made = sum(shape[0] for shape in shapes) if join.how == "cat" else shapes[0][0]
    return made, height, width


def _as_large_as(layer: Enlarging, arriving: Shape, marks: Marks) -> Shape | None:
    wanted = marks[layer.like]
    if len(wanted) != 3:
        return _by_torch(layer, arriving, marks)
    if not isinstance(layer, ConvTranspose2d):
        return (arriving[0], *wanted[1:])
    least = transposed(layer, arriving, output_padding=0)
    if least is None:
        return _by_torch(layer, arriving, marks)
    extra = [wanted[axis + 1] - least[axis + 1] for axis in (0, 1)]
    can = all(0 <= more < side(layer.stride, axis) for axis, more in enumerate(extra))
    return (layer.out_channels, *wanted[1:]) if can else None
