"""What a sum of products sees: matrix products, `einsum` and attention, axis by axis.

Every axis of an operand has a label. Labels of the result are walked along as before; of the others
every product is summed up, so that a value sees all of them from end to end.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from cnnviz.summary.calls import Call
from cnnviz.summary.reach import Reach, joined, lost
from cnnviz.summary.window_rules import Shape

Labels = Sequence[Hashable]


def einsum(call: Call, reaches: Sequence[Reach], shapes: Sequence[Shape], result: Shape) -> Reach:
    """By the letters of the equation; the axes of an ellipsis are labelled from the last one."""
    given, _, after = call["equation"].replace(" ", "").partition("->")
    terms = given.split(",")
    named = [_labels(term, len(shape)) for term, shape in zip(terms, shapes, strict=True)]
    out = _labels(after, len(result)) if "->" in call["equation"] else _implied(named)
    return _summed_up(reaches, named, shapes, out, result)


def matrix_product(
    call: Call, reaches: Sequence[Reach], shapes: Sequence[Shape], result: Shape
) -> Reach:
    """`matmul`, `bmm` and their like; what is added to the products lies as the result does."""
    *added, first, second = shapes
    if min(len(first), len(second)) < 2:
        return lost(reaches, len(result))
    named: list[Labels] = [_from_the_last(len(shape)) for shape in added]
    named += [
        (*_from_the_last(len(first), -2), -2, "k"),
        (*_from_the_last(len(second), -2), "k", -1),
    ]
    return _summed_up(reaches, named, shapes, _from_the_last(len(result)), result)


def attention(
    call: Call, reaches: Sequence[Reach], shapes: Sequence[Shape], result: Shape
) -> Reach:
    """Every query looks at all keys and takes from all values."""
    if len(reaches) > 3 or len(result) != len(shapes[0]):  # a mask, or what torch gives beside it
        return lost(reaches, len(result))
    before = _from_the_last(len(result), -2)
    named = [(*before, -2, "d"), (*before, "k", "d"), (*before, "k", -1)]
    return _summed_up(reaches, named, shapes, (*before, -2, -1), result)


def _summed_up(
    reaches: Sequence[Reach],
    named: Sequence[Labels],
    shapes: Sequence[Shape],
    out: Labels,
    result: Shape,
) -> Reach:
    """The reach of products, each axis by its label."""
    found = Reach((None,) * len(result))
    for reach, own, shape in zip(reaches, named, shapes, strict=True):
        if len({*own}) < len(own):  # a diagonal
            return lost(reaches, len(result))
        by_label = dict(zip(own, zip(reach.dims, shape, strict=True), strict=True))
        summed = [dim.axes for label, (dim, _) in by_label.items() if dim and label not in out]
        dims = [by_label.get(label, (None, 0)) for label in out]
        kept = [
            dim if dim and (size == new or dim.is_whole) else None
            for (dim, size), new in zip(dims, result, strict=True)
        ]
        walked = reach.moved(kept).with_context(frozenset().union(*summed))
        found = joined(found, walked, result)
    return found


def _labels(term: str, num_dims: int) -> Labels:
    """The letters of a term, and numbers below 0 for what an ellipsis stands for."""
    before, dots, after = term.partition("...")
    unnamed = _from_the_last(num_dims - len(before) - len(after)) if dots else ()
    return (*before, *unnamed, *after)


def _implied(named: Sequence[Labels]) -> Labels:
    """The result's labels where the equation has no arrow: those that come once, sorted."""
    every = [label for own in named for label in own]
    unnamed = sorted({label for label in every if isinstance(label, int)})
    return (*unnamed, *sorted(str(x) for x in every if isinstance(x, str) and every.count(x) == 1))


def _from_the_last(num_dims: int, end: int = 0) -> tuple[int, ...]:
    """Numbers of dimensions as torch aligns them: (-3, -2, -1)."""
    return tuple(range(-num_dims, end))
