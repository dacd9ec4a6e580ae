"""What a forward pass computed, kept: every result, and which results it was made from."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from inspect import isfunction
from types import CellType
from typing import Any

import torch
from torch import Tensor, nn

from cnnviz.probes.watch import Enough, Step, as_batch, shares_memory, watch
from cnnviz.summary.calls import tensors_in
from cnnviz.summary.meta_copy import meta_copy
from cnnviz.summary.staying import Staying
from cnnviz.summary.taken import check_followed

INPUT = "input"  # the name of the batch itself


class Kind(StrEnum):
    """What an operation does to the maps it reads."""

    INPUT = "input"
    CONV = "convolution"
    CONV_TRANSPOSE = "transposed convolution"
    LINEAR = "linear"
    NORM = "normalisation"
    ACTIVATION = "activation"
    POOL = "pooling"
    SUM = "sum"
    PRODUCT = "product"
    CONCAT = "concatenation"
    MOVE = "rearrangement"
    OTHER = "other"


MODULE_KINDS: tuple[tuple[str, Kind], ...] = (
    ("ConvTranspose", Kind.CONV_TRANSPOSE),
    ("Conv", Kind.CONV),
    ("Linear", Kind.LINEAR),
    ("Norm", Kind.NORM),
    ("Pool", Kind.POOL),
)
MOVING_MODULES = (
    nn.Flatten,
    nn.Unflatten,
    nn.Identity,
    nn.Sequential,  # without layers, as the shortcut that changes nothing
    nn.Dropout,
    nn.Dropout2d,
    nn.ChannelShuffle,
    nn.PixelShuffle,
    nn.PixelUnshuffle,
)
MIXING_ACTIVATIONS = (  # among torch's activations, but not one number in, one number out
    nn.Softmax,
    nn.Softmin,
    nn.Softmax2d,
    nn.LogSoftmax,
    nn.GLU,
    nn.MultiheadAttention,
)
FUNCTION_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("add", "iadd", "radd"), Kind.SUM),
    **dict.fromkeys(("mul", "imul", "rmul"), Kind.PRODUCT),
    **dict.fromkeys(("cat", "concat", "concatenate"), Kind.CONCAT),
    "mean": Kind.POOL,
    **dict.fromkeys(
        (
            *("view", "reshape", "flatten", "permute", "transpose", "contiguous", "squeeze"),
            *("unsqueeze", "chunk", "split", "getitem", "clone", "detach", "narrow"),
            *("swapaxes", "swapdims", "movedim", "moveaxis", "flip", "roll", "rot90"),
            *("repeat", "repeat_interleave", "tile", "expand", "unflatten", "ravel"),
            *("view_as", "reshape_as", "expand_as", "broadcast_to", "fliplr", "flipud"),
            *("unbind", "select", "tensor_split", "hsplit", "vsplit"),
            *("index_select", "gather", "take_along_dim"),
            *("pixel_shuffle", "pixel_unshuffle", "channel_shuffle"),
        ),
        Kind.MOVE,
    ),
}

OF_ITS_SHAPE = ("view_as", "reshape_as", "expand_as")  # of the second tensor that is read
MADE_ANEW = frozenset(
    (
        *("zeros_like", "ones_like", "full_like", "empty_like", "rand_like", "randn_like"),
        *("new_zeros", "new_ones", "new_full", "new_empty", "new_tensor"),
    )
)


def function_name(operation: nn.Module | Callable[..., Any] | None) -> str:
    """The name of a function without underscores, or of a module's class."""
    named: Any = type(operation) if isinstance(operation, nn.Module) else operation
    return getattr(named, "__name__", "").strip("_")


def kind_of(operation: nn.Module | Callable[..., Any] | None) -> Kind:
    """What an operation does, from its class or the name of the function."""
    if operation is None:
        return Kind.INPUT
    if not isinstance(operation, nn.Module):
        return FUNCTION_KINDS.get(function_name(operation), Kind.OTHER)
    if isinstance(operation, MOVING_MODULES):
        return Kind.OTHER if _draws_numbers(operation) else Kind.MOVE
    name = type(operation).__name__
    if isinstance(operation, MIXING_ACTIVATIONS):
        return Kind.OTHER
    if type(operation).__module__ == "torch.nn.modules.activation":
        return Kind.ACTIVATION
    return next((kind for part, kind in MODULE_KINDS if part in name), Kind.OTHER)


def _draws_numbers(module: nn.Module) -> bool:
    """Whether it is a dropout that is at work: it makes numbers larger, or nothing of them."""
    return isinstance(module, nn.Dropout | nn.Dropout2d) and module.training and module.p > 0


@dataclass(frozen=True, eq=False)
class Node:
    """One result of a pass: the step that made it and the results which that step read.

    `operation` is None for the batch and for tensors that do not come from it (parameters).
    """

    name: str
    operation: nn.Module | Callable[..., Any] | None
    output: Tensor
    sources: tuple[Node, ...] = ()
    args: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    is_function: bool = False
    piece: int | None = None
    is_from_picture: bool = field(init=False)  # the numbers come from the batch

    def __post_init__(self) -> None:
        """A constant stays one, whatever is computed from it."""
        name, read = function_name(self.operation), self.sources
        read = () if name in MADE_ANEW else read[:1] if name in OF_ITS_SHAPE else read
        comes = self.name == INPUT or any(source.is_from_picture for source in read)
        object.__setattr__(self, "is_from_picture", comes)

    @property
    def kind(self) -> Kind:
        """What the operation does."""
        return kind_of(self.operation)

    def rerun(self, *tensors: Tensor) -> Tensor:
        """The same operation with the same settings on other tensors, one for each source.

        Raises:
            ValueError: the node is an input, which nothing computed.
        """
        with torch.no_grad():
            return self.computed(*tensors)

    def computed(self, *tensors: Tensor) -> Tensor:
        """As `rerun`, with gradients where they are wanted."""
        if self.operation is None:
            raise ValueError(f"{self.name!r} was given, not computed")
        pool = iter(tensors)
        args = [_replaced(value, pool) for value in self.args]
        options = {key: _replaced(value, pool) for key, value in self.options.items()}
        result = self.operation(*args, **options)
        return result if self.piece is None else result[self.piece]


def _replaced(value: Any, pool: Iterator[Tensor]) -> Any:
    if isinstance(value, Tensor):
        return next(pool)
    if isinstance(value, (list, tuple)):
        return type(value)(_replaced(item, pool) for item in value)
    if isinstance(value, Mapping):
        return {key: _replaced(item, pool) for key, item in value.items()}
    return value


@dataclass(frozen=True, eq=False)
class Tape:
    """Every result of one pass, in the order of computation.

    Attributes:
        nodes: the results by name, the batch first, under the name "input".
        containers: for modules made of others, the node that gave their output.
        entries: for those of them that read one, the node that they read.
        scores: what the model returned.
    """

    nodes: dict[str, Node]
    containers: dict[str, Node]
    entries: dict[str, Node]
    scores: Tensor

    @property
    def names(self) -> list[str]:
        """Every name that can be asked for."""
        return [*self.nodes, *self.containers]

    def __getitem__(self, name: str) -> Node:
        node = self.nodes.get(name) or self.containers.get(name)
        if node is None:
            raise unknown_layer(name, self.names)
        return node


def unknown_layer(name: str, names: Iterable[str], model: nn.Module | None = None) -> ValueError:
    """The error for a layer name that the model does not have, with the nearest that it has.

    A module of the model that no pass comes to is told as such.
    """
    names = list(names)
    if model is not None and name in dict(model.named_modules()):
        return ValueError(f"a pass of the network never comes to its layer {name!r}")
    nearest = difflib.get_close_matches(name, names, n=3, cutoff=0.3) or names[:3]
    return ValueError(f"the network has no layer {name!r}; it has, for example, {nearest}")


def tape(model: nn.Module, batch: Tensor, last: str | None = None) -> Tape:
    """Run the model once, without gradients, and keep every result and where it came from.

    Later in-place operations change nothing that was kept. The model itself is only read.

    Args:
        model: any network.
        batch: pictures (batch, channel, height, width).
        last: name of the layer where the pass ends; its output stands for the scores then.

    Raises:
        ValueError: the network is none that can be followed, or does not take this batch.
    """
    check_followed(model)
    as_batch(batch)
    with suppress(_Overwritten):
        return _recorded(model, _Sharing(model, batch), last)
    return _recorded(model, _Recorder(model, batch), last)


def shapes(model: nn.Module, batch: Tensor, last: str | None = None) -> Tape:
    """A tape without numbers, which take no memory: of EfficientNet-Lite0 at 224 × 224 81 MB.

    For what asks only where a result came from. Of a network that cannot be run so the numbers
    are there.

    Args:
        model: any network.
        batch: pictures (batch, channel, height, width), of which the shape is enough.
        last: name of the layer where the pass ends.
    """
    check_followed(model)
    try:
        with Staying():
            return tape(meta_copy(model), torch.empty_like(as_batch(batch), device="meta"), last)
    except ValueError:
        return tape(model, batch, last)


def _recorded(model: nn.Module, recorder: _Recorder, last: str | None) -> Tape:
    def see(step: Step) -> Tensor | None:
        kept = recorder.see(step)
        if step.name == last:
            raise Enough
        return kept

    with torch.no_grad():
        scores = watch(model, recorder.first, see)
    recorder.check(recorder.nodes.values())
    if scores is None:
        scores = [*recorder.nodes.values()][-1].output
    return Tape(recorder.nodes, recorder.containers, recorder.entries, scores)


def unseen(*_: Any) -> Tensor:
    """What made a result that no step showed: nobody knows, so it cannot be run again.

    Raises:
        ValueError: always.
    """
    raise ValueError("how this result was made was not to be seen")


def _given_to(model: nn.Module) -> Iterator[Any]:
    """What a network had before the pass: what its modules hold, and what their code knows."""
    seen: set[int] = set()
    for module in model.modules():
        held = vars(module)
        yield from held.values()
        for function in (type(module).forward, *filter(isfunction, held.values())):
            known = getattr(function, "__globals__", {})
            if id(known) not in seen:
                seen.add(id(known))
                yield from _tensors(known.values())  # lists of a notebook may be of any size
            yield from _tensors(map(_content, getattr(function, "__closure__", None) or ()))


def _tensors(values: Iterable[Any]) -> list[Tensor]:
    return [value for value in values if isinstance(value, Tensor)]


def _content(cell: CellType) -> Any:
    with suppress(ValueError):  # it is empty: what it is for comes later
        return cell.cell_contents
    return None


def _memory(tensor: Tensor) -> int | None:
    """Where a tensor's numbers lie, also on the meta device; None where nobody can tell."""
    try:
        return tensor.untyped_storage()._cdata
    except (NotImplementedError, RuntimeError):
        return None


class _Overwritten(Exception):  # noqa: N818
    """An operation of the network wrote into a result that is kept."""


class _Recorder:
    """Collects steps into nodes.

    The network goes on with a clone of each result, so what is kept stays as it was computed, and
    each tensor that a later step reads tells by its identity which node it is.
    """

    def __init__(self, model: nn.Module, batch: Tensor) -> None:
        root = Node(INPUT, None, batch.clone())  # a network may write over what it is given
        self.root = root
        self.given = {_memory(tensor) for tensor in tensors_in(_given_to(model))} - {None}
        self.nodes: dict[str, Node] = {INPUT: root}
        self.containers: dict[str, Node] = {}
        self.entries: dict[str, Node] = {}
        self.node_of: dict[int, Node] = {}
        self.alive: list[Tensor] = []  # an id is only unique while its tensor lives
        self.first = self._pass_on(root)

    def see(self, step: Step) -> Tensor | None:
        if step.is_container:
            if id(step.output) in self.node_of:
                self.containers[step.name] = self.node_of[id(step.output)]
                if len(step.inputs) == 1:  # where paths join there are several
                    self.entries[step.name] = self._source(step.inputs[0])
            return None
        sources = tuple(self._source(tensor) for tensor in step.inputs)
        self.check(sources)
        node = Node(
            name=step.name,
            operation=step.operation,
            output=self.kept(step),
            sources=sources,
            args=step.args,
            options=step.options,
            is_function=step.is_function,
            piece=step.piece,
        )
        self.nodes[step.name] = node
        if self._is_overwritten(step.output):
            self.node_of[id(step.output)] = node
        return self._pass_on(node)

    def _is_overwritten(self, output: Tensor) -> bool:
        """Whether a step has written into what it read: who holds that goes on with new numbers."""
        before = self.node_of.get(id(output))
        has_numbers = before is not None and not output.is_meta
        return has_numbers and not torch.equal(before.output, output)

    def _source(self, tensor: Tensor) -> Node:
        known = self.node_of.get(id(tensor))
        if known is not None:
            return known
        if _memory(tensor) in self.given:
            return Node("constant", None, tensor)
        return self._unseen(tensor)

    def _unseen(self, tensor: Tensor) -> Node:
        """A result that no step showed, as of `torch.vmap`: it may come from all of the picture."""
        count = sum(node.operation is unseen for node in self.nodes.values())
        name = f"{unseen.__name__}_{count}" if count else unseen.__name__
        node = self.nodes[name] = Node(name, unseen, tensor, (self.root,), is_function=True)
        self.node_of[id(tensor)] = node
        self.alive.append(tensor)
        return node

    def _pass_on(self, node: Node) -> Tensor:
        tensor = self.handed_on(node)
        self.node_of[id(tensor)] = node
        self.alive.append(tensor)
        return tensor

    def check(self, nodes: Iterable[Node]) -> None:
        """Make sure that these are as they were computed."""

    def handed_on(self, node: Node) -> Tensor:
        """What the network goes on with."""
        return node.output.clone()

    def kept(self, step: Step) -> Tensor:
        """The output, cloned where it shares its memory with what was read, as a view does."""
        return step.output.clone() if shares_memory(step) else step.output


class _Sharing(_Recorder):
    """A recorder whose network goes on with what is kept: each result is there once, not twice.

    That holds as long as nothing is written into it. torch counts the writes to a tensor and its
    views; the first one to what is kept ends the pass, and it is done again with clones.
    """

    def __init__(self, model: nn.Module, batch: Tensor) -> None:
        self.writes: dict[int, int] = {}  # by the id of a kept tensor, how many it had
        super().__init__(model, batch)

    def check(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            known = self.writes.get(id(node.output))
            if known is not None and known != node.output._version:
                raise _Overwritten

    def handed_on(self, node: Node) -> Tensor:
        if node.output.is_inference():  # torch does not count its writes
            raise _Overwritten
        self.writes[id(node.output)] = node.output._version
        return node.output.detach()

    def kept(self, step: Step) -> Tensor:
        return step.output
