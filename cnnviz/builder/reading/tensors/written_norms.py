"""A LayerNorm of the channels of each pixel that is written out, as ConvNeXt's code has it.

    u = x.mean(1, keepdim=True)
    s = (x - u).pow(2).mean(1, keepdim=True)
    x = (x - u) / torch.sqrt(s + eps)

What stands between says in `Flow.norm` which part it is, and nothing but the next part takes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cnnviz.builder.reading.tensors.parts import channels_of
from cnnviz.builder.reading.values import Flow
from cnnviz.models.specs import ChannelPool, Join, Layer, LayerNorm2d, Scale, Shift

SQUARES, VARIANCE, DEVIATION, INVERSE = "squares", "variance", "deviation", "inverse"


@dataclass(frozen=True)
class Part:
    """A part of the norm of a flow: what it is, of which flow, and what was added by then."""

    what: str
    of: Flow
    eps: float = 0.0


def squared(flow: Flow) -> Flow | None:
    """The squares of what differs from the mean of the channels; None of any other flow."""
    of = _centred(flow)
    return None if of is None else replace(flow, norm=Part(SQUARES, of))


def averaged(flow: Flow) -> Flow | None:
    """The mean of the squares over the channels; None of any other flow."""
    part = flow.norm
    is_next = isinstance(part, Part) and part.what == SQUARES
    return replace(flow, norm=Part(VARIANCE, part.of)) if is_next else None


def with_eps(flow: Flow, number: float) -> Flow | None:
    """The variance and a small number; None of any other flow."""
    part = flow.norm
    is_next = isinstance(part, Part) and part.what == VARIANCE and 0 < number < 1
    return replace(flow, norm=Part(VARIANCE, part.of, number)) if is_next else None


def rooted(flow: Flow, is_inverse: bool) -> Flow | None:
    """The root of the variance, or what it divides 1 by; None of any other flow."""
    part = flow.norm
    is_next = isinstance(part, Part) and part.what == VARIANCE
    what = INVERSE if is_inverse else DEVIATION
    return replace(flow, norm=replace(part, what=what)) if is_next else None


def normed(flow: Flow, by: Flow, divides: bool) -> tuple[Flow, LayerNorm2d] | None:
    """The flow that is normalised, and by which layer; None where the two are no such parts."""
    part: Any = by.norm
    wanted = DEVIATION if divides else INVERSE
    of = _centred(flow)
    if not isinstance(part, Part) or part.what != wanted or of is None or of.key is not part.of.key:
        return None
    channels = channels_of(of)
    return None if channels is None else (of, LayerNorm2d(channels, part.eps, False))


def with_affine(flow: Flow, layer: Layer) -> tuple[Flow, LayerNorm2d] | None:
    """The flow before a written out norm whose factor and shift are learnt, and the norm with both.

    None where the layer behind the flow is not the shift of such a norm.
    """
    norm = flow.before.layer if flow.before is not None else None
    if not isinstance(norm, LayerNorm2d) or norm.elementwise_affine or flow.before is None:
        return None
    count = norm.normalized_shape
    if flow.layer != Scale(1.0, count) or layer != Shift(0.0, count) or not flow.before.before:
        return None
    return flow.before.before, replace(norm, elementwise_affine=True)


def _centred(flow: Flow) -> Flow | None:
    """The x of x less the mean of its channels; None of any other flow."""
    if not isinstance(flow.layer, Join) or flow.layer.how != "difference" or flow.norm is not None:
        return None
    of, mean = flow.others
    is_own = mean.before is not None and mean.before.key is of.key
    return of if mean.layer == ChannelPool("mean") and is_own else None
