"""What an output sees through operators that move, cut, join or sum up dimensions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from cnnviz.summary.calls import Call
from cnnviz.summary.extent import Extent
from cnnviz.summary.reach import Reach, broadcast, lost
from cnnviz.summary.window_rules import Shape, windows


def reshaped(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """View, reshape, flatten, squeeze: a dimension that is neither split nor merged lives on."""
    dims: list[Extent | None] = [None] * len(result)
    for old, new in _groups_of_equal_size(shape, result):
        sources, targets = _longer_than_one(old, shape), _longer_than_one(new, result)
        if len(old) == len(new) == 1:
            sources, targets = old, new
        if [shape[d] for d in sources] == [result[d] for d in targets]:
            for source, target in zip(sources, targets, strict=True):
                dims[target] = reach.dims[source]
    return reach.moved(dims)


def permuted(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Transpose and permute: the same dimensions in another order."""
    if call.op == "permute":
        return reach.moved([reach.dims[dim] for dim in call["dims"]])
    a, b = call.get("dim0", "axis0"), call.get("dim1", "axis1")
    if a is None or b is None:  # x.t() and x.mT name no dimensions
        a, b = -2, -1
    dims = list(reach.dims)
    dims[a], dims[b] = dims[b], dims[a]
    return reach.moved(dims)


def sliced(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Every `step`-th position from `start` on."""
    dim = call["dim"] % len(shape)
    extent = reach.dims[dim]
    if extent is None:
        return reach
    start = range(shape[dim])[call["start"] or 0 :].start  # counted from the front
    return reach.replaced(dim, windows(extent, 1, stride=call["step"], padding=-start))


def without_dim(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """One position of a dimension: the dimension itself goes."""
    dim = call["dim"] % len(shape)
    return reach.moved([*reach.dims[:dim], *reach.dims[dim + 1 :]])


def shuffled(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Positions in an order of their own (flip, roll, index_select): these are not followed."""
    dims = _dims_named(call, len(shape))
    return reach.moved([None if dim in dims else e for dim, e in enumerate(reach.dims)])


def reduced(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Mean, sum, maximum over dimensions: one position is left, and it sees all of them."""
    over = _dims_named(call, len(shape))
    dims = [
        extent.everything() if extent and dim in over and shape[dim] > 1 else extent
        for dim, extent in enumerate(reach.dims)
    ]
    seen = reach.moved(dims)
    if len(result) < len(shape):
        seen = seen.moved([extent for dim, extent in enumerate(dims) if dim not in over])
    return seen if len(seen.dims) == len(result) else lost([reach], len(result))


def normalized(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Layer, group and instance norm, softmax: a value also hears of those it is compared with.

    Batch norm is none of these: in evaluation its statistics are fixed numbers.
    """
    if call.get("normalized_shape") is not None:
        over = set(range(len(shape) - len(call["normalized_shape"]), len(shape)))
    elif call.get("dim") is not None:
        over = _dims_named(call, len(shape))
    else:
        over = set(range(2, len(shape)))
    compared = [extent for dim, extent in enumerate(reach.dims) if extent and dim in over]
    return reach.with_context(frozenset(extent.axis for extent in compared))


def linear(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Every output reads all of the last dimension; the others stay.

    Of a vector, into which a map was flattened, that is all of the map.
    """
    moved = reach.moved([*reach.dims[:-1], None])
    return moved.with_context(moved.context) if len(result) == 2 else moved


def split(call: Call, reach: Reach, shape: Shape, results: Sequence[Shape]) -> list[Reach]:
    """The pieces of a map that is cut along a dimension."""
    dim = call["dim"] % len(shape)
    extent = reach.dims[dim]
    if extent is None:
        return [reach] * len(results)
    starts = accumulate((result[dim] for result in results), initial=0)
    return [
        reach.replaced(dim, windows(extent, 1, padding=-start))
        for start, _ in zip(starts, results, strict=False)
    ]


def stacked(call: Call, reaches: Sequence[Reach], shapes: Sequence[Shape], result: Shape) -> Reach:
    """Maps side by side along a new dimension: together they see what any of them sees."""
    dim = call["dim"] % len(result)
    wider = [reach.moved([*reach.dims[:dim], None, *reach.dims[dim:]]) for reach in reaches]
    return broadcast(wider, [result] * len(wider), result)


def concatenated(
    call: Call, reaches: Sequence[Reach], shapes: Sequence[Shape], result: Shape
) -> Reach:
    """Maps joined: along channels they see what any of them sees, along rows each its own."""
    dim = call["dim"] % len(result)
    along = _followed([reach.dims[dim] for reach in reaches], [shape[dim] for shape in shapes])
    others = [reach.replaced(dim, None) for reach in reaches]
    joined = broadcast(others, [result] * len(others), result)
    if along is None:
        return joined
    context = frozenset().union(*(reach.context for reach in reaches))
    mixed = frozenset.intersection(*(reach.mixed for reach in reaches))
    return Reach((*joined.dims[:dim], along, *joined.dims[dim + 1 :]), context, mixed)


def _followed(extents: Sequence[Extent | None], sizes: Sequence[int]) -> Extent | None:
    """One extent after the other; None unless they all walk along the same axis."""
    joined, size = extents[0], sizes[0]
    for extent, next_size in zip(extents[1:], sizes[1:], strict=True):
        if joined is None or extent is None or joined.axis != extent.axis:
            return None
        joined = joined.followed_by(extent, size, next_size)
        size += next_size
    return joined


def _longer_than_one(dims: Sequence[int], shape: Shape) -> list[int]:
    """Those dimensions that hold more than a single position."""
    return [dim for dim in dims if shape[dim] > 1]


def _dims_named(call: Call, num_dims: int) -> set[int]:
    """The dimensions an operator names, counted from the front; all where it names none."""
    dim = call.get("dim", "dims")
    if dim is None or dim == []:
        return set(range(num_dims))
    return {d % num_dims for d in (dim if isinstance(dim, (list, tuple)) else [dim])}


def _groups_of_equal_size(shape: Shape, result: Shape) -> Iterator[tuple[list[int], list[int]]]:
    """Runs of dimensions of the old and the new shape that hold the same elements.

    (2, 6, 8) seen as (2, 2, 3, 8) gives ([0], [0]), ([1], [1, 2]), ([2], [3]).
    """
    last_old = last_new = 0
    while last_old < len(shape) and last_new < len(result):
        first_old, first_new = last_old, last_new
        old_size, new_size = shape[last_old], result[last_new]
        while old_size != new_size:
            if old_size < new_size:
                last_old += 1
                old_size *= shape[last_old]
            else:
                last_new += 1
                new_size *= result[last_new]
        last_old, last_new = last_old + 1, last_new + 1
        yield list(range(first_old, last_old)), list(range(first_new, last_new))
    yield list(range(last_old, len(shape))), list(range(last_new, len(result)))
