"""Learnt numbers that code makes itself, by nn.Parameter: what multiplies or is added to maps."""

from __future__ import annotations

import ast
from dataclasses import replace
from math import prod
from typing import Any

from cnnviz.builder.reading.tensors.trials import behind_method
from cnnviz.builder.reading.values import Flow, Learnt, Picture
from cnnviz.models.specs import Layer, Scale, Shift

STAYS = ("to", "float", "type_as", "contiguous", "expand_as", "clone")


def layer_of(sign: ast.operator, flow: Flow, learnt: Learnt, is_left: bool) -> Layer:
    """The layer that a flow and learnt numbers are.

    Raises:
        ValueError: no layer does that, or not with numbers of this shape.
    """
    count = _count(flow, learnt.shape)
    if isinstance(sign, ast.Mult):
        return Scale(1.0 if learnt.value is None else learnt.value, count)
    if isinstance(sign, ast.Add):
        return Shift(learnt.value or 0.0, count)
    order = "before" if is_left else "behind"
    raise ValueError(
        f"learnt numbers are read where they multiply a tensor or are added to it, not {order} "
        "another sign"
    )


def _count(flow: Flow, shape: tuple[Any, ...]) -> int:
    """How many numbers are learnt: one, or one for each channel.

    Raises:
        ValueError: they are others.
    """
    rank = 4 if flow.rank == 4 else flow.rank
    if all(type(size) is int for size in shape) and len(shape) <= rank:
        if prod(shape) == 1:
            return 1
        aligned = (1,) * (rank - len(shape)) + tuple(shape)
        axis = rank - 1 if flow.is_turned or rank == 2 else 1
        if aligned[axis] == prod(shape):
            return aligned[axis]
    text = " × ".join(map(str, shape)) or "none"
    raise ValueError(
        f"learnt numbers of shape {text[:40]} are not read here: one number is, or one for each "
        "channel, as nn.Parameter(torch.ones(C, 1, 1))"
    )


def seen_as(learnt: Learnt, name: str, args: list[Any], kwargs: dict[str, Any]) -> Learnt:
    """Learnt numbers laid out in another shape: view, unsqueeze, reshape.

    Raises:
        ValueError: the method is another.
    """
    if name in STAYS:
        return learnt
    shape = learnt.shape
    if name == "unsqueeze" and len(args) == 1 and type(args[0]) is int:
        place = args[0] % (len(shape) + 1)
        return replace(learnt, shape=(*shape[:place], 1, *shape[place:]))
    if name not in ("view", "reshape"):
        raise ValueError(
            f"what {name[:40]} makes of learnt numbers is not read: they are read where they "
            "multiply a tensor or are added to it"
        )
    after = behind_method(Picture(shape), name, args, kwargs)
    return replace(learnt, shape=after.shape)


def with_new_axes(learnt: Learnt, index: ast.expr) -> Learnt | None:
    """Learnt numbers behind `[:, None, None]` or `[None, :, None, None]`; None for another part."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    shape: list[Any] = []
    rest = list(learnt.shape)
    for part in parts:
        match part:
            case ast.Constant(value=None):
                shape.append(1)
            case ast.Constant(value=value) if value is ...:
                shape += rest
                rest = []
            case ast.Slice(lower=None, upper=None, step=None) if rest:
                shape.append(rest.pop(0))
            case _:
                return None
    return replace(learnt, shape=(*shape, *rest))
