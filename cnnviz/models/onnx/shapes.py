"""What puts numbers into another shape, takes some of them, or reduces axes."""

from __future__ import annotations

import math

import numpy as np
from torch import nn

from cnnviz.models.joins import Concat, Expand, Permute, Reduce, Reshape, Select, Slice, Split
from cnnviz.models.onnx.builder import Operator, Place
from cnnviz.models.onnx.folding import axes_of, shape_array, slices_of, target_shape

REDUCTIONS = {
    "ReduceMean": "mean", "ReduceSum": "sum", "ReduceMax": "amax", "ReduceMin": "amin",
    "ReduceL2": "norm",
}  # fmt: skip


def reshape(place: Place) -> None:
    """Flatten where a picture becomes a row, else Reshape."""
    wanted = place.array(1) if place.has(1) else None
    if wanted is None:
        wanted = np.asarray(place.attributes.get("shape") or place.numbers(1, "shape"))
    _shaped(place, target_shape(place.node, wanted, place.shape()))


def flatten(place: Place) -> None:
    """Flatten from an axis on."""
    shape = place.shape()
    axis = place.attributes.get("axis", 1)
    if not -len(shape) <= axis <= len(shape):
        raise place.refuse(f"there is no axis {axis} among {len(shape)}")
    axis = axis + len(shape) if axis < 0 else axis
    _shaped(place, (math.prod(shape[:axis]), math.prod(shape[axis:])))


def squeeze(place: Place) -> None:
    """Axes of one place go."""
    shape = place.shape()
    given = [place.numbers(1, "axes")] if place.has(1) else []
    axes = axes_of(place.node, [np.empty(0), *given], len(shape))
    axes = axes or [axis for axis, size in enumerate(shape) if size == 1 and axis]
    if any(shape[axis] != 1 for axis in axes):
        raise place.refuse(f"axes {axes} of {shape} have more than one place")
    _shaped(place, tuple(size for axis, size in enumerate(shape) if axis not in axes))


def unsqueeze(place: Place) -> None:
    """Axes of one place come."""
    shape = list(place.shape())
    wanted = place.whole("axes", 1) or []
    count = len(shape) + len(wanted)
    if len(wanted) > 8 or not all(-count <= axis < count for axis in wanted):
        raise place.refuse(f"there are no axes {str(wanted)[:40]} among {count}")
    for axis in sorted(axis % count for axis in wanted):
        shape.insert(axis, 1)
    _shaped(place, tuple(shape))


def _shaped(place: Place, target: tuple[int, ...]) -> None:
    """The module that gives a shape: of one picture where the batch stays as it is."""
    shape, batch = place.shape(), place.builder.batch
    if target == shape:
        place.becomes(nn.Identity)
    elif not target or shape[0] % batch or target[0] % batch:
        raise place.refuse(f"{shape} becomes {target}: the pictures of a batch would be mixed")
    elif target[0] == shape[0] and len(target) == 2 and len(shape) > 2:
        place.becomes(nn.Flatten)
    elif target[0] == shape[0]:
        place.becomes(lambda: Reshape(target[1:]))
    else:
        place.becomes(lambda: Reshape((-1, *target[1:]), has_batch=True))


def transpose(place: Place) -> None:
    """Axes in another order."""
    ndim = len(place.shape())
    order = place.attributes.get("perm") or list(reversed(range(ndim)))
    if sorted(order) != list(range(ndim)):
        raise place.refuse(f"{str(order)[:40]} is no order of {ndim} axes")
    place.becomes(lambda: Permute(order))


def concat(place: Place) -> None:
    """One behind the other."""
    if any(place.array(index) is not None for index in range(len(place))):
        raise place.refuse("numbers of the file stand beside what comes from the picture")
    axis = place.axis()
    if len(place) == 1:
        place.becomes(nn.Identity)
        return
    place.becomes(lambda: Concat(axis), reads=range(len(place)))


def cut(place: Place) -> None:
    """Slice along one axis, or along several one after the other."""
    given = [place.numbers(index, "places") for index in range(1, len(place)) if place.has(index)]
    shape = place.shape()
    cuts = [
        (axis, part)
        for axis, part in slices_of(place.node, given, len(shape))
        if part.indices(shape[axis]) != (0, shape[axis], 1)
    ]
    if any(part.step < 0 for _, part in cuts):
        raise place.refuse("it runs backwards")
    if len(cuts) > 2 or any(axis == 0 for axis, _ in cuts):
        raise place.refuse("it cuts the batch, or three axes at once")
    if not cuts:
        place.becomes(nn.Identity)
    for left, (axis, part) in zip(reversed(range(len(cuts))), cuts, strict=True):
        place.becomes(lambda a=axis, p=part: Slice(a, p.start, p.stop, p.step), before=left)


def split(place: Place) -> None:
    """Parts of an axis."""
    axis, count = place.axis(), len(place.node.outputs)
    size = place.shape()[axis]
    sizes = place.whole("split", 1)
    if sizes is None:
        each = -(-size // count)
        sizes = [min(each, size - each * part) for part in range(count)]
    if len(sizes) != count or sum(sizes) != size or min(sizes) < 0:
        raise place.refuse(f"{size} places are not {str(sizes)[:60]}")
    place.becomes(lambda: Split(axis, sizes))


def gather(place: Place) -> None:
    """Some places of an axis, given by numbers of the file."""
    axis, places = place.axis(), place.numbers(1, "places")
    size = place.shape()[axis]
    if places.ndim > 1 or places.size > 2**16 or not ((-size <= places) & (places < size)).all():
        raise place.refuse(f"its places are not among {size}")
    if axis == 0:
        raise place.refuse("it takes some pictures of a batch")
    found = (places % size).tolist()
    place.becomes(lambda: Select(axis, found))


def expand(place: Place) -> None:
    """Axes of one place, repeated."""
    shape = place.shape()
    wanted = tuple(int(size) for size in place.numbers(1, "shape").reshape(-1)[:16])
    target = np.broadcast_shapes(shape, wanted)
    if len(target) != len(shape) or target[0] != shape[0]:
        raise place.refuse(f"{shape} becomes {target}")
    place.becomes(lambda: Expand(target[1:]))


def reduce(place: Place) -> None:
    """A mean over maps is AdaptiveAvgPool2d(1); other means, sums and extremes are Reduce."""
    shape = place.shape()
    given = [place.numbers(1, "axes")] if place.has(1) else []
    axes = sorted(set(axes_of(place.node, [np.empty(0), *given], len(shape))))
    if not axes and place.attributes.get("noop_with_empty_axes", 0):
        place.becomes(nn.Identity)
        return
    axes = axes or list(range(len(shape)))
    if 0 in axes:
        raise place.refuse("it goes over the pictures of a batch")
    keeps, function = bool(place.attributes.get("keepdims", 1)), REDUCTIONS[place.node.op]
    if axes == [2, 3] and len(shape) == 4 and function in ("mean", "amax"):
        kind = nn.AdaptiveAvgPool2d if function == "mean" else nn.AdaptiveMaxPool2d
        place.becomes(lambda: kind(1), before=not keeps)
        if not keeps:
            place.becomes(nn.Flatten)
        return
    place.becomes(lambda: Reduce(function, axes, keeps))


def shape_of(place: Place) -> None:
    """The sizes themselves: they are numbers from here on."""
    place.is_given(shape_array(place.node, place.shape()))


def depth_to_space(place: Place) -> None:
    """PixelShuffle."""
    if place.attributes.get("mode", "DCR") != "CRD":
        raise place.refuse("channels go to places in an order that torch's PixelShuffle has not")
    factor = place.attributes.get("blocksize", 0)
    if not 1 <= factor <= 64 or place.maps()[1] % factor**2:
        raise place.refuse(f"{place.maps()[1]} channels are not blocks of {factor} × {factor}")
    place.becomes(lambda: nn.PixelShuffle(factor))


OPERATORS: dict[str, Operator] = {
    "Reshape": reshape,
    "Flatten": flatten,
    "Squeeze": squeeze,
    "Unsqueeze": unsqueeze,
    "Transpose": transpose,
    "Concat": concat,
    "Slice": cut,
    "Split": split,
    "Gather": gather,
    "Expand": expand,
    **dict.fromkeys(REDUCTIONS, reduce),
    "Shape": shape_of,
    "DepthToSpace": depth_to_space,
}
