"""What the layers of a network computed for a picture, and what can be said about the maps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.arithmetic import whole_number
from cnnviz.probes.tape import INPUT, Kind, Node, Tape, shapes, tape, unknown_layer, unseen
from cnnviz.probes.watch import (
    Enough,
    LayerChoice,
    Step,
    as_batch,
    layer_name,
    shares_memory,
    watch,
)
from cnnviz.summary import checked_shape
from cnnviz.summary.taken import check_followed


def record(model: nn.Module, batch: Tensor, layers: Iterable[LayerChoice]) -> dict[str, Tensor]:
    """What the named layers computed, of one forward pass in evaluation mode.

    The pass ends as soon as all of them are there.

    Any number of threads may record from one model at once: it is only read, and no hook is put
    on it. A layer followed by an in-place one is returned as it was before that. Hooks that the
    caller put on the model run, as in any forward pass of it.

    Args:
        model: any network.
        batch: pictures (batch, channel, height, width).
        layers: names as in `model.named_modules()`, or the modules themselves. What a module
            computes between its children has a name too: "group0.0.add" is the residual sum.

    Returns:
        The output of each layer by name, (batch, channel, height, width) or (batch, features),
        in the order asked for.

    Raises:
        ValueError: the network has no such layer, the layer returns no tensor, or the network is
            none that can be followed or does not take this batch.
    """
    names = list(dict.fromkeys(layer_name(model, layer) for layer in layers))
    found: dict[str, Tensor] = {}

    def keep(step: Step) -> None:
        if len(found) == len(names) - 1 and not shares_memory(step):
            found[step.name] = step.output  # nothing comes that may overwrite it
            raise Enough
        found[step.name] = step.output.clone()  # an in-place layer may overwrite it

    with torch.no_grad():
        copy = as_batch(batch).clone()  # the model may write over what it is given
        watch(model, copy, keep, only=names)
    for name in names:
        if name not in found:
            raise unknown_layer(name, tape(model, batch).names, model)
    return {name: found[name] for name in names}


def one_picture(batch: Tensor) -> Tensor:
    """The batch, detached, if it holds one picture: (1, channel, height, width).

    Raises:
        ValueError: it holds several, or is no batch.
    """
    if as_batch(batch).ndim != 4 or len(batch) != 1:
        raise ValueError(
            "this looks at one picture, a batch of shape (1, channel, height, width), "
            f"and not at one of shape {tuple(batch.shape)}"
        )
    return batch.detach()


def check_channels(layer: str, channels: Iterable[int], count: int) -> list[int]:
    """The numbers of some maps of a layer, as Python's own.

    Raises:
        ValueError: it has not all of them.
    """
    numbers = [whole_number("channel", channel) for channel in channels]
    for channel in numbers:
        if not 0 <= channel < count:
            raise ValueError(f"layer {layer!r} has the maps 0 to {count - 1}, and no map {channel}")
    return numbers


@dataclass(frozen=True)
class Layer:
    """One layer that is worth looking into.

    Attributes:
        name: what `record` calls it.
        kind: what it does.
        title: the layer as torch prints it, or the function.
        shape: (channels, height, width) of its output for one picture, or (features,).
        is_block: the output of a module made of others, such as a residual block.
    """

    name: str
    kind: Kind
    title: str
    shape: tuple[int, ...]
    is_block: bool = False

    @property
    def is_spatial(self) -> bool:
        """Whether the output is maps of more than one cell."""
        return len(self.shape) == 3 and self.shape[1] * self.shape[2] > 1


def layers(model: nn.Module, input_shape: tuple[int, ...] = (1, 3, 224, 224)) -> list[Layer]:
    """The layers worth looking into, in the order of computation.

    Left out are those that only pass on or rearrange what they get (dropout in evaluation,
    flatten, the empty shortcut). Computed on the meta device: no memory, no arithmetic. Of
    a network that cannot go there, because its path depends on numbers, an empty picture is run.

    Args:
        model: any network.
        input_shape: of a batch, (batch, channel, height, width).

    Raises:
        ValueError: it is no shape, or pictures of this shape do not go through the network.
    """
    check_followed(model)
    floats = (p.dtype for p in model.parameters() if p.is_floating_point())
    dtype = next(floats, torch.float32)
    played = shapes(model, torch.zeros(checked_shape(input_shape), dtype=dtype))
    modules = dict(model.named_modules())
    return [
        _layer(node, played, modules)
        for node in played.nodes.values()
        if node.name != INPUT
        and node.kind is not Kind.MOVE
        and node.output.ndim in (2, 4)
        and node.operation is not unseen
    ]


def layer_names(model: nn.Module, input_shape: tuple[int, ...] = (1, 3, 224, 224)) -> list[str]:
    """The names of `layers`."""
    return [layer.name for layer in layers(model, input_shape)]


def _layer(node: Node, played: Tape, modules: dict[str, nn.Module]) -> Layer:
    """The end of a block goes by the name of the block; that of a Sequential by its own."""
    shape = tuple(node.output.shape[1:])
    block = node.name.rpartition(".")[0]
    is_block = played.containers.get(block) is node and not _is_sequential(modules[block])
    is_module = isinstance(node.operation, nn.Module)
    title = repr(node.operation) if is_module else f"{node.kind} of {len(node.sources)}"
    return Layer(block if is_block else node.name, node.kind, title, shape, is_block)


def _is_sequential(module: nn.Module) -> bool:
    return type(module).forward is nn.Sequential.forward
