"""What an output sees through operators that move, cut, join or sum up dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import prod

from cnnviz.summary.calls import Call
from cnnviz.summary.extent import Extent
from cnnviz.summary.reach import Axes, Dim, Places, Reach, broadcast, lost
from cnnviz.summary.window_rules import Shape, windows

Part = tuple[Extent | None, int]  # what a dimension walks along, and how many positions it has


def reshaped(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """View, reshape, flatten, squeeze: what dimensions are laid out from is known, and comes back.

    Of one that is split, 12 rows into 6 times 2, the first part walks in steps of the second.
    """
    dims: list[Dim] = [None] * len(result)
    for old, new in _groups_of_equal_size(shape, result):
        if len(old) == len(new) == 1:
            dims[new[0]] = reach.dims[old[0]]
            continue
        laid_out = [one for dim in old for one in _laid_out(reach.dims[dim], shape[dim])]
        targets = _longer_than_one(new, result)
        for target, dim in zip(
            targets, _regrouped(laid_out, [result[d] for d in targets]), strict=False
        ):
            dims[target] = dim
    return reach.moved(dims)


def _laid_out(dim: Dim, size: int) -> list[Part]:
    """The parts of a dimension, without those of a single position."""
    if isinstance(dim, Places):
        return list(zip(dim.parts, dim.sizes, strict=True))
    return [(dim, size)] if size > 1 else []


def _regrouped(parts: list[Part], sizes: Sequence[int]) -> Iterator[Dim]:
    """Parts laid out into dimensions of other sizes, as far as these fit."""
    left = parts[::-1]
    for wanted in sizes:
        taken: list[Part] = []
        while (missing := wanted // prod(size for _, size in taken)) > 1:
            extent, size = left.pop()
            if size > missing:  # it is split
                inner, rest = divmod(size, missing)
                if rest:
                    return
                left.append((None, inner))
                extent = extent and windows(extent, inner, stride=inner)
                size = missing
            elif missing % size:
                return
            taken.append((extent, size))
        yield _one_dim(taken)


def _one_dim(parts: Sequence[Part]) -> Dim:
    """The dimension that parts are laid out into."""
    if not any(extent for extent, _ in parts):
        return None
    (first, _), *others = parts
    if first and not any(extent for extent, _ in others):  # each position of it several times
        times = prod(size for _, size in others)
        repeated = first.gathered(lambda i: [i // times], period=times)
        if repeated:
            return repeated
    extents, sizes = zip(*parts, strict=True)
    return Places(extents, sizes)


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
    if not isinstance(extent, Extent):
        return reach.replaced(dim, extent if shape[dim] == result[dim] else None)
    start = range(shape[dim])[call["start"] or 0 :].start  # counted from the front
    return reach.replaced(dim, windows(extent, 1, stride=call["step"], padding=-start))


def without_dim(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """One position of a dimension: the dimension itself goes."""
    dim = call["dim"] % len(shape)
    return reach.moved([*reach.dims[:dim], *reach.dims[dim + 1 :]])


def shuffled(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Positions in an order that only numbers tell (index_select): these are not followed."""
    dims = _dims_named(call, len(shape))
    return reach.moved([None if dim in dims else e for dim, e in enumerate(reach.dims)])


def flipped(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """The last position first."""
    for dim in _dims_named(call, len(shape)):
        reach = picked(reach, dim, range(shape[dim])[::-1])
    return reach


def rolled(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Positions moved on; those that leave at the end come in at the beginning."""
    dims, by = call["dims"], call["shifts"]
    if not dims:  # as if flattened
        return reach.moved([None] * len(result))
    for dim, shift in zip(dims, by, strict=True):
        size = shape[dim]
        reach = picked(reach, dim % len(shape), [(i - shift) % size for i in range(size)])
    return reach


def repeated(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """The map several times, one after the other (repeat, tile)."""
    new = len(result) - len(shape)
    reach = reach.moved([*(None,) * new, *reach.dims])
    for dim, size in enumerate(shape, start=new):
        if size != result[dim]:
            reach = picked(reach, dim, [i % size for i in range(result[dim])])
    return reach


def interleaved(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Each position several times (repeat_interleave)."""
    if call["dim"] is None or not isinstance(call["repeats"], int):
        return lost([reach], len(result))
    dim = call["dim"] % len(shape)
    return picked(reach, dim, [i // call["repeats"] for i in range(result[dim])])


def picked(reach: Reach, dim: int, positions: Sequence[int]) -> Reach:
    """Positions of a dimension in another order."""
    extent = reach.dims[dim]
    is_followed = isinstance(extent, Extent)
    return reach.replaced(dim, extent.picked(positions) if is_followed else None)


def reduced(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Mean, sum, maximum over dimensions: one position is left, and it sees all of them."""
    over = _dims_named(call, len(shape))
    gone = [dim for dim in over if shape[dim] > 1]
    places = [dim for dim in gone if isinstance(reach.dims[dim], Places)]
    seen = reach.with_context(axes_of(reach, places))
    dims: list[Dim] = [None if dim in places else one for dim, one in enumerate(seen.dims)]
    for dim in gone:
        if isinstance(extent := dims[dim], Extent):
            dims[dim] = extent.everything()
    seen = seen.moved(dims)
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
        over = set(range(1 if "group_norm" in call.op else 2, len(shape)))
    return reach.with_context(axes_of(reach, over))


def axes_of(reach: Reach, dims: Iterable[int]) -> Axes:
    """The input axes that these dimensions walk along."""
    return frozenset().union(*(one.axes for dim in dims if (one := reach.dims[dim])))


def linear(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Every output reads all of the last dimension; the others stay.

    Of a vector, into which a map was flattened, that is all of the map.
    """
    last = reach.with_context(axes_of(reach, [-1]))
    moved = last.moved([*reach.dims[:-1], None])
    return moved.with_context(moved.context) if len(result) == 2 else moved


def channels_shuffled(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Channels in another order; where they walk along an axis, that is not followed."""
    return reach.replaced(1, None)


def split(call: Call, reach: Reach, shape: Shape, results: Sequence[Shape]) -> list[Reach]:
    """The pieces of a map that is cut along a dimension."""
    dim = call["dim"] % len(shape)
    extent = reach.dims[dim]
    if not isinstance(extent, Extent):
        return [reach.replaced(dim, None)] * len(results)
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


def _followed(extents: Sequence[Dim], sizes: Sequence[int]) -> Extent | None:
    """One extent after the other; None unless they all walk along the same axis."""
    joined, size = extents[0], sizes[0]
    for extent, next_size in zip(extents[1:], sizes[1:], strict=True):
        if not isinstance(joined, Extent) or not isinstance(extent, Extent):
            return None
        if joined.axis != extent.axis:
            return None
        joined = joined.followed_by(extent, size, next_size)
        size += next_size
    return joined if isinstance(joined, Extent) else None


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
