"""Recognising what `networks.resnet` makes, so that its blocks and its width can be edited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

from cnnviz.builder.fitting import fit
from cnnviz.models.networks import resnet
from cnnviz.models.specs import Conv2d, Linear, NetworkSpec, Residual

NUM_STEM, NUM_HEAD = 4, 3  # layers before the blocks and behind them


@dataclass(frozen=True)
class ResNetPlan:
    """What `networks.resnet` is given.

    Attributes:
        blocks: residual blocks of each group; each group doubles the channels of the one before.
        width: channels of the first group.
        num_classes: neurons of the last layer.
    """

    blocks: tuple[int, ...]
    width: int
    num_classes: int


def planned_resnet(plan: ResNetPlan, input_shape: tuple[int, int, int], name: str) -> NetworkSpec:
    """The ResNet of a plan; with a standard name unless the visitor has given one.

    Raises:
        ValueError: a group has no block, or the network would have too many layers.
    """
    spec = resnet(plan.blocks, plan.width, plan.num_classes)
    name = spec.name if name.startswith("ResNet") else name
    stem = fit(spec.layers[0], input_shape)
    return replace(spec, name=name, input_shape=input_shape, layers=(stem, *spec.layers[1:]))


def resnet_plan(spec: NetworkSpec) -> ResNetPlan | None:
    """The plan whose network this is, layer by layer; None for any other network."""
    blocks = spec.layers[NUM_STEM:-NUM_HEAD]
    if not blocks:
        return None
    first, last = spec.layers[0], spec.layers[-1]
    if not isinstance(first, Conv2d) or not isinstance(last, Linear):
        return None
    firsts = [block.layers[0] for block in blocks if isinstance(block, Residual) and block.layers]
    widths = [layer.out_channels for layer in firsts if isinstance(layer, Conv2d)]
    if len(widths) != len(blocks):
        return None
    counts = tuple(len(list(group)) for _, group in groupby(widths))
    plan = ResNetPlan(counts, first.out_channels, last.out_features)
    try:
        made = planned_resnet(plan, (first.in_channels, *spec.input_shape[1:]), spec.name)
    except ValueError:
        return None
    return plan if made.layers == spec.layers else None
