"""What a tensor can see of the network's input: one `Extent` for each of its spatial dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from cnnviz.summary.extent import Extent

Axes = frozenset[int]


@dataclass(frozen=True)
class Places:
    """A dimension that several were laid out into, one after the other, as `flatten` does.

    Attributes:
        parts: the extent that each of them walked along, or None.
        sizes: how many positions each has; the last one changes fastest.
    """

    parts: tuple[Extent | None, ...]
    sizes: tuple[int, ...]

    is_whole = False

    @property
    def axes(self) -> Axes:
        """The input axes that its positions walk along."""
        return _union(part.axes for part in self.parts if part)

    @property
    def whole_axes(self) -> Axes:
        """Those of them that every position sees from end to end."""
        return _union(part.whole_axes for part in self.parts if part)


Dim = Extent | Places | None
Dims = tuple[Dim, ...]


@dataclass(frozen=True)
class Reach:
    """How the values of a tensor depend on the input.

    Attributes:
        dims: for each dimension of the tensor the extent that it walks along, the places that it
            was laid out from, or None for a dimension that is not spatial (batch, channels).
        context: input axes on which the values may depend from end to end, besides what `dims` say:
            through a global pooling that gates the maps, through statistics over a map, or because
            the axis is not followed any more.
        mixed: of those the ones on which every value does depend from end to end.
    """

    dims: Dims
    context: Axes = frozenset()
    mixed: Axes = frozenset()

    @property
    def axes(self) -> Axes:
        """Input axes that a dimension of the tensor still walks along."""
        return _union(dim.axes for dim in self.dims if dim)

    @property
    def whole_axes(self) -> Axes:
        """Those of them that every position sees from end to end."""
        return _union(dim.whole_axes for dim in self.dims if dim)

    def moved(self, dims: Sequence[Dim]) -> Reach:
        """The same dependence on other dimensions; an axis that no dimension walks is context."""
        kept = _union(dim.axes for dim in dims if dim)
        mixed = self.mixed | (self.whole_axes - kept)
        return Reach(tuple(dims), self.context | (self.axes - kept), mixed)

    def replaced(self, dim: int, extent: Dim) -> Reach:
        """The same dependence with another extent along one dimension."""
        dims: list[Dim] = list(self.dims)
        dims[dim] = extent
        return self.moved(dims)

    def with_context(self, axes: Axes) -> Reach:
        """The same dependence and, besides, one on these axes from end to end."""
        return Reach(self.dims, self.context | axes, self.mixed | axes)

    def sees_all(self, axes: Axes) -> bool:
        """Whether every value depends on each of these input axes from end to end."""
        return bool(axes) and axes <= self.mixed | self.whole_axes


def _union(axes: Iterable[Axes]) -> Axes:
    return frozenset().union(*axes)


def lost(reaches: Sequence[Reach], num_dims: int) -> Reach:
    """The reach of an operation nobody described: every value may depend on everything."""
    context: Axes = frozenset().union(*(reach.axes | reach.context for reach in reaches))
    mixed: Axes = frozenset().union(*(reach.moved(()).mixed for reach in reaches))
    return Reach((None,) * num_dims, context, mixed)


def mixed_all(reaches: Sequence[Reach], num_dims: int) -> Reach:
    """The reach of an operation of which every value reads all that its operands see."""
    reach = lost(reaches, num_dims)
    return reach.with_context(reach.context)


def broadcast(
    reaches: Sequence[Reach], shapes: Sequence[Sequence[int]], shape: Sequence[int]
) -> Reach:
    """The reach of an element-wise operation: in each place, the hull of what its operands see.

    Args:
        reaches: one for each operand.
        shapes: the operands' shapes, aligned at their last dimension as torch aligns them.
        shape: the shape of the result.
    """
    result = Reach((None,) * len(shape))
    for reach, own_shape in zip(reaches, shapes, strict=True):
        result = joined(result, _stretched(reach, own_shape, shape), shape)
    return result


def _stretched(reach: Reach, own_shape: Sequence[int], shape: Sequence[int]) -> Reach:
    """One operand at the size of the result: what is repeated is seen from everywhere."""
    dims: list[Dim] = []
    own = zip_longest(reversed(reach.dims), reversed(own_shape))
    for size, (extent, own_size) in zip(reversed(shape), own, strict=False):
        dims.append(extent if own_size == size or (extent and extent.is_whole) else None)
    dims += [None] * (len(shape) - len(dims))
    return reach.moved(dims[::-1])


def joined(a: Reach, b: Reach, shape: Sequence[int]) -> Reach:
    """Two reaches of the same tensor, one on top of the other."""
    if a.dims == b.dims:
        return Reach(a.dims, a.context | b.context, a.mixed | b.mixed)
    dims = [_hull(*pair, size) for *pair, size in zip(a.dims, b.dims, shape, strict=True)]
    walked = [axis for dim in dims if dim for axis in dim.axes]
    dims = [
        dim if dim and all(walked.count(axis) == 1 for axis in dim.axes) else None for dim in dims
    ]
    whole = a.whole_axes | b.whole_axes
    kept = _union(dim.axes for dim in dims if dim)
    bounded = kept - _union(dim.whole_axes for dim in dims if dim)
    gated = (whole & bounded) | (whole - kept)
    context = a.context | b.context | (a.axes | b.axes) - kept | gated
    return Reach(tuple(dims), context, a.mixed | b.mixed | gated)


def _hull(a: Dim, b: Dim, size: int) -> Dim:
    """The bounded one of two extents, or the union of two bounded ones."""
    if a is None or b is None or a == b:
        return a or b
    if isinstance(a, Places) or isinstance(b, Places):
        return _hull_of_places(a, b)
    if a.axis != b.axis:
        return None
    if a.is_whole or b.is_whole:
        return b if a.is_whole else a
    return a.union(b, size)


def _hull_of_places(a: Extent | Places, b: Extent | Places) -> Places | None:
    """The same of each part, where both were laid out from the same dimensions."""
    if not (isinstance(a, Places) and isinstance(b, Places) and a.sizes == b.sizes):
        return None
    hulls = [_hull(*pair) for pair in zip(a.parts, b.parts, a.sizes, strict=True)]
    parts = tuple(hull if isinstance(hull, Extent) else None for hull in hulls)
    return Places(parts, a.sizes) if Places(parts, a.sizes).axes else None
