"""What a tensor can see of the network's input: one `Extent` for each of its spatial dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from cnnviz.summary.extent import Extent

Axes = frozenset[int]
Dims = tuple[Extent | None, ...]


@dataclass(frozen=True)
class Reach:
    """How the values of a tensor depend on the input.

    Attributes:
        dims: for each dimension of the tensor the extent that it walks along, or None for a
            dimension that is not spatial (batch, channels, what a flatten leaves).
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
        return frozenset(extent.axis for extent in self.dims if extent is not None)

    def moved(self, dims: Sequence[Extent | None]) -> Reach:
        """The same dependence on other dimensions; an axis that no dimension walks is context."""
        kept = frozenset(extent.axis for extent in dims if extent is not None)
        whole = frozenset(extent.axis for extent in self.dims if extent and extent.is_whole)
        return Reach(tuple(dims), self.context | (self.axes - kept), self.mixed | (whole - kept))

    def replaced(self, dim: int, extent: Extent | None) -> Reach:
        """The same dependence with another extent along one dimension."""
        dims = list(self.dims)
        dims[dim] = extent
        return self.moved(dims)

    def with_context(self, axes: Axes) -> Reach:
        """The same dependence and, besides, one on these axes from end to end."""
        return Reach(self.dims, self.context | axes, self.mixed | axes)

    def sees_all(self, axes: Axes) -> bool:
        """Whether every value depends on each of these input axes from end to end."""
        whole = frozenset(extent.axis for extent in self.dims if extent and extent.is_whole)
        return bool(axes) and axes <= self.mixed | whole


def lost(reaches: Sequence[Reach], num_dims: int) -> Reach:
    """The reach of an operation nobody described: every value may depend on everything."""
    context: Axes = frozenset().union(*(reach.axes | reach.context for reach in reaches))
    mixed: Axes = frozenset().union(*(reach.moved(()).mixed for reach in reaches))
    return Reach((None,) * num_dims, context, mixed)


def contracted(reaches: Sequence[Reach], num_dims: int) -> Reach:
    """The reach of products of two maps, summed over one's places: each value reads all of them."""
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
        result = _joined(result, _stretched(reach, own_shape, shape), shape)
    return result


def _stretched(reach: Reach, own_shape: Sequence[int], shape: Sequence[int]) -> Reach:
    """One operand at the size of the result: what is repeated is seen from everywhere."""
    dims: list[Extent | None] = []
    own = zip_longest(reversed(reach.dims), reversed(own_shape))
    for size, (extent, own_size) in zip(reversed(shape), own, strict=False):
        dims.append(extent if own_size == size or (extent and extent.is_whole) else None)
    dims += [None] * (len(shape) - len(dims))
    return reach.moved(dims[::-1])


def _joined(a: Reach, b: Reach, shape: Sequence[int]) -> Reach:
    """Two reaches of the same tensor, one on top of the other."""
    if a.dims == b.dims:
        return Reach(a.dims, a.context | b.context, a.mixed | b.mixed)
    dims = [_hull(*pair, size) for *pair, size in zip(a.dims, b.dims, shape, strict=True)]
    repeated = [d.axis for d in dims if d is not None]
    dims = [d if d is None or repeated.count(d.axis) == 1 else None for d in dims]
    whole = {d.axis for d in (*a.dims, *b.dims) if d is not None and d.is_whole}
    bounded = {d.axis for d in dims if d is not None and not d.is_whole}
    kept = frozenset(d.axis for d in dims if d is not None)
    gated = frozenset(whole & bounded) | (frozenset(whole) - kept)
    context = a.context | b.context | (a.axes | b.axes) - kept | gated
    return Reach(tuple(dims), context, a.mixed | b.mixed | gated)


def _hull(a: Extent | None, b: Extent | None, size: int) -> Extent | None:
    """The bounded one of two extents, or the union of two bounded ones."""
    if a is None or b is None:
        return a or b
    if a.axis != b.axis:
        return None
    if a.is_whole or b.is_whole:
        return b if a.is_whole else a
    return a.union(b, size)
