"""Two paths of a picture that meet again: where a sum is a residual block."""

from __future__ import annotations

from dataclasses import replace

from cnnviz.builder.reading.values import Flow
from cnnviz.models.specs import (
    MAX_DEPTH,
    BatchNorm2d,
    Conv2d,
    Identity,
    Layer,
    Residual,
    arguments_of,
    depth_of,
)

BLOCK_ACTIVATIONS = arguments_of(Residual)["activation"].choices


def add_flows(left: Flow, right: Flow, call: object) -> Flow | None:
    """The flow behind a residual block whose paths are the two flows; None if they make none.

    The paths begin at the last flow that they share. The right one is taken for the shortcut if it
    can be one, as in `main(x) + x`.

    Args:
        left: one flow.
        right: the other.
        call: the call in which they are added: an activation that follows there is the block's.
    """
    start = _meeting_point(left, right)
    if start is None or left.is_turned or right.is_turned:
        return None
    between = [flow for end in (left, right) for flow in end.chain() if flow.length > start.length]
    if any(flow.others for flow in between):  # a block holds no joins
        return None
    main, shortcut = left.layers_since(start), right.layers_since(start)
    block = block_of(main, shortcut) or block_of(shortcut, main)
    if block is None or depth_of((block,)) > MAX_DEPTH:
        return None
    inner = frozenset(key for flow in between for key in (flow.key, *flow.inner))
    return replace(start.through(block, open_sum=call), inner=inner)


def apply(flow: Flow, layer: Layer, call: object) -> Flow:
    """The flow behind one more layer, which closes a block whose activation it is.

    Args:
        flow: a flow.
        layer: the layer that it goes through.
        call: the call in which it does.
    """
    is_open = flow.open_sum is not None and flow.open_sum is call
    if is_open and isinstance(flow.layer, Residual) and flow.before is not None:
        if isinstance(layer, Identity):
            return replace(flow, open_sum=None)
        if layer.kind in BLOCK_ACTIVATIONS and layer == type(layer)():
            after = flow.before.through(replace(flow.layer, activation=layer.kind))
            return replace(after, inner=flow.inner | {flow.key})
    return flow.through(layer)


def _meeting_point(left: Flow, right: Flow) -> Flow | None:
    on_left = {id(flow) for flow in left.chain()}
    return next((flow for flow in reversed(right.chain()) if id(flow) in on_left), None)


def block_of(
    main: tuple[Layer, ...], shortcut: tuple[Layer, ...], activation: str = "none"
) -> Residual | None:
    """The block of two paths; None if the second is no shortcut of the builder.

    Raises:
        ValueError: a block applies no such activation.
    """
    shortcut = tuple(layer for layer in shortcut if not isinstance(layer, Identity))
    match shortcut:
        case ():
            return Residual(main, activation)
        case (Conv2d() as convolution,) | (Conv2d() as convolution, BatchNorm2d()):
            block = Residual(
                main,
                activation,
                "conv",
                in_channels=convolution.in_channels,
                out_channels=convolution.out_channels,
                stride=convolution.stride,
                bias=convolution.bias,
                batch_norm=len(shortcut) == 2,
            )
            return block if block.shortcut_layers == shortcut else None
    return None
